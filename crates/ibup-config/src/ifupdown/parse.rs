//! Stanzas: what each line begins or belongs to.

use super::include::Includer;
use super::lines::{self, Line, first_word};
use super::{InterfacesError, Selection, Stanza, StanzaOption};
use crate::place::{Place, quoted};
use crate::warning::WarningKind;

/// What the lines that follow belong to.
enum Within {
    Nothing,
    /// The stanza read last.
    Iface,
    /// Something that is passed over, such as a mapping.
    Passed,
}

pub(super) struct Parser<'a> {
    file: &'a str,
    within: Within,
}

impl<'a> Parser<'a> {
    pub(super) fn new(file: &'a str) -> Self {
        Self { file, within: Within::Nothing }
    }

    /// Reads a file up to its first error: that far ifupdown reads it, too.
    pub(super) fn read(mut self, text: &str, includer: &mut Includer<'_>) {
        for line in lines::read(text) {
            if let Err(error) = self.line(&line, includer) {
                includer.interfaces.errors.push(error);
                return;
            }
        }
    }

    fn line(&mut self, line: &Line, includer: &mut Includer<'_>) -> Result<(), InterfacesError> {
        let place = Place::new(self.file, line.number);
        let (keyword, rest) = first_word(&line.text);
        let within = match keyword {
            "iface" => {
                includer.interfaces.stanzas.push(stanza(rest, place)?);
                Within::Iface
            }
            "auto" => select("auto", rest, &place, includer),
            "source" => {
                includer.source(rest, &place);
                Within::Nothing
            }
            "source-directory" => {
                includer.source_directory(rest, &place);
                Within::Nothing
            }
            "mapping" => {
                let what = format!("mapping {rest}");
                includer.warn(
                    &place,
                    WarningKind::NotEvaluated { what, instead: "names are taken as they stand" },
                );
                Within::Passed
            }
            "rename" => {
                let what = format!("rename {rest}");
                includer.warn(
                    &place,
                    WarningKind::NotEvaluated { what, instead: "names are taken as they stand" },
                );
                Within::Nothing
            }
            "template" => Within::Passed,
            "no-auto-down" | "no-scripts" => Within::Nothing,
            _ => match keyword.strip_prefix("allow-") {
                Some(class) => select(class, rest, &place, includer),
                None => return self.option(keyword, rest, place, &line.text, includer),
            },
        };
        self.within = within;
        Ok(())
    }

    fn option(
        &self,
        key: &str,
        value: &str,
        place: Place,
        text: &str,
        includer: &mut Includer<'_>,
    ) -> Result<(), InterfacesError> {
        match (&self.within, includer.interfaces.stanzas.last_mut()) {
            (Within::Passed, _) => Ok(()),
            (Within::Iface, Some(stanza)) => {
                stanza.options.push(StanzaOption { key: key.to_owned(), value: value.to_owned(), place });
                Ok(())
            }
            _ => Err(InterfacesError::Misplaced { place, text: quoted(text) }),
        }
    }
}

fn select(class: &str, words: &str, place: &Place, includer: &mut Includer<'_>) -> Within {
    let selections = words.split_ascii_whitespace().map(|word| Selection::new(class, word, place.clone()));
    includer.interfaces.selections.extend(selections);
    Within::Nothing
}

/// Reads `NAME [FAMILY METHOD] [inherits NAME]...`; newer kinds of ifupdown let family and method be left out.
fn stanza(words: &str, place: Place) -> Result<Stanza, InterfacesError> {
    let incomplete = |place: &Place, lacks| {
        let (place, keyword) = (place.clone(), "iface".to_owned());
        Err(InterfacesError::Incomplete { place, keyword, lacks })
    };
    let mut words = words.split_ascii_whitespace().peekable();
    let Some(name) = words.next() else {
        return incomplete(&place, "the name of an interface");
    };
    let (mut family, mut method, mut inherits) = (None, None, Vec::new());
    if words.peek().is_some_and(|word| *word != "inherits") {
        family = words.next().map(str::to_owned);
        method = words.next_if(|word| *word != "inherits").map(str::to_owned);
        if method.is_none() {
            return incomplete(&place, "a method");
        }
    }
    while let Some(word) = words.next() {
        match (word, words.next()) {
            ("inherits", Some(from)) => inherits.push(from.to_owned()),
            ("inherits", None) => return incomplete(&place, "the name of what is inherited"),
            _ => return incomplete(&place, "`inherits` before a further word"),
        }
    }
    Ok(Stanza { name: name.to_owned(), family, method, inherits, options: Vec::new(), place })
}
