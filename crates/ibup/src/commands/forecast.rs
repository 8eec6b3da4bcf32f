//! `ibup forecast`: says today whether each interface will come up at the next boot.

use anyhow::Context;
use ibup_forecast::forecast::{Summary, forecast};
use ibup_linux::LinuxHost;
use ibup_report::Words;

use super::print;
use crate::cli::{AnswerForm as Form, Cli, Forecast};
use crate::error::Exit;
use crate::foretold;

/// Forecasts the next boot of a machine.
pub fn run(cli: &Cli, options: &Forecast) -> anyhow::Result<Exit> {
    let root = options.root.display();
    std::fs::read_dir(&options.root).with_context(|| format!("cannot read {root}"))?;
    let told = forecast(&LinuxHost::new(options.root.clone()), &options.what_if);
    print(&match options.format {
        Form::Json => serde_json::to_string_pretty(&told)? + "\n",
        Form::Text => foretold::render(&told, &Words::new(cli.language())),
    })?;
    Ok(match told.summary() {
        Summary::Good => Exit::Good,
        Summary::Bad => Exit::Bad,
        Summary::Unknown => Exit::CouldNotTell,
    })
}
