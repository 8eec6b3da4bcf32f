//! When an entry was written, as far as its form tells.

use std::time::Duration;

use jiff::civil::DateTime;
use jiff::tz::Offset;

/// The time of an entry. A form may carry the wall clock, the time since boot, both, or nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Stamp {
    /// What the clock on the wall showed.
    pub wall: Option<Wall>,
    /// The time since the kernel started (`CLOCK_MONOTONIC`, as in `dmesg`).
    pub monotonic: Option<Duration>,
}

/// A reading of the wall clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Wall {
    /// Date and time as written, in the writer's own zone.
    ///
    /// Where the form leaves the year out (`Mar 18 10:29:41`), years are counted from 0 in the order of reading.
    pub civil: DateTime,
    /// How far the writer's zone is from UTC, where the form says so.
    pub offset: Option<Offset>,
    /// Whether the form states the year.
    pub has_year: bool,
}

impl Stamp {
    /// Returns how much time lies between an earlier entry of the same boot and this one.
    ///
    /// The monotonic clock is preferred, because the wall clock may be set in between. `None` where the two entries
    /// share no clock, or this one is not the later.
    pub fn since(self, earlier: Stamp) -> Option<Duration> {
        if let (Some(now), Some(then)) = (self.monotonic, earlier.monotonic) {
            return now.checked_sub(then);
        }
        let (now, then) = (self.wall?, earlier.wall?);
        Duration::try_from(now.instant().duration_since(then.instant())).ok()
    }
}

impl Wall {
    /// Returns how far two readings lie apart, whichever is the earlier.
    pub fn distance(self, other: Wall) -> Duration {
        self.instant().duration_since(other.instant()).unsigned_abs()
    }

    /// Returns the reading moved to UTC where its offset is known, and as written where it is not.
    pub fn instant(self) -> DateTime {
        let offset = self.offset.unwrap_or(Offset::UTC);
        self.civil.checked_sub(jiff::Span::new().seconds(offset.seconds())).unwrap_or(self.civil)
    }
}
