//! How the program ends, and how it says that it failed.

use std::io::Write;
use std::process::ExitCode;

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Nothing wrong was found.
    Good,
    /// Something is wrong.
    Bad,
    /// It could not tell: usage, unreadable input, nothing to go by.
    CouldNotTell,
    /// As the convention wants it that the answer was asked for in.
    Convention(u8),
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(match exit {
            Exit::Good => 0,
            Exit::Bad => 1,
            Exit::CouldNotTell => 2,
            Exit::Convention(status) => status,
        })
    }
}

/// Says on standard error what failed and why, cause by cause.
pub fn report(error: &anyhow::Error) {
    // Nobody is left to tell where standard error is gone.
    let _ = writeln!(anstream::stderr(), "ibup: {}", told(error));
}

/// Tells what failed and why, cause by cause.
pub(crate) fn told(error: &anyhow::Error) -> String {
    let chain: Vec<_> = error.chain().map(ToString::to_string).collect();
    chain.join(": ")
}
