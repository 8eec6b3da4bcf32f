//! Reads who speaks: `host identifier[pid]: message`, as journalctl and syslog daemons write it.

use std::time::Duration;

use memchr::{memchr, memchr_iter, memrchr};

use crate::scan::{Scan, Span};

/// The longest identifier that is looked for, with its process number.
const TAG_MAX: usize = 256;

/// Who speaks, and where the message begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Speaker {
    pub(crate) host: Option<Span>,
    pub(crate) identifier: Option<Identifier>,
    pub(crate) pid: Option<u32>,
    /// Where the message begins.
    pub(crate) message: usize,
}

/// The name of who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Identifier {
    /// It stands in the line.
    Written(Span),
    /// It follows from the form of the line.
    Implied(&'static str),
}

impl Identifier {
    /// Returns the name.
    pub(crate) fn of(self, line: &str) -> &str {
        match self {
            Identifier::Written(span) => span.of(line),
            Identifier::Implied(name) => name,
        }
    }
}

/// Reads `host identifier[pid]: message`. The host is missing after `journalctl --no-hostname`.
pub(crate) fn with_host(line: &str, at: usize) -> Speaker {
    let mut scan = Scan::new(line, at);
    let first = scan.token();
    // A lone word is a message, and a word with a colon an identifier.
    if first.is_empty() || first.ends_with(b":") || scan.peek().is_none() {
        return without_host(line, at);
    }
    let host = Span { start: at, end: scan.at() };
    Speaker { host: Some(host), ..without_host(line, scan.at() + 1) }
}

/// Reads `identifier[pid]: message`; all of it is the message where it does not begin so.
pub(crate) fn without_host(line: &str, at: usize) -> Speaker {
    tag(line, at).unwrap_or(Speaker { message: at, ..Speaker::default() })
}

/// Reads `identifier[pid]: message`.
pub(crate) fn tag(line: &str, at: usize) -> Option<Speaker> {
    let rest = Scan::new(line, at).rest();
    let rest = &rest[..rest.len().min(TAG_MAX)];
    let mut end = 0;
    let tag = loop {
        end += memchr(b':', &rest[end..])?;
        let tag = &rest[..end];
        end += 1;
        // The first colon within `0000:4b:00.0:` is no end. Some programs leave out the blank after theirs.
        if matches!(rest.get(end), None | Some(b' ')) || tag.ends_with(b"]") || tag == b"kernel" {
            break tag;
        }
    };
    let (name, pid) = match process(tag) {
        Some((name, pid)) => (name, Some(pid)),
        None => (tag.len(), None),
    };
    // Few identifiers have blanks in them, but many messages have a colon further on.
    let blanks = memchr_iter(b' ', tag).count();
    if name == 0 || tag[0] == b' ' || blanks > 2 || blanks > 0 && pid.is_none() {
        return None;
    }
    let identifier = Identifier::Written(Span { start: at, end: at + name });
    let message = at + end + usize::from(rest.get(end) == Some(&b' '));
    Some(Speaker { host: None, identifier: Some(identifier), pid, message })
}

/// Splits `name[123]` into the length of the name and the number.
fn process(tag: &[u8]) -> Option<(usize, u32)> {
    let inner = tag.strip_suffix(b"]")?;
    let open = memrchr(b'[', inner)?;
    let digits = std::str::from_utf8(&inner[open + 1..]).ok()?;
    // `parse` alone would take `+1`.
    digits.starts_with(|first: char| first.is_ascii_digit()).then_some((open, digits.parse().ok()?))
}

/// The time since boot that the kernel puts before its messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct KernelTime {
    pub(crate) time: Duration,
    /// Whether the thread or processor that spoke is told as well.
    pub(crate) has_caller: bool,
    /// Where the text begins.
    pub(crate) end: usize,
}

/// Reads `[   13.409473] ` and, with `CONFIG_PRINTK_CALLER`, `[   13.409473][    T1] ` (`printk.c`,
/// `info_print_prefix`).
pub(crate) fn kernel_time(line: &str, at: usize) -> Option<KernelTime> {
    let mut scan = Scan::new(line, at);
    scan.expect(b"[")?;
    scan.blanks();
    let time = seconds(&mut scan)?;
    scan.expect(b"]")?;
    let mut ahead = scan;
    let has_caller = caller(&mut ahead).is_some();
    if has_caller {
        scan = ahead;
    }
    scan.accept(b' ');
    Some(KernelTime { time, has_caller, end: scan.at() })
}

/// Reads `13.409473`.
pub(crate) fn seconds(scan: &mut Scan<'_>) -> Option<Duration> {
    let seconds = scan.number(1, 10)?;
    scan.expect(b".")?;
    let start = scan.at();
    let nanoseconds = scan.nanoseconds()?;
    // Both kernel and journalctl write microseconds; `[1.5]` is text.
    (scan.at() - start == 6).then(|| Duration::new(seconds, nanoseconds))
}

/// Passes over `[    T1]` or `[    C0]`.
fn caller(scan: &mut Scan<'_>) -> Option<()> {
    scan.expect(b"[")?;
    scan.blanks();
    (scan.accept(b'T') || scan.accept(b'C')).then_some(())?;
    scan.number(1, 10)?;
    scan.expect(b"]")
}
