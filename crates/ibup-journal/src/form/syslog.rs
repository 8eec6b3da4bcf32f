//! What syslog daemons write: RFC 3164, the same with a full date, and RFC 5424.

use crate::form::date::Reading;
use crate::form::parsed::{Clock, Parsed};
use crate::form::speaker::{Identifier, Speaker};
use crate::form::{Form, dmesg, short};
use crate::scan::{Scan, Span};

/// Reads a line in any of syslog's forms.
pub(super) fn any(line: &str, at: usize) -> Option<Parsed> {
    prioritized(line, at).or_else(|| short::traditional(line, at)).or_else(|| short::iso(line, at))
}

/// Reads a line that begins with a priority: `<34>1 2003-10-11T22:14:15.003Z ...`, `<13>Mar 18 10:29:41 ...`, and
/// `<6>[    0.000000] text`, which is dmesg's.
pub(super) fn prioritized(line: &str, at: usize) -> Option<Parsed> {
    let mut scan = Scan::new(line, at);
    scan.expect(b"<")?;
    let priority = scan.number(1, 3)?;
    scan.expect(b">")?;
    let mut ahead = scan;
    if ahead.expect(b"1 ").is_some() {
        return structured(line, &mut ahead);
    }
    let at = scan.at();
    dmesg::raw(line, at, priority).or_else(|| {
        let parsed = short::traditional(line, at).or_else(|| short::iso(line, at))?;
        Some(Parsed { form: Form::Syslog, ..parsed })
    })
}

/// Reads what follows `<34>1 `: `2003-10-11T22:14:15.003Z host app 123 ID47 [data] message`.
fn structured(line: &str, scan: &mut Scan<'_>) -> Option<Parsed> {
    let clock = match Reading::iso(scan, b'.') {
        Some(reading) => Clock::Reading(reading),
        None => scan.expect(b"-").map(|()| Clock::None)?,
    };
    let host = header(scan)?;
    let name = header(scan)?;
    let process = header(scan)?;
    header(scan)?;
    scan.expect(b" ")?;
    pass_data(scan)?;
    scan.accept(b' ');
    let given = |span: Span| (span.of(line) != "-").then_some(span);
    let speaker = Speaker {
        host: given(host),
        identifier: given(name).map(Identifier::Written),
        pid: process.of(line).parse().ok(),
        message: scan.at(),
    };
    Some(Parsed::new(Form::Syslog, clock, speaker))
}

/// Reads a blank and the word after it.
fn header(scan: &mut Scan<'_>) -> Option<Span> {
    scan.expect(b" ")?;
    let start = scan.at();
    let is_some = !scan.token().is_empty();
    is_some.then_some(Span { start, end: scan.at() })
}

/// Passes over `-` or `[id name="value"][id ...]`.
fn pass_data(scan: &mut Scan<'_>) -> Option<()> {
    if scan.accept(b'-') {
        return Some(());
    }
    while scan.peek() == Some(b'[') {
        let mut is_quoted = false;
        let mut is_escaped = false;
        let end = scan.rest().iter().position(|&byte| {
            let is_plain = !is_escaped;
            is_escaped = is_plain && byte == b'\\';
            is_quoted ^= is_plain && byte == b'"';
            !is_quoted && byte == b']'
        })?;
        let element = &scan.rest()[..=end];
        scan.expect(element)?;
    }
    Some(())
}
