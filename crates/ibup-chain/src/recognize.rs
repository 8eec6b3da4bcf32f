//! Recognizers: from what was said to what it means.
//!
//! One file a speaker. Each pattern cites the source that prints its words and carries samples; a test holds every
//! sample against every pattern, so that each line has exactly one reader.
//!
//! A line that only one diagnosis cares for has its pattern beside that diagnosis ([`Diagnosis::signs`]); the
//! patterns here move the chain of every port.
//!
//! [`Diagnosis::signs`]: crate::diagnosis::Diagnosis::signs

use aho_corasick::AhoCorasick;
use ibup_journal::Entry;

use crate::event::{EventKind, Subject};
use crate::template::{Captures, Template};

mod bonding;
mod complaint;
mod dhclient;
mod hca_driver;
mod ib_core;
mod ibup;
mod ifupdown;
mod interest;
mod interface_manager;
mod ipoib;
mod machine;
mod network_manager;
mod network_scripts;
mod networkd;
mod omni_path;
pub(crate) mod openibd;
mod pci;
mod port_report;
mod subnet_manager;
mod systemd;
mod trace;
mod udev;
mod utterance;
mod wicked;

pub(crate) use dhclient::DHCLIENT;
pub(crate) use interest::NETPLAN;
pub use interest::is_known_speaker;
pub(crate) use subnet_manager::OPENSM;
pub(crate) use utterance::{Utterance, cut, program_name};

/// What one line looks like, and what it means.
#[derive(Debug, Clone, Copy)]
pub struct Pattern {
    /// Who says it.
    pub speaker: Speaker,
    /// What is said, as a [`Template`].
    pub says: &'static str,
    /// What it means; `None` where the holes hold something else after all.
    pub means: fn(&Captures<'_>) -> Option<EventKind>,
    /// The program or kernel file, and the function, that prints it.
    pub source: &'static str,
    /// Lines that it must match, and no other pattern may: `identifier: message`.
    pub samples: &'static [&'static str],
}

/// Who may say a line. Where a form leaves the speaker out (`journalctl -o cat`), anybody may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speaker {
    /// Anybody.
    Anyone,
    /// Anybody but the kernel.
    AnyProgram,
    /// Anybody but the kernel, who tells of a command that is run: a shell with `set -x` as well.
    AnyShell,
    /// The kernel.
    Kernel,
    /// A kernel driver, of a PCI function: `mlx5_core 0000:4b:00.0: …`. The template begins after that prefix.
    Driver(&'static [&'static str]),
    /// A program, by its identifier in the journal without path and `.sh`, or by its unit without `.service`.
    Program(&'static [&'static str]),
    /// A shell that a program runs with `set -x`: the template begins after the plus signs.
    Trace(&'static [&'static str]),
}

impl Speaker {
    /// Returns the program, where only one may say the line.
    fn program(self) -> Option<&'static str> {
        match self {
            Self::Program(&[program]) | Self::Trace(&[program]) => Some(program),
            _ => None,
        }
    }
}

/// The drivers of InfiniBand and Omni-Path HCAs.
pub(crate) const HCA_DRIVERS: &[&str] =
    &["mlx5_core", "mlx4_core", "ib_mthca", "hfi1", "ib_qib", "ib_ipath", "irdma", "mlx4_ib", "mlx5_ib"];

/// What a line turned out to mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Recognized {
    /// What happened.
    pub(crate) kind: EventKind,
    /// To what.
    pub(crate) subject: Subject,
    /// The program or the driver that says so.
    pub(crate) speaker: Option<Box<str>>,
}

/// What a line says to the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reading {
    /// Something that moves the chain.
    Meaning(Recognized),
    /// systemd's word on a unit that has nothing to do with InfiniBand: proof that the log holds such words.
    OtherUnit,
    /// Nothing.
    Nothing,
}

/// All patterns, ready to be held against lines.
pub(crate) struct Recognizer {
    patterns: Vec<(Pattern, Template)>,
    /// Finds the plain-text keys of all patterns in one pass.
    keys: AhoCorasick,
    /// What each program is listened to for.
    ears: interest::Ears,
    /// Finds what matters whoever says it.
    anyones: interest::Anyones,
    /// Finds the words that a line on InfiniBand or the network has at least one of.
    related: interest::Finder,
}

/// Words that a line on InfiniBand or the network has at least one of. A log without any other line was filtered.
const RELATED: &[&str] = &["ib", "mlx", "nfini", "rdma", "RDMA", "etwork", "0000:", "iommu"];

/// The patterns of all speakers: those that move the chain of every port.
pub(crate) fn patterns() -> impl Iterator<Item = &'static Pattern> {
    let speakers = [
        machine::PATTERNS,
        pci::PATTERNS,
        hca_driver::PATTERNS,
        ib_core::PATTERNS,
        omni_path::PATTERNS,
        port_report::PATTERNS,
        subnet_manager::PATTERNS,
        ipoib::PATTERNS,
        bonding::PATTERNS,
        complaint::PATTERNS,
        udev::PATTERNS,
        openibd::PATTERNS,
        interface_manager::PATTERNS,
        ibup::PATTERNS,
        trace::PATTERNS,
        network_scripts::PATTERNS,
        network_scripts::localized::BRINGING_UP,
        ifupdown::PATTERNS,
        dhclient::PATTERNS,
        network_manager::PATTERNS,
        networkd::PATTERNS,
        wicked::PATTERNS,
    ];
    speakers.into_iter().chain(network_scripts::localized::COMPLAINTS).flatten()
}

