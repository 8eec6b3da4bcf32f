//! Words: quotes, backslashes and references, followed as a shell follows them.

use std::sync::Arc;

use super::reader::{Variables, place};
use super::{Construct, Part, ShellError, Value};
use crate::limits::VALUE_BYTES_MAX;
use crate::place::{Place, quoted};

/// Characters looked at for the end of `$(...)`, `${...}` or backquotes: what is understood is far shorter.
const SUBSTITUTION_CHARS_MAX: usize = 64;

/// A text read word by word.
pub(super) struct Words<'a> {
    file: Arc<str>,
    text: &'a str,
    at: usize,
    line: usize,
    pub(super) variables: Variables,
}

impl<'a> Words<'a> {
    pub(super) fn new(file: Arc<str>, text: &'a str) -> Self {
        Self { file, text, at: 0, line: 1, variables: Variables::new() }
    }

    pub(super) fn place(&self) -> Place {
        place(&self.file, self.line)
    }

    pub(super) fn mark(&self) -> usize {
        self.at
    }

    /// Returns the rest of the line from a mark.
    pub(super) fn line_from(&self, mark: usize) -> &'a str {
        self.text[mark..].lines().next().unwrap_or_default()
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn bump(&mut self) -> Option<char> {
        let character = self.peek()?;
        self.at += character.len_utf8();
        self.line += usize::from(character == '\n');
        Some(character)
    }

    fn take(&mut self, expected: &str) -> bool {
        let taken = self.rest().starts_with(expected);
        if taken {
            for _ in expected.chars() {
                self.bump();
            }
        }
        taken
    }

    /// Skips blanks and lines that are continued.
    pub(super) fn skip_blanks(&mut self) {
        while self.take(" ") || self.take("\t") || self.take("\\\n") {}
    }

    /// Skips to the next statement; false at the end of the text.
    pub(super) fn skip_to_statement(&mut self) -> bool {
        loop {
            self.skip_blanks();
            match self.peek() {
                Some('#') => self.skip_comment(),
                Some('\n') => drop(self.bump()),
                character => return character.is_some(),
            }
        }
    }

    fn skip_comment(&mut self) {
        self.at += self.line_from(self.at).len();
        // `lines` takes a carriage return for a part of the line's end.
        self.take("\r");
    }

    /// Returns whether a statement ends here, before a comment or a line's end.
    pub(super) fn at_statement_end(&self) -> bool {
        matches!(self.peek(), None | Some('\n' | '#'))
    }

    /// Returns whether the line ends here as lines of DOS do.
    pub(super) fn at_carriage_return(&self) -> bool {
        self.rest() == "\r" || self.rest().starts_with("\r\n")
    }

    pub(super) fn carriage_return(&self) -> ShellError {
        ShellError::CarriageReturn { place: self.place() }
    }

    /// Takes a word, if it stands here as a word of its own.
    pub(super) fn take_word(&mut self, word: &str) -> bool {
        let behind = self.rest().strip_prefix(word).map(|rest| rest.chars().next());
        let taken = matches!(behind, Some(None | Some(' ' | '\t' | '\n')));
        taken && self.take(word)
    }

    /// Takes the name of a variable, if a word of its own is one.
    pub(super) fn take_name(&mut self) -> bool {
        let name = name_at(self.rest());
        !name.is_empty() && self.take_word(name)
    }

    /// Takes `NAME=` or `NAME+=`; the flag says that the value is appended.
    pub(super) fn take_assignee(&mut self) -> Option<(String, bool)> {
        let name = name_at(self.rest());
        let behind = &self.rest()[name.len()..];
        let appends = behind.starts_with("+=");
        if name.is_empty() || !(appends || behind.starts_with('=')) {
            return None;
        }
        self.at += name.len() + if appends { 2 } else { 1 };
        Some((name.to_owned(), appends))
    }

