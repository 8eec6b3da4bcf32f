//! The Debian packages that the lab needs on the machine it runs on.

use std::process::Command;

use anyhow::bail;

use crate::tools::call;

/// The packages, each with what it is for.
const PACKAGES: &[(&str, &str)] = &[
    ("qemu-system-x86", "the machine"),
    ("mmdebstrap", "the guest's Debian"),
    ("e2fsprogs", "the guest's disk"),
    ("busybox-static", "the guest's initramfs"),
    ("cpio", "the guest's initramfs"),
    ("linux-headers-amd64", "the virtual HCA's modules"),
    ("make", "the virtual HCA's modules"),
    ("gcc", "the virtual HCA's modules"),
    ("systemd", "journalctl, which reads the guest's journal"),
    ("dpkg", "ibup's own package"),
    ("binutils", "ibup's own package"),
    ("gzip", "ibup's own package"),
];

/// Installs what is missing.
pub(crate) fn install() -> anyhow::Result<()> {
    let missing: Vec<_> = missing().into_iter().map(|(name, _)| name).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let apt = || {
        let mut command = Command::new("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive").arg("-qq");
        command
    };
    call(apt().arg("update"))?;
    call(apt().args(["install", "--yes", "--no-install-recommends"]).args(missing))
}

/// Says what is missing, if anything is.
pub(crate) fn check() -> anyhow::Result<()> {
    let missing: String = missing().iter().map(|(name, purpose)| format!("\n  {name}: {purpose}")).collect();
    if !missing.is_empty() {
        bail!("packages are missing; `cargo xtask lab setup` installs them:{missing}");
    }
    Ok(())
}

fn missing() -> Vec<(&'static str, &'static str)> {
    PACKAGES.iter().copied().filter(|(name, _)| !is_installed(name)).collect()
}

fn is_installed(package: &str) -> bool {
    let asked = Command::new("dpkg-query").args(["-W", "-f", "${Status}", package]).output();
    asked.is_ok_and(|output| output.stdout.ends_with(b"ok installed"))
}