impl Recognizer {
    /// Makes patterns ready.
    pub(crate) fn new(patterns: impl Iterator<Item = &'static Pattern>) -> Self {
        let patterns: Vec<_> = patterns
            .map(|pattern| {
                let template = Template::parse(pattern.says);
                // A test reads every pattern, so no user ever meets this.
                let template = template.unwrap_or_else(|error| panic!("pattern `{}`: {error}", pattern.says));
                (*pattern, template)
            })
            .collect();
        let keys = patterns.iter().map(|(_, template)| template.key());
        Self {
            keys: words(keys),
            ears: interest::Ears::of(&patterns),
            anyones: interest::Anyones::of(&patterns),
            related: interest::Finder::of(RELATED),
            patterns,
        }
    }

    /// Returns what the entry says to the chain.
    pub(crate) fn recognize(&self, entry: &Entry<'_>) -> Reading {
        let utterance = Utterance::of(entry);
        if let Some(change) = systemd::read(&utterance) {
            return change.meaning().map_or(Reading::OtherUnit, Reading::Meaning);
        }
        let meaning = candidates(&self.keys, &utterance.text).find_map(|index| self.read(index, &utterance));
        meaning.map_or(Reading::Nothing, Reading::Meaning)
    }

    /// Returns whether the entry is on InfiniBand or the network, by its words and by who says it.
    pub(crate) fn is_related(&self, entry: &Entry<'_>) -> bool {
        let speaker = entry.identifier.as_deref().or(entry.unit.as_deref());
        speaker.is_none_or(|speaker| self.ears.ear(speaker).is_some()) && self.related.is_in(&entry.message)
    }

    /// Reads the utterance by one pattern.
    fn read(&self, index: usize, utterance: &Utterance<'_>) -> Option<Recognized> {
        let (pattern, template) = &self.patterns[index];
        if !utterance.is_by(pattern.speaker) {
            return None;
        }
        let captures = template.captures(&utterance.text)?;
        let kind = (pattern.means)(&captures)?;
        let speaker = utterance.speaker().or(pattern.speaker.program()).map(Into::into);
        Some(Recognized { kind, subject: utterance.subject(&captures), speaker })
    }
}

/// Returns the patterns whose keys a text holds. They are in their order, so what a line means does not hang on where its
/// key stands.
pub(crate) fn candidates(keys: &AhoCorasick, text: &str) -> impl Iterator<Item = usize> + use<> {
    let mut found: Vec<usize> =
        keys.find_overlapping_iter(text).map(|found| found.pattern().as_usize()).collect();
    found.sort_unstable();
    found.dedup();
    found.into_iter()
}

/// Makes words ready to be found.
fn words(words: impl IntoIterator<Item = impl AsRef<[u8]>>) -> AhoCorasick {
    // They are too few and too short for it to fail.
    AhoCorasick::new(words).unwrap_or_else(|error| panic!("the patterns' words: {error}"))
}

#[cfg(test)]
mod tests {
    use ibup_journal::Entry;

    use super::{Reading, Recognizer, systemd};
    use crate::diagnosis;
    use crate::recognize::Utterance;

    fn recognizer() -> Recognizer {
        Recognizer::new(super::patterns().chain(diagnosis::signs()))
    }

    /// Reads a sample: `identifier: message`.
    fn entry(sample: &str) -> Entry<'_> {
        let (identifier, message) = sample.split_once(": ").expect("a sample names its speaker");
        Entry { identifier: Some(identifier.into()), message: message.into(), ..Entry::default() }
    }

    #[test]
    fn every_sample_is_read_by_its_own_pattern_and_no_other() {
        let recognizer = recognizer();
        for (own, (pattern, _)) in recognizer.patterns.iter().enumerate() {
            assert!(!pattern.samples.is_empty(), "`{}` has no sample", pattern.says);
            for sample in pattern.samples {
                let entry = entry(sample);
                let utterance = Utterance::of(&entry);
                assert_eq!(systemd::read(&utterance), None, "systemd reads {sample}");
                let readers: Vec<_> = (0..recognizer.patterns.len())
                    .filter(|index| recognizer.read(*index, &utterance).is_some())
                    .map(|index| recognizer.patterns[index].0.says)
                    .collect();
                assert_eq!(readers, [recognizer.patterns[own].0.says], "{sample}");
            }
        }
    }

    #[test]
    fn every_pattern_cites_its_source() {
        for pattern in super::patterns().chain(diagnosis::signs()) {
            assert!(pattern.source.len() > 3, "`{}` cites nothing", pattern.says);
        }
    }

    #[test]
    fn every_line_of_the_recorded_boots_on_infiniband_or_its_services_is_understood() {
        let boots = [
            include_str!("../../../samples/node-9-failed.log"),
            include_str!("../../../samples/node-9-healthy.log"),
            include_str!("../tests/corpus/openibd-disabled/boot.log"),
            include_str!("../tests/corpus/openibd-enabled/boot.log"),
        ];
        // Lines that a person would look at; `ifupdown-pre` and the report of the recording itself are not among them.
        let of_interest =
            ["mlx", "ib0", "openibd", "networking.service", "ifup[", "0000:4b:00.0", "0000:00:08.0"];
        let recognizer = recognizer();
        for boot in boots {
            let mut reader = ibup_journal::Reader::new(boot.as_bytes());
            while let Some(entry) = reader.next_entry().expect("a recording is text") {
                let is_blob = entry.message.ends_with("blob data]");
                if of_interest.iter().any(|word| entry.text.contains(word)) && !is_blob {
                    assert!(matches!(recognizer.recognize(&entry), Reading::Meaning(_)), "{}", entry.text);
                }
            }
        }
    }
}