    /// Reads the value that stands here.
    pub(super) fn value(&mut self, name: &str) -> Result<Value, ShellError> {
        let mut value = Value::default();
        let mut tilde_expands = true;
        while let Some(character) = self.peek() {
            match character {
                ' ' | '\t' | '\n' => break,
                '\r' if self.at_carriage_return() => return Err(self.carriage_return()),
                '\'' => self.single_quoted(&mut value)?,
                '"' => self.double_quoted(&mut value)?,
                '\\' => self.escaped(&mut value),
                '$' => self.dollar(&mut value, false)?,
                '`' => self.backquoted(&mut value)?,
                ';' | '&' | '|' | '<' | '>' | '(' | ')' => return Err(self.operator(character)),
                '~' if tilde_expands => return Err(self.needs_shell(Construct::HomeDirectory, "")),
                literal => self.push(&mut value, literal),
            }
            tilde_expands = character == ':';
            if value.bytes() > VALUE_BYTES_MAX {
                return Err(ShellError::TooLong { place: self.place(), name: quoted(name) });
            }
        }
        Ok(value)
    }

    /// Refuses an operator glued to the end of a word that is not a value.
    pub(super) fn require_word_end(&self) -> Result<(), ShellError> {
        match self.peek() {
            None | Some(' ' | '\t' | '\n') => Ok(()),
            Some(character) => Err(self.operator(character)),
        }
    }

    fn push(&mut self, value: &mut Value, character: char) {
        self.bump();
        value.push_text(character.encode_utf8(&mut [0; 4]));
    }

    fn escaped(&mut self, value: &mut Value) {
        self.bump();
        match self.peek() {
            Some('\n') => drop(self.bump()),
            Some(character) => self.push(value, character),
            None => value.push_text("\\"),
        }
    }

    fn single_quoted(&mut self, value: &mut Value) -> Result<(), ShellError> {
        let place = self.place();
        self.bump();
        let Some((inside, _)) = self.rest().split_once('\'') else {
            return Err(ShellError::Unterminated { place, quote: '\'' });
        };
        value.push_text(inside);
        self.line += inside.matches('\n').count();
        self.at += inside.len() + 1;
        Ok(())
    }

    fn double_quoted(&mut self, value: &mut Value) -> Result<(), ShellError> {
        let place = self.place();
        self.bump();
        loop {
            match self.peek() {
                None => return Err(ShellError::Unterminated { place, quote: '"' }),
                Some('"') => {
                    self.bump();
                    return Ok(());
                }
                Some('$') => self.dollar(value, true)?,
                Some('`') => self.backquoted(value)?,
                Some('\\') => match self.rest()[1..].chars().next() {
                    Some('$' | '`' | '"' | '\\' | '\n') => self.escaped(value),
                    _ => self.push(value, '\\'),
                },
                Some(character) => self.push(value, character),
            }
            // Checked here too: a quoted text may double at every reference.
            if value.bytes() > VALUE_BYTES_MAX {
                return Err(ShellError::TooLong { place, name: "\"".to_owned() });
            }
        }
    }

    /// Reads what a dollar introduces.
    fn dollar(&mut self, value: &mut Value, is_quoted: bool) -> Result<(), ShellError> {
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
                if name.is_empty() { Ok(value.push_text("$")) } else { self.variable(value, name) }
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
            None if name == "HOSTNAME" => value.append(&Value::part(Part::Hostname)),
            None => return Err(ShellError::UnknownVariable { place: self.place(), name: quoted(name) }),
        }
        Ok(())
    }

    fn backquoted(&mut self, value: &mut Value) -> Result<(), ShellError> {
        self.bump();
        self.substitution(value, '`', "`")
    }

    /// Reads a command substitution, of which two are known: the host's name, whole and short.
    fn substitution(&mut self, value: &mut Value, close: char, open: &str) -> Result<(), ShellError> {
        let inside: String =
            self.rest().chars().take(SUBSTITUTION_CHARS_MAX).take_while(|character| *character != close).collect();
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
        value.append(&Value::part(part));
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

    fn operator(&self, character: char) -> ShellError {
        let construct = match character {
            ';' | '&' => Construct::List,
            '|' => Construct::Pipe,
            '<' | '>' => Construct::Redirection,
            '(' | ')' => Construct::ArrayOrSubshell,
            _ => Construct::Command,
        };
        self.needs_shell(construct, "")
    }

    /// Names what stands here, together with what was already read of it.
    fn needs_shell(&self, construct: Construct, read: &str) -> ShellError {
        let text = quoted(&format!("{read}{}", self.line_from(self.at)));
        ShellError::NeedsShell { place: self.place(), construct, text }
    }
}

/// Returns the name of a variable a text begins with, or nothing.
fn name_at(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(text.len());
    if text.starts_with(|c: char| c.is_ascii_digit()) { "" } else { &text[..end] }
}
