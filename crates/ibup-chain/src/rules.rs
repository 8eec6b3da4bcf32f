//! Rules of a site: lines that its people know, and what they mean to them, from a file of theirs.
//!
//! ```text
//! TOML -> parse (bounded, each pattern held against its samples) -> Rules -> marks on a Boot -> findings, ranked with all others
//! ```
//!
//! A rule is a diagnosis of the simplest kind: where its line was said of a port, or of no port at all, it is found. What
//! a line means to the chain it does not change: a rule looks at every line beside the patterns of
//! [`recognize`](crate::recognize), and what it marks no other diagnosis sees. So a wrong rule can say something untrue,
//! but makes nobody else do so.

use std::sync::Arc;

use aho_corasick::AhoCorasick;
use ibup_journal::Entry;

use crate::diagnosis::Nature;
use crate::event::{Event, EventKind, Subject};
use crate::finding::{Confidence, Finding};
use crate::port::Port;
use crate::recognize::{Utterance, candidates, program_name};
use crate::stage::Stage;
use crate::template::Template;
use crate::verdict::RuleText;

mod parse;

pub use parse::{Error, FILE_LENGTH_MAX};

/// One of the rules, by its place in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RuleId(u16);

/// The rules of a site.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    rules: Arc<[Rule]>,
    /// Finds the plain-text keys of all patterns in one pass; `None` where there is no rule.
    keys: Option<AhoCorasick>,
}

/// A rule.
#[derive(Debug, Clone)]
pub struct Rule {
    /// The code: `SITE-` and capitals, digits, dashes.
    pub code: Box<str>,
    /// The name of the trouble, in kebab-case.
    pub name: Box<str>,
    /// The stage the trouble belongs to.
    pub stage: Stage,
    /// How it stands to other findings.
    pub nature: Nature,
    /// Who says the line; anybody where it is not told.
    speaker: Option<Box<str>>,
    template: Template,
    /// What people are told.
    pub text: RuleText,
    /// Commands that confirm or refute it.
    check: Vec<String>,
    /// Commands that repair it.
    remedy: Vec<String>,
}

impl Rules {
    /// Returns the rules, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter()
    }

    /// Returns whether a rule may be of what a program or a unit of this name says, whose name is as in the journal.
    pub(crate) fn listen_to(&self, name: &str) -> bool {
        self.rules
            .iter()
            .any(|rule| rule.speaker.as_deref().is_none_or(|speaker| speaker == program_name(name)))
    }

    /// Returns the first rule that the entry's line is of, and what the line is about.
    pub(crate) fn read(&self, entry: &Entry<'_>) -> Option<(EventKind, Subject)> {
        let keys = self.keys.as_ref()?;
        let utterance = Utterance::of(entry);
        candidates(keys, &utterance.text).find_map(|index| {
            let subject = self.rules.get(index)?.read(&utterance)?;
            Some((EventKind::RuleMatched(RuleId(u16::try_from(index).ok()?)), subject))
        })
    }

    /// Returns what the rules find on a port.
    pub(crate) fn judge<'r, 'b>(&'r self, port: &Port<'b>) -> Vec<(&'r Rule, Finding<'b>)> {
        let marks: Vec<_> = port.boot.marks().filter(|mark| is_of(port, mark)).collect();
        let judged = (0..).zip(&*self.rules).filter_map(|(index, rule)| {
            let is_its = |mark: &&Event| mark.kind == EventKind::RuleMatched(RuleId(index));
            let shown: Vec<_> = marks.iter().copied().filter(is_its).collect();
            Some((rule, rule.judge(port, shown)?))
        });
        judged.collect()
    }
}

impl Rule {
    /// Reads an utterance: what it is about, if it is the rule's line.
    fn read(&self, utterance: &Utterance<'_>) -> Option<Subject> {
        if !self.speaker.as_deref().is_none_or(|speaker| utterance.may_be_by(speaker)) {
            return None;
        }
        let captures = self.template.captures(&utterance.text)?;
        Some(utterance.subject(&captures))
    }

    fn judge<'b>(&self, port: &Port<'b>, shown: Vec<&'b Event>) -> Option<Finding<'b>> {
        let last = shown.last()?;
        // What the netdev came after has been got over.
        if self.nature != Nature::Harmless && self.stage <= Stage::Netdev && port.overcame(last) {
            return None;
        }
        let mut finding = Finding::new(Confidence::Likely).shown_by(shown);
        finding.check.clone_from(&self.check);
        finding.remedy.clone_from(&self.remedy);
        Some(finding)
    }
}

/// Returns whether a mark is of the port, or names none.
fn is_of(port: &Port<'_>, mark: &Event) -> bool {
    let subject = &mark.subject;
    if let Some(netdev) = &subject.netdev {
        return port.netdev.as_ref() == Some(netdev);
    }
    if let Some(pci) = subject.pci {
        return port.pci == Some(pci);
    }
    let is_number = subject.port.is_none() || subject.port == port.number;
    subject.hca.is_none() || (subject.hca == port.hca && is_number)
}
