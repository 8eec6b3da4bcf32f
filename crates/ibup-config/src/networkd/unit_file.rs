//! The form of systemd's files: sections, settings, lines continued by a backslash, an empty value as a reset.

use super::UnitFileError;
use crate::limits::{self, VALUE_BYTES_MAX};
use crate::place::{Place, quoted};
use crate::warning::{Warning, WarningKind};

/// A file with its drop-ins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitFile {
    /// The main file.
    pub file: String,
    /// The settings, in the order of reading.
    pub settings: Vec<Setting>,
}

/// One setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The section it stands in.
    pub section: String,
    /// Its key.
    pub key: String,
    /// Its value.
    pub value: String,
    /// Where it is written.
    pub place: Place,
}

impl UnitFile {
    /// Returns a file without settings.
    pub(super) fn new(file: &str) -> Self {
        Self { file: file.to_owned(), settings: Vec::new() }
    }

    /// Reads a file, or a drop-in over what was read before it.
    pub(super) fn add(
        &mut self,
        file: &str,
        text: &str,
        warnings: &mut Vec<Warning>,
    ) -> Result<(), UnitFileError> {
        limits::check(file, text)?;
        let whole = Place::whole(file);
        let mut section: Option<String> = None;
        for (number, line) in logical_lines(text) {
            let place = || Place { line: number, ..whole.clone() };
            if let Some(rest) = line.strip_prefix('[') {
                let Some(name) = rest.strip_suffix(']') else {
                    return Err(UnitFileError::Section { place: place(), text: quoted(&line) });
                };
                section = Some(name.to_owned());
                continue;
            }
            if let (Some(section), Some((key, value))) = (&section, line.split_once('=')) {
                let (section, key) = (section.clone(), key.trim_end().to_owned());
                let value = value.trim_start().to_owned();
                self.settings.push(Setting { section, key, value, place: place() });
            } else {
                // systemd passes such a line over as well.
                let instead = "the line is passed over";
                let kind = WarningKind::NotEvaluated { what: line, instead };
                warnings.push(Warning { place: place(), kind });
            }
        }
        Ok(())
    }

    /// Returns the last setting of a key; an empty one unsets it.
    pub(super) fn last(&self, section: &str, key: &str) -> Option<&Setting> {
        let mut settings = self.of(section, key);
        settings.next_back().filter(|setting| !setting.value.is_empty())
    }

    /// Returns the settings of a list since it was last emptied.
    pub(super) fn all(&self, section: &str, key: &str) -> Vec<&Setting> {
        let mut found = Vec::new();
        for setting in self.of(section, key) {
            if setting.value.is_empty() {
                found.clear();
            } else {
                found.push(setting);
            }
        }
        found
    }

    fn of(&self, section: &str, key: &str) -> impl DoubleEndedIterator<Item = &Setting> {
        self.settings.iter().filter(move |setting| setting.section == section && setting.key == key)
    }

    /// Returns what a setting is parsed to; one that cannot be is ignored with a warning.
    pub(super) fn parsed<T>(
        &self,
        (section, key): (&str, &str),
        expected: &'static str,
        warnings: &mut Vec<Warning>,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let setting = self.last(section, key)?;
        let parsed = parse(&setting.value);
        if parsed.is_none() {
            warnings.push(setting.ignored(expected));
        }
        parsed
    }
}

impl Setting {
    /// Returns the warning that the setting is ignored.
    pub(super) fn ignored(&self, expected: &'static str) -> Warning {
        let key = format!("[{}] {}", self.section, self.key);
        Warning {
            place: self.place.clone(),
            kind: WarningKind::Ignored { key, value: self.value.clone(), expected },
        }
    }

    /// Returns the words of the value; quotes hold a word together.
    pub(super) fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        let mut word: Option<String> = None;
        let mut quote = None;
        for character in self.value.chars() {
            match (quote, character) {
                (Some(open), _) if open == character => quote = None,
                (None, '"' | '\'') => {
                    quote = Some(character);
                    word.get_or_insert_default();
                }
                (None, ' ' | '\t') => words.extend(word.take()),
                _ => word.get_or_insert_default().push(character),
            }
        }
        words.extend(word);
        words
    }
}

/// Returns lines without comments and blank lines, continued ones joined by a space.
fn logical_lines(text: &str) -> Vec<(usize, String)> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    let mut continues = false;
    for (index, physical) in text.lines().enumerate() {
        let line = physical.trim();
        // A comment between continued lines is none of them.
        if line.starts_with(['#', ';']) || (line.is_empty() && !continues) {
            continue;
        }
        let (content, goes_on) = line.strip_suffix('\\').map_or((line, false), |content| (content, true));
        match lines.last_mut() {
            Some((_, joined)) if continues => {
                if joined.len() + content.len() <= VALUE_BYTES_MAX {
                    joined.push(' ');
                    joined.push_str(content);
                }
            }
            _ => lines.push((index + 1, content.to_owned())),
        }
        continues = goes_on;
    }
    for (_, line) in &mut lines {
        line.truncate(line.trim_end().len());
    }
    lines.retain(|(_, line)| !line.is_empty());
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(text: &str) -> Vec<(usize, String)> {
        let mut unit = UnitFile::new("f");
        unit.add("f", text, &mut Vec::new()).unwrap();
        let show = |s: &Setting| (s.place.line, format!("{}.{}={}", s.section, s.key, s.value));
        unit.settings.iter().map(show).collect()
    }

    #[test]
    fn settings_are_read_with_their_lines() {
        let text = "# c\n; c\n[Match]\nName = ib0 \\\n# between\n  ib1\n\n[Network]\nDHCP=\nnonsense\n";
        let expected = [(4, "Match.Name=ib0  ib1".to_owned()), (9, "Network.DHCP=".to_owned())];
        assert_eq!(settings(text), expected);
        let error = UnitFile::new("f").add("f", "[Match\n", &mut Vec::new()).unwrap_err();
        assert_eq!(error.to_string(), "f:1: `[Match` is no section");
    }

    #[test]
    fn words_are_held_together_by_quotes() {
        let words = |value: &str| {
            let (section, key, value) = (String::new(), String::new(), value.to_owned());
            Setting { section, key, value, place: Place::whole("f") }.words()
        };
        assert_eq!(words("ib0  \"ib 1\" 'a'b \"\""), ["ib0", "ib 1", "ab", ""]);
        assert_eq!(words("\"open"), ["open"]);
    }
}
