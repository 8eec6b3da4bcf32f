//! Lines over a stream of bytes, bounded: a line of a gigabyte costs no more memory than one of a kilobyte.
//!
//! A line lends its bytes from the one buffer there is; nothing is copied. The export form also needs bytes by
//! count, so those are served here too. What the bytes mean is not known here.

use std::collections::VecDeque;
use std::io::{self, Read};

use memchr::{memchr, memchr_iter};

use crate::skim::{Passed, Run};

/// How much of a line is kept. A longer one loses its end.
pub const LINE_MAX: usize = 64 * 1024;

/// How much is asked of the source at a time.
const READ_SIZE: usize = 128 * 1024;

/// Where the bytes of a source come from: blocks of any length.
pub trait Blocks {
    /// Appends the next block to the buffer, and the runs of lines in it that need not be read, as far as they are
    /// known; returns false at the end.
    fn append(&mut self, buffer: &mut Vec<u8>, runs: &mut Vec<Run>) -> io::Result<bool>;
}

impl<R: Read> Blocks for R {
    fn append(&mut self, buffer: &mut Vec<u8>, _: &mut Vec<Run>) -> io::Result<bool> {
        let filled = buffer.len();
        buffer.resize(filled + READ_SIZE, 0);
        let count = loop {
            match self.read(&mut buffer[filled..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => break result,
            }
        };
        buffer.truncate(filled + count.as_ref().map_or(0, |count| *count).min(READ_SIZE));
        Ok(count? > 0)
    }
}

/// The lines of a source, one at a time.
#[derive(Debug)]
pub(crate) struct Lines<B> {
    input: B,
    buffer: Vec<u8>,
    /// How much of the source came before the buffer.
    before: u64,
    /// Runs of lines that need not be read, by their places in the source.
    runs: VecDeque<Run>,
    /// The runs of the block that is appended.
    appended: Vec<Run>,
    /// What the current line stands for.
    passed: Option<Passed>,
    /// The current line is `buffer[start..end]`.
    start: usize,
    end: usize,
    /// Where reading goes on.
    next: usize,
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

impl<B: Blocks> Lines<B> {
    pub(crate) fn new(input: B) -> Self {
        Lines {
            input,
            buffer: Vec::new(),
            before: 0,
            runs: VecDeque::new(),
            appended: Vec::new(),
            passed: None,
            start: 0,
            end: 0,
            next: 0,
            at_end: false,
            number: 0,
            cut: Cut::No,
            again: false,
        }
    }

    /// Goes to the next line; returns false at the end of the source.
    pub(crate) fn advance(&mut self) -> io::Result<bool> {
        self.passed = None;
        if std::mem::take(&mut self.again) {
            return Ok(true);
        }
        self.pass_rest()?;
        (self.start, self.end) = (self.next, self.next);
        let mut seen = 0;
        loop {
            let unseen = &self.buffer[self.start + seen..self.buffer.len()];
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
                self.next = self.buffer.len();
                self.cut = Cut::Ahead;
                break;
            }
            if !self.fill()? {
                (self.end, self.next, self.cut) = (self.buffer.len(), self.buffer.len(), Cut::No);
                if seen == 0 {
                    return Ok(false);
                }
                break;
            }
        }
        self.number += 1;
        Ok(true)
    }

    /// Goes to the next line, or to the last of a run of lines that need not be read; returns false at the end.
    pub(crate) fn advance_over_run(&mut self) -> io::Result<bool> {
        if self.next == self.buffer.len() && self.cut != Cut::Ahead && !self.again {
            (self.start, self.end) = (self.next, self.next);
            self.fill()?;
        }
        let run = self.run();
        if let Some(run) = run {
            self.next += usize::try_from(run.last - run.start).unwrap_or(0);
            self.number += run.passed.entries - 1;
        }
        let is_line = self.advance()?;
        self.passed = run.map(|run| run.passed);
        Ok(is_line)
    }

    /// Takes the run that begins where reading goes on.
    fn run(&mut self) -> Option<Run> {
        if self.again || self.cut == Cut::Ahead {
            return None;
        }
        let place = self.before + self.next as u64;
        while self.runs.front().is_some_and(|run| run.start < place) {
            self.runs.pop_front();
        }
        self.runs.pop_front_if(|run| run.start == place)
    }

    /// Returns what the current line stands for, if it is the last of a run.
    pub(crate) fn passed(&self) -> Option<Passed> {
        self.passed
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
        while self.buffer.len() - self.next < count && self.cut != Cut::Ahead && self.fill()? {}
        let end = self.buffer.len().min(self.next + count);
        Ok(&self.buffer[self.next..end])
    }

    /// Passes over bytes that are no part of a line.
    pub(crate) fn pass(&mut self, count: usize) {
        self.next = self.buffer.len().min(self.next + count);
        (self.start, self.end) = (self.next, self.next);
    }

    /// Takes the next `count` bytes, however many lines they are, and appends up to `keep` of them to `kept`.
    ///
    /// The count may lie: fewer are taken where the source ends before.
    pub(crate) fn take(&mut self, mut count: u64, mut keep: usize, kept: &mut Vec<u8>) -> io::Result<()> {
        self.pass_rest()?;
        while count > 0 {
            let here = &self.buffer[self.next..self.buffer.len()];
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
            if let Some(at) = memchr(b'\n', &self.buffer[self.next..self.buffer.len()]) {
                self.pass(at + 1);
                self.cut = Cut::Yes;
            } else {
                self.pass(self.buffer.len());
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
        // The current line and a glimpse of what follows stay below this, so the buffer does not grow on.
        if self.start == self.buffer.len() || self.buffer.len() > READ_SIZE {
            self.before += self.start as u64;
            self.buffer.copy_within(self.start.., 0);
            self.buffer.truncate(self.buffer.len() - self.start);
            self.end -= self.start;
            self.next -= self.start;
            self.start = 0;
        }
        let place = self.before + self.buffer.len() as u64;
        self.appended.clear();
        self.at_end = !self.input.append(&mut self.buffer, &mut self.appended)?;
        self.runs.extend(self.appended.iter().map(|run| run.moved(place)));
        Ok(!self.at_end)
    }
}
