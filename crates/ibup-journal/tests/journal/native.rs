//! Journal files of every kind give the entries that the export form gives.
//!
//! `tests/native` holds a part of a recorded boot, with a long message at its end, in the export form and as files that
//! systemd-journal-remote 252 wrote from it, packed by zstd because most of such a file is room. Two of them have their
//! long message packed anew, as older versions of journald pack it; journalctl reads them all alike.

use std::io::Read;

use ibup_journal::native::{Entries, Journal, NativeError, Share};
use ibup_journal::{Reader, Splitter};
use proptest::prelude::*;

const EXPORT: &[u8] = include_bytes!("../native/boot.export");

macro_rules! packed {
    ($name:literal) => {
        ($name, include_bytes!(concat!("../native/", $name, ".journal.zst")).as_slice())
    };
}

/// Where the tables of hashes end in each of the files.
const TABLE_END: usize = 3_734_000;

const FILES: [(&str, &[u8]); 6] = [
    packed!("compact-zstd"),
    packed!("compact-unkeyed"),
    packed!("regular-zstd"),
    packed!("regular-unkeyed"),
    packed!("regular-lz4"),
    packed!("regular-xz"),
];

fn unpacked(packed: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    ruzstd::decoding::StreamingDecoder::new(packed).unwrap().read_to_end(&mut bytes).unwrap();
    bytes
}

/// What was said, without the place in the source.
fn shown(entry: &ibup_journal::Entry<'_>) -> String {
    format!("{:?} {:?} {:?} {:?} {}", entry.stamp, entry.boot_id, entry.pid, entry.unit, entry.text)
}

fn of_export() -> Vec<String> {
    let mut reader = Reader::new(EXPORT);
    let mut said = Vec::new();
    while let Some(entry) = reader.next_entry().unwrap() {
        said.push(shown(&entry));
    }
    said
}

/// Reads entries to their end; returns them, and whether some are missing.
fn read(mut entries: Entries<&[u8]>) -> (Vec<String>, bool) {
    let mut said = Vec::new();
    let mut splitter = Splitter::new();
    while let Some(entry) = entries.next_entry().unwrap() {
        splitter.place(&entry);
        said.push(shown(&entry));
    }
    (said, entries.is_incomplete())
}

/// Checks that all was read and nothing else; shows the first difference alone.
#[track_caller]
fn check((said, is_incomplete): (Vec<String>, bool), name: &str) {
    let expected = of_export();
    for (said, expected) in said.iter().zip(&expected) {
        assert_eq!(said, expected, "{name}");
    }
    assert_eq!((said.len(), is_incomplete), (expected.len(), false), "{name}");
}

fn all(bytes: &[u8]) -> (Vec<String>, bool) {
    read(Entries::all(Journal::open(bytes).unwrap()).unwrap())
}

fn error(bytes: &[u8]) -> NativeError {
    Journal::open(bytes).unwrap_err()
}

#[test]
fn every_kind_of_file_gives_the_same_entries() {
    assert_eq!(of_export().len(), 56);
    for (name, packed) in FILES {
        check(all(&unpacked(packed)), name);
    }
}

#[test]
fn what_is_of_interest_is_found_by_the_index_alone() {
    for (name, packed) in FILES {
        let bytes = unpacked(packed);
        let select = |share: fn(&str) -> Share| {
            read(Entries::selected(Journal::open(&bytes[..]).unwrap(), share).unwrap())
        };
        // Nobody here says more than an opening.
        check(select(|_| Share::Opening), name);
        check(select(|_| Share::All), name);
    }
}

#[test]
fn entries_have_the_numbers_that_journald_gave_them() {
    let bytes = unpacked(FILES[0].1);
    let mut entries = Entries::all(Journal::open(&bytes[..]).unwrap()).unwrap();
    assert_eq!(entries.next_entry().unwrap().unwrap().line, 1);
    assert_eq!(entries.next_entry().unwrap().unwrap().line, 2);
}

#[test]
fn a_truncated_file_gives_what_is_whole_and_says_so() {
    let expected = of_export();
    for (name, packed) in FILES {
        let bytes = unpacked(packed);
        // Where the last entry was written; behind it is room.
        let end = bytes.iter().rposition(|byte| *byte != 0).unwrap();
        let mut most = 0;
        for part in 1..=20 {
            let cut = TABLE_END + (end - TABLE_END) * part / 20;
            let (said, is_incomplete) = all(&bytes[..cut]);
            assert!(is_incomplete, "{name}");
            assert!(said.len() >= most && said.len() <= expected.len(), "{name}");
            most = said.len();
        }
        assert!(most > expected.len() / 2, "{name}: {most}");
    }
}

#[test]
fn a_sealed_file_is_read() {
    let mut bytes = unpacked(FILES[2].1);
    bytes[8] |= 1;
    check(all(&bytes), "");
}

#[test]
fn a_file_that_is_being_written_is_read() {
    let mut bytes = unpacked(FILES[2].1);
    bytes[16] = 1;
    check(all(&bytes), "");
}

#[test]
fn what_cannot_be_read_is_told() {
    let bytes = unpacked(FILES[0].1);
    assert!(matches!(error(b"-- Logs begin"), NativeError::NoJournal));
    assert!(matches!(error(&bytes[..100]), NativeError::HeaderCut));
    let changed = |at: usize, with: &[u8]| {
        let mut bytes = bytes[..300].to_vec();
        bytes[at..at + with.len()].copy_from_slice(with);
        error(&bytes)
    };
    assert!(matches!(changed(88, &[0, 0, 0, 0, 0, 0, 1, 8]), NativeError::BigEndian));
    assert!(matches!(changed(88, &[0; 8]), NativeError::HeaderDamaged));
    assert!(matches!(changed(12, &[0x40]), NativeError::Unknown(0x40)));
}

/// A place in the header, or behind the table.
fn place() -> impl Strategy<Value = (bool, prop::sample::Index)> {
    (prop::bool::weighted(0.2), any::<prop::sample::Index>())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_file_is_read_to_an_end(
        which in 0..FILES.len(),
        flips in prop::collection::vec((place(), any::<u8>()), 1..40),
        numbers in prop::collection::vec((place(), 0_u64..10_000_000), 0..10),
    ) {
        let mut bytes = unpacked(FILES[which].1);
        // The table of hashes is mostly empty; damage is done to the header and to what lies behind the table.
        let end = bytes.iter().rposition(|byte| *byte != 0).unwrap();
        let offset = |(in_header, at): (bool, prop::sample::Index)| {
            if in_header { at.index(272) } else { TABLE_END + at.index(end - TABLE_END) }
        };
        for (place, byte) in flips {
            bytes[offset(place)] ^= byte;
        }
        for (place, number) in numbers {
            let at = offset(place) / 8 * 8;
            bytes[at..at + 8].copy_from_slice(&number.to_le_bytes());
        }
        if let Ok(journal) = Journal::open(&bytes[..]) {
            read(Entries::all(journal).unwrap());
            read(Entries::selected(Journal::open(&bytes[..]).unwrap(), |_| Share::Opening).unwrap());
        }
    }
}
