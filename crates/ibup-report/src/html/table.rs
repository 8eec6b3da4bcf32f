//! What stands in a page once, however often it is said: texts, in both languages where they differ, and quoted lines.

use std::collections::BTreeMap;

use ibup_chain::verdict::{PortVerdict, Quotation};
use serde::Serialize;

use crate::clean::clean;
use crate::evidence::meaning;
use crate::words::Words;

/// A text: the same in every language, or one for each.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(untagged)]
pub(super) enum Text {
    Same(String),
    Local([String; 2]),
}

/// A line of a source; texts by their place in the table.
#[derive(Debug, Serialize)]
struct Line {
    source: usize,
    number: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    seconds: Option<f64>,
    text: String,
    means: usize,
}

/// Texts and lines, each kept once and named by its place.
pub(super) struct Table {
    words: [Words; 2],
    texts: BTreeMap<Text, usize>,
    lines: BTreeMap<(usize, u64, String, usize), usize>,
    listed_texts: Vec<Text>,
    listed_lines: Vec<Line>,
}

/// A finished table.
#[derive(Debug, Serialize)]
pub(super) struct Listed {
    texts: Vec<Text>,
    lines: Vec<Line>,
}

impl Table {
    pub(super) fn new() -> Self {
        let words = super::view::LANGUAGES.map(Words::new);
        let (listed_texts, listed_lines) = (Vec::new(), Vec::new());
        Self { words, texts: BTreeMap::new(), lines: BTreeMap::new(), listed_texts, listed_lines }
    }

    pub(super) fn listed(self) -> Listed {
        Listed { texts: self.listed_texts, lines: self.listed_lines }
    }

    /// Returns the words of one of the languages.
    pub(super) fn words(&self) -> &Words {
        &self.words[0]
    }

    /// Says something in both languages.
    pub(super) fn in_both(&self, say: impl Fn(&Words) -> String) -> [String; 2] {
        self.words.each_ref().map(|words| clean(&say(words)).into_owned())
    }

    /// Returns the place of what is said in both languages.
    pub(super) fn said(&mut self, say: impl Fn(&Words) -> String) -> usize {
        let [english, chinese] = self.in_both(say);
        self.place(if english == chinese { Text::Same(english) } else { Text::Local([english, chinese]) })
    }

    /// Returns the place of a text that is the same in every language.
    pub(super) fn text(&mut self, text: &str) -> usize {
        self.place(Text::Same(clean(text).into_owned()))
    }

    fn place(&mut self, text: Text) -> usize {
        let next = self.listed_texts.len();
        *self.texts.entry(text).or_insert_with_key(|text| {
            self.listed_texts.push(text.clone());
            next
        })
    }

    /// Returns the place of a quoted line and what it means for the port.
    pub(super) fn line(&mut self, port: &PortVerdict, quotation: &Quotation) -> usize {
        let source = self.text(&quotation.source);
        let means = self.said(|words| meaning(words, port, quotation));
        let text = clean(&quotation.text).into_owned();
        let next = self.listed_lines.len();
        let Quotation { line: number, seconds, .. } = *quotation;
        *self.lines.entry((source, number, text, means)).or_insert_with_key(|(.., text, _)| {
            self.listed_lines.push(Line { source, number, seconds, text: text.clone(), means });
            next
        })
    }
}
