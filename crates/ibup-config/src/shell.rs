//! The part of the shell's language that only assigns values: what openib.conf, mlx5.conf and ifcfg files are made of.
//!
//! ```text
//! NAME=value NAME='value' NAME="value $EARLIER" export NAME=value   # comment
//! ```
//!
//! Such files are programs to the scripts that source them; here they are data. Quotes, backslashes and references
//! to variables assigned above are followed exactly as a shell follows them. The name of the host is the one thing
//! of the machine that may be asked for. All else that a shell would have to run is an error, and is never run.

use std::fmt;

use crate::limits::LimitError;
use crate::place::{Place, quoted};

mod expansion;
mod reader;
mod word;

/// One assignment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// The variable.
    pub name: String,
    /// Its value.
    pub value: Value,
    /// Where it is assigned.
    pub place: Place,
}

/// The value of a variable: text, with holes where the name of the host goes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Value {
    parts: Vec<Part>,
    bytes: usize,
}

/// What a hole counts for, so that a value of holes alone is bounded too.
const HOLE_BYTES: usize = 8;

/// A piece of a value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Part {
    /// Text as it stands.
    Text(String),
    /// The host's name as the kernel has it: `$(hostname)`, `$HOSTNAME`.
    Hostname,
    /// The host's name up to its first dot: `$(hostname -s)`.
    HostnameShort,
}

impl Value {
    /// Returns the value of a plain text.
    pub fn text(text: &str) -> Self {
        let mut value = Self::default();
        value.push_text(text);
        value
    }

    /// Returns the value that is one part.
    pub fn part(part: &Part) -> Self {
        let mut value = Self::default();
        value.push(part);
        value
    }

    /// Returns the parts; no two texts stand side by side.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Returns the text of a value that does not depend on the host.
    pub fn as_text(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [] => Some(""),
            [Part::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// Returns the text of the value on a host of this name.
    pub fn resolve(&self, hostname: &str) -> String {
        let short = hostname.split('.').next().unwrap_or(hostname);
        let part = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Hostname => hostname.to_owned(),
            Part::HostnameShort => short.to_owned(),
        };
        self.parts.iter().map(part).collect()
    }

    /// Returns how many bytes the value takes.
    fn bytes(&self) -> usize {
        self.bytes
    }

    fn push_text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        self.bytes += text.len();
        if let Some(Part::Text(last)) = self.parts.last_mut() {
            last.push_str(text);
        } else {
            self.parts.push(Part::Text(text.to_owned()));
        }
    }

    fn append(&mut self, other: &Value) {
        other.parts.iter().for_each(|part| self.push(part));
    }

    fn push(&mut self, part: &Part) {
        if let Part::Text(text) = part {
            self.push_text(text);
        } else {
            self.parts.push(part.clone());
            self.bytes += HOLE_BYTES;
        }
    }
}

impl fmt::Display for Value {
    /// Writes the value in words a person reads, not in the shell's.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in &self.parts {
            match part {
                Part::Text(text) => f.write_str(&quoted(text))?,
                Part::Hostname => f.write_str("$(hostname)")?,
                Part::HostnameShort => f.write_str("$(hostname -s)")?,
            }
        }
        Ok(())
    }
}

/// A file is not a list of assignments.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ShellError {
    /// Something only a shell could do.
    #[error("{place}: `{text}` is {construct}, and configuration is not executed; write the value itself")]
    NeedsShell {
        /// Where.
        place: Place,
        /// What it would be to a shell.
        construct: Construct,
        /// The text.
        text: String,
    },
    /// A variable that is not assigned above.
    #[error("{place}: `${name}` is not assigned above in this file; write the value itself")]
    UnknownVariable {
        /// Where.
        place: Place,
        /// The variable.
        name: String,
    },
    /// A quote that is never closed.
    #[error("{place}: the quote {quote} that opens here is never closed")]
    Unterminated {
        /// Where the quote opens.
        place: Place,
        /// The quote.
        quote: char,
    },
    /// A line that ends as lines of DOS do: a shell takes the carriage return for a part of the value.
    #[error("{place}: the line ends in a carriage return; convert the file, for example with dos2unix")]
    CarriageReturn {
        /// Where.
        place: Place,
    },
    /// A value that grows too long.
    #[error("{place}: the value of `{name}` grows too long")]
    TooLong {
        /// Where.
        place: Place,
        /// The variable.
        name: String,
    },
    /// The file is too large.
    #[error(transparent)]
    Limit(#[from] LimitError),
}

/// What a text would be to a shell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Construct {
    /// A program or builtin to run.
    Command,
    /// `.` or `source`: another file to run.
    Sourcing,
    /// `if`, `for`, `case` and their like.
    ControlFlow,
    /// `$(...)` or backquotes, other than the host's name.
    CommandSubstitution,
    /// `$((...))`.
    Arithmetic,
    /// `${X:-y}`, `$1` and their like.
    Expansion,
    /// `~`.
    HomeDirectory,
    /// `;`, `&`, `&&`.
    List,
    /// `|`, `||`.
    Pipe,
    /// `<`, `>`.
    Redirection,
    /// `(...)`.
    ArrayOrSubshell,
}

impl fmt::Display for Construct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Command => "a command",
            Self::Sourcing => "a command to read another file",
            Self::ControlFlow => "a control structure",
            Self::CommandSubstitution => "a command substitution",
            Self::Arithmetic => "arithmetic",
            Self::Expansion => "an expansion",
            Self::HomeDirectory => "a home directory",
            Self::List => "a list of commands",
            Self::Pipe => "a pipe",
            Self::Redirection => "a redirection",
            Self::ArrayOrSubshell => "an array or a subshell",
        })
    }
}

/// Reads the assignments of a file in their order; a later one of the same name takes the place of an earlier one.
pub fn read(file: &str, text: &str) -> Result<Vec<Assignment>, ShellError> {
    crate::limits::check(file, text)?;
    reader::Reader::new(file, text).read()
}
