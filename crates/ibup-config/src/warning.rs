//! What a reader noticed: values that are ignored, or that do not mean what they seem to.

use std::fmt;

use crate::pkey::{Pkey, PkeyError};
use crate::place::{Place, quoted};

/// What was read, and what was noticed on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading<T> {
    /// What was read.
    pub value: T,
    /// What was noticed, in the order of the file.
    pub warnings: Vec<Warning>,
}

impl<T> Reading<T> {
    /// Returns the reading of something made from what was read.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Reading<U> {
        Reading { value: make(self.value), warnings: self.warnings }
    }
}

/// Something in the configuration that its author probably meant otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// Where it is written.
    pub place: Place,
    /// What it is.
    pub kind: WarningKind,
}

/// What a warning is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WarningKind {
    /// A value other than the exact word `yes`, which alone switches on.
    MeansNo {
        /// The variable.
        key: String,
        /// Its value.
        value: String,
    },
    /// A value that is not of the form its key takes.
    Ignored {
        /// The key.
        key: String,
        /// Its value.
        value: String,
        /// What the key takes.
        expected: &'static str,
    },
    /// A number beyond what is sensible, taken as the bound.
    Bounded {
        /// The key.
        key: String,
        /// Its value.
        value: String,
        /// What was taken instead.
        bound: u64,
    },
    /// A setting that nothing acts on.
    NoEffect {
        /// The key.
        key: String,
        /// Why nothing acts on it.
        why: &'static str,
    },
    /// A condition or a construct this reader does not evaluate.
    NotEvaluated {
        /// What was met.
        what: String,
        /// What is done instead.
        instead: &'static str,
    },
    /// A `#` behind a value, in a file whose comments stand on lines of their own.
    TrailingComment {
        /// The key.
        key: String,
        /// The value with its comment.
        value: String,
    },
    /// Digits that look hexadecimal and are read as decimal.
    DecimalPkey {
        /// The digits.
        digits: String,
        /// What they mean.
        pkey: Pkey,
    },
    /// A `P_Key` that names no usable partition.
    UnusablePkey {
        /// Why.
        reason: PkeyError,
    },
    /// A child whose configured name is not the one it gets.
    ChildName {
        /// The configured name.
        written: String,
        /// The name it gets.
        actual: String,
    },
    /// One thing that is both switched on and switched off.
    Contradiction {
        /// What.
        what: String,
        /// Which of the two holds.
        holds: &'static str,
    },
    /// A reference to something that is not there.
    Missing {
        /// What is referred to.
        what: String,
    },
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.kind)
    }
}

impl fmt::Display for WarningKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MeansNo { key, value } => {
                write!(f, "{}=`{}` means no, only the exact word `yes` means yes", quoted(key), quoted(value))
            }
            Self::Ignored { key, value, expected } => {
                write!(f, "{}=`{}` is ignored, expected {expected}", quoted(key), quoted(value))
            }
            Self::Bounded { key, value, bound } => {
                write!(f, "{}=`{}` is taken as {bound}", quoted(key), quoted(value))
            }
            Self::NoEffect { key, why } => write!(f, "{} has no effect: {why}", quoted(key)),
            Self::NotEvaluated { what, instead } => {
                write!(f, "`{}` is not evaluated: {instead}", quoted(what))
            }
            Self::TrailingComment { key, value } => {
                write!(f, "`#` behind a value starts no comment here: {} `{}`", quoted(key), quoted(value))
            }
            Self::DecimalPkey { digits, pkey } => {
                write!(f, "P_Key `{}` is decimal and means {pkey}; hexadecimal needs 0x", quoted(digits))
            }
            Self::UnusablePkey { reason } => write!(f, "{reason}"),
            Self::ChildName { written, actual } => {
                write!(f, "the child named `{}` gets the name `{}`", quoted(written), quoted(actual))
            }
            Self::Contradiction { what, holds } => {
                write!(f, "`{}` is switched on and off, {holds} holds", quoted(what))
            }
            Self::Missing { what } => write!(f, "`{}` is referred to and does not exist", quoted(what)),
        }
    }
}
