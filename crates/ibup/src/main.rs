//! ibup: brings InfiniBand interfaces up at boot, and explains why one did not come up.

use std::process::ExitCode;

use clap::Parser;
use ibup::cli::Cli;

fn main() -> ExitCode {
    let arguments: Vec<String> =
        std::env::args_os().map(|argument| argument.to_string_lossy().into_owned()).collect();
    if let Some(exit) = ibup::compat::run(&arguments) {
        return exit;
    }
    let cli = Cli::parse();
    match ibup::commands::run(&cli) {
        Ok(exit) => exit.into(),
        Err(error) => {
            ibup::report(&error);
            ibup::Exit::CouldNotTell.into()
        }
    }
}
