//! How much of a boot its log shows.
//!
//! That a line is missing says something only where it would stand if it had been said. So absence is weighed
//! against what else is there.

use std::collections::BTreeSet;

use ibup_journal::skim::Passed;
use serde::{Deserialize, Serialize};

/// The marks by which the completeness of a log is judged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Entries read.
    pub entries: u64,
    /// Entries of the kernel.
    kernel_entries: u64,
    /// Entries of anybody else, by name.
    program_entries: u64,
    /// Entries that have nothing to do with InfiniBand or the network.
    unrelated_entries: u64,
    /// Entries that carry a time.
    stamped_entries: u64,
    /// Where systemd's first words on other units stand in the order of entries.
    other_units: Vec<u64>,
    /// Whether the kernel's first words are there.
    pub has_beginning: bool,
    /// What somebody said is not there: the journal itself, or whoever read it.
    told: BTreeSet<BlindSpot>,
}

/// Something a log does not show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BlindSpot {
    /// Only lines on some subject are there.
    Filtered,
    /// Only the kernel's lines are there.
    KernelOnly,
    /// The beginning of the boot is not there.
    BeginsLate,
    /// Whoever collected the log cut its front off, and the beginning of the boot with it.
    FrontCut,
    /// The journal dropped lines when they came too fast.
    LinesLost,
    /// Lines were too long to be read whole.
    LinesCut,
    /// A source could not be read to its end.
    RestUnread,
    /// No line tells the time.
    NoClock,
}

impl BlindSpot {
    /// Returns the name as it stands in verdicts.
    pub fn name(self) -> &'static str {
        match self {
            Self::Filtered => "filtered",
            Self::KernelOnly => "kernel-only",
            Self::BeginsLate => "begins-late",
            Self::FrontCut => "front-cut",
            Self::LinesLost => "lines-lost",
            Self::LinesCut => "lines-cut",
            Self::RestUnread => "rest-unread",
            Self::NoClock => "no-clock",
        }
    }
}

/// So many words of systemd's on other units show that its words are in the log.
const OTHER_UNITS_ENOUGH: usize = 3;

impl Coverage {
    /// Counts an entry in.
    pub(crate) fn count(&mut self, is_kernel: Option<bool>, is_stamped: bool, is_related: bool) {
        self.entries += 1;
        self.stamped_entries += u64::from(is_stamped);
        self.unrelated_entries += u64::from(!is_related);
        match is_kernel {
            Some(true) => self.kernel_entries += 1,
            Some(false) => self.program_entries += 1,
            None => {}
        }
    }

    /// Counts entries in that nobody listens to; all carry a time, and the name of who said them.
    pub(crate) fn count_passed(&mut self, passed: Passed) {
        self.entries += passed.entries;
        self.kernel_entries += passed.kernel;
        self.program_entries += passed.entries - passed.kernel;
        self.unrelated_entries += passed.entries - passed.related;
        self.stamped_entries += passed.entries;
    }

    /// Notes systemd's word on a unit that has nothing to do with InfiniBand.
    pub(crate) fn note_other_unit(&mut self, order: u64) {
        if self.other_units.len() < OTHER_UNITS_ENOUGH {
            self.other_units.push(order);
        }
    }

    /// Notes what somebody said is not there.
    pub(crate) fn note(&mut self, spot: BlindSpot) {
        self.told.insert(spot);
    }

    /// Turns the order of entries round.
    pub(crate) fn reverse(&mut self) {
        // Of the words on other units the last ones were counted, so nothing is known of the first.
        self.other_units.clear();
    }

    /// Counts in what another source shows of the same boot, where the places in the order of entries are new ones.
    pub(crate) fn merge(
        &mut self,
        other: &Coverage,
        own_place: impl Fn(u64) -> u64,
        other_place: impl Fn(u64) -> u64,
    ) {
        self.entries += other.entries;
        self.kernel_entries += other.kernel_entries;
        self.program_entries += other.program_entries;
        self.unrelated_entries += other.unrelated_entries;
        self.stamped_entries += other.stamped_entries;
        // A word may be written down in both, so they are not counted together.
        let own = self.other_units.iter().map(|order| own_place(*order)).collect::<Vec<_>>();
        let others = other.other_units.iter().map(|order| other_place(*order)).collect::<Vec<_>>();
        let is_better = (others.len(), own.first()) > (own.len(), others.first());
        self.other_units = if is_better { others } else { own };
        self.has_beginning |= other.has_beginning;
        self.told.extend(&other.told);
        if self.has_beginning {
            self.told.remove(&BlindSpot::FrontCut);
        }
    }

    /// Returns whether the log seems to hold only lines on some subject.
    pub fn is_filtered(&self) -> bool {
        !self.has_beginning && self.other_units.is_empty() && self.unrelated_entries * 5 < self.entries
    }

    /// Returns whether a service that spoke before this place would be seen: the beginning of the boot and systemd's
    /// words on units up to there are in the log.
    pub fn shows_services_before(&self, order: u64) -> bool {
        let shows_units = self.other_units.len() >= OTHER_UNITS_ENOUGH && self.other_units[0] < order;
        shows_units && self.has_beginning && !self.has_lost_lines()
    }

    /// Returns whether the journal says that it lost lines.
    pub fn has_lost_lines(&self) -> bool {
        self.told.contains(&BlindSpot::LinesLost)
    }

    /// Returns what the log does not show.
    pub fn blind_spots(&self) -> Vec<BlindSpot> {
        let kernel_only = self.kernel_entries > 0 && self.program_entries == 0;
        let spots = [
            (self.is_filtered(), BlindSpot::Filtered),
            (kernel_only && !self.is_filtered(), BlindSpot::KernelOnly),
            (!self.has_beginning && !self.is_filtered(), BlindSpot::BeginsLate),
            (self.stamped_entries == 0, BlindSpot::NoClock),
        ];
        let seen = spots.into_iter().filter(|(holds, _)| *holds).map(|(_, spot)| spot);
        seen.chain(self.told.iter().copied()).collect::<BTreeSet<_>>().into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full() -> Coverage {
        let mut coverage = Coverage { has_beginning: true, ..Coverage::default() };
        for order in 0..100 {
            coverage.count(Some(order % 2 == 0), true, false);
            coverage.note_other_unit(order);
        }
        coverage
    }

    #[test]
    fn a_full_journal_has_no_blind_spot() {
        assert_eq!(full().blind_spots(), []);
        assert!(full().shows_services_before(50));
    }

    #[test]
    fn a_log_that_holds_nothing_but_its_subject_is_filtered() {
        let mut coverage = Coverage::default();
        (0..20).for_each(|_| coverage.count(Some(true), true, true));
        assert_eq!(coverage.blind_spots(), [BlindSpot::Filtered]);
        assert!(!coverage.shows_services_before(50));
    }

    #[test]
    fn the_kernel_alone_says_nothing_of_services() {
        let mut coverage = Coverage { has_beginning: true, ..Coverage::default() };
        (0..20).for_each(|_| coverage.count(Some(true), true, false));
        assert_eq!(coverage.blind_spots(), [BlindSpot::KernelOnly]);
        assert!(!coverage.shows_services_before(50));
    }

    #[test]
    fn a_service_may_hide_in_lost_lines() {
        let mut coverage = full();
        coverage.note(BlindSpot::LinesLost);
        assert_eq!(coverage.blind_spots(), [BlindSpot::LinesLost]);
        assert!(!coverage.shows_services_before(50));
    }
}
