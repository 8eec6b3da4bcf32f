//! The signs by which a boot is told from the one before where no boot id tells.

use std::collections::HashSet;
use std::time::Duration;

use crate::entry::Entry;
use crate::skim::Passed;
use crate::stamp::Stamp;

/// How far the time since boot may fall back among the lines of the kernel, or among those of programs: lines are
/// heard out of order at times.
const DISORDER: Duration = Duration::from_secs(10);

/// How far it may fall back between a line of a program and one of the kernel, which journald may hear much later.
const DELAY: Duration = Duration::from_mins(1);

/// How many entries of programs may come before the banner of their boot.
const BEFORE_BANNER_MAX: u64 = 32;

/// How many PCI functions are remembered of a boot.
const FUNCTIONS_MAX: usize = 4096;

/// What a boot has shown so far.
#[derive(Debug, Default)]
pub(super) struct Signs {
    entries: u64,
    kernel_entries: u64,
    /// Whether it is known where the boot begins: there was a banner, or there is an id.
    is_anchored: bool,
    /// The latest times since boot in the lines of the kernel and of programs.
    kernel_latest: Option<Duration>,
    program_latest: Option<Duration>,
    /// The time since boot in the last line that has one.
    last_monotonic: Option<Duration>,
    last: Stamp,
    is_last_banner: bool,
    functions: HashSet<u64>,
    last_enumeration: Stamp,
}

impl Signs {
    /// Starts before the first entry of a boot.
    pub(super) fn new(is_anchored: bool) -> Self {
        Signs { is_anchored, ..Signs::default() }
    }

    /// Tells whether another boot begins with the entry.
    pub(super) fn begins_anew(&self, entry: &Entry<'_>) -> bool {
        if self.entries == 0 {
            return false;
        }
        if is_banner(entry) {
            return !self.expects_banner(entry);
        }
        self.falls_back(entry) || self.enumerates_again(entry)
    }

    /// Keeps what the entry shows; returns whether a PCI function was added to those remembered.
    pub(super) fn note(&mut self, entry: &Entry<'_>, is_banner: bool, has_room: bool) -> bool {
        let is_kernel = is_kernel(entry);
        let one = Passed { entries: 1, kernel: u64::from(is_kernel), related: 0 };
        let passed = entry.passed.unwrap_or(one);
        self.entries = self.entries.saturating_add(passed.entries);
        self.kernel_entries = self.kernel_entries.saturating_add(passed.kernel);
        self.is_anchored |= is_banner;
        self.is_last_banner = is_banner;
        self.last = entry.stamp;
        if let Some(time) = entry.stamp.monotonic {
            let latest = if is_kernel { &mut self.kernel_latest } else { &mut self.program_latest };
            *latest = Some(latest.map_or(time, |latest| latest.max(time)));
            self.last_monotonic = Some(time);
        }
        let Some(function) = enumerated(entry).filter(|_| !self.is_anchored) else {
            return false;
        };
        self.last_enumeration = entry.stamp;
        has_room && self.functions.len() < FUNCTIONS_MAX && self.functions.insert(function)
    }

    /// Returns how many PCI functions are remembered.
    pub(super) fn functions(&self) -> usize {
        self.functions.len()
    }

    /// Tells whether the banner is that of this boot: little came before it, or it is written twice, as by a syslog
    /// daemon that reads both the kernel's buffer and the journal.
    fn expects_banner(&self, banner: &Entry<'_>) -> bool {
        let distance = match (self.last.wall, banner.stamp.wall) {
            (Some(last), Some(now)) => Some(last.distance(now)),
            _ => None,
        };
        if self.is_last_banner {
            return distance.is_some_and(|distance| distance <= DELAY);
        }
        let is_behind = is_after(self.last_monotonic, banner.stamp.monotonic, DELAY);
        self.kernel_entries == 0
            && self.entries <= BEFORE_BANNER_MAX
            && !is_behind
            && distance.is_none_or(|distance| distance <= DELAY)
    }

