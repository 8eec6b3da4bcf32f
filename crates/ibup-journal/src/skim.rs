//! Skimming: which lines of a block need not be read, because nobody listens to who says them.
//!
//! Years of a machine's log hold a few lines on any one subject. The lines of syslog and of journalctl's short forms have
//! their speaker at the same place, so that most are told apart by a glance there; only of the speakers that
//! somebody listens to are the words looked at. What is passed over is counted, and the last line of each such run is still
//! read: the time goes on by it, and the next line may continue it.
//!
//! A block is skimmed by itself, so that several can be at once.

use std::time::Duration;

use memchr::memchr;
use rustc_hash::FxHashMap;

use crate::form::speaker;
use crate::lines::LINE_MAX;

/// Somebody who reads journals for some things only.
pub trait Interest: Sync {
    /// Returns by what ear a speaker is listened to, by its identifier; none if nothing matters that it says.
    fn ear(&self, identifier: &str) -> Option<Ear>;

    /// Returns in which places of a text words stand that matter whoever says them: in their order, and one of a line at
    /// least.
    fn places(&self, text: &[u8]) -> Vec<usize>;

    /// Returns what a message may be worth, said by somebody who is listened to by this ear.
    fn weigh(&self, ear: Ear, identifier: &str, message: &str) -> Weight;
}

/// What a speaker is listened to by: a number that only whoever listens knows the meaning of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ear(pub usize);

/// What a message may be worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Nothing.
    Nothing,
    /// Nothing by itself, but it is on the subject.
    Related,
    /// One of many of which some show that there are such.
    Example,
    /// It has to be read.
    All,
}

/// What was passed over, or would have been.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Passed {
    /// So many entries.
    pub entries: u64,
    /// So many of them of the kernel.
    pub kernel: u64,
    /// So many of them on the subject.
    pub related: u64,
}

/// A run of lines that need not be read, all of one host and in one form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// Where it begins.
    pub(crate) start: u64,
    /// Where its last line begins.
    pub(crate) last: u64,
    /// What is in it, the last line among it.
    pub(crate) passed: Passed,
}

impl Run {
    /// Returns the run with its places counted from so much earlier.
    pub(crate) fn moved(self, by: u64) -> Self {
        Self { start: self.start + by, last: self.last + by, ..self }
    }
}

/// So many examples are read after the beginning of a block or of a boot.
const EXAMPLES_ENOUGH: u32 = 16;
/// The longest identifier that is looked at.
const IDENTIFIER_MAX: usize = 48;
/// How many identifiers are remembered. Those of more are asked about each time.
const IDENTIFIERS_MAX: usize = 1024;
/// How the kernel's first line of every boot begins.
const BANNER: &[u8] = b"Linux version ";

/// Finds the runs in a block of whole lines.
pub fn skim(block: &[u8], interest: &dyn Interest, runs: &mut Vec<Run>) {
    let mut skimmer = Skimmer {
        interest,
        has_controls: holds_controls(block),
        shape: None,
        ears: FxHashMap::default(),
        examples: 0,
        kernel_time: Duration::ZERO,
    };
    let mut words = interest.places(block).into_iter().peekable();
    let mut run: Option<Run> = None;
    let mut start = 0;
    while let Some(length) = memchr(b'\n', &block[start..]) {
        let end = start + length;
        let line = &block[start..end];
        let mut has_words = false;
        while words.next_if(|place| *place < end).is_some() {
            has_words = true;
        }
        let glance = if has_words { Glance::ALL } else { skimmer.glance(line) };
        if glance.weight == Weight::All {
            runs.extend(run.take());
            skimmer.begin_after(line);
        } else {
            let place = start as u64;
            let run = run.get_or_insert(Run { start: place, last: place, passed: Passed::default() });
            run.last = place;
            run.passed.entries += 1;
            run.passed.kernel += u64::from(glance.is_kernel);
            run.passed.related += u64::from(glance.weight == Weight::Related);
        }
        start = end + 1;
    }
    runs.extend(run);
}

/// What a line shows at a glance.
struct Glance {
    weight: Weight,
    is_kernel: bool,
}

impl Glance {
    const ALL: Self = Self { weight: Weight::All, is_kernel: false };
}

struct Skimmer<'a> {
    interest: &'a dyn Interest,
    has_controls: bool,
    /// What the lines look like.
    shape: Option<Shape<'a>>,
    /// By what each identifier is listened to. There are few, so that nobody can make them collide.
    ears: FxHashMap<&'a [u8], Option<Ear>>,
    examples: u32,
    /// The time since boot in the last line of the kernel's.
    kernel_time: Duration,
}

impl<'a> Skimmer<'a> {
    /// Learns what the lines look like from one that is read.
    fn begin_after(&mut self, line: &'a [u8]) {
        self.shape = Shape::of(line);
        if memchr::memmem::find(line, BANNER).is_some() {
            (self.examples, self.kernel_time) = (0, Duration::ZERO);
        }
    }

