//! The form of key files: groups, keys, values in which a backslash names a character.

use std::collections::BTreeMap;

use super::KeyfileError;
use crate::limits;
use crate::place::{Place, quoted};
use crate::warning::{Warning, WarningKind};

/// Groups by name; groups of one name make one, and the last value of a key counts.
#[derive(Debug, Default)]
pub(super) struct Keyfile {
    /// The groups in their order, for those whose order counts.
    pub(super) order: Vec<String>,
    groups: BTreeMap<String, BTreeMap<String, Entry>>,
}

/// A value as it is written, and where.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) raw: String,
    pub(super) place: Place,
}

impl Keyfile {
    /// Reads a file.
    pub(super) fn read(file: &str, text: &str) -> Result<Self, KeyfileError> {
        limits::check(file, text)?;
        let whole = Place::whole(file);
        let mut keyfile = Self::default();
        let mut group: Option<String> = None;
        for (index, line) in text.lines().enumerate() {
            let place = || Place { line: index + 1, ..whole.clone() };
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                keyfile.open(name);
                group = Some(name.to_owned());
                continue;
            }
            let Some((key, value)) = line.split_once('=') else {
                return Err(KeyfileError::Line { place: place(), text: quoted(line) });
            };
            let Some(group) = group.as_ref().and_then(|group| keyfile.groups.get_mut(group)) else {
                return Err(KeyfileError::NoGroup { place: place(), key: quoted(key.trim_end()) });
            };
            let entry = Entry { raw: value.trim_start().to_owned(), place: place() };
            group.insert(key.trim_end().to_owned(), entry);
        }
        Ok(keyfile)
    }

    fn open(&mut self, group: &str) {
        if !self.groups.contains_key(group) {
            self.groups.insert(group.to_owned(), BTreeMap::new());
            self.order.push(group.to_owned());
        }
    }

    pub(super) fn has(&self, group: &str) -> bool {
        self.groups.contains_key(group)
    }

    /// Returns the entries of a group, in the order of their keys.
    pub(super) fn entries(&self, group: &str) -> impl Iterator<Item = (&str, &Entry)> {
        self.groups.get(group).into_iter().flatten().map(|(key, entry)| (key.as_str(), entry))
    }

    pub(super) fn entry(&self, group: &str, key: &str) -> Option<&Entry> {
        self.groups.get(group)?.get(key).filter(|entry| !entry.raw.is_empty())
    }

    /// Returns a text, its escapes resolved.
    pub(super) fn text(&self, group: &str, key: &str) -> Option<String> {
        self.entry(group, key).map(|entry| unescape(&entry.raw))
    }

    /// Returns what a text is parsed to; one that cannot be is ignored with a warning.
    pub(super) fn parsed<T>(
        &self,
        (group, key): (&str, &str),
        expected: &'static str,
        warnings: &mut Vec<Warning>,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let entry = self.entry(group, key)?;
        let text = unescape(&entry.raw);
        let parsed = parse(text.trim());
        if parsed.is_none() {
            let kind = WarningKind::Ignored { key: format!("{group}.{key}"), value: text, expected };
            warnings.push(Warning { place: entry.place.clone(), kind });
        }
        parsed
    }
}

/// Resolves the escapes of a value: `\s`, `\t`, `\n`, `\r`, `\\`; any other stays as it is written.
pub(super) fn unescape(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut characters = raw.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            out.push(character);
            continue;
        }
        match characters.next() {
            Some('s') => out.push(' '),
            Some('t') => out.push('\t'),
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            None | Some('\\') => out.push('\\'),
            Some(other) => out.extend(['\\', other]),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_unescaped() {
        for (raw, expected) in [
            ("storage\\sfabric", "storage fabric"),
            ("a\\\\b\\tc", "a\\b\tc"),
            ("\\x", "\\x"),
            ("end\\", "end\\"),
        ] {
            assert_eq!(unescape(raw), expected);
        }
    }

    #[test]
    fn groups_of_one_name_make_one() {
        let text = "# c\n[a]\nx = 1\ny=2 \n\n[b]\nx=3\n[a]\nx=4\n";
        let keyfile = Keyfile::read("f", text).unwrap();
        assert_eq!(keyfile.text("a", "x").as_deref(), Some("4"));
        assert_eq!(keyfile.text("a", "y").as_deref(), Some("2"));
        assert_eq!(keyfile.entry("a", "x").unwrap().place, Place::new("f", 9));
        assert_eq!(keyfile.order, ["a", "b"]);
    }

    #[test]
    fn other_texts_are_refused() {
        for (text, expected) in [
            ("x=1\n", "f:1: `x` stands before the first group"),
            ("[a]\nnonsense\n", "f:2: `nonsense` is neither a group, nor a key and its value, nor a comment"),
        ] {
            assert_eq!(Keyfile::read("f", text).unwrap_err().to_string(), expected);
        }
    }
}
