//! Reads dates and times of day as the text forms write them, and gives years to dates that have none.

use jiff::civil::DateTime;
use jiff::tz::Offset;

use crate::form::month;
use crate::scan::Scan;
use crate::stamp::Wall;

/// A reading of the wall clock, perhaps without a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reading {
    year: Option<i16>,
    month: u8,
    day: u8,
    time: Time,
    pub(crate) offset: Option<Offset>,
}

/// A time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Time {
    hour: u8,
    minute: u8,
    second: u8,
    nanosecond: u32,
    is_precise: bool,
}

impl Reading {
    /// Tells whether there is a fraction of the second.
    pub(crate) fn is_precise(&self) -> bool {
        self.time.is_precise
    }

    /// Reads `Mar 18 10:29:41` or `3月 18 10:29:41.123456`; a year may stand before the time.
    pub(crate) fn traditional(scan: &mut Scan<'_>) -> Option<Self> {
        let month = month::read(scan)?;
        let day = day_after_blank(scan)?;
        scan.expect(b" ")?;
        let year = year_before_blank(scan);
        let time = Time::read(scan, b'.')?;
        Reading { year, month, day, time, offset: None }.checked()
    }

    /// Reads `2026-11-23T01:44:20.536709+00:00`; the fraction and the offset may be missing.
    ///
    /// The fraction follows a dot or, as `dmesg --time-format iso` writes it, a comma.
    pub(crate) fn iso(scan: &mut Scan<'_>, point: u8) -> Option<Self> {
        let (year, month, day) = date(scan)?;
        scan.expect(b"T")?;
        let time = Time::read(scan, point)?;
        let offset = offset(scan);
        Reading { year: Some(year), month, day, time, offset }.checked()
    }

    /// Reads `Mon 2026-11-23 01:44:20 UTC`, the day of the week and the zone in whatever language.
    pub(crate) fn full(scan: &mut Scan<'_>) -> Option<Self> {
        scan.token();
        scan.expect(b" ")?;
        let (year, month, day) = date(scan)?;
        scan.expect(b" ")?;
        let time = Time::read(scan, b'.')?;
        scan.expect(b" ")?;
        let Zone(offset) = zone(scan)?;
        Reading { year: Some(year), month, day, time, offset }.checked()
    }

    /// Reads `Sun Dec  1 14:54:40 2024`, as ctime(3) writes it.
    pub(crate) fn ctime(scan: &mut Scan<'_>) -> Option<Self> {
        scan.token();
        scan.blanks();
        let month = month::read(scan)?;
        let day = day_after_blank(scan)?;
        scan.expect(b" ")?;
        let time = Time::read(scan, b'.')?;
        scan.expect(b" ")?;
        let year = i16::try_from(scan.number(4, 4)?).ok()?;
        Reading { year: Some(year), month, day, time, offset: None }.checked()
    }

    /// Reads `Nov23 01:44`, as `dmesg --reltime` writes it once a minute.
    pub(crate) fn minute(scan: &mut Scan<'_>) -> Option<Self> {
        let month = month::read(scan)?;
        scan.blanks();
        let day = u8::try_from(scan.number(1, 2)?).ok()?;
        scan.expect(b" ")?;
        let hour = scan.field(2, 0, 23)?;
        scan.expect(b":")?;
        let minute = scan.field(2, 0, 59)?;
        let time = Time { hour, minute, second: 0, nanosecond: 0, is_precise: false };
        Reading { year: None, month, day, time, offset: None }.checked()
    }

    /// Returns the reading if there is such a day.
    fn checked(self) -> Option<Self> {
        // Year 0 has a 29th of February, as any year may that is not told.
        self.on(self.year.unwrap_or(0), self.month, self.day).map(|_| self)
    }

    fn on(&self, year: i16, month: u8, day: u8) -> Option<DateTime> {
        let signed = |value: u8| i8::try_from(value).ok();
        DateTime::new(
            year,
            signed(month)?,
            signed(day)?,
            signed(self.time.hour)?,
            signed(self.time.minute)?,
            signed(self.time.second)?,
            i32::try_from(self.time.nanosecond).ok()?,
        )
        .ok()
    }
}

