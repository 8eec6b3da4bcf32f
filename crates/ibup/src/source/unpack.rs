//! From the bytes of a source to text, a journal file or the members of an archive, however often it is packed.
//!
//! ```text
//! bytes -> compressed? -> unpacked -> compressed? ... -> a tar archive, a journal file, or what is read as text
//! ```
//!
//! What unpacks out of all proportion is no log but an attack, or a mistake: a budget that all layers of a source share
//! ends it. Nothing is written to a disk.

use std::cell::Cell;
use std::io::{self, Cursor, Read};

use ibup_journal::native;

use super::compression::Compression;
use super::tar;

/// So many layers, of compression and of archives, may lie in each other: a rotated log in a report in a collection of
/// reports makes five.
const LAYERS_MAX: u8 = 6;

/// So many times its size a source may unpack to. The most repetitive logs stay below it: gzip comes to 1032 at most.
const RATIO_MAX: u64 = 2000;

/// What a source may unpack to whatever its size, in bytes: few bytes of repetition make a large ratio.
const FREE: u64 = 256 << 20;

/// What is looked at to tell what something is: a tar header.
const HEAD: usize = 512;

/// What a source has been read and unpacked to so far, and what it may unpack to whatever its size.
#[derive(Debug)]
pub(crate) struct Budget {
    free: u64,
    read: Cell<u64>,
    unpacked: Cell<u64>,
}

/// A source without its compression.
pub(crate) enum Content<'r> {
    /// Text, or something that is neither compressed nor an archive.
    Text(Box<dyn Read + 'r>),
    /// A journal file of journald's.
    Journal(Box<dyn Read + 'r>),
    /// A tar archive, and how many layers it and what is around it are.
    Archive(Box<dyn Read + 'r>, u8),
}

impl Default for Budget {
    fn default() -> Self {
        Self::with_free(FREE)
    }
}

impl Budget {
    /// Starts with nothing read.
    pub(crate) fn with_free(free: u64) -> Self {
        Self { free, read: Cell::new(0), unpacked: Cell::new(0) }
    }

    /// Returns the bytes of the source itself, with what is read of them counted.
    pub(crate) fn source<'r>(&'r self, input: impl Read + 'r) -> Box<dyn Read + 'r> {
        Box::new(Counted { input, budget: self, is_unpacked: false })
    }

    fn count(&self, bytes: u64, is_unpacked: bool) -> io::Result<()> {
        if !is_unpacked {
            self.read.set(self.read.get().saturating_add(bytes));
            return Ok(());
        }
        self.unpacked.set(self.unpacked.get().saturating_add(bytes));
        let allowed = self.read.get().saturating_mul(RATIO_MAX).saturating_add(self.free);
        if self.unpacked.get() > allowed {
            return Err(refused(format!("it unpacks to more than {RATIO_MAX} times its size: refused")));
        }
        Ok(())
    }
}

/// Unpacks a stream that lies in so many layers, until it is compressed no more.
pub(crate) fn unpack<'r>(
    mut input: Box<dyn Read + 'r>,
    mut layers: u8,
    budget: &'r Budget,
) -> io::Result<Content<'r>> {
    loop {
        let peeked = Peeked::new(input);
        let compression = Compression::of(peeked.head.get_ref());
        let is_archive = tar::is_archive(peeked.head.get_ref());
        let is_journal = native::is_journal(peeked.head.get_ref());
        input = Box::new(peeked);
        if is_journal {
            return Ok(Content::Journal(input));
        }
        if compression.is_none() && !is_archive {
            return Ok(Content::Text(input));
        }
        layers += 1;
        if layers > LAYERS_MAX {
            return Err(refused(format!("it is packed more than {LAYERS_MAX} times over: refused")));
        }
        let Some(compression) = compression else {
            return Ok(Content::Archive(input, layers));
        };
        input = Box::new(Counted { input: compression.decoder(input), budget, is_unpacked: true });
    }
}

fn refused(reason: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason)
}

/// A stream whose first bytes have been looked at.
struct Peeked<R> {
    head: Cursor<Vec<u8>>,
    /// What ended the look.
    error: Option<io::Error>,
    rest: R,
}

impl<R: Read> Peeked<R> {
    fn new(mut rest: R) -> Self {
        let mut head = Vec::with_capacity(HEAD);
        let error = (&mut rest).take(HEAD as u64).read_to_end(&mut head).err();
        Self { head: Cursor::new(head), error, rest }
    }
}

impl<R: Read> Read for Peeked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.head.read(buffer)? {
            0 if !buffer.is_empty() => self.error.take().map_or_else(|| self.rest.read(buffer), Err),
            count => Ok(count),
        }
    }
}

/// A stream whose bytes are counted.
struct Counted<'r, R> {
    input: R,
    budget: &'r Budget,
    is_unpacked: bool,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        self.budget.count(count as u64, self.is_unpacked)?;
        Ok(count)
    }
}
