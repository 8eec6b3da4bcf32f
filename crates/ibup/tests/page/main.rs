//! The page of `--format html`, in a real browser.
//!
//! It takes chromium and chromedriver (Debian: chromium, chromium-driver). Where they are missing the tests fail if
//! `CI=true`, and say `skipped` otherwise.

use std::path::{Path, PathBuf};
use std::process::Command;

use ibup_chain::Verdict;
use ibup_chain::diagnosis::Language;
use ibup_report::{Words, html};
use tempfile::TempDir;

mod access;
mod browser;
mod fleet;
mod hostile;
mod one;
mod several;

const FAILED: &str = "samples/node-9-failed.log";
const HEALTHY: &str = "samples/node-9-healthy.log";

/// A page in a file.
struct Page {
    folder: TempDir,
}

impl Page {
    /// Has the program write the page of these sources.
    fn of(arguments: &[&str]) -> Self {
        Self::holding(&answer("html", arguments))
    }

    /// Writes the page of a verdict.
    fn from_verdict(verdict: &Verdict) -> Self {
        Self::holding(html::render(verdict, &Words::new(Language::English)).as_bytes())
    }

    fn holding(content: &[u8]) -> Self {
        let page = Self { folder: TempDir::new().expect("there is room for a page") };
        std::fs::write(page.file(), content).expect("there is room for a page");
        page
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("page.html")
    }
}

/// Returns what the program says of sources, in a form.
fn answer(form: &str, arguments: &[&str]) -> Vec<u8> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    run(folder, &[&["diagnose", "--format", form], arguments].concat())
}

/// Runs the program in a folder, and returns what it says. It has nothing to complain of.
fn run(folder: &Path, arguments: &[&str]) -> Vec<u8> {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("ibup"));
    command.args(arguments).current_dir(folder).env_clear().env("LANG", "C.UTF-8");
    let output = command.output().expect("the program runs");
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// Returns the verdict on sources.
fn verdict(arguments: &[&str]) -> Verdict {
    serde_json::from_slice(&answer("json", arguments)).expect("the answer is a verdict")
}
