//! journalctl's short forms: a stamp, then `host identifier[pid]: message`.

use jiff::Timestamp;
use jiff::tz::Offset;

use crate::form::Form;
use crate::form::date::Reading;
use crate::form::parsed::{Clock, Parsed};
use crate::form::speaker::{self, Identifier, KernelTime, Speaker};
use crate::scan::{Scan, Span};
use crate::stamp::Wall;

/// Reads `Mar 18 10:29:41 node-9 kernel: text`.
pub(super) fn traditional(line: &str, at: usize) -> Option<Parsed> {
    let mut scan = Scan::new(line, at);
    let reading = Reading::traditional(&mut scan)?;
    let form = if reading.is_precise() { Form::ShortPrecise } else { Form::Short };
    after_stamp(form, Clock::Reading(reading), line, &mut scan)
}

/// Reads `2026-11-23T01:44:20+0000 node-9 kernel: text`.
pub(super) fn iso(line: &str, at: usize) -> Option<Parsed> {
    let mut scan = Scan::new(line, at);
    let reading = Reading::iso(&mut scan, b'.')?;
    let form = if reading.is_precise() { Form::ShortIsoPrecise } else { Form::ShortIso };
    after_stamp(form, Clock::Reading(reading), line, &mut scan)
}

/// Reads `Mon 2026-11-23 01:44:20 UTC node-9 kernel: text`, with a unit in the place of the identifier or not.
///
/// The first line of a verbose entry begins the same; its cursor is then the message.
pub(super) fn full(line: &str, at: usize) -> Option<Parsed> {
    let mut scan = Scan::new(line, at);
    let clock = Clock::Reading(Reading::full(&mut scan)?);
    if scan.rest().starts_with(b" [s=") {
        let speaker = Speaker { message: scan.at() + 1, ..Speaker::default() };
        return Some(Parsed::new(Form::Verbose, clock, speaker));
    }
    let parsed = after_stamp(Form::ShortFull, clock, line, &mut scan)?;
    Some(match parsed.speaker.identifier {
        Some(Identifier::Written(unit)) if is_unit(unit.of(line)) => with_unit(parsed, unit, line),
        _ => parsed,
    })
}

/// Moves what was read as the identifier to its true place.
///
/// Who of the unit spoke is not told, except that the first process is systemd.
fn with_unit(mut parsed: Parsed, unit: Span, line: &str) -> Parsed {
    let is_systemd = parsed.speaker.pid == Some(1) && unit.of(line) == "init.scope";
    parsed.speaker.identifier = is_systemd.then_some(Identifier::Implied("systemd"));
    Parsed { form: Form::WithUnit, unit: Some(unit), ..parsed }
}

/// Tells whether a name is that of a systemd unit.
fn is_unit(name: &str) -> bool {
    const TYPES: [&str; 11] = [
        "service",
        "scope",
        "socket",
        "mount",
        "slice",
        "target",
        "timer",
        "swap",
        "path",
        "device",
        "automount",
    ];
    name.rsplit_once('.').is_some_and(|(_, kind)| TYPES.contains(&kind))
}

/// Reads `1795398260.536709 node-9 kernel: text`.
pub(super) fn unix(line: &str, at: usize) -> Option<Parsed> {
    let mut scan = Scan::new(line, at);
    // Nine digits since 1973, eleven from the year 5138 on.
    let time = speaker::seconds(&mut scan).filter(|_| scan.at() - at >= "123456789.123456".len())?;
    let wall = utc(i64::try_from(time.as_secs()).ok()?, time.subsec_nanos())?;
    after_stamp(Form::ShortUnix, Clock::Wall(wall), line, &mut scan)
}

/// Reads `[   29.653745] node-9 kernel: text`, which must be known not to be dmesg's.
pub(super) fn monotonic(line: &str, at: usize) -> Option<Parsed> {
    let kernel = speaker::kernel_time(line, at)?;
    Some(after_kernel_time(kernel, speaker::with_host(line, kernel.end)))
}

/// Returns a line of which the stamp and the speaker are read.
pub(super) fn after_kernel_time(kernel: KernelTime, speaker: Speaker) -> Parsed {
    Parsed { monotonic: Some(kernel.time), ..Parsed::new(Form::ShortMonotonic, Clock::None, speaker) }
}

/// Returns the wall clock in UTC at a time after 1970.
pub(crate) fn utc(seconds: i64, nanoseconds: u32) -> Option<Wall> {
    let time = Timestamp::new(seconds, i32::try_from(nanoseconds).ok()?).ok()?;
    Some(Wall { civil: Offset::UTC.to_datetime(time), offset: Some(Offset::UTC), has_year: true })
}

/// Reads `[    5.066801 <    0.256112 >] node-9 kernel: text`, and the first line of a boot, which has no difference.
pub(super) fn delta(line: &str, at: usize) -> Option<Parsed> {
    let mut scan = Scan::new(line, at);
    scan.expect(b"[")?;
    scan.blanks();
    let monotonic = speaker::seconds(&mut scan)?;
    scan.expect(b" ")?;
    scan.blanks();
    if scan.accept(b'<') {
        scan.blanks();
        speaker::seconds(&mut scan)?;
        // dmesg has nothing here; the star says that the difference is not to be relied upon.
        (scan.accept(b' ') || scan.accept(b'*')).then_some(())?;
        scan.expect(b">")?;
    } else {
        scan.accept(b'*');
    }
    scan.expect(b"]")?;
    let parsed = after_stamp(Form::ShortDelta, Clock::None, line, &mut scan)?;
    Some(Parsed { monotonic: Some(monotonic), ..parsed })
}

/// Reads the rest of a line after its stamp.
fn after_stamp(form: Form, clock: Clock, line: &str, scan: &mut Scan<'_>) -> Option<Parsed> {
    scan.expect(b" ")?;
    Some(Parsed::new(form, clock, speaker::with_host(line, scan.at())))
}
