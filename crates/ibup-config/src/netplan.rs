//! netplan: YAML that says what systemd-networkd or NetworkManager is then told.
//!
//! Files of all layers are taken in the order of their names; a later one adds to an earlier, key by key. netplan
//! knows no partitions: a child of IPoIB is never its own.

use crate::layers::{self, FileError};
use crate::limits::LimitError;
use crate::place::Place;
use crate::tree::Tree;
use crate::warning::Warning;

mod convert;
mod definition;
mod merge;
mod yaml;

pub use convert::interfaces;
pub use definition::{ActivationMode, Definition, Match, Section};

/// What netplan is told.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Netplan {
    /// The interfaces defined, in the order of reading.
    pub definitions: Vec<Definition>,
    /// `network.renderer`.
    pub renderer: Option<crate::interface::Renderer>,
    /// What was noticed.
    pub warnings: Vec<Warning>,
    /// What could not be read; all else still holds.
    pub errors: Vec<NetplanError>,
}

/// A file is not one of netplan's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NetplanError {
    /// Not YAML.
    #[error("{place}: not YAML: {reason}")]
    Yaml {
        /// Where.
        place: Place,
        /// Why.
        reason: String,
    },
    /// More nodes, aliases counted as what they stand for, than any configuration has.
    #[error("{place}: more nodes than a configuration has")]
    TooManyNodes {
        /// Where.
        place: Place,
    },
    /// YAML, but without the mapping that belongs there.
    #[error("{place}: `{what}` is not a mapping")]
    NotMapping {
        /// Where.
        place: Place,
        /// What should be one.
        what: &'static str,
    },
    /// The file is too large.
    #[error(transparent)]
    Limit(#[from] LimitError),
    /// The file cannot be taken.
    #[error(transparent)]
    File(#[from] FileError),
}

/// Returns the directories of netplan, the highest layer first.
pub fn directories() -> Vec<String> {
    ["/run", "/etc", "/lib"].iter().map(|layer| format!("{layer}/netplan")).collect()
}

/// Reads all of netplan's files.
pub fn read(tree: &dyn Tree, directories: &[String]) -> Netplan {
    let mut merger = merge::Merger::default();
    let mut errors = Vec::new();
    for path in layers::files(tree, directories, |name| layers::has_ending(name, ".yaml")) {
        match layers::text(tree, &path) {
            Ok(Some(text)) => errors.extend(merger.add(&path, &text).err()),
            Ok(None) => {}
            Err(error) => errors.push(error.into()),
        }
    }
    let mut netplan = merger.finish();
    netplan.errors = errors;
    netplan
}
