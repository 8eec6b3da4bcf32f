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
    /// How fast a gibibyte of text is read, beside rg, grep and wc.
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
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    Ok(target.join("release/ibup"))
}
