//! Expansions: what `$`, `${...}`, `$(...)`, backquotes and `$'...'` stand for, as far as they are data.

use super::word::{Words, name_at};
use super::{Construct, Part, ShellError, Value};
use crate::limits::VALUE_BYTES_MAX;
use crate::place::quoted;

/// Characters looked at for the end of `$(...)` or backquotes: what is understood is far shorter.
const SUBSTITUTION_CHARS_MAX: usize = 64;

impl Words<'_> {
    /// Reads what a dollar introduces.
    pub(super) fn dollar(&mut self, value: &mut Value, is_quoted: bool) -> Result<(), ShellError> {
        self.bump();
        match self.peek() {
            Some('(') if self.rest().starts_with("((") => Err(self.needs_shell(Construct::Arithmetic, "$")),
            Some('(') => {
                self.bump();
                self.substitution(value, ')', "$(")
            }
            Some('{') => {
                self.bump();
                self.braced(value)
            }
            Some('\'') if !is_quoted => self.ansi_quoted(value),
            Some('"') if !is_quoted => self.double_quoted(value),
            Some('0'..='9' | '@' | '*' | '#' | '?' | '-' | '$' | '!' | '[') => {
                Err(self.needs_shell(Construct::Expansion, "$"))
            }
            _ => {
                let name = name_at(self.rest());
                self.at += name.len();
                if !name.is_empty() {
                    return self.variable(value, name);
                }
                value.push_text("$");
                Ok(())
            }
        }
    }

    fn braced(&mut self, value: &mut Value) -> Result<(), ShellError> {
        let name = name_at(self.rest());
        if name.is_empty() || !self.rest()[name.len()..].starts_with('}') {
            return Err(self.needs_shell(Construct::Expansion, "${"));
        }
        self.at += name.len() + 1;
        self.variable(value, name)
    }

    fn variable(&self, value: &mut Value, name: &str) -> Result<(), ShellError> {
        match self.variables.get(name) {
            Some(earlier) => value.append(earlier),
            None if name == "HOSTNAME" => value.append(&Value::part(&Part::Hostname)),
            None => {
                return Err(ShellError::UnknownVariable { place: self.place(), name: quoted(name) });
            }
        }
        Ok(())
    }

    pub(super) fn backquoted(&mut self, value: &mut Value) -> Result<(), ShellError> {
        self.bump();
        self.substitution(value, '`', "`")
    }

    /// Reads a command substitution, of which two are known: the host's name, whole and short.
    fn substitution(&mut self, value: &mut Value, close: char, open: &str) -> Result<(), ShellError> {
        let inside: String = self
            .rest()
            .chars()
            .take(SUBSTITUTION_CHARS_MAX)
            .take_while(|character| *character != close)
            .collect();
        let words: Vec<&str> = inside.split([' ', '\t']).filter(|word| !word.is_empty()).collect();
        let part = match words.as_slice() {
            ["hostname"] => Part::Hostname,
            ["hostname", "-s"] => Part::HostnameShort,
            _ => return Err(self.needs_shell(Construct::CommandSubstitution, open)),
        };
        self.at += inside.len();
        if self.bump() != Some(close) {
            return Err(ShellError::Unterminated { place: self.place(), quote: close });
        }
        value.append(&Value::part(&part));
        Ok(())
    }

    /// Reads `'...'` behind a dollar, in which backslashes name characters; programs write values in this form.
    fn ansi_quoted(&mut self, value: &mut Value) -> Result<(), ShellError> {
        let place = self.place();
        self.bump();
        loop {
            match self.bump() {
                None => return Err(ShellError::Unterminated { place, quote: '\'' }),
                Some('\'') => return Ok(()),
                Some('\\') => {
                    let Some(character) = self.named_character() else {
                        return Err(self.needs_shell(Construct::Expansion, "\\"));
                    };
                    value.push_text(character.encode_utf8(&mut [0; 4]));
                }
                Some(character) => value.push_text(character.encode_utf8(&mut [0; 4])),
            }
            if value.bytes() > VALUE_BYTES_MAX {
                return Err(ShellError::TooLong { place, name: "$'".to_owned() });
            }
        }
    }

    fn named_character(&mut self) -> Option<char> {
        let (radix, digits_max) = match self.peek()? {
            '0'..='7' => (8, 3),
            'x' => (16, 2),
            'u' => (16, 4),
            'U' => (16, 8),
            _ => {
                return match self.bump()? {
                    'n' => Some('\n'),
                    't' => Some('\t'),
                    'r' => Some('\r'),
                    'e' | 'E' => Some('\u{1b}'),
                    character @ ('\\' | '\'' | '"' | '?') => Some(character),
                    _ => None,
                };
            }
        };
        if radix == 16 {
            self.bump();
        }
        let digits: String = self.rest().chars().take(digits_max).take_while(|c| c.is_digit(radix)).collect();
        self.at += digits.len();
        // Bytes above 0x7f are parts of characters, which no value of these files needs.
        let number = u32::from_str_radix(&digits, radix).ok().filter(|n| digits_max > 3 || *n < 0x80)?;
        char::from_u32(number)
    }
}