impl Time {
    /// Reads `01:44:20` with a fraction after the given point, if there is one.
    fn read(scan: &mut Scan<'_>, point: u8) -> Option<Self> {
        let hour = scan.field(2, 0, 23)?;
        scan.expect(b":")?;
        let minute = scan.field(2, 0, 59)?;
        scan.expect(b":")?;
        // A leap second is shown as the one before it: civil time here has none.
        let second = scan.field(2, 0, 60)?.min(59);
        let is_precise = scan.accept(point);
        let nanosecond = if is_precise { scan.nanoseconds()? } else { 0 };
        Some(Time { hour, minute, second, nanosecond, is_precise })
    }
}

/// Gives years to dates that have none: 0 to the first, and one more whenever December is followed by January.
///
/// A 29th of February that falls, by this count, in a year without one reads as the 1st of March: the times of that
/// day keep their order and their distances, and no date is given that does not exist.
#[derive(Debug, Default)]
pub(crate) struct Years {
    year: i16,
    month: u8,
}

impl Years {
    /// Returns the reading as a whole.
    pub(crate) fn complete(&mut self, reading: &Reading) -> Option<Wall> {
        let has_year = reading.year.is_some();
        let year = reading.year.unwrap_or_else(|| self.year_of(reading.month));
        let civil = reading.on(year, reading.month, reading.day).or_else(|| reading.on(year, 3, 1))?;
        Some(Wall { civil, offset: reading.offset, has_year })
    }

    /// Returns the year of a date in the given month that comes next in order of reading.
    ///
    /// A step of half a year back is a new year. A smaller one is a line out of order, and so is a step forward of
    /// more than half a year right after a new year: that is a late line of December.
    fn year_of(&mut self, month: u8) -> i16 {
        if month > self.month + 6 && self.year > 0 {
            return self.year - 1;
        }
        if month + 6 <= self.month {
            self.year = self.year.saturating_add(1).min(9999);
        }
        self.month = month;
        self.year
    }
}

/// Reads the day of the month after one blank or, where it is padded to two places, two.
fn day_after_blank(scan: &mut Scan<'_>) -> Option<u8> {
    (1..=2).contains(&scan.blanks()).then_some(())?;
    u8::try_from(scan.number(1, 2)?).ok()
}

fn year_before_blank(scan: &mut Scan<'_>) -> Option<i16> {
    let mut ahead = *scan;
    let year = ahead.number(4, 4)?;
    ahead.expect(b" ")?;
    *scan = ahead;
    i16::try_from(year).ok()
}

fn date(scan: &mut Scan<'_>) -> Option<(i16, u8, u8)> {
    let year = i16::try_from(scan.number(4, 4)?).ok()?;
    scan.expect(b"-")?;
    let month = scan.field(2, 1, 12)?;
    scan.expect(b"-")?;
    Some((year, month, scan.field(2, 1, 31)?))
}

/// Reads `Z`, `+0000`, `+00:00` or `+00`, if one of them comes next.
fn offset(scan: &mut Scan<'_>) -> Option<Offset> {
    let mut ahead = *scan;
    if ahead.accept(b'Z') {
        *scan = ahead;
        return Some(Offset::UTC);
    }
    let sign = match ahead.peek()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    ahead.accept(b'+');
    ahead.accept(b'-');
    let start = ahead.at();
    let mut number = ahead.number(2, 4)?;
    match ahead.at() - start {
        2 if ahead.accept(b':') => number = number * 100 + ahead.number(2, 2)?,
        2 => number *= 100,
        4 => {}
        _ => return None,
    }
    let seconds = i32::try_from(number / 100 * 3600 + number % 100 * 60).ok()?;
    let offset = Offset::from_seconds(sign * seconds).ok()?;
    *scan = ahead;
    Some(offset)
}

/// A zone, and how far from UTC it is if its name tells: `CST` is the name of three zones.
struct Zone(Option<Offset>);

fn zone(scan: &mut Scan<'_>) -> Option<Zone> {
    if matches!(scan.peek()?, b'+' | b'-') {
        return offset(scan).map(|offset| Zone(Some(offset)));
    }
    let name = scan.token();
    let is_name = (3..=6).contains(&name.len())
        && name[0].is_ascii_uppercase()
        && name.iter().all(u8::is_ascii_alphabetic);
    is_name.then(|| Zone(matches!(name, b"UTC" | b"GMT").then_some(Offset::UTC)))
}