    fn glance(&mut self, line: &'a [u8]) -> Glance {
        let Some(said) = self.shape.as_ref().and_then(|shape| shape.said(line)) else { return Glance::ALL };
        if line.len() > LINE_MAX || self.has_controls && holds_controls(line) {
            return Glance::ALL;
        }
        let Some((identifier, message)) = split(said) else { return Glance::ALL };
        let Some(ear) = self.ear(identifier) else {
            return Glance { weight: Weight::Nothing, is_kernel: false };
        };
        // What is no UTF-8 is made so first.
        let (Ok(identifier), Ok(message)) = (str::from_utf8(identifier), str::from_utf8(message)) else {
            return Glance::ALL;
        };
        let is_kernel = identifier == "kernel";
        let time = if is_kernel { speaker::kernel_time(message, 0) } else { None };
        let message = time.map_or(message, |time| &message[time.end..]);
        if time.is_some_and(|time| self.falls_back(time.time)) {
            return Glance::ALL;
        }
        let weight = match self.interest.weigh(ear, identifier, message) {
            Weight::Example if self.examples < EXAMPLES_ENOUGH => {
                self.examples += 1;
                Weight::All
            }
            weight => weight,
        };
        Glance { weight, is_kernel }
    }

    fn ear(&mut self, identifier: &'a [u8]) -> Option<Ear> {
        if let Some(known) = self.ears.get(identifier) {
            return *known;
        }
        // Nobody's name has such bytes in it, so who speaks has to be made out first.
        let ear = str::from_utf8(identifier).ok().and_then(|name| self.interest.ear(name));
        if self.ears.len() < IDENTIFIERS_MAX {
            self.ears.insert(identifier, ear);
        }
        ear
    }

    /// Returns whether the kernel's time since boot is less than before, so that another boot may have begun.
    fn falls_back(&mut self, time: Duration) -> bool {
        time < std::mem::replace(&mut self.kernel_time, time)
    }
}

/// What the lines of a log have in common: stamps of the same form, and the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shape<'a> {
    /// Where bytes stand that are the same in every stamp.
    fixed: &'static [(usize, u8)],
    /// How long the stamp is.
    stamp: usize,
    /// The host, with the blanks around it.
    host: &'a [u8],
}

/// `Mar 18 10:29:41`, or with a fraction.
const TRADITIONAL: &[(usize, u8)] = &[(3, b' '), (6, b' '), (9, b':'), (12, b':')];
/// `2026-11-23T01:44:20+00:00`, or with a fraction.
const ISO: &[(usize, u8)] = &[(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
/// The longest stamp and the longest host that is looked for.
const WORD_MAX: usize = 64;

impl<'a> Shape<'a> {
    /// Returns the shape of a line, if it has any.
    fn of(line: &'a [u8]) -> Option<Self> {
        let (fixed, date) = match line.first()? {
            b'A'..=b'Z' => (TRADITIONAL, 15),
            b'0'..=b'9' => (ISO, 19),
            _ => return None,
        };
        if !has_fixed(line, fixed) {
            return None;
        }
        let blank = |from: usize| {
            let word = line.get(from..)?;
            memchr(b' ', &word[..word.len().min(WORD_MAX)]).map(|length| from + length)
        };
        let stamp = blank(date)?;
        let host = blank(stamp + 1)?;
        // Where the host is left out, its place holds who speaks.
        let is_host = host > stamp + 1 && !matches!(line[host - 1], b':' | b']');
        is_host.then_some(Shape { fixed, stamp, host: &line[stamp..=host] })
    }

    /// Returns what follows the host in a line of this shape.
    fn said<'l>(&self, line: &'l [u8]) -> Option<&'l [u8]> {
        let said = line.get(self.stamp..)?.strip_prefix(self.host)?;
        has_fixed(line, self.fixed).then_some(said)
    }
}

fn has_fixed(line: &[u8], fixed: &[(usize, u8)]) -> bool {
    fixed.iter().all(|(at, byte)| line.get(*at) == Some(byte))
}

