//! ibup: brings InfiniBand interfaces up at boot, and explains why one did not come up.

use std::process::ExitCode;

use clap::Parser;
use ibup::cli::Cli;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match ibup::commands::run(&cli) {
        Ok(exit) => exit.into(),
        Err(error) => {
            ibup::report(&error);
            ibup::Exit::CouldNotTell.into()
        }
    }
}
