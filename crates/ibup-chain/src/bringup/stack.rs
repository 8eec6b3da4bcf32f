//! The driver stack as a whole: what start, stop and status of it mean.
//!
//! ```text
//! Tree -> start::plan -> StartPlan (printable) -> start::carry_out -> Host::perform
//! Tree -> stop::Survey (who uses it, in which order it goes) ------> stop::stop, all or nothing
//! Tree -> status::Status, and nothing is touched
//! ```
//!
//! A start never unloads anything: what works keeps working, and what is missing is added. Its plan is made before
//! anything is done; a task that depends on what the drivers will bring to light says so in the plan and looks when it
//! is reached.

pub mod attributes;
pub mod choice;
pub mod console;
pub mod hardware;
pub mod mode;
pub mod ports;
pub mod restart;
pub mod service;
pub mod start;
pub mod status;
pub mod stop;
pub mod task;

#[cfg(test)]
pub(crate) mod testing;

pub use console::Console;
pub use mode::{Call, Mode};
pub use start::StartPlan;
pub use status::Status;
pub use task::Task;

use ibup_config::openib::{self, OpenibConf};
use ibup_config::shell::ShellError;
use ibup_config::tree::Content;
use ibup_config::{Tree, Warning};

/// What is said where that file is missing.
pub const NO_CONFIGURATION: &str = "No InfiniBand configuration found";

/// What is asked of the stack, and by whom.
#[derive(Debug, Clone)]
pub struct Request {
    /// Where openib.conf is.
    pub config_path: String,
    /// Whether foreign modules are loaded and unloaded as well.
    pub is_forced: bool,
    /// Whether somebody asks, or the boot.
    pub call: Call,
    /// The seconds since 1970.
    pub wall_clock: i64,
    /// Where answers go.
    pub console: Console,
}

/// openib.conf could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConfigTrouble {
    /// There is none: nobody wants the stack.
    Missing,
    /// It is there and cannot be read.
    Unreadable {
        /// The file.
        path: String,
        /// Why.
        reason: String,
    },
    /// It is not a list of settings.
    NotSettings(ShellError),
}

impl std::fmt::Display for ConfigTrouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Missing => f.write_str(NO_CONFIGURATION),
            Self::Unreadable { path, reason } => write!(f, "{path} cannot be read: {reason}"),
            Self::NotSettings(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ConfigTrouble {}

/// Reads openib.conf.
pub fn configuration(tree: &dyn Tree, path: &str) -> Result<(OpenibConf, Vec<Warning>), ConfigTrouble> {
    match tree.read(path) {
        None => Err(ConfigTrouble::Missing),
        Some(Content::Unreadable(reason)) => Err(ConfigTrouble::Unreadable { path: path.to_owned(), reason }),
        Some(Content::Text(text)) => {
            let reading = openib::read(path, &text).map_err(ConfigTrouble::NotSettings)?;
            Ok((reading.value, reading.warnings))
        }
    }
}
