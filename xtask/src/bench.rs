//! Measurements. Each prints what it measured, and fails where that is more than the project allows itself.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};

mod bring_up;
mod explore;
mod fleet;
mod read;
mod syslog;

/// What can be measured.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(crate) enum What {
    /// What the bring-up costs a boot: processes and time.
    BringUp,
    /// How many worlds an exploration looks at in a second.
    Explore,
    /// How many nodes of a fleet are judged in a second, and in how much memory.
    Fleet,
    /// How fast logs are read, beside rg, grep, wc and journalctl; writes docs/performance.md.
    Read,
}

/// Measures.
pub(crate) fn run(root: &Path, what: What) -> anyhow::Result<()> {
    match what {
        What::BringUp => bring_up::run(root),
        What::Explore => explore::run(root),
        What::Fleet => fleet::run(root),
        What::Read => read::run(root),
    }
}

/// Builds the program as it ships, and returns where it is.
fn build(root: &Path) -> anyhow::Result<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .args(["build", "--quiet", "--release", "--package", "ibup"])
        .current_dir(root)
        .status()
        .context("cannot run cargo")?;
    ensure!(built.success(), "the program does not build");
    Ok(super::target(root).join("release/ibup"))
}
