//! `ibup explain`: all that is known of a diagnosis.

use anyhow::bail;
use ibup_chain::Diagnosis;
use ibup_report::{Words, explain};

use super::print;
use crate::cli::{Cli, Explain};
use crate::error::Exit;

/// Explains a diagnosis, or lists all.
pub fn run(cli: &Cli, options: &Explain) -> anyhow::Result<Exit> {
    let words = Words::new(cli.language());
    let Some(wanted) = &options.diagnosis else {
        print(&explain::list(&words))?;
        return Ok(Exit::Good);
    };
    let Some(diagnosis) = Diagnosis::find(wanted) else {
        bail!(words.with("unknown-diagnosis", &[("name", wanted)]));
    };
    print(&explain::render(diagnosis, &words))?;
    Ok(Exit::Good)
}