/// Splits `identifier[123]: message`; what looks otherwise has to be read.
fn split(said: &[u8]) -> Option<(&[u8], &[u8])> {
    let head = &said[..said.len().min(IDENTIFIER_MAX)];
    let end = head.iter().position(|byte| matches!(byte, b'[' | b':' | b' '))?;
    let rest = match head[end] {
        b'[' => {
            let digits = said[end + 1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            said[end + 1 + digits..].strip_prefix(b"]")?
        }
        _ => &said[end..],
    };
    (end > 0).then_some((&said[..end], rest.strip_prefix(b": ")?))
}

fn is_control(byte: u8) -> bool {
    byte < b' ' && byte != b'\n'
}

/// Returns whether there are bytes that the reader changes, so that what is said has to be made out first.
fn holds_controls(bytes: &[u8]) -> bool {
    // Without an early end, so that the compiler makes vector instructions of it.
    bytes.iter().fold(false, |any, byte| any | is_control(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Blocks, Reader};

    /// Somebody who listens to one program, to what it says of fire, and to whoever calls for help.
    struct Guard;

    impl Interest for Guard {
        fn ear(&self, identifier: &str) -> Option<Ear> {
            ["alarm", "kernel"].contains(&identifier).then_some(Ear(0))
        }

        fn places(&self, text: &[u8]) -> Vec<usize> {
            memchr::memmem::find_iter(text, b"help").collect()
        }

        fn weigh(&self, _: Ear, _: &str, message: &str) -> Weight {
            match message {
                message if message.contains("fire") => Weight::All,
                message if message.contains("smoke") => Weight::Related,
                message if message.contains("test") => Weight::Example,
                _ => Weight::Nothing,
            }
        }
    }

    /// One block, skimmed.
    struct One<'a>(&'a str);

    impl Blocks for One<'_> {
        fn append(&mut self, buffer: &mut Vec<u8>, runs: &mut Vec<Run>) -> std::io::Result<bool> {
            skim(self.0.as_bytes(), &Guard, runs);
            buffer.extend_from_slice(self.0.as_bytes());
            Ok(!std::mem::take(&mut self.0).is_empty())
        }
    }

    /// Checks which lines are read, and what the last line of each run stands for.
    #[track_caller]
    fn check(lines: &[&str], expected: &[(u64, Option<[u64; 3]>)]) {
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        let mut reader = Reader::new(One(&text));
        let mut seen = Vec::new();
        while let Some(entry) = reader.next_entry().expect("it is text") {
            let passed = entry.passed.map(|passed| [passed.entries, passed.kernel, passed.related]);
            seen.push((entry.line, passed));
        }
        assert_eq!(seen, expected);
    }

    #[test]
    fn what_nobody_listens_to_is_counted() {
        check(
            &[
                "Mar 18 10:29:41 a x: begins",
                "Mar 18 10:29:41 a sshd[7]: a session",
                "Mar 18 10:29:42 a kernel: [    1.000000] usb",
                "Mar 18 10:29:43 a alarm[7]: smoke in the kitchen",
                "Mar 18 10:29:44 a alarm[7]: fire in the kitchen",
                "Mar 18 10:29:45 a sshd[7]: a session",
                "Mar 18 10:29:46 a cook: help",
            ],
            &[(1, None), (4, Some([3, 1, 1])), (5, None), (6, Some([1, 0, 0])), (7, None)],
        );
    }

    #[test]
    fn iso_stamps_are_skimmed_too() {
        check(
            &[
                "2024-03-18T10:29:41.123456+01:00 a x: begins",
                "2024-03-18T10:29:41.223456+01:00 a sshd[7]: a session",
                "2024-03-18T10:29:41.323456+01:00 a sshd[7]: a session",
                "2024-03-18T10:29:41.423456+01:00 a alarm: fire",
            ],
            &[(1, None), (3, Some([2, 0, 0])), (4, None)],
        );
    }

    #[test]
    fn another_host_another_form_and_lines_of_no_form_are_read() {
        check(
            &[
                "Mar 18 10:29:41 a x: begins",
                "Mar 18 10:29:41 b sshd[7]: a session",
                "Mar 18 10:29:41 b sshd[7]: a session",
                "Mar 18 10:29:42.123456 b sshd[7]: a session",
                "a line by itself",
                "Mar 18 10:29:43 b no colon here",
            ],
            &[(1, None), (2, None), (3, Some([1, 0, 0])), (4, None), (5, None), (6, None)],
        );
    }

    #[test]
    fn the_kernel_is_read_where_its_time_falls_back() {
        check(
            &[
                "Mar 18 10:29:41 a x: begins",
                "Mar 18 10:29:41 a kernel: [   50.000000] usb",
                "Mar 18 10:29:41 a kernel: [    0.500000] usb",
                "Mar 18 10:29:41 a kernel: [    0.600000] usb",
            ],
            &[(1, None), (2, Some([1, 1, 0])), (3, None), (4, Some([1, 1, 0]))],
        );
    }

    #[test]
    fn the_rest_of_a_message_follows_its_first_line() {
        check(
            &[
                "Mar 18 10:29:41 a x: begins",
                "Mar 18 10:29:41 a sshd[7]: a session",
                "                           of two lines",
                "Mar 18 10:29:41 a sshd[7]: a session",
            ],
            &[(1, None), (2, Some([1, 0, 0])), (3, None), (4, None)],
        );
    }

    #[test]
    fn some_examples_are_read() {
        let examples = vec!["Mar 18 10:29:41 a alarm: test"; 20];
        let expected: Vec<_> = (1..=17).map(|line| (line, None)).chain([(20, Some([3, 0, 0]))]).collect();
        check(&examples, &expected);
    }
}
