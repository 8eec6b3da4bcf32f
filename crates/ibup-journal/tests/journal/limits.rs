//! What is too long, no text, or a lie.

use std::io::{self, Read};

use ibup_journal::{Binary, LINE_MAX, ReadError, Reader};

use crate::{read, said};

/// Bytes that come in small pieces, and never end but after a number of them.
struct Repeated {
    byte: u8,
    left: usize,
}

impl Read for Repeated {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.left.min(buffer.len());
        buffer[..count].fill(self.byte);
        self.left -= count;
        Ok(count)
    }
}

fn repeated(byte: u8, count: usize) -> Repeated {
    Repeated { byte, left: count }
}

#[test]
fn a_line_of_256_mib_is_one_entry_that_is_cut() {
    let mut reader = Reader::new(repeated(b'a', 256 << 20));
    let entry = reader.next_entry().unwrap().unwrap();
    assert_eq!((entry.line, entry.message.len()), (1, LINE_MAX));
    assert_eq!(reader.next_entry().unwrap(), None);
    assert_eq!(reader.cut(), 1);
}

#[test]
fn only_what_is_longer_than_the_limit_is_cut() {
    for (length, cut) in [(LINE_MAX - 1, 0), (LINE_MAX, 0), (LINE_MAX + 1, 1), (5 * LINE_MAX, 1)] {
        let source = repeated(b'a', length).chain(&b"\nMar 18 10:29:41 h kernel: next\n"[..]);
        let mut reader = Reader::new(source);
        assert_eq!(reader.next_entry().unwrap().unwrap().message.len(), length.min(LINE_MAX));
        let next = reader.next_entry().unwrap().unwrap();
        assert_eq!((next.line, &*next.message), (2, "next"));
        assert_eq!(reader.cut(), cut, "{length}");
    }
}

#[test]
fn a_cut_leaves_no_half_character() {
    let source = format!("{}é", "a".repeat(LINE_MAX - 1));
    let messages = read(source, None, |entry| entry.message.chars().last().unwrap().to_string());
    assert_eq!(messages, ["a"]);
}

#[test]
fn a_source_of_nothing_but_nul_has_no_entries() {
    let mut reader = Reader::new(repeated(0, 10 << 20));
    assert_eq!(reader.next_entry().unwrap(), None);
}

#[test]
fn nul_bytes_of_a_crash_are_passed_over() {
    let log =
        [b"Mar 18 10:29:41 h kernel: a\n", [0; 5000].as_slice(), b"Mar 18 10:31:41 h kernel: b\n"].concat();
    assert_eq!(read(&log, None, said), ["h kernel: a", "h kernel: b"]);
    assert_eq!(read(&log[28..], None, said), ["h kernel: b"]);
}

#[test]
fn binary_sources_are_told_by_what_they_are() {
    let check = |bytes: &[u8], expected: Binary, message: &str| {
        let error = Reader::new(bytes).next_entry().unwrap_err();
        assert_eq!(error.to_string(), message);
        assert!(matches!(error, ReadError::Binary(kind) if kind == expected), "{error:?}");
    };
    check(b"LPKSHHRH\0\0\0\0", Binary::Journal, "not a text: looks like a native journal file");
    check(b"\x1f\x8b\x08\0", Binary::Gzip, "not a text: looks like gzip data");
    check(b"\xfd7zXZ\0\0\x04", Binary::Xz, "not a text: looks like xz data");
    check(b"\x28\xb5\x2f\xfd\0", Binary::Zstd, "not a text: looks like zstd data");
    check(b"BZh91AY&SY", Binary::Bzip2, "not a text: looks like bzip2 data");
    check(b"\x7fELF\x02\x01", Binary::Other, "not a text: looks like binary data");
    check(b"\xff\xfeM\0a\0r\0", Binary::Other, "not a text: looks like binary data");
    check(&b"a\0b\0c\0\x01".repeat(100), Binary::Other, "not a text: looks like binary data");
    assert_eq!(read("BZhang said", None, said), ["- -: BZhang said"]);
}

