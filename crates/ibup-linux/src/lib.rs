//! The real machine: the only library that touches Linux. It carries out and decides nothing.

use std::path::PathBuf;
use std::time::Duration;

use ibup_chain::bringup::{Action, ActionError};
use ibup_chain::host::Host;
use ibup_config::Tree;
use ibup_config::tree::Content;

/// This machine, or a tree of plain files that stands for one.
#[derive(Debug)]
pub struct LinuxHost {
    root: PathBuf,
}

impl LinuxHost {
    /// Takes the machine whose files lie below a directory; `/` is this one.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }
}

impl Tree for LinuxHost {
    fn read(&self, path: &str) -> Option<Content> {
        let bytes = std::fs::read(self.root.join(path.trim_start_matches('/'))).ok()?;
        Some(Content::Text(String::from_utf8_lossy(&bytes).into_owned()))
    }

    fn list(&self, directory: &str) -> Vec<String> {
        let entries = std::fs::read_dir(self.root.join(directory.trim_start_matches('/')));
        entries.into_iter().flatten().flatten().map(|entry| entry.file_name().to_string_lossy().into()).collect()
    }
}

impl Host for LinuxHost {
    fn now(&self) -> Duration {
        Duration::ZERO
    }

    fn wall_clock(&self) -> i64 {
        0
    }

    fn wait(&mut self, at_most: Duration) {
        std::thread::sleep(at_most);
    }

    fn perform(&mut self, _action: &Action) -> Result<(), ActionError> {
        Ok(())
    }
}
