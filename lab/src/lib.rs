//! The laboratory: boots a real Linux with a virtual HCA, and asks ibup the same questions as in the field.
//!
//! ```text
//! scenarios/*.toml -> scenario --------> payload (a tar) ---+
//! vhca/ (C) -------> module ----+                           v
//! Debian, our .deb -> image ----+--> disk, initramfs ---> machine (QEMU) -> what was seen (a tar)
//!                                                                               |
//!                                     table <- judge (held against the scenario, ibup diagnose) <-+
//! ```
//!
//! Only the hardware is made up: kernel, systemd, udev, journald and the network services are Debian's own, and ibup is
//! installed from its package. Nothing is booted twice; what cannot be waited for by a condition is not tested here.

use std::path::{Path, PathBuf};

mod corpus;
mod image;
mod initramfs;
mod judge;
mod machine;
mod module;
mod run;
mod scenario;
mod seen;
mod setup;
pub mod slurm;
mod tools;

/// Boots a real Linux with a virtual HCA and asks the same questions.
#[derive(Debug, clap::Args)]
pub struct Options {
    #[command(subcommand)]
    chore: Option<Chore>,
    #[command(flatten)]
    boots: run::Boots,
}

/// What else the lab can do.
#[derive(Debug, clap::Subcommand)]
enum Chore {
    /// Installs the Debian packages that the lab needs.
    Setup,
    /// Lists the scenarios.
    List,
    /// Writes the journals of the last boots into the corpus of the tests.
    Corpus {
        /// The scenarios; by default all that were booted.
        scenarios: Vec<String>,
    },
}

/// The folders of the lab.
#[derive(Debug, Clone)]
struct Place {
    /// The top of the repository.
    root: PathBuf,
    /// Where images, modules and what was seen are kept.
    work: PathBuf,
}

impl Place {
    fn lab(&self) -> PathBuf {
        self.root.join("lab")
    }
}

/// Does what was asked for.
///
/// # Errors
///
/// A package is missing, something cannot be built, or a scenario did not end as it says.
pub fn run(root: &Path, options: &Options) -> anyhow::Result<()> {
    let root = root.canonicalize()?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let place = Place { work: root.join(target).join("lab"), root };
    match &options.chore {
        Some(Chore::Setup) => setup::install(),
        Some(Chore::List) => run::list(&place),
        Some(Chore::Corpus { scenarios }) => corpus::write(&place, scenarios),
        None => run::boot(&place, &options.boots),
    }
}
