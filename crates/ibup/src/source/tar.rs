//! tar archives, member by member, without a seek: the formats that tar programs write today.
//!
//! Only names, links and contents matter here, and all of it may be hostile. So names are bounded, none of them leads
//! upwards, and what does not add up ends the archive with an error.
//!
//! Source: POSIX.1-2001, pax, "ustar Interchange Format" and "pax Header Block"; GNU tar manual, "Basic Tar Format".

use std::io::{self, Read};

/// The unit of an archive.
const BLOCK: usize = 512;
/// The longest name or extended header that is looked at, in bytes: twice the longest path of Linux.
const EXTENSION_MAX: u64 = 8 << 10;

/// What a member is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// A file; its contents follow.
    File,
    /// A link to another place, as it was written.
    Link(String),
    /// The same file as another member, by its path.
    Same(String),
    /// A directory, a device, anything else.
    Other,
}

/// A member of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Member {
    /// Its path, without a slash before it, and without any part that is empty, `.` or `..`.
    pub(super) path: String,
    /// What it is.
    pub(super) kind: Kind,
}

/// Reads an archive.
#[derive(Debug)]
pub(super) struct Archive<R> {
    input: R,
    /// What is left of the contents of the current member, in bytes.
    left: u64,
    /// What follows them to the next block.
    padding: u64,
}

/// Returns whether this is the first block of an archive.
pub(super) fn is_archive(block: &[u8]) -> bool {
    block.get(257..262) == Some(b"ustar") && block.len() >= BLOCK && is_whole(block)
}

impl<R: Read> Archive<R> {
    pub(super) fn new(input: R) -> Self {
        Self { input, left: 0, padding: 0 }
    }

    /// Goes to the next member that has a path; returns none at the end of the archive.
    pub(super) fn next_member(&mut self) -> io::Result<Option<Member>> {
        let mut extension = Extension::default();
        loop {
            self.pass(self.left)?;
            self.pass(self.padding)?;
            (self.left, self.padding) = (0, 0);
            let mut block = [0; BLOCK];
            let filled = fill(&mut self.input, &mut block)?;
            // Some writers leave the empty blocks at the end out.
            if filled == 0 || block.iter().all(|byte| *byte == 0) {
                return Ok(None);
            }
            if filled < BLOCK {
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the archive ends too early"));
            }
            let size = number(&block[124..136]).filter(|_| is_whole(&block)).ok_or_else(damaged)?;
            self.begin(size);
            match block[156] {
                b'L' => extension.path = Some(self.name()?),
                b'K' => extension.link = Some(self.name()?),
                b'x' => extension.read(&self.extension()?),
                b'g' => {}
                kind => {
                    if let Some(size) = extension.size {
                        self.begin(size);
                    }
                    let path = extension.path.take().unwrap_or_else(|| path(&block));
                    let link = extension.link.take().unwrap_or_else(|| text(&block[157..257]));
                    extension = Extension::default();
                    if let Some(path) = tame(&path) {
                        return Ok(Some(Member { path, kind: kind_of(kind, link) }));
                    }
                }
            }
        }
    }

    /// Returns the contents of the current member.
    pub(super) fn contents(&mut self) -> impl Read + '_ {
        Contents { archive: self }
    }

    fn begin(&mut self, size: u64) {
        self.left = size;
        self.padding = size.wrapping_neg() % BLOCK as u64;
    }

    fn pass(&mut self, count: u64) -> io::Result<()> {
        let passed = io::copy(&mut (&mut self.input).take(count), &mut io::sink())?;
        if passed < count {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the archive ends too early"));
        }
        Ok(())
    }

    /// Reads the contents of a header that is about the next member, as far as it is of a sensible length.
    fn extension(&mut self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.contents().take(EXTENSION_MAX).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn name(&mut self) -> io::Result<String> {
        Ok(text(&self.extension()?))
    }
}

/// The contents of the current member.
struct Contents<'a, R> {
    archive: &'a mut Archive<R>,
}

impl<R: Read> Read for Contents<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let room = buffer.len().min(usize::try_from(self.archive.left).unwrap_or(usize::MAX));
        let count = self.archive.input.read(&mut buffer[..room])?;
        if count == 0 && room > 0 {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the archive ends too early"));
        }
        self.archive.left -= count as u64;
        Ok(count)
    }
}

/// What headers say of the member after them.
#[derive(Debug, Default)]
struct Extension {
    path: Option<String>,
    link: Option<String>,
    size: Option<u64>,
}

impl Extension {
    /// Reads the records of a pax header: `LENGTH KEY=VALUE` and an end of line, where the length is that of all of it.
    fn read(&mut self, mut bytes: &[u8]) {
        while let Some(space) = bytes.iter().position(|byte| *byte == b' ') {
            let length =
                std::str::from_utf8(&bytes[..space]).ok().and_then(|text| text.parse::<usize>().ok());
            let Some(record) = length.and_then(|length| bytes.get(space + 1..length)) else { return };
            bytes = &bytes[space + 1 + record.len()..];
            let record = String::from_utf8_lossy(record.strip_suffix(b"\n").unwrap_or(record));
            match record.split_once('=') {
                Some(("path", path)) => self.path = Some(path.to_owned()),
                Some(("linkpath", path)) => self.link = Some(path.to_owned()),
                Some(("size", size)) => self.size = size.parse().ok(),
                _ => {}
            }
        }
    }
}

fn kind_of(kind: u8, link: String) -> Kind {
    match kind {
        0 | b'0' | b'7' => Kind::File,
        b'1' => tame(&link).map_or(Kind::Other, Kind::Same),
        b'2' => Kind::Link(link),
        _ => Kind::Other,
    }
}

/// Returns a path without what leads nowhere; nothing of one that leads upwards or is empty.
fn tame(path: &str) -> Option<String> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    let is_tame = !parts.is_empty() && !parts.contains(&"..");
    is_tame.then(|| parts.join("/").replace(char::is_control, "?"))
}

fn path(block: &[u8; BLOCK]) -> String {
    let name = text(&block[..100]);
    // GNU's own format has other things where POSIX has the front of a long path.
    let prefix = if &block[257..263] == b"ustar\0" { text(&block[345..500]) } else { String::new() };
    if prefix.is_empty() { name } else { format!("{prefix}/{name}") }
}

/// Returns the text up to the first NUL.
fn text(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    String::from_utf8_lossy(&bytes[..end]).into_owned()
}

/// Reads a number: octal digits or, where the first bit is set, base 256.
fn number(field: &[u8]) -> Option<u64> {
    if field[0] & 0x80 != 0 {
        let (first, rest) = field.split_first()?;
        let start = u64::from(first & 0x7f);
        return rest
            .iter()
            .try_fold(start, |sum, byte| sum.checked_mul(256).map(|sum| sum | u64::from(*byte)));
    }
    let digits = std::str::from_utf8(field).ok()?.trim_matches([' ', '\0']);
    if digits.is_empty() { Some(0) } else { u64::from_str_radix(digits, 8).ok() }
}

/// Returns whether a header's sum is right; it counts its own field as blanks.
fn is_whole(block: &[u8]) -> bool {
    let sum: u64 = block
        .iter()
        .enumerate()
        .map(|(at, byte)| match at {
            148..156 => u64::from(b' '),
            _ => u64::from(*byte),
        })
        .sum();
    number(&block[148..156]) == Some(sum)
}

fn fill(input: &mut impl Read, block: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < block.len() {
        match input.read(&mut block[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "the archive is damaged")
}
