//! Chores of this repository. `cargo xtask --help` lists them.

use std::path::{Path, PathBuf};

use clap::{Parser, Subcommand};

mod bench;
mod docs;
mod fuzz;
mod man;
mod package;
mod sim;

/// Chores of this repository.
#[derive(Debug, Parser)]
struct Cli {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Debug, Subcommand)]
enum Chore {
    /// Writes the pages that are made from code: docs/diagnoses.md and its translation.
    Docs {
        /// Only says whether they are fresh.
        #[arg(long)]
        check: bool,
    },
    /// Writes manual pages and shell completions.
    Man {
        /// Where to; by default target/man.
        #[arg(long)]
        into: Option<PathBuf>,
    },
    /// Writes the journal's message catalogs, which `journalctl -x` shows.
    Catalog {
        /// Only says whether they are fresh.
        #[arg(long)]
        check: bool,
    },
    /// Measures.
    Bench {
        /// What.
        #[arg(value_enum)]
        what: bench::What,
    },
    /// Makes a .deb and an .rpm.
    Package(package::Options),
    /// Boots random machines in memory.
    Sim(sim::Options),
    /// Gives every reader bytes that it was not made for.
    Fuzz(fuzz::Options),
    /// Boots a real Linux with a virtual HCA and asks the same questions.
    Lab(ibup_lab::Options),
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().chore {
        Chore::Docs { check } => docs::run(root(), check),
        Chore::Man { into } => man::run(&into.unwrap_or_else(|| root().join("target/man"))),
        Chore::Catalog { check } => package::catalog::run(root(), check),
        Chore::Bench { what } => bench::run(root(), what),
        Chore::Package(options) => package::run(root(), &options),
        Chore::Sim(options) => sim::run(&options),
        Chore::Fuzz(options) => fuzz::run(root(), &options),
        Chore::Lab(options) => ibup_lab::run(root(), &options),
    }
}

/// Returns where cargo puts what it builds.
fn target(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from)
}

/// Returns the top of the repository.
fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}
