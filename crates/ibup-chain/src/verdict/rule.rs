//! What a rule of a site tells people, as data: the only prose in a verdict, because nobody else has it.

use serde::{Deserialize, Serialize};

use crate::diagnosis::Language;

/// What a rule tells people, in the languages its author wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleText {
    /// In English, or whatever the site speaks.
    pub en: LocalText,
    /// In Chinese.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zh: Option<LocalText>,
}

/// What a rule tells people, in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocalText {
    /// The trouble in a phrase.
    pub title: String,
    /// What it is about.
    pub explanation: String,
}

impl RuleText {
    /// Returns the text in a language, or the one there is.
    pub fn of(&self, language: Language) -> &LocalText {
        match (language, &self.zh) {
            (Language::Chinese, Some(chinese)) => chinese,
            _ => &self.en,
        }
    }
}
