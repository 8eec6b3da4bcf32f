//! Readers of journals: what leaves them is clean, in order, and of a boot that is known.

use std::sync::LazyLock;

use ibup_journal::native::{Entries, Journal, Share};
use ibup_journal::{Form, Reader, Splitter};

use crate::is_clean;
use crate::journal_file::{self, Entry, File, Packing};

/// What is said in the files that are damaged: a few speakers, two boots, values packed in every way.
const SAID: &[Entry<'_>] = {
    const HOST: (&str, Packing) = ("_HOSTNAME=node-9", Packing::No);
    const KERNEL: (&str, Packing) = ("_TRANSPORT=kernel", Packing::No);
    const LONG: &str = "MESSAGE=mlx5_core 0000:4b:00.0: Port module event: module 0, Cable unplugged, aaaaaaaaaaaaaaaaaaaaaaaaaa";
    &[
        Entry {
            boot: 1,
            fields: &[
                HOST,
                KERNEL,
                ("_BOOT_ID=01010101010101010101010101010101", Packing::No),
                (LONG, Packing::Zstd),
            ],
        },
        Entry {
            boot: 1,
            fields: &[
                HOST,
                ("SYSLOG_IDENTIFIER=sshd", Packing::No),
                ("MESSAGE=a session\nof two lines", Packing::No),
            ],
        },
        Entry {
            boot: 1,
            fields: &[
                HOST,
                ("_BOOT_ID=01010101010101010101010101010101", Packing::No),
                ("_COMM=cron", Packing::No),
                ("MESSAGE=a job that has a name of some length", Packing::Lz4),
            ],
        },
        Entry {
            boot: 2,
            fields: &[
                HOST,
                KERNEL,
                ("_BOOT_ID=02020202020202020202020202020202", Packing::No),
                ("MESSAGE=Linux version 6.1", Packing::Xz),
            ],
        },
        Entry {
            boot: 2,
            fields: &[
                HOST,
                ("SYSLOG_IDENTIFIER=sshd", Packing::No),
                ("_PID=7", Packing::No),
                ("MESSAGE=a session", Packing::No),
            ],
        },
        Entry {
            boot: 2,
            fields: &[
                HOST,
                ("_BOOT_ID=02020202020202020202020202020202", Packing::No),
                ("_SYSTEMD_UNIT=openibd.service", Packing::No),
                ("MESSAGE=done", Packing::No),
            ],
        },
    ]
};

/// Text in whatever form it appears to be in, or in the form that the first byte names.
pub fn text(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else { return };
    match Form::ALL.get(usize::from(*first)) {
        Some(form) => read(Reader::with_form(rest, *form)),
        None => read(Reader::new(bytes)),
    }
}

/// JSON, an entry a line or spread over lines.
pub fn json(bytes: &[u8]) {
    for form in [Form::Json, Form::JsonPretty] {
        read(Reader::with_form(bytes, form));
    }
}

/// The export form, with its binary fields.
pub fn export(bytes: &[u8]) {
    read(Reader::with_form(bytes, Form::Export));
}

fn read(mut reader: Reader<&[u8]>) {
    let (mut splitter, mut line) = (Splitter::new(), 0);
    while let Ok(Some(entry)) = reader.next_entry() {
        assert!(entry.line >= line, "{entry:?}");
        line = entry.line;
        check(&entry, &mut splitter);
    }
}

fn check(entry: &ibup_journal::Entry<'_>, splitter: &mut Splitter) {
    let names = [&entry.host, &entry.identifier, &entry.unit].into_iter().filter_map(Option::as_deref);
    let mut strings = names.chain([&*entry.message, &*entry.text]);
    assert!(strings.all(|text| is_clean(text) && !text.contains('\n')), "{entry:?}");
    let boot = splitter.place(entry);
    assert!(boot.0 < splitter.count(), "{entry:?}");
}

