//! The text beside a diagnosis: one `.md`, first English, then Chinese, then the boots that test it.
//!
//! ```text
//! # IB0301 driver-stack-not-started: TITLE
//! ## What you see
//! ## Why it happens
//! ## Check
//! ## Remedy
//! # 中文：TITLE
//! ## 现象
//! ## 原因
//! ## 检查
//! ## 修复
//! # Boots
//! ## Sick boot
//! ## Healthy boot
//! # References
//! ```

/// A language that explanations are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Chinese, simplified.
    Chinese,
}

/// A part of an explanation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// What somebody in front of the machine notices.
    Symptoms,
    /// How it comes about.
    Reasons,
    /// How to make sure.
    Check,
    /// What to do.
    Remedy,
}

/// All parts, in order.
pub const PARTS: &[Part] = &[Part::Symptoms, Part::Reasons, Part::Check, Part::Remedy];

impl Part {
    /// Returns the heading above the part.
    pub fn heading(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Symptoms, Language::English) => "What you see",
            (Self::Reasons, Language::English) => "Why it happens",
            (Self::Check, Language::English) => "Check",
            (Self::Remedy, Language::English) => "Remedy",
            (Self::Symptoms, Language::Chinese) => "现象",
            (Self::Reasons, Language::Chinese) => "原因",
            (Self::Check, Language::Chinese) => "检查",
            (Self::Remedy, Language::Chinese) => "修复",
        }
    }
}

/// An explanation in one language.
#[derive(Debug, Clone, Copy)]
pub struct Explanation<'t> {
    /// The diagnosis in a phrase.
    pub title: &'t str,
    /// The chapter in this language, without its heading.
    pub body: &'t str,
    /// Where the knowledge is from.
    pub references: &'t str,
    language: Language,
}

impl<'t> Explanation<'t> {
    /// Takes one language out of the text of a diagnosis.
    pub fn read(text: &'t str, language: Language) -> Self {
        let is_wanted = |heading: &str| match language {
            Language::English => heading.starts_with("IB"),
            Language::Chinese => heading.starts_with("中文"),
        };
        let (heading, body) = chapters(text).find(|(heading, _)| is_wanted(heading)).unwrap_or_default();
        let title = heading.split_once([':', '：']).map_or("", |(_, title)| title.trim());
        let references = chapters(text).find(|(heading, _)| *heading == "References").unwrap_or_default().1;
        Self { title, body, references, language }
    }

    /// Returns a part's text.
    pub fn part(&self, part: Part) -> Option<&'t str> {
        section(self.body, part.heading(self.language))
    }
}

/// Splits a text into chapters: heading and body.
fn chapters(text: &str) -> impl Iterator<Item = (&str, &str)> {
    split(text, "# ")
}

/// Returns the section under a heading of the second level.
pub fn section<'t>(text: &'t str, heading: &str) -> Option<&'t str> {
    split(text, "## ").find(|(found, _)| *found == heading).map(|(_, body)| body)
}

/// Splits a text at lines that start with the mark; marks inside code blocks do not count.
fn split<'t>(text: &'t str, mark: &str) -> impl Iterator<Item = (&'t str, &'t str)> {
    let mut starts = Vec::new();
    let mut in_code = false;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        in_code ^= line.starts_with("```");
        if !in_code && line.starts_with(mark) {
            starts.push((at, at + mark.len(), at + line.len()));
        }
        at += line.len();
    }
    let ends: Vec<_> = starts.iter().skip(1).map(|(start, ..)| *start).chain([text.len()]).collect();
    starts
        .into_iter()
        .zip(ends)
        .map(|((_, heading, body), end)| (text[heading..body].trim(), text[body..end.max(body)].trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# IB0001 x-y: a thing\n## What you see\nsee\n```\n## no heading\n```\n## Check\ncheck\n\
                        # 中文：事情\n## 现象\n看\n# References\nr\n";

    #[test]
    fn each_language_has_its_own_chapter() {
        let english = Explanation::read(TEXT, Language::English);
        assert_eq!(english.title, "a thing");
        assert_eq!(english.part(Part::Symptoms), Some("see\n```\n## no heading\n```"));
        assert_eq!(english.part(Part::Check), Some("check"));
        assert_eq!(english.part(Part::Remedy), None);
        assert_eq!(english.references, "r");
        let chinese = Explanation::read(TEXT, Language::Chinese);
        assert_eq!((chinese.title, chinese.part(Part::Symptoms)), ("事情", Some("看")));
    }
}