    /// Tells whether the time since boot in the entry is too early for this boot.
    pub(super) fn falls_back(&self, entry: &Entry<'_>) -> bool {
        let time = entry.stamp.monotonic;
        if is_kernel(entry) {
            is_after(self.kernel_latest, time, DISORDER) || is_after(self.last_monotonic, time, DELAY)
        } else {
            // What programs say to the kernel stands among its lines, and may have waited there.
            is_after(self.program_latest, time, DISORDER) && is_after(self.last_monotonic, time, DISORDER)
                || is_after(self.last_monotonic, time, DELAY)
        }
    }

    /// Tells whether the boot's last entry was said long before the given one.
    pub(super) fn is_far_behind(&self, entry: &Entry<'_>) -> bool {
        is_after(entry.stamp.monotonic, self.last_monotonic, 10 * DELAY)
    }

    /// Tells whether a PCI function is enumerated that was enumerated in this boot before.
    ///
    /// In a full journal that is hot plug. In a filtered one, which shows no banner, it is the next boot.
    fn enumerates_again(&self, entry: &Entry<'_>) -> bool {
        if self.is_anchored || self.functions.is_empty() {
            return false;
        }
        let is_known = enumerated(entry).is_some_and(|function| self.functions.contains(&function));
        is_known && !self.is_written_twice(entry.stamp)
    }

    /// Tells whether a line of the given time is the last enumeration once more.
    fn is_written_twice(&self, stamp: Stamp) -> bool {
        let before = self.last_enumeration;
        match (before.wall, stamp.wall) {
            (Some(before), Some(now)) => before.distance(now) <= Duration::from_secs(1),
            _ => stamp.monotonic.is_some() && stamp.monotonic == before.monotonic,
        }
    }
}

/// Tells whether a time is later than another by more than the margin; unknown times are not.
fn is_after(time: Option<Duration>, other: Option<Duration>, margin: Duration) -> bool {
    time.zip(other).is_some_and(|(time, other)| time.saturating_sub(other) > margin)
}

/// Tells whether the entry is the first line of every kernel (`init/main.c`, `linux_banner`).
pub(super) fn is_banner(entry: &Entry<'_>) -> bool {
    let version = entry.message.strip_prefix("Linux version ");
    version.is_some_and(|version| version.starts_with(|first: char| first.is_ascii_digit()))
        && may_be_kernel(entry)
}

/// Returns the PCI function whose enumeration the kernel reports (`pci/probe.c`, `pci_setup_device`):
/// `pci 0000:4b:00.0: [15b3:101b] type 00 class 0x020700`.
fn enumerated(entry: &Entry<'_>) -> Option<u64> {
    let (address, rest) = entry.message.strip_prefix("pci ")?.split_once(": [")?;
    let (ids, rest) = rest.split_once("] ")?;
    let is_enumeration = ids.len() == 9 && ids.as_bytes()[4] == b':' && rest.starts_with("type ");
    (is_enumeration && may_be_kernel(entry)).then(|| function(address))?
}

/// Reads `0000:4b:00.0`. Domains have four digits, or more behind some bridges.
fn function(address: &str) -> Option<u64> {
    let mut parts = address.split([':', '.']);
    let mut part = || u64::from_str_radix(parts.next()?, 16).ok();
    let (domain, bus, device, function) = (part()?, part()?, part()?, part()?);
    let is_function = domain <= 0xffff_ffff && bus <= 0xff && device <= 0x1f && function <= 7;
    (is_function && parts.next().is_none()).then_some(domain << 32 | bus << 16 | device << 8 | function)
}

fn is_kernel(entry: &Entry<'_>) -> bool {
    entry.identifier.as_deref() == Some("kernel")
}

/// Tells whether the kernel says the entry, as far as its form tells who does.
fn may_be_kernel(entry: &Entry<'_>) -> bool {
    entry.identifier.as_deref().is_none_or(|name| name == "kernel")
}
