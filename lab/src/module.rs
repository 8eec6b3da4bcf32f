//! The virtual HCA's kernel modules, built for the guest's kernel.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;

use crate::Place;
use crate::tools::{call, empty_folder};

/// The modules: what gives the bus its cards, and what stands in for the vendor's driver.
pub(crate) const BUS: &str = "vhca_bus";
pub(crate) const DRIVERS: &[&str] = &["mlx5_core", "mlx5_ib"];

/// Where Debian puts kernel headers.
const HEADERS: &str = "/usr/src";

/// Returns the release of the newest kernel whose headers are installed. The guest gets this kernel.
pub(crate) fn release() -> anyhow::Result<String> {
    let entries = std::fs::read_dir(HEADERS).with_context(|| format!("cannot list {HEADERS}"))?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let releases = names.filter_map(|name| {
        name.strip_prefix("linux-headers-").filter(|release| release.ends_with("-amd64")).map(str::to_owned)
    });
    let number = |release: &String| {
        release.split(['.', '-']).map(|part| part.parse().unwrap_or(0)).collect::<Vec<u32>>()
    };
    releases.max_by_key(number).context("no kernel headers are installed; try `cargo xtask lab setup`")
}

/// Builds the modules; returns the folder they lie in.
pub(crate) fn build(place: &Place, release: &str) -> anyhow::Result<PathBuf> {
    // In a folder of its own, so that the sources stay as they are.
    let folder = place.work.join("vhca");
    empty_folder(&folder)?;
    call(Command::new("cp").arg("-r").arg(place.lab().join("vhca/.")).arg(&folder))?;
    let headers = Path::new(HEADERS).join(format!("linux-headers-{release}"));
    call(
        Command::new("make")
            .arg("-C")
            .arg(&folder)
            .arg(format!("KDIR={}", headers.display()))
            .env_remove("MAKEFLAGS"),
    )
    .context("the virtual HCA's modules do not build")?;
    for name in DRIVERS.iter().chain([&BUS]) {
        call(Command::new("strip").arg("--strip-debug").arg(folder.join(format!("{name}.ko"))))?;
    }
    Ok(folder)
}
