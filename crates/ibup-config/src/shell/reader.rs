//! Statements: which words of a file are assignments, and what the others would be to a shell.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::word::Words;
use super::{Assignment, Construct, ShellError, Value};
use crate::limits::VALUES_BYTES_MAX;
use crate::place::{Place, quoted};

/// Words that open a control structure or a function.
const CONTROL_WORDS: &[&str] = &[
    "if", "then", "elif", "else", "fi", "for", "while", "until", "do", "done", "case", "esac", "select",
    "function", "[", "[[", "{", "}", "!",
];

pub(super) struct Reader<'a> {
    words: Words<'a>,
    assignments: Vec<Assignment>,
    bytes: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(file: &str, text: &'a str) -> Self {
        Self { words: Words::new(Arc::from(file), text), assignments: Vec::new(), bytes: 0 }
    }

    pub(super) fn read(mut self) -> Result<Vec<Assignment>, ShellError> {
        while self.words.skip_to_statement() {
            self.statement()?;
        }
        Ok(self.assignments)
    }

    /// Reads one line of assignments.
    fn statement(&mut self) -> Result<(), ShellError> {
        let start = self.words.mark();
        let exported = self.words.take_word("export");
        loop {
            self.words.skip_blanks();
            if self.words.at_statement_end() {
                return Ok(());
            }
            if self.words.at_carriage_return() {
                return Err(self.words.carriage_return());
            }
            if !(self.assignment()? || exported && self.words.take_name()) {
                return Err(self.not_an_assignment(start));
            }
            self.words.require_word_end()?;
        }
    }

    /// Reads one assignment, if one stands here.
    fn assignment(&mut self) -> Result<bool, ShellError> {
        let place = self.words.place();
        let Some((name, appends)) = self.words.take_assignee() else {
            return Ok(false);
        };
        let word = self.words.value(&name)?;
        let value = match self.words.variables.get(&name) {
            Some(earlier) if appends => joined(earlier, &word),
            _ => word,
        };
        self.bytes += value.bytes() + name.len();
        if self.bytes > VALUES_BYTES_MAX {
            return Err(ShellError::TooLong { place, name: quoted(&name) });
        }
        self.words.variables.insert(name.clone(), value.clone());
        self.assignments.push(Assignment { name, value, place });
        Ok(true)
    }

    /// Names what a statement is that does not only assign.
    fn not_an_assignment(&self, start: usize) -> ShellError {
        if let Some(error) = self.words.at_operator() {
            return error;
        }
        let text = self.words.line_from(start);
        let first = text.split([' ', '\t']).next().unwrap_or_default();
        let construct = match first {
            "." | "source" => Construct::Sourcing,
            word if CONTROL_WORDS.contains(&word) => Construct::ControlFlow,
            _ => Construct::Command,
        };
        ShellError::NeedsShell { place: self.words.place(), construct, text: quoted(text) }
    }
}

fn joined(first: &Value, second: &Value) -> Value {
    let mut value = first.clone();
    value.append(second);
    value
}

/// The variables assigned so far.
pub(super) type Variables = BTreeMap<String, Value>;

/// Returns the place of a line.
pub(super) fn place(file: &Arc<str>, line: usize) -> Place {
    Place { file: Arc::clone(file), line }
}
