//! What of a journal is worth reading: the speakers that some pattern names, and the words that some pattern reads whoever
//! says them.

use std::collections::HashSet;
use std::sync::LazyLock;

use aho_corasick::packed::Searcher;
use aho_corasick::{AhoCorasick, AhoCorasickKind};
use ibup_journal::Entry;
use ibup_journal::skim::{Interest, Weight};

use super::utterance::{OPENIBD_PREFIX, program_name};
use super::{Pattern, RELATED, Reading, Recognizer, Speaker, patterns, systemd, words};
use crate::diagnosis;
use crate::template::Template;

/// The name that shows that somebody configures by netplan.
pub(crate) const NETPLAN: &str = "netplan";

/// Returns the programs whose words some pattern reads.
pub(super) fn programs<'p>(patterns: impl Iterator<Item = &'p Pattern>) -> HashSet<&'static str> {
    let named = patterns.flat_map(|pattern| match pattern.speaker {
        Speaker::Program(names) | Speaker::Trace(names) => names,
        Speaker::Kernel | Speaker::Driver(_) => &["kernel"],
        Speaker::Anyone | Speaker::AnyProgram => &[],
    });
    named.chain(systemd::NAMES).copied().collect()
}

/// Returns whether programs or units of this name are known to say what is recognized here. `name` is as in the journal:
/// `/bin/mlnx_interface_mgr.sh`, `openibd.service`.
///
/// A line that anybody may say counts as that of those who say it in its samples.
pub fn is_known_speaker(name: &str) -> bool {
    static NAMES: LazyLock<HashSet<&str>> = LazyLock::new(|| {
        let all = || patterns().chain(diagnosis::signs());
        let samples = all().flat_map(|pattern| pattern.samples);
        let shown = samples.filter_map(|sample| Some(program_name(sample.split_once(": ")?.0)));
        // openibd logs under the name of whoever runs it.
        programs(all()).into_iter().chain(shown).chain(["root"]).collect()
    });
    NAMES.contains(program_name(name))
}

/// Finds the words that some pattern reads whoever says them.
///
/// All of a journal goes through this, so it has to be as fast as memory where the processor can do that, by vectors that
/// hold some words each.
pub(super) enum Anyones {
    Packed(Vec<Searcher>),
    Automaton(AhoCorasick),
}

/// So many words are looked for at once at most.
const PACKED_MAX: usize = 64;
/// So many bytes of a word are looked for first.
const PRINT: usize = 4;

impl Anyones {
    /// Makes ready the words of patterns that anybody may say.
    pub(super) fn of(patterns: &[(Pattern, Template)]) -> Self {
        let is_anyones = |speaker| matches!(speaker, Speaker::Anyone | Speaker::AnyProgram);
        let keys = patterns.iter().filter(|(pattern, _)| is_anyones(pattern.speaker));
        let keys: Vec<&str> =
            keys.map(|(_, template)| template.key()).chain([OPENIBD_PREFIX, NETPLAN]).collect();
        let rare: Vec<&str> = keys.iter().map(|key| from_rarest(key)).collect();
        let packed = rare.chunks(PACKED_MAX).map(Searcher::new).collect::<Option<Vec<_>>>();
        packed.map_or_else(|| Self::Automaton(words(keys)), Self::Packed)
    }

    fn find(&self, text: &[u8]) -> Option<usize> {
        match self {
            Self::Packed(searchers) => {
                let mut first = None;
                for searcher in searchers {
                    let before = &text[..first.unwrap_or(text.len())];
                    first = searcher.find(before).map(|found| found.start()).or(first);
                }
                first
            }
            Self::Automaton(automaton) => automaton.find(text).map(|found| found.start()),
        }
    }
}

/// Returns the end of a word from where its bytes are rarest: what holds the word holds that, and it is found faster.
fn from_rarest(word: &str) -> &str {
    let print =
        |at: &usize| word.as_bytes()[*at..].iter().take(PRINT).map(|byte| commonness(*byte)).sum::<u32>();
    let places = (0..word.len().saturating_sub(PRINT - 1)).filter(|at| word.is_char_boundary(*at));
    places.min_by_key(print).map_or(word, |at| &word[at..])
}

/// Returns how common a byte is in logs, roughly.
fn commonness(byte: u8) -> u32 {
    match byte {
        b' ' => 8,
        b'e' | b't' | b'a' | b'o' | b'i' | b'n' | b's' | b'r' => 6,
        b'h'
        | b'l'
        | b'd'
        | b'c'
        | b'u'
        | b'm'
        | b'p'
        | b'0'..=b'9'
        | b'.'
        | b':'
        | b'['
        | b']'
        | b'('
        | b')'
        | b'-' => 5,
        b'a'..=b'z' => 3,
        _ => 1,
    }
}

/// Finds any word that a line has whose speaker is listened to and that is worth a closer look.
///
/// It holds every step of its search ready, which takes some megabytes and is several times as fast as less; so it is made
/// when it is first needed.
pub(super) fn clues(patterns: &[(Pattern, Template)]) -> AhoCorasick {
    let mut clues: Vec<&str> = systemd::words().chain(RELATED.iter().copied()).collect();
    clues.extend(patterns.iter().map(|(_, template)| template.key()));
    let automaton = AhoCorasick::builder().kind(Some(AhoCorasickKind::DFA)).build(clues);
    automaton.unwrap_or_else(|error| panic!("the patterns' words: {error}"))
}

impl Interest for Recognizer {
    fn listens_to(&self, identifier: &str) -> bool {
        self.programs.contains(program_name(identifier))
    }

    fn find(&self, text: &[u8]) -> Option<usize> {
        self.anyones.find(text)
    }

    fn weigh(&self, identifier: &str, message: &str) -> Weight {
        // The patterns' words have single blanks, and so has what becomes of the outcome at the end of a line.
        let is_as_written =
            memchr::memmem::find(message.as_bytes(), b"  ").is_none() && !message.ends_with(']');
        if is_as_written && !self.clues.get_or_init(|| clues(&self.patterns)).is_match(message) {
            let is_unit = systemd::NAMES.contains(&identifier) && systemd::is_on_unit(message);
            return if is_unit { Weight::Example } else { Weight::Nothing };
        }
        let entry =
            Entry { identifier: Some(identifier.into()), message: message.into(), ..Entry::default() };
        match self.recognize(&entry) {
            Reading::Meaning(_) => Weight::All,
            _ if self.related.is_match(message) => Weight::Related,
            Reading::OtherUnit => Weight::Example,
            Reading::Nothing => Weight::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_is_worth_reading() {
        let recognizer = Recognizer::new(super::super::patterns().chain(diagnosis::signs()));
        for (pattern, _) in &recognizer.patterns {
            for sample in pattern.samples {
                let (identifier, message) = sample.split_once(": ").expect("a sample names its speaker");
                let is_heard =
                    recognizer.listens_to(identifier) && recognizer.weigh(identifier, message) == Weight::All;
                assert!(is_heard || recognizer.find(message.as_bytes()).is_some(), "{sample}");
            }
        }
    }
    #[test]
    fn speakers_are_known_by_the_name_they_have_in_the_journal() {
        let known = [
            "/bin/mlnx_interface_mgr.sh",
            "openibd.service",
            "NetworkManager",
            "root",
            "mlnx_interface_mgr@ib0.service",
        ];
        for name in known {
            assert!(is_known_speaker(name), "{name}");
        }
        for name in ["sshd", "CRON", "session-3.scope", ""] {
            assert!(!is_known_speaker(name), "{name}");
        }
    }
}
