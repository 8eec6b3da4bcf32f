//! What holds for any input.

use std::fmt::Write as _;
use std::io::{self, Read};

use ibup_journal::{Entry, Form, Reader, Splitter};
use proptest::prelude::*;

/// A source that comes in pieces of the given sizes.
struct Pieces<'a> {
    bytes: &'a [u8],
    sizes: std::iter::Cycle<std::slice::Iter<'a, usize>>,
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let size = *self.sizes.next().unwrap_or(&1);
        let count = size.min(buffer.len()).min(self.bytes.len());
        buffer[..count].copy_from_slice(&self.bytes[..count]);
        self.bytes = &self.bytes[count..];
        Ok(count)
    }
}

fn is_clean(text: &str) -> bool {
    !text.chars().any(|character| {
        character.is_control()
            || matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    })
}

fn strings<'a>(entry: &'a Entry<'_>) -> impl Iterator<Item = &'a str> {
    let names = [&entry.host, &entry.identifier, &entry.unit];
    names.into_iter().filter_map(Option::as_deref).chain([&*entry.message, &*entry.text])
}

/// Reads all of a source and shows it; checks on the way what holds for every entry.
fn read(source: impl Read, told: Option<Form>) -> String {
    let mut reader = match told {
        Some(form) => Reader::with_form(source, form),
        None => Reader::new(source),
    };
    let mut splitter = Splitter::new();
    let mut shown = String::new();
    let mut line = 0;
    loop {
        match reader.next_entry() {
            Ok(Some(entry)) => {
                assert!(strings(&entry).all(is_clean), "{entry:?}");
                assert!(entry.line >= line, "{entry:?}");
                line = entry.line;
                let boot = splitter.place(&entry);
                assert!(boot.0 < splitter.count());
                writeln!(shown, "{boot:?} {entry:?}").unwrap();
            }
            Ok(None) => return format!("{shown}{:?} {}", reader.forms(), reader.cut()),
            Err(error) => return format!("{shown}{error}"),
        }
    }
}

/// Pieces of which lines of all forms are made, whole and broken.
fn token() -> impl Strategy<Value = Vec<u8>> {
    let known = prop::sample::select(vec![
        "Mar 18 10:29:41 ",
        "2月 29 10:29:41.5 ",
        "2026-11-23T01:44:20+0000 ",
        "2026-11-23T01:44:20,536709+00:00 ",
        "Mon 2026-11-23 01:44:20 UTC ",
        "Mon 2026-11-23 01:44:20.536709 UTC [s=f;i=1;b=f906155d539244c88779c6d5a658d40c;m=ff;t=ffffffffff;x=3]\n",
        "    MESSAGE=a\n",
        "            b\n",
        "[   29.653745] ",
        "[    5.066801 <    0.256112 >] ",
        "[Sun Dec  1 14:54:40 2024] ",
        "[  +0.000013] ",
        "[    T1] ",
        "1795398260.536709 ",
        "kern  :info  : ",
        "<34>1 ",
        "<6>",
        "- - [a b=\"c\\\"]\"] ",
        "node-9 ",
        "localhost ",
        "kernel: ",
        "systemd[1]: ",
        "init.scope[1]: ",
        "Linux version 6.1 ",
        "pci 0000:4b:00.0: [15b3:101b] type 00",
        "-- Reboot --\n",
        "-- Boot f906155d539244c88779c6d5a658d40c --\n",
        "{\"MESSAGE\":\"a\\nb\\u001b[0m\",\"_HOSTNAME\":\"h\"}\n",
        "{\"MESSAGE\":[97,10,255,[1]],",
        "{\n\t\"MESSAGE\" : \"a\"\n}\n",
        "}",
        "__CURSOR=a\n",
        "__REALTIME_TIMESTAMP=1795398260536709\n",
        "MESSAGE\n",
        "\u{3}\0\0\0\0\0\0\0",
        "_HOSTNAME=x\n",
        "\u{1b}[0;32m",
        "\u{1b}]0;title\u{7}",
        "\u{1b}",
        "[60G[  [1;32mOK[0;39m  ]",
        "#033[0m",
        "\u{202e}\u{feff}\u{85}\u{9b}1m",
        "é中",
        "\t",
        "\r",
        "\r\n",
        "\n",
        "\n\n",
        "        ",
        "> ",
        "messages:",
        "\0\0\0",
    ]);
    prop_oneof![
        200 => known.prop_map(|text| text.as_bytes().to_vec()),
        20 => prop::collection::vec(any::<u8>(), 0..12),
        1 => (any::<u8>(), 65_500_usize..66_000).prop_map(|(byte, count)| vec![byte; count]),
    ]
}

fn journal() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(token(), 0..60).prop_map(|tokens| tokens.concat())
}

fn told() -> impl Strategy<Value = Option<Form>> {
    prop::option::of(prop::sample::select(Form::ALL.to_vec()))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_to_the_end(bytes in prop::collection::vec(any::<u8>(), 0..2000), told in told()) {
        read(&bytes[..], told);
    }

    #[test]
    fn anything_like_a_journal_is_read_to_the_end(bytes in journal(), told in told()) {
        read(&bytes[..], told);
    }

    #[test]
    fn the_pieces_in_which_bytes_come_do_not_matter(
        bytes in journal(),
        told in told(),
        sizes in prop::collection::vec(1_usize..9000, 1..8),
    ) {
        let pieces = Pieces { bytes: &bytes, sizes: sizes.iter().cycle() };
        prop_assert_eq!(read(pieces, told), read(&bytes[..], told));
    }

    #[test]
    fn two_boots_one_after_the_other_are_two(
        first in prop::sample::subsequence((1..55).collect::<Vec<usize>>(), 0..54),
        second in prop::sample::subsequence((1..55).collect::<Vec<usize>>(), 0..54),
    ) {
        // The banner and any part of what follows, a day later once more.
        let lines: Vec<&str> = include_str!("../forms/short.log").lines().collect();
        let cut = |picked: &[usize]| picked.iter().fold(lines[0].to_owned(), |log, &at| log + "\n" + lines[at]);
        let log = format!("{}\n{}\n", cut(&first), cut(&second).replace("Nov 23", "Nov 24"));
        let mut reader = Reader::new(log.as_bytes());
        let mut splitter = Splitter::new();
        let mut places = Vec::new();
        while let Some(entry) = reader.next_entry().unwrap() {
            places.push(splitter.place(&entry).0);
        }
        let expected = [vec![0; first.len() + 1], vec![1; second.len() + 1]].concat();
        prop_assert_eq!(places, expected);
    }
}
