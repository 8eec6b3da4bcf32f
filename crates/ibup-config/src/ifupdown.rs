//! interfaces(5) of ifupdown: `/etc/network/interfaces` and all that it includes.
//!
//! ```text
//! file -> lines (comments, continuations) -> stanzas (auto, iface, mapping, source) -> InterfaceConfig per interface
//! ```
//!
//! Commands of a stanza are kept as text. The few that set an interface up the way ifupdown itself cannot, by writing
//! to sysfs, are recognized for what they mean; none is run. Mappings would have to be run, and are only noted.

use crate::limits::LimitError;
use crate::place::Place;
use crate::tree::Tree;
use crate::warning::Warning;

mod commands;
mod convert;
mod include;
mod lines;
mod parse;
mod selection;

pub use selection::{Selected, Selection};

/// All that interfaces(5) and what it includes say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Interfaces {
    /// `auto` and `allow-*` lines, one item for each name.
    pub selections: Vec<Selection>,
    /// `iface` stanzas, in the order of reading.
    pub stanzas: Vec<Stanza>,
    /// What was noticed.
    pub warnings: Vec<Warning>,
    /// What could not be read; all else still holds.
    pub errors: Vec<InterfacesError>,
}

/// An `iface` stanza.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stanza {
    /// The logical name.
    pub name: String,
    /// The address family: `inet`, `inet6` ...
    pub family: Option<String>,
    /// The method: `static`, `dhcp`, `manual` ...
    pub method: Option<String>,
    /// Stanzas whose options it takes over.
    pub inherits: Vec<String>,
    /// Its own options, in their order.
    pub options: Vec<StanzaOption>,
    /// Where it begins.
    pub place: Place,
}

/// An option of a stanza.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StanzaOption {
    /// The first word of the line.
    pub key: String,
    /// The rest of the line.
    pub value: String,
    /// Where it is written.
    pub place: Place,
}

/// A part of the configuration could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InterfacesError {
    /// A line that belongs to no stanza; ifupdown reads no further.
    #[error("{place}: `{text}` belongs to no stanza")]
    Misplaced {
        /// Where.
        place: Place,
        /// The line.
        text: String,
    },
    /// A line that lacks its words.
    #[error("{place}: `{keyword}` lacks {lacks}")]
    Incomplete {
        /// Where.
        place: Place,
        /// The keyword.
        keyword: String,
        /// What it lacks.
        lacks: &'static str,
    },
    /// A file that includes itself.
    #[error("{place}: `{path}` is already being read here")]
    Cycle {
        /// Where it is included.
        place: Place,
        /// The file.
        path: String,
    },
    /// Files that include files too deep.
    #[error("{place}: `{path}` is included too deep")]
    TooDeep {
        /// Where it is included.
        place: Place,
        /// The file.
        path: String,
    },
    /// More files than anybody writes.
    #[error("{place}: too many files are included")]
    TooMany {
        /// Where they are included.
        place: Place,
    },
    /// A file that exists and cannot be read.
    #[error("{place}: cannot be read: {reason}")]
    Unreadable {
        /// The file.
        place: Place,
        /// Why.
        reason: String,
    },
    /// A file that is too large.
    #[error(transparent)]
    Limit(#[from] LimitError),
}

/// Reads interfaces(5) and all that it includes.
pub fn read(tree: &dyn Tree, path: &str) -> Interfaces {
    let mut interfaces = Interfaces::default();
    include::Includer::new(tree, &mut interfaces).start(path);
    interfaces
}
