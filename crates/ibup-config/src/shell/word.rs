//! Words: quotes, backslashes and references, followed as a shell follows them.

use std::sync::Arc;

use super::reader::{Variables, place};
use super::{Construct, ShellError, Value};
use crate::limits::VALUE_BYTES_MAX;
use crate::place::{Place, quoted};

/// A text read word by word.
pub(super) struct Words<'a> {
    file: Arc<str>,
    text: &'a str,
    pub(super) at: usize,
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

    pub(super) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn bump(&mut self) -> Option<char> {
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
                operator if is_operator(operator) => return Err(self.operator(operator)),
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

    pub(super) fn double_quoted(&mut self, value: &mut Value) -> Result<(), ShellError> {
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

    /// Returns what an operator that stands here would be to a shell.
    pub(super) fn at_operator(&self) -> Option<ShellError> {
        let character = self.peek().filter(|character| is_operator(*character))?;
        Some(self.operator(character))
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
    pub(super) fn needs_shell(&self, construct: Construct, read: &str) -> ShellError {
        let text = quoted(&format!("{read}{}", self.line_from(self.at)));
        ShellError::NeedsShell { place: self.place(), construct, text }
    }
}

fn is_operator(character: char) -> bool {
    matches!(character, ';' | '&' | '|' | '<' | '>' | '(' | ')')
}

/// Returns the name of a variable a text begins with, or nothing.
pub(super) fn name_at(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(text.len());
    if text.starts_with(|c: char| c.is_ascii_digit()) { "" } else { &text[..end] }
}
