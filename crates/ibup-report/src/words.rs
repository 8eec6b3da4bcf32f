//! The words of reports, from `lang/*.ftl`.

use std::time::Duration;

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource, FluentValue};
use ibup_chain::diagnosis::Language;
use unic_langid::LanguageIdentifier;

/// The words of one language.
pub struct Words {
    language: Language,
    bundle: FluentBundle<FluentResource>,
}

const ENGLISH: &str = include_str!("../lang/en.ftl");
const CHINESE: &str = include_str!("../lang/zh.ftl");

impl Words {
    /// Makes the words of a language ready.
    pub fn new(language: Language) -> Self {
        let (source, id) = match language {
            Language::English => (ENGLISH, "en"),
            Language::Chinese => (CHINESE, "zh-CN"),
        };
        let id: LanguageIdentifier = id.parse().unwrap_or_default();
        let mut bundle = FluentBundle::new(vec![id]);
        // Marks of writing direction around each value would travel into pipes and clipboards.
        bundle.set_use_isolating(false);
        // The files are part of the program; a test reads them, so what can be read here is all there is.
        let resource = FluentResource::try_new(source.into()).unwrap_or_else(|(readable, _)| readable);
        bundle.add_resource_overriding(resource);
        Self { language, bundle }
    }

    /// Returns the language.
    pub fn language(&self) -> Language {
        self.language
    }

    /// Returns a phrase.
    pub fn get(&self, key: &str) -> String {
        self.with(key, &[])
    }

    /// Returns a phrase with values in it.
    pub fn with(&self, key: &str, values: &[(&str, &str)]) -> String {
        let mut args = FluentArgs::new();
        for (name, value) in values {
            args.set((*name).to_owned(), *value);
        }
        self.format(key, &args)
    }

    /// Returns a phrase that counts something.
    pub fn count(&self, key: &str, name: &str, number: u64) -> String {
        let mut args = FluentArgs::new();
        args.set(name.to_owned(), FluentValue::from(number));
        self.format(key, &args)
    }

    /// Returns the names of all phrases.
    pub(crate) fn keys() -> impl Iterator<Item = &'static str> {
        keys(ENGLISH)
    }

    fn format(&self, key: &str, args: &FluentArgs<'_>) -> String {
        let pattern = self.bundle.get_message(key).and_then(|message| message.value());
        let Some(pattern) = pattern else {
            return key.to_owned();
        };
        self.bundle.format_pattern(pattern, Some(args), &mut Vec::new()).into_owned()
    }

    /// Says a span of time by its two largest units.
    pub fn span(&self, span: Duration) -> String {
        let seconds = span.as_secs();
        if seconds == 0 {
            let tenths = span.as_millis() / 100;
            return self.with("seconds", &[("n", &format!("0.{tenths}"))]);
        }
        let parts = [
            ("days", seconds / 86_400),
            ("hours", seconds / 3_600 % 24),
            ("minutes", seconds / 60 % 60),
            ("seconds", seconds % 60),
        ];
        let first = parts.iter().position(|(_, number)| *number > 0).unwrap_or(3);
        let shown: Vec<_> = parts[first..]
            .iter()
            .take(2)
            .filter(|(_, number)| *number > 0)
            .map(|(key, number)| self.count(key, "n", *number))
            .collect();
        shown.join(" ")
    }
}

fn keys(source: &str) -> impl Iterator<Item = &str> {
    let messages = source.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
    messages.filter_map(|line| line.split(" =").next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_have_the_same_phrases() {
        let sorted = |source| keys(source).collect::<std::collections::BTreeSet<_>>();
        assert_eq!(sorted(ENGLISH), sorted(CHINESE));
    }

    #[test]
    fn both_files_read_without_an_error() {
        for source in [ENGLISH, CHINESE] {
            assert!(FluentResource::try_new(source.into()).is_ok());
        }
    }

    #[test]
    fn spans_are_said_by_their_two_largest_units() {
        let check = |seconds, english: &str, chinese: &str| {
            let span = Duration::from_secs(seconds);
            assert_eq!(Words::new(Language::English).span(span), english);
            assert_eq!(Words::new(Language::Chinese).span(span), chinese);
        };
        check(1, "1 second", "1 秒");
        check(80, "1 minute 20 seconds", "1 分钟 20 秒");
        check(7_200, "2 hours", "2 小时");
        check(369_924, "4 days 6 hours", "4 天 6 小时");
    }

    #[test]
    fn short_spans_keep_a_decimal() {
        assert_eq!(Words::new(Language::English).span(Duration::from_millis(250)), "0.2 seconds");
    }
}
