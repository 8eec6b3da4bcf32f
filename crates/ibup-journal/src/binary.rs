//! Recognizes sources that are no text, to say so instead of reading nonsense.

use std::fmt;

/// What a source that is no text appears to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binary {
    /// A journal in the format of journald itself.
    Journal,
    /// Compressed by gzip.
    Gzip,
    /// Compressed by xz.
    Xz,
    /// Compressed by zstd.
    Zstd,
    /// Compressed by bzip2.
    Bzip2,
    /// Anything else.
    Other,
}

/// The bytes that files begin with.
const MAGIC: [(&[u8], Binary); 11] = [
    (crate::native::SIGNATURE, Binary::Journal),
    (b"\x1f\x8b", Binary::Gzip),
    (b"\xfd7zXZ\0", Binary::Xz),
    (b"\x28\xb5\x2f\xfd", Binary::Zstd),
    (b"BZh", Binary::Bzip2),
    (b"\x7fELF", Binary::Other),
    (b"PK\x03\x04", Binary::Other),
    (b"7z\xbc\xaf\x27\x1c", Binary::Other),
    (b"\x04\x22\x4d\x18", Binary::Other),
    // Text, but of two bytes a character.
    (b"\xff\xfe", Binary::Other),
    (b"\xfe\xff", Binary::Other),
];

impl Binary {
    /// How much of a source is looked at.
    pub(crate) const HEAD: usize = 4096;

    /// Returns what a source is that begins with the given bytes; `None` if it may be text.
    pub(crate) fn of(head: &[u8]) -> Option<Self> {
        let known = MAGIC.iter().find(|(magic, kind)| match kind {
            // `BZh` alone might begin a word.
            Binary::Bzip2 => head.starts_with(magic) && head.get(4..10) == Some(b"1AY&SY"),
            _ => head.starts_with(magic),
        });
        if let Some((_, kind)) = known {
            return Some(*kind);
        }
        let is_tar = head.get(257..262) == Some(b"ustar");
        (is_tar || is_full_of_nul(head) || is_full_of_controls(head)).then_some(Binary::Other)
    }
}

/// Tells whether NUL bytes are all over the place.
///
/// A long run of them is what a crash leaves in a log; the few in an export are the sizes of binary fields.
fn is_full_of_nul(head: &[u8]) -> bool {
    const RUN: usize = 64;
    if crate::form::export::is_start(head) {
        return false;
    }
    let runs = head.chunk_by(|a, b| (*a == 0) == (*b == 0)).filter(|run| run[0] == 0 && run.len() < RUN);
    let count: usize = runs.map(<[u8]>::len).sum();
    count >= RUN && count > head.len() / 32
}

/// Tells whether bytes that no text holds are all over the place: of random bytes one in ten is a control character.
fn is_full_of_controls(head: &[u8]) -> bool {
    const ENOUGH: usize = 64;
    let in_text = |byte: &u8| matches!(byte, 0 | b'\t' | b'\n' | b'\r' | 0x1b) || !byte.is_ascii_control();
    let controls = head.iter().filter(|byte| !in_text(byte)).count();
    controls >= ENOUGH && controls > head.len() / 32 && !crate::form::export::is_start(head)
}

impl fmt::Display for Binary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Binary::Journal => "a native journal file",
            Binary::Gzip => "gzip data",
            Binary::Xz => "xz data",
            Binary::Zstd => "zstd data",
            Binary::Bzip2 => "bzip2 data",
            Binary::Other => "binary data",
        })
    }
}
