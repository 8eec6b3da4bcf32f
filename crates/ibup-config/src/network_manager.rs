//! NetworkManager: keyfiles of connections, and the settings that say which devices it leaves alone.

use std::collections::BTreeSet;

use crate::layers::{self, FileError};
use crate::limits::LimitError;
use crate::place::Place;
use crate::tree::{Tree, file_name, join, sorted_names};
use crate::warning::Warning;

pub mod connection;
mod convert;
pub mod device_spec;
mod keyfile;
pub mod settings;

pub use connection::Connection;
pub use convert::interfaces;
pub use device_spec::DeviceSpecs;
pub use settings::Settings;

/// What NetworkManager is told.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NetworkManager {
    /// Its settings.
    pub settings: Settings,
    /// Its connections.
    pub connections: Vec<Connection>,
    /// What was noticed.
    pub warnings: Vec<Warning>,
    /// What could not be read; all else still holds.
    pub errors: Vec<KeyfileError>,
}

/// Where NetworkManager's files are.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Paths {
    /// Directories of connections, the highest layer first.
    pub connections: Vec<String>,
    /// Directories of drop-ins, the highest layer first; the first is read last.
    pub drop_ins: Vec<String>,
    /// The main file.
    pub main: String,
}

impl Default for Paths {
    fn default() -> Self {
        let layers = |layers: [&str; 3], name: &str| {
            layers.iter().map(|layer| format!("/{layer}/NetworkManager/{name}")).collect()
        };
        Self {
            // What is in /run was made for this boot, and hides what is in /etc.
            connections: layers(["run", "etc", "usr/lib"], "system-connections"),
            drop_ins: layers(["etc", "run", "usr/lib"], "conf.d"),
            main: "/etc/NetworkManager/NetworkManager.conf".to_owned(),
        }
    }
}

/// Reads all of NetworkManager's files.
pub fn read(tree: &dyn Tree, paths: &Paths) -> NetworkManager {
    let mut found = NetworkManager::default();
    for path in settings_files(tree, paths) {
        let added = layers::text(tree, &path)
            .map_err(KeyfileError::from)
            .and_then(|text| text.map_or(Ok(()), |text| found.settings.add(&path, &text)));
        found.errors.extend(added.err());
    }
    let mut seen = BTreeSet::new();
    for path in connection_files(tree, paths) {
        match layers::text(tree, &path) {
            // An empty file hides what has the same name in a lower layer.
            Ok(Some(text)) if text.is_empty() => drop(seen.insert(file_name(&path).to_owned())),
            Ok(Some(text)) => match connection::read(&path, &text) {
                Ok(reading) => {
                    let name = file_name(&path).to_owned();
                    let identity = reading.value.uuid.clone().unwrap_or_else(|| name.clone());
                    if !seen.contains(&name) && seen.insert(identity) {
                        found.connections.push(reading.value);
                        found.warnings.extend(reading.warnings);
                    }
                }
                Err(error) => found.errors.push(error),
            },
            Ok(None) => {}
            Err(error) => found.errors.push(error.into()),
        }
    }
    found
}

/// Returns the files of settings, those that count least first.
fn settings_files(tree: &dyn Tree, paths: &Paths) -> Vec<String> {
    let drop_ins = layers::files(tree, &paths.drop_ins, |name| layers::has_ending(name, ".conf"));
    let mut files = Vec::new();
    for (layer, directory) in paths.drop_ins.iter().enumerate().rev() {
        if layer == 0 {
            files.push(paths.main.clone());
        }
        files.extend(drop_ins.iter().filter(|path| **path == join(directory, file_name(path))).cloned());
    }
    files
}

fn connection_files(tree: &dyn Tree, paths: &Paths) -> Vec<String> {
    let mut files = Vec::new();
    for directory in &paths.connections {
        let names = sorted_names(tree, directory).into_iter().filter(|name| is_connection(name));
        files.extend(names.map(|name| join(directory, &name)));
    }
    files
}

/// Returns whether a file of this name is read: older ones have no ending, copies have one of their own.
fn is_connection(name: &str) -> bool {
    let endings = ["~", ".bak", ".orig", ".swp", ".swpx", ".pem", ".der", ".nmmeta", ".rpmnew", ".rpmsave"];
    !name.starts_with('.') && !endings.iter().any(|ending| name.ends_with(ending))
}

/// A file is not a keyfile.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyfileError {
    /// A line that is neither a group, nor a key with a value, nor a comment.
    #[error("{place}: `{text}` is neither a group, nor a key and its value, nor a comment")]
    Line {
        /// Where.
        place: Place,
        /// The line.
        text: String,
    },
    /// A key before the first group.
    #[error("{place}: `{key}` stands before the first group")]
    NoGroup {
        /// Where.
        place: Place,
        /// The key.
        key: String,
    },
    /// The file is too large.
    #[error(transparent)]
    Limit(#[from] LimitError),
    /// The file cannot be taken.
    #[error(transparent)]
    File(#[from] FileError),
}