/// The boots of a text, by lines that are drawn from those that tell boots apart: a byte a line.
pub fn boots(bytes: &[u8]) {
    const LINES: &[&str] = &[
        "kernel: Linux version 6.1",
        "kernel: [    1.000000] pci 0000:4b:00.0: [15b3:101b] type 00 class 0x020700",
        "kernel: [   99.000000] pci 0000:4b:00.0: [15b3:101b] type 00 class 0x020700",
        "kernel: [    2.000000] pci 0000:4b:00.1: [15b3:101b] type 00 class 0x020700",
        "systemd[1]: Started A.",
        "-- Reboot --",
        "-- Boot 0123456789abcdef0123456789abcdef --",
        "-- Boot 00000000000000000000000000000001 --",
    ];
    const HOSTS: &[&str] = &["node-9", "node-9.domain.tld", "localhost", "node-8"];
    let mut log = String::new();
    for (number, byte) in bytes.iter().enumerate() {
        let line = LINES[usize::from(byte & 7)];
        let (hour, minute) = (number / 60 % 24, number % 60);
        if line.starts_with('-') {
            log += &format!("{line}\n");
        } else {
            let host = HOSTS[usize::from(byte >> 3 & 3)];
            log += &format!("Mar {:02} {hour:02}:{minute:02}:00 {host} {line}\n", 1 + (byte >> 5));
        }
    }
    read(Reader::new(log.as_bytes()));
}

/// A file of journald's: as the bytes are, or where the first of them is small, a whole one that the others damage.
pub fn native(bytes: &[u8]) {
    static FILES: LazyLock<[File; 2]> = LazyLock::new(|| {
        [false, true].map(|is_compact| {
            let file = journal_file::write(is_compact, SAID);
            let (entries, is_incomplete) = read_native(&file.bytes);
            assert_eq!((entries, is_incomplete), (7, false), "what is not damaged is read");
            file
        })
    });
    let Some((first, damage)) = bytes.split_first() else { return };
    match FILES.get(usize::from(*first)) {
        Some(file) => read_native(&damaged(file, damage)),
        None => read_native(bytes),
    };
}

/// Damages a file: each four bytes say where, how and by what.
fn damaged(file: &File, damage: &[u8]) -> Vec<u8> {
    let mut bytes = file.bytes.clone();
    for piece in damage.chunks_exact(4).take(64) {
        let at = usize::from(u16::from_le_bytes([piece[0], piece[1]])) % bytes.len();
        let number = match piece[2] % 4 {
            0 => {
                bytes[at] ^= piece[3];
                continue;
            }
            // The place of an object, so that lists lead to where they should not.
            1 => file.objects[usize::from(piece[3]) % file.objects.len()] as u64,
            2 => u64::from(piece[3]),
            _ if piece[3] < 4 => {
                bytes.truncate(at + 1);
                continue;
            }
            _ => u64::MAX >> (piece[3] % 64),
        };
        let at = at / 8 * 8;
        if let Some(place) = bytes.get_mut(at..at + 8) {
            place.copy_from_slice(&number.to_le_bytes());
        }
    }
    bytes
}

/// Reads all entries, and those of interest; returns how many there are, and whether some are missing.
fn read_native(bytes: &[u8]) -> (u64, bool) {
    let read = |mut entries: Entries<&[u8]>| {
        let (mut splitter, mut count) = (Splitter::new(), 0);
        while let Ok(Some(entry)) = entries.next_entry() {
            check(&entry, &mut splitter);
            count += 1;
        }
        // An entry is no shorter than its head, and has no more lines than a message has bytes.
        assert!(count <= bytes.len() as u64 * 1024, "{count} entries");
        (count, entries.is_incomplete())
    };
    let open = || Journal::open(bytes).ok();
    let share = |name: &str| if name == "sshd" { Share::Opening } else { Share::All };
    open().and_then(|journal| Entries::selected(journal, share).ok()).map(read);
    open().and_then(|journal| Entries::all(journal).ok()).map_or((0, true), read)
}
