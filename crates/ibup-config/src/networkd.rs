//! systemd-networkd: `.network` and `.netdev` files, in layers, with drop-ins.
//!
//! Files of all layers are taken in the order of their names, and the first `.network` file that matches a netdev is
//! the only one that counts for it. An empty file hides what has its name in a lower layer.

use crate::layers::{self, FileError};
use crate::limits::LimitError;
use crate::place::Place;
use crate::tree::{Tree, file_name};
use crate::warning::Warning;

mod convert;
mod matching;
mod netdev;
mod network;
mod unit_file;

pub use convert::interfaces;
pub use netdev::IpoibNetdev;
pub use network::{ActivationPolicy, Network};
pub use unit_file::{Setting, UnitFile};

/// What systemd-networkd is told.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Networkd {
    /// `.network` files, in the order in which they are tried.
    pub networks: Vec<Network>,
    /// `.netdev` files of `Kind=ipoib`.
    pub netdevs: Vec<IpoibNetdev>,
    /// What was noticed.
    pub warnings: Vec<Warning>,
    /// What could not be read; all else still holds.
    pub errors: Vec<UnitFileError>,
}

/// A file is not of systemd's form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnitFileError {
    /// The file is too large.
    #[error(transparent)]
    Limit(#[from] LimitError),
    /// The file cannot be taken.
    #[error(transparent)]
    File(#[from] FileError),
    /// A section that is not closed.
    #[error("{place}: `{text}` is no section")]
    Section {
        /// Where.
        place: Place,
        /// The line.
        text: String,
    },
}

/// Returns the directories of systemd-networkd, the highest layer first.
pub fn directories() -> Vec<String> {
    ["/etc", "/run", "/usr/local/lib", "/usr/lib"]
        .iter()
        .map(|layer| format!("{layer}/systemd/network"))
        .collect()
}

/// Reads all of systemd-networkd's files.
pub fn read(tree: &dyn Tree, directories: &[String]) -> Networkd {
    let mut found = Networkd::default();
    for path in layers::files(tree, directories, |name| layers::has_ending(name, ".network")) {
        if let Some(unit) = found.unit(tree, directories, &path) {
            found.networks.push(network::read(&unit, &mut found.warnings));
        }
    }
    for path in layers::files(tree, directories, |name| layers::has_ending(name, ".netdev")) {
        if let Some(unit) = found.unit(tree, directories, &path) {
            found.netdevs.extend(netdev::read(&unit, &mut found.warnings));
        }
    }
    found
}

impl Networkd {
    /// Reads a file and its drop-ins; `None` for one that is masked, or that networkd cannot read either.
    fn unit(&mut self, tree: &dyn Tree, directories: &[String], path: &str) -> Option<UnitFile> {
        let text = self.text(tree, path).filter(|text| !text.is_empty())?;
        let mut unit = UnitFile::new(path);
        let drop_ins: Vec<String> =
            directories.iter().map(|directory| format!("{directory}/{}.d", file_name(path))).collect();
        let mut texts = vec![(path.to_owned(), text)];
        for path in layers::files(tree, &drop_ins, |name| layers::has_ending(name, ".conf")) {
            let text = self.text(tree, &path).unwrap_or_default();
            texts.push((path, text));
        }
        for (path, text) in texts {
            if let Err(error) = unit.add(&path, &text, &mut self.warnings) {
                self.errors.push(error);
                return None;
            }
        }
        Some(unit)
    }

    fn text(&mut self, tree: &dyn Tree, path: &str) -> Option<String> {
        layers::text(tree, path).unwrap_or_else(|error| {
            self.errors.push(error.into());
            None
        })
    }
}
