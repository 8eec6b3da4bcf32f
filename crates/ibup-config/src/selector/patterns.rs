//! Names to compare with: written out or as patterns, one of which must match.

use crate::glob;

/// Patterns of which one must match, or none where the list is negated.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Patterns {
    /// The patterns; an empty list matches everything.
    pub any_of: Vec<Pattern>,
    /// Whether a match is a miss.
    pub negated: bool,
}

/// A text to compare a name with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pattern {
    /// This very text.
    Literal(String),
    /// What matches this shell pattern.
    Glob(String),
}

impl Patterns {
    /// Returns the patterns that match one text.
    pub fn literal(text: &str) -> Self {
        Self { any_of: vec![Pattern::Literal(text.to_owned())], negated: false }
    }

    /// Returns the pattern of a text that may have wildcards.
    pub fn glob(text: &str) -> Self {
        Self { any_of: vec![Pattern::new(text)], negated: false }
    }

    /// Returns the patterns that match no netdev: no name is empty.
    pub fn nothing() -> Self {
        Self::literal("")
    }

    /// Returns whether everything matches.
    pub fn is_empty(&self) -> bool {
        self.any_of.is_empty()
    }

    /// Returns whether one of several names of a thing matches.
    pub fn matches<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> bool {
        let hit = names.into_iter().any(|name| self.any_of.iter().any(|pattern| pattern.matches(name)));
        self.is_empty() || hit != self.negated
    }
}

impl Pattern {
    /// Returns the pattern of a text that may have wildcards.
    pub fn new(text: &str) -> Self {
        if glob::is_pattern(text) { Self::Glob(text.to_owned()) } else { Self::Literal(text.to_owned()) }
    }

    fn matches(&self, name: &str) -> bool {
        match self {
            Self::Literal(literal) => literal == name,
            Self::Glob(pattern) => glob::matches(pattern, name),
        }
    }
}
