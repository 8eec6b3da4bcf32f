//! Lines over a stream of bytes, bounded: a line of a gigabyte costs no more memory than one of a kilobyte.
//!
//! A line lends its bytes from the one buffer there is; nothing is copied. The export form also needs bytes by
//! count, so those are served here too. What the bytes mean is not known here.

use std::io::{self, Read};

use memchr::{memchr, memchr_iter};

/// How much of a line is kept. A longer one loses its end.
pub const LINE_MAX: usize = 64 * 1024;

/// How much is asked of the source at a time.
const READ_SIZE: usize = 128 * 1024;

/// The lines of a source, one at a time.
#[derive(Debug)]
pub(crate) struct Lines<R> {
    input: R,
    buffer: Vec<u8>,
    /// The current line is `buffer[start..end]`.
    start: usize,
    end: usize,
    /// Where reading goes on.
    next: usize,
    /// How much of the buffer holds bytes of the source.
    filled: usize,
    at_end: bool,
    number: u64,
    cut: Cut,
    /// Whether the current line is to be served once more.
    again: bool,
}

/// Whether the current line lost its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cut {
    No,
    Yes,
    /// It did, and the lost part has yet to be passed over.
    Ahead,
}

impl<R: Read> Lines<R> {
    pub(crate) fn new(input: R) -> Self {
        Lines {
            input,
            buffer: Vec::new(),
            start: 0,
            end: 0,
            next: 0,
            filled: 0,
            at_end: false,
            number: 0,
            cut: Cut::No,
            again: false,
        }
    }

    /// Goes to the next line; returns false at the end of the source.
    pub(crate) fn advance(&mut self) -> io::Result<bool> {
        if std::mem::take(&mut self.again) {
            return Ok(true);
        }
        self.pass_rest()?;
        (self.start, self.end) = (self.next, self.next);
        let mut seen = 0;
        loop {
            let unseen = &self.buffer[self.start + seen..self.filled];
            if let Some(at) = memchr(b'\n', unseen) {
                let length = seen + at;
                self.end = self.start + length.min(LINE_MAX);
                self.next = self.start + length + 1;
                self.cut = if length > LINE_MAX { Cut::Yes } else { Cut::No };
                break;
            }
            seen += unseen.len();
            if seen > LINE_MAX {
                self.end = self.start + LINE_MAX;
                self.next = self.filled;
                self.cut = Cut::Ahead;
                break;
            }
            if !self.fill()? {
                (self.end, self.next, self.cut) = (self.filled, self.filled, Cut::No);
                if seen == 0 {
                    return Ok(false);
                }
                break;
            }
        }
        self.number += 1;
        Ok(true)
    }

    /// Makes the next [`Self::advance`] serve the current line once more.
    pub(crate) fn retract(&mut self) {
        self.again = true;
    }

    /// Returns the current line, without its end-of-line characters.
    pub(crate) fn line(&self) -> &[u8] {
        let mut line = &self.buffer[self.start..self.end];
        while let [rest @ .., b'\r'] = line {
            line = rest;
        }
        line
    }

    /// Returns the number of the current line, counted from 1.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// Tells whether the current line lost its end.
    pub(crate) fn is_cut(&self) -> bool {
        self.cut != Cut::No
    }

    /// Returns what follows the current line: `count` bytes, or fewer at the end of the source.
    pub(crate) fn following(&mut self, count: usize) -> io::Result<&[u8]> {
        while self.filled - self.next < count && self.cut != Cut::Ahead && self.fill()? {}
        let end = self.filled.min(self.next + count);
        Ok(&self.buffer[self.next..end])
    }

    /// Passes over bytes that are no part of a line.
    pub(crate) fn pass(&mut self, count: usize) {
        self.next = self.filled.min(self.next + count);
        (self.start, self.end) = (self.next, self.next);
    }

    /// Takes the next `count` bytes, however many lines they are, and appends up to `keep` of them to `kept`.
    ///
    /// The count may lie: fewer are taken where the source ends before.
    pub(crate) fn take(&mut self, mut count: u64, mut keep: usize, kept: &mut Vec<u8>) -> io::Result<()> {
        self.pass_rest()?;
        while count > 0 {
            let here = &self.buffer[self.next..self.filled];
            let here = &here[..here.len().min(usize::try_from(count).unwrap_or(usize::MAX))];
            let wanted = &here[..here.len().min(keep)];
            kept.extend_from_slice(wanted);
            keep -= wanted.len();
            count -= here.len() as u64;
            self.number += memchr_iter(b'\n', here).count() as u64;
            self.pass(here.len());
            if count > 0 && !self.fill()? {
                break;
            }
        }
        Ok(())
    }

    /// Passes over what is left of a line that was cut.
    fn pass_rest(&mut self) -> io::Result<()> {
        while self.cut == Cut::Ahead {
            if let Some(at) = memchr(b'\n', &self.buffer[self.next..self.filled]) {
                self.pass(at + 1);
                self.cut = Cut::Yes;
            } else {
                self.pass(self.filled);
                if !self.fill()? {
                    self.cut = Cut::Yes;
                }
            }
        }
        Ok(())
    }

    /// Reads more, keeping all from the current line on; returns false at the end of the source.
    fn fill(&mut self) -> io::Result<bool> {
        if self.at_end {
            return Ok(false);
        }
        if self.buffer.len() - self.filled < READ_SIZE {
            self.buffer.copy_within(self.start..self.filled, 0);
            self.end -= self.start;
            self.next -= self.start;
            self.filled -= self.start;
            self.start = 0;
            // The current line and a glimpse of what follows stay below this; it is allocated once.
            self.buffer.resize(LINE_MAX + 2 * READ_SIZE, 0);
        }
        let room = self.filled + READ_SIZE;
        loop {
            match self.input.read(&mut self.buffer[self.filled..room]) {
                Ok(0) => self.at_end = true,
                Ok(count) => self.filled += count.min(READ_SIZE),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            }
            return Ok(!self.at_end);
        }
    }
}
