//! What `dmesg` prints: a stamp of one of several kinds, then the message.

use crate::form::Form;
use crate::form::date::Reading;
use crate::form::parsed::{Clock, Parsed};
use crate::form::speaker::{self, Identifier, Speaker};

use crate::scan::Scan;

/// Reads a line in any of dmesg's forms.
pub(super) fn any(line: &str, at: usize) -> Option<Parsed> {
    let priority = || {
        let mut scan = Scan::new(line, at);
        scan.expect(b"<")?;
        let priority = scan.number(1, 3)?;
        scan.expect(b">")?;
        raw(line, scan.at(), priority)
    };
    bracketed(line, at).or_else(|| iso(line, at)).or_else(|| decoded(line, at)).or_else(priority)
}

/// Reads `[   13.409473] text`, `[   13.409473][    T1] text` and what `dmesg` makes of it with `-T`, `-d` and `-e`.
pub(super) fn bracketed(line: &str, at: usize) -> Option<Parsed> {
    if let Some(kernel) = speaker::kernel_time(line, at) {
        let parsed = said(Clock::None, line, kernel.end);
        return Some(Parsed { monotonic: Some(kernel.time), ..parsed });
    }
    ctime(line, at).or_else(|| difference(line, at)).or_else(|| relative(line, at))
}

/// Reads `[Sun Dec  1 14:54:40 2024] text` (`-T`).
fn ctime(line: &str, at: usize) -> Option<Parsed> {
    let mut scan = Scan::new(line, at);
    scan.expect(b"[")?;
    let reading = Reading::ctime(&mut scan)?;
    scan.expect(b"] ")?;
    Some(said(Clock::Reading(reading), line, scan.at()))
}

/// Reads `[    0.000000 <    0.000000>] text` (`-d`).
fn difference(line: &str, at: usize) -> Option<Parsed> {
    let mut scan = Scan::new(line, at);
    scan.expect(b"[")?;
    scan.blanks();
    let monotonic = speaker::seconds(&mut scan)?;
    scan.expect(b" <")?;
    scan.blanks();
    speaker::seconds(&mut scan)?;
    scan.expect(b">] ")?;
    Some(Parsed { monotonic: Some(monotonic), ..said(Clock::None, line, scan.at()) })
}

/// Reads `[Nov23 01:44] text` and `[  +0.000013] text` (`-e`). The second kind tells no time of its own.
fn relative(line: &str, at: usize) -> Option<Parsed> {
    let mut scan = Scan::new(line, at);
    scan.expect(b"[")?;
    let start = scan;
    let clock = if let Some(reading) = Reading::minute(&mut scan) {
        Clock::Reading(reading)
    } else {
        scan = start;
        scan.blanks();
        scan.expect(b"+")?;
        speaker::seconds(&mut scan)?;
        Clock::None
    };
    scan.expect(b"] ")?;
    Some(said(clock, line, scan.at()))
}

/// Reads `2024-12-01T14:54:40,123456+00:00 text` (`--time-format iso`).
pub(super) fn iso(line: &str, at: usize) -> Option<Parsed> {
    let mut scan = Scan::new(line, at);
    let reading = Reading::iso(&mut scan, b',')?;
    (reading.is_precise() && reading.offset.is_some()).then_some(())?;
    scan.expect(b" ")?;
    Some(said(Clock::Reading(reading), line, scan.at()))
}

/// Reads `kern  :info  : [    0.000000] text` (`-x`).
pub(super) fn decoded(line: &str, at: usize) -> Option<Parsed> {
    const FACILITIES: [&[u8]; 12] = [
        b"kern",
        b"user",
        b"mail",
        b"daemon",
        b"auth",
        b"syslog",
        b"lpr",
        b"news",
        b"uucp",
        b"cron",
        b"authpriv",
        b"ftp",
    ];
    const LEVELS: [&[u8]; 8] = [b"emerg", b"alert", b"crit", b"err", b"warn", b"notice", b"info", b"debug"];
    let mut scan = Scan::new(line, at);
    let facility = word(&mut scan)?;
    let is_facility =
        FACILITIES.contains(&facility) || matches!(facility, [b'l', b'o', b'c', b'a', b'l', b'0'..=b'7']);
    (is_facility && LEVELS.contains(&word(&mut scan)?)).then_some(())?;
    scan.expect(b" ")?;
    Some(after_priority(line, scan.at(), facility == b"kern"))
}

/// Reads the word before a colon, padded or not.
fn word<'a>(scan: &mut Scan<'a>) -> Option<&'a [u8]> {
    let rest = scan.rest();
    let length =
        rest.iter().take(8).take_while(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()).count();
    scan.expect(&rest[..length])?;
    scan.blanks();
    scan.expect(b":")?;
    Some(&rest[..length])
}

/// Reads what follows `<6>` in the output of `dmesg -r`: `[    0.000000] text`.
pub(super) fn raw(line: &str, at: usize, priority: u64) -> Option<Parsed> {
    // Facility 0 is the kernel; the lower three bits are the level.
    line.as_bytes().get(at).filter(|byte| **byte == b'[')?;
    Some(after_priority(line, at, priority < 8))
}

/// Reads a line whose facility is told. Programs speak through the kernel's log too, early ones above all.
fn after_priority(line: &str, at: usize, is_kernel: bool) -> Parsed {
    let parsed = bracketed(line, at).or_else(|| iso(line, at));
    let mut parsed = parsed.unwrap_or_else(|| said(Clock::None, line, at));
    if !is_kernel && parsed.speaker.pid.is_none() {
        parsed.speaker = speaker::without_host(line, parsed.speaker.message);
    }
    parsed
}

/// Returns the line whose text begins at the given place.
///
/// It is the kernel's, except where systemd speaks before there is a journal to speak to. Other programs are not told
/// from the kernel by shape alone: `a.out[2154]: segfault at 0` is the kernel's.
fn said(clock: Clock, line: &str, at: usize) -> Parsed {
    let is_early =
        |name: &str| name.starts_with("systemd") || name.starts_with("dracut") || name == "(udev-worker)";
    let early = speaker::tag(line, at)
        .filter(|tag| tag.pid.is_some() && tag.identifier.is_some_and(|name| is_early(name.of(line))));
    let kernel =
        Speaker { identifier: Some(Identifier::Implied("kernel")), message: at, ..Speaker::default() };
    Parsed::new(Form::Dmesg, clock, early.unwrap_or(kernel))
}
