//! Manual pages and completions, from the program's own command line.

use std::path::Path;

use anyhow::Context;
use clap::CommandFactory;
use clap_complete::Shell;

/// Writes a page for the program and each subcommand, and completions for the usual shells.
pub(crate) fn run(into: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(into).with_context(|| format!("cannot make {}", into.display()))?;
    let command = ibup::cli::Cli::command();
    clap_mangen::generate_to(command.clone(), into).context("cannot write the manual pages")?;
    for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
        clap_complete::generate_to(shell, &mut command.clone(), "ibup", into)
            .with_context(|| format!("cannot write completions for {shell}"))?;
    }
    Ok(())
}
