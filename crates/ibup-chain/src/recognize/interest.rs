//! What of a journal is worth reading: the speakers that some pattern names, and the words that some pattern reads whoever
//! says them.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::LazyLock;

use aho_corasick::packed::Searcher;
use aho_corasick::{AhoCorasick, Span};
use ibup_journal::Entry;
use ibup_journal::skim::{Ear, Interest, Weight};
use memchr::{memchr, memrchr};

use super::utterance::{OPENIBD_PREFIX, program_name};
use super::{Pattern, Reading, Recognizer, Speaker, patterns, systemd, utterance};
use crate::diagnosis;
use crate::template::Template;

/// The name that shows that somebody configures by netplan.
pub(crate) const NETPLAN: &str = "netplan";

/// Returns the programs that may say a line, where not anybody may.
fn programs(speaker: Speaker) -> &'static [&'static str] {
    match speaker {
        Speaker::Program(names) | Speaker::Trace(names) => names,
        Speaker::Kernel | Speaker::Driver(_) => &["kernel"],
        Speaker::Anyone | Speaker::AnyProgram | Speaker::AnyShell => &[],
    }
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
        let named = all().flat_map(|pattern| programs(pattern.speaker)).chain(systemd::NAMES);
        // openibd logs under the name of whoever runs it.
        named.copied().chain(shown).chain(["root"]).collect()
    });
    NAMES.contains(program_name(name))
}

/// Finds the words that some pattern reads whoever says them.
///
/// All of a journal goes through this, so it has to be as fast as memory where the processor can do that, by vectors that
/// hold the rarest bytes of some words each. Most text holds no letters but ASCII's, so that the words of half a hundred
/// languages need not be looked for in it.
pub(super) struct Anyones {
    ascii: Finder,
    others: Finder,
    /// Finds the whole words, where their rarest bytes were found.
    whole: AhoCorasick,
}

/// Finds any of some words.
pub(super) enum Finder {
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
        let keys = patterns.iter().filter(|(pattern, _)| programs(pattern.speaker).is_empty());
        let keys: Vec<&str> =
            keys.map(|(_, template)| template.key()).chain([OPENIBD_PREFIX, NETPLAN]).collect();
        let (ascii, others): (Vec<&str>, Vec<&str>) = keys.iter().partition(|key| key.is_ascii());
        Self { ascii: Finder::of_rarest(ascii), others: Finder::of_rarest(others), whole: super::words(keys) }
    }

    /// Returns where the lines of a text are that have such words: in each, the place of one.
    fn places(&self, text: &[u8]) -> Vec<usize> {
        let mut places = Vec::new();
        self.ascii.note(text, &self.whole, &mut places);
        if !text.is_ascii() {
            self.others.note(text, &self.whole, &mut places);
        }
        places.sort_unstable();
        places
    }
}

impl Finder {
    /// Makes words ready.
    pub(super) fn of(words: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let words: BTreeSet<String> = words.into_iter().map(|word| word.as_ref().to_owned()).collect();
        // What holds a word holds what is in it.
        let holds_another = |word: &str| words.iter().any(|other| other != word && word.contains(&**other));
        let shortest: Vec<&String> = words.iter().filter(|word| !holds_another(word)).collect();
        let packed = shortest.chunks(PACKED_MAX).map(Searcher::new).collect::<Option<Vec<_>>>();
        packed.map_or_else(|| Self::Automaton(super::words(&words)), Self::Packed)
    }

    /// Makes the rarest ends of words ready.
    fn of_rarest(words: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        Self::of(words.into_iter().map(|word| from_rarest(word.as_ref()).to_owned()))
    }

    /// Returns whether a text has any of the words.
    pub(super) fn is_in(&self, text: &str) -> bool {
        match self {
            Self::Packed(searchers) => searchers.iter().any(|searcher| searcher.find(text).is_some()),
            Self::Automaton(automaton) => automaton.is_match(text),
        }
    }

    /// Adds in which places of a text the words stand, one of a line, where the line has one of the whole words as well.
    fn note(&self, text: &[u8], whole: &AhoCorasick, places: &mut Vec<usize>) {
        let searchers: &[Searcher] = match self {
            Self::Packed(searchers) => searchers,
            Self::Automaton(automaton) => {
                return places.extend(automaton.find_iter(text).map(|found| found.start()));
            }
        };
        for searcher in searchers {
            let mut from = 0;
            while let Some(found) = searcher.find_in(text, Span::from(from..text.len())) {
                let place = found.start();
                let begin = memrchr(b'\n', &text[..place]).map_or(0, |end| end + 1);
                let end = memchr(b'\n', &text[place..]).map_or(text.len(), |length| place + length);
                if whole.is_match(&text[begin..end]) {
                    places.push(place);
                }
                from = end;
            }
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

/// What is listened for, program by program.
pub(super) struct Ears {
    /// Each program's, by its bare name.
    programs: BTreeMap<&'static str, Ear>,
    /// What finds the words of which a line has one that means something, by ear.
    clues: Vec<Finder>,
}

impl Ears {
    /// Returns what patterns listen for.
    pub(super) fn of(patterns: &[(Pattern, Template)]) -> Self {
        let mut clues: BTreeMap<&'static str, BTreeSet<String>> = BTreeMap::new();
        for (pattern, template) in patterns {
            let words: Vec<String> = match pattern.speaker {
                // What a driver says of a function begins with its name.
                Speaker::Driver(names) => names.iter().map(|name| format!("{name} ")).collect(),
                _ => vec![template.key().into()],
            };
            for program in programs(pattern.speaker) {
                clues.entry(program).or_default().extend(words.iter().cloned());
            }
        }
        for name in systemd::NAMES {
            clues.entry(name).or_default().extend(systemd::words().map(String::from));
        }
        let programs = clues.keys().enumerate().map(|(index, name)| (*name, Ear(index))).collect();
        let clues = clues.values().map(Finder::of_rarest).collect();
        Self { programs, clues }
    }

    /// Returns a program's, by its identifier.
    pub(super) fn ear(&self, identifier: &str) -> Option<Ear> {
        self.programs.get(program_name(identifier)).copied()
    }

    /// Returns whether a message as it is written has a word that may mean something.
    fn has_clue(&self, Ear(index): Ear, message: &str) -> bool {
        self.clues.get(index).is_none_or(|clues| clues.is_in(message))
    }
}

impl Interest for Recognizer {
    fn ear(&self, identifier: &str) -> Option<Ear> {
        self.ears.ear(identifier)
    }

    fn places(&self, text: &[u8]) -> Vec<usize> {
        self.anyones.places(text)
    }

    fn weigh(&self, ear: Ear, identifier: &str, message: &str) -> Weight {
        let reading = if utterance::is_as_said(message) && !self.ears.has_clue(ear, message) {
            let is_unit = systemd::NAMES.contains(&identifier) && systemd::is_on_unit(message);
            if is_unit { Reading::OtherUnit } else { Reading::Nothing }
        } else {
            self.recognize(&Entry {
                identifier: Some(identifier.into()),
                message: message.into(),
                ..Entry::default()
            })
        };
        match reading {
            Reading::Meaning(_) => Weight::All,
            _ if self.related.is_in(message) => Weight::Related,
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
                let ear = recognizer.ear(identifier);
                let is_heard =
                    ear.is_some_and(|ear| recognizer.weigh(ear, identifier, message) == Weight::All);
                assert!(is_heard || !recognizer.places(message.as_bytes()).is_empty(), "{sample}");
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
