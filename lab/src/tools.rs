//! Programs that are run, and files that are written, with reasons where that fails.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail};

/// Runs a program that has to succeed, and returns what it said.
pub(crate) fn output(command: &mut Command) -> anyhow::Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command
        .output()
        .with_context(|| format!("cannot run {name}; `cargo xtask lab setup` installs what the lab needs"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        bail!("{name} failed: {}\n{}", output.status, said.trim_end());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs a program that has to succeed.
pub(crate) fn call(command: &mut Command) -> anyhow::Result<()> {
    output(command).map(|_| ())
}

/// Writes a file, and the folders it lies in.
pub(crate) fn write(path: &Path, bytes: impl AsRef<[u8]>) -> anyhow::Result<()> {
    make_folder(path.parent().context("a file lies in a folder")?)?;
    std::fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
}

/// Makes a folder, and those above it.
pub(crate) fn make_folder(path: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(path).with_context(|| format!("cannot make {}", path.display()))
}

/// Makes a folder that is empty.
pub(crate) fn empty_folder(path: &Path) -> anyhow::Result<()> {
    if path.exists() {
        std::fs::remove_dir_all(path).with_context(|| format!("cannot remove {}", path.display()))?;
    }
    make_folder(path)
}

/// Reads a file as text.
pub(crate) fn read(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}
