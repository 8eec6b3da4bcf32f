//! `openibd`: the driver stack as a whole.

use std::process::ExitCode;

/// Acts as the script does.
pub fn run(_program: &str, _arguments: &[String]) -> ExitCode {
    ExitCode::FAILURE
}
