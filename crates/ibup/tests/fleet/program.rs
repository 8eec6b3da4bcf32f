//! The built program, and programs that may not be there.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The path of the built program.
pub(crate) fn path() -> PathBuf {
    assert_cmd::cargo::cargo_bin!("ibup").to_owned()
}

/// The built program, in a folder, with an environment of its own.
pub(crate) fn ibup(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(path());
    command.args(arguments).current_dir(folder).env_clear().env("LANG", "C.UTF-8");
    command
}

/// Runs it, and returns what it printed; it has to end with this status.
pub(crate) fn run(folder: &Path, arguments: &[&str], status: i32) -> String {
    let output = ibup(folder, arguments).output().expect("the program runs");
    assert_eq!(output.status.code(), Some(status), "{arguments:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

/// Runs a command that has to end well.
pub(crate) fn well(command: &mut Command) -> Output {
    let output = command.output().expect("the command runs");
    assert!(output.status.success(), "{command:?}: {} {}", text(&output.stdout), text(&output.stderr));
    output
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("it is text")
}

/// Returns whether all of what a test needs is there. Where it is not, the test is skipped, and fails in CI, where it is to
/// be installed.
pub(crate) fn is_there(missing: &[&str]) -> bool {
    let is_ci = std::env::var("CI").is_ok_and(|value| value == "true");
    assert!(missing.is_empty() || !is_ci, "not installed: {missing:?}");
    if !missing.is_empty() {
        #[expect(clippy::print_stderr, reason = "who runs the tests has to know what was not tested")]
        {
            eprintln!("skipped: not installed: {missing:?}");
        }
    }
    missing.is_empty()
}
