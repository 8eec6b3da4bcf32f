//! The program: command line, wiring, exit codes. One file a subcommand.
//!
//! Everything that decides is in the crates below; here files are opened, terminals asked and streams written.

pub mod cli;
pub mod commands;
pub mod compat;
mod error;
mod exploration;
mod foretold;
mod progress;
mod skimming;
mod source;

pub use error::{Exit, report};
