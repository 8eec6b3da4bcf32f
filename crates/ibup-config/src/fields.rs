//! The assignments of one file by name, taken one by one into typed fields; what is left was not known.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;
use std::time::Duration;

use crate::place::Place;
use crate::shell::{Assignment, Value};
use crate::warning::{Warning, WarningKind};

/// The assignments of a file, the last of each name.
pub(crate) struct Fields {
    assignments: BTreeMap<String, Assignment>,
    warnings: Vec<Warning>,
}

impl Fields {
    pub(crate) fn new(assignments: Vec<Assignment>) -> Self {
        let assignments = assignments.into_iter().map(|a| (a.name.clone(), a)).collect();
        Self { assignments, warnings: Vec::new() }
    }

    /// Returns what was not taken, in the order of the file, and what was noticed.
    pub(crate) fn finish(mut self) -> (Vec<Assignment>, Vec<Warning>) {
        let mut rest: Vec<Assignment> = self.assignments.into_values().collect();
        rest.sort_by(|a, b| a.place.cmp(&b.place));
        self.warnings.sort_by(|a, b| a.place.cmp(&b.place));
        (rest, self.warnings)
    }

    pub(crate) fn warn(&mut self, place: &Place, kind: WarningKind) {
        self.warnings.push(Warning { place: place.clone(), kind });
    }

    /// Returns where a variable is assigned.
    pub(crate) fn place(&self, name: &str) -> Option<Place> {
        self.assignments.get(name).map(|assignment| assignment.place.clone())
    }

    /// Returns the names that begin so, in the order of numbers at their end: `IPADDR`, `IPADDR2`, `IPADDR10`.
    pub(crate) fn names(&self, prefix: &str) -> Vec<String> {
        let mut names: Vec<String> =
            self.assignments.keys().filter(|name| name.starts_with(prefix)).cloned().collect();
        names.sort_by_key(|name| name[prefix.len()..].trim_start_matches('_').parse::<u32>().ok());
        names
    }

    /// Takes a value that may name the host.
    pub(crate) fn value(&mut self, name: &str) -> Option<(Value, Place)> {
        self.assignments.remove(name).map(|assignment| (assignment.value, assignment.place))
    }

    /// Takes a text; an empty one counts as unset, as it does to the scripts that read these files.
    pub(crate) fn text(&mut self, name: &str) -> Option<(String, Place)> {
        let (value, place) = self.value(name)?;
        let Some(text) = value.as_text() else {
            self.ignore(name, value, &place, "a value that does not depend on the host");
            return None;
        };
        (!text.is_empty()).then(|| (text.to_owned(), place))
    }

    /// Takes a text that is parsed; one that cannot be is ignored.
    pub(crate) fn parsed<T: FromStr>(&mut self, name: &str, expected: &'static str) -> Option<T> {
        let (text, place) = self.text(name)?;
        let parsed = text.trim().parse().ok();
        if parsed.is_none() {
            self.ignore(name, &text, &place, expected);
        }
        parsed
    }

    /// Takes a switch that only the exact word `yes` switches on.
    pub(crate) fn exact_yes(&mut self, name: &str) -> Option<bool> {
        let (value, place) = self.value(name)?;
        let text = value.to_string();
        let is_yes = value.as_text() == Some("yes");
        if !is_yes && !is_no(&text) {
            self.warn(&place, WarningKind::MeansNo { key: name.to_owned(), value: text });
        }
        Some(is_yes)
    }

    /// Takes a switch in any of the spellings that network services accept.
    pub(crate) fn switch(&mut self, name: &str) -> Option<bool> {
        let (text, place) = self.text(name)?;
        let switch = boolean(&text);
        if switch.is_none() {
            self.ignore(name, &text, &place, "yes or no");
        }
        switch
    }

    /// Takes a number of whole seconds, at most `bound` of them.
    pub(crate) fn seconds(&mut self, name: &str, bound: u64) -> Option<Duration> {
        let place = self.place(name)?;
        let seconds: u64 = self.parsed(name, "a number of seconds")?;
        if seconds > bound {
            let kind = WarningKind::Bounded { key: name.to_owned(), value: seconds.to_string(), bound };
            self.warn(&place, kind);
        }
        Some(Duration::from_secs(seconds.min(bound)))
    }

    pub(crate) fn ignore(&mut self, key: &str, value: impl Display, place: &Place, expected: &'static str) {
        self.warn(place, WarningKind::Ignored { key: key.to_owned(), value: value.to_string(), expected });
    }
}

/// Returns whether a text is a way to say no, so that nobody need be told that it means no.
fn is_no(text: &str) -> bool {
    text.is_empty() || boolean(text) == Some(false)
}

/// Reads a boolean in the spellings common to network services.
pub(crate) fn boolean(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "yes" | "y" | "true" | "t" | "on" | "1" => Some(true),
        "no" | "n" | "false" | "f" | "off" | "0" => Some(false),
        _ => None,
    }
}
