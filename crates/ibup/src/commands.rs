//! The subcommands.

use ibup_report::text::Layout;

use crate::cli::{Cli, Color, Command};
use crate::error::Exit;

pub mod check;
pub mod diagnose;
pub mod explain;
pub mod explore;
pub mod fleet;
pub mod forecast;
pub mod interface;
pub mod rules;
pub mod simulate;
pub mod stack;
pub mod trace;
pub mod wait;

/// Runs the subcommand that the command line names.
pub fn run(cli: &Cli) -> anyhow::Result<Exit> {
    match &cli.command {
        Command::Diagnose(options) => diagnose::run(cli, options),
        Command::Check(options) => check::run(cli, options),
        Command::Wait(options) => wait::run(cli, options),
        Command::Fleet(options) => fleet::run(cli, options),
        Command::Explain(options) => explain::run(cli, options),
        Command::Rules(options) => rules::run(cli, options),
        Command::Start(options) => stack::start(options),
        Command::Stop(options) => stack::stop(options),
        Command::Restart(options) => stack::restart(options),
        Command::Status(options) => stack::status(options),
        Command::Plan(options) => stack::plan(options),
        Command::Configure(options) => interface::configure(options),
        Command::Raise(options) => interface::raise(options),
        Command::Simulate(options) => simulate::run(cli, options),
        Command::Explore(options) => explore::run(cli, options),
        Command::Forecast(options) => forecast::run(cli, options),
        Command::Trace(options) => trace::run(options),
    }
}

/// Writes a whole answer to standard output. A reader that has gone away (`| head`) is no error.
fn print(answer: &str) -> anyhow::Result<()> {
    use std::io::{ErrorKind, Write};

    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(answer.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// Returns how text is laid out on standard output.
fn layout(color: Color) -> Layout {
    let columns = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    Layout { colored: is_colored(color), columns }
}

/// Returns whether standard output takes colours.
fn is_colored(color: Color) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never,
    }
}