#[test]
fn a_byte_order_mark_is_passed_over() {
    assert_eq!(read("\u{feff}Mar 18 10:29:41 h kernel: a\n", None, said), ["h kernel: a"]);
    assert_eq!(read("\u{feff}{\"MESSAGE\":\"a\"}\n", None, said), ["- -: a"]);
}

/// Returns an entry in the export form with a binary message of a size that may lie.
fn export(size: u64, message: &[u8]) -> Vec<u8> {
    [b"__CURSOR=a\n_HOSTNAME=h\nMESSAGE\n", &size.to_le_bytes()[..], message, b"\n_COMM=c\n\n"].concat()
}

#[test]
fn binary_fields_of_an_export_are_read_by_their_size() {
    assert_eq!(read(export(3, b"a\nb"), None, said), ["h c: a", "h c: b"]);
    let long = vec![b'x'; 3 * LINE_MAX];
    let bytes = export(long.len() as u64, &long);
    let mut reader = Reader::new(&bytes[..]);
    assert_eq!(reader.next_entry().unwrap().unwrap().message.len(), LINE_MAX);
    assert_eq!(reader.next_entry().unwrap(), None);
    assert_eq!(reader.cut(), 1);
}

#[test]
fn a_size_that_lies_costs_no_memory() {
    // Too great for any journal: reading goes on with the next entry.
    for size in [u64::MAX, 1 << 40] {
        let log = [export(size, b"a"), b"__CURSOR=b\nMESSAGE=b\n".to_vec()].concat();
        assert!(read(&log, None, said).contains(&"- -: b".to_owned()), "{size}");
    }
    // Greater than the source.
    assert_eq!(read(export(1 << 20, b"a"), None, said), ["h -: a", "h -: _COMM=c"]);
    // The source ends within the size.
    assert_eq!(read(&export(1, b"a")[..34], None, said), Vec::<String>::new());
}

#[test]
fn an_object_that_is_cut_gives_what_comes_before() {
    let data = "1,".repeat(LINE_MAX);
    let mut reader = Reader::new(io::Cursor::new(format!(
        "{{\"_HOSTNAME\":\"h\",\"MESSAGE\":\"a\",\"COREDUMP\":[{data}1]}}\n"
    )));
    let entry = reader.next_entry().unwrap().unwrap();
    assert_eq!(said(&entry), "h -: a");
    assert_eq!(reader.cut(), 1);
}

#[test]
fn values_of_json_are_read_in_all_their_shapes() {
    let check = |value: &str, expected: &[&str]| {
        let line = format!(
            "{{\"MESSAGE\":{value},\"_HOSTNAME\":\"h\",\"_COMM\":\"c\",\"_PID\":\"7\",\"X\":{{\"y\":[1]}}}}"
        );
        assert_eq!(read(&line, None, said), expected, "{value}");
        let pretty = line.replace(',', ",\n\t").replacen('{', "{\n\t", 1);
        let pretty = format!("{}\n}}\n", &pretty[..pretty.len() - 1]);
        assert_eq!(read(&pretty, None, said), expected, "{pretty}");
    };
    check(r#""a\u001b[1mb\u0007""#, &["h c[7]: ab\u{fffd}"]);
    check("[97,27,91,49,109,98]", &["h c[7]: ab"]);
    check(r#"["first","last"]"#, &["h c[7]: last"]);
    check("[[97],[98,99]]", &["h c[7]: bc"]);
    check(r#"["first",[98,99]]"#, &["h c[7]: bc"]);
    check(r#""a\nb""#, &["h c[7]: a", "h c[7]: b"]);
    check(r#""""#, &["h c[7]: "]);
    check("12", &["h c[7]: 12"]);
    check("null", &[]);
    check("[]", &[]);
    check("{}", &[]);
}

#[test]
fn an_error_of_the_source_is_passed_on() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("gone"))
        }
    }
    let error = Reader::new(Broken).next_entry().unwrap_err();
    assert_eq!(error.to_string(), "cannot read the source");
    assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "gone");
}
