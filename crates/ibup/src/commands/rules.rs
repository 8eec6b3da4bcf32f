//! `ibup rules check`: whether the rules of a site can be used, before they are needed.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::{Context, bail};
use ibup_chain::Rules;
use ibup_chain::rules::FILE_LENGTH_MAX;
use ibup_report::Words;

use super::print;
use crate::cli::{self, Cli, RulesAction};
use crate::error::Exit;

/// Looks over a file of rules.
pub fn run(cli: &Cli, options: &cli::Rules) -> anyhow::Result<Exit> {
    let RulesAction::Check { file } = &options.action;
    let count = read(file)?.iter().count();
    let words = Words::new(cli.language());
    print(&format!("{}: {}\n", file.display(), words.count("rules-well", "rules", count as u64)))?;
    Ok(Exit::Good)
}

/// Reads a file of rules.
pub(super) fn read(path: &Path) -> anyhow::Result<Rules> {
    let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
    let mut bytes = Vec::new();
    // One byte more than may be tells that there is more.
    let bound = FILE_LENGTH_MAX as u64 + 1;
    file.take(bound).read_to_end(&mut bytes).with_context(|| format!("cannot read {}", path.display()))?;
    if bytes.len() > FILE_LENGTH_MAX {
        bail!("{}: the file is longer than {FILE_LENGTH_MAX} bytes", path.display());
    }
    let text = String::from_utf8(bytes).with_context(|| format!("{}: not UTF-8", path.display()))?;
    Rules::parse(&text).map_err(|error| match error.line {
        Some(line) => anyhow::anyhow!("{}:{line}: {error}", path.display()),
        None => anyhow::anyhow!("{}: {error}", path.display()),
    })
}
