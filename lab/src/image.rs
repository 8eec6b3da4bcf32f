//! The guest's disk: Debian from its mirror once, then the modules and ibup's own package upon a copy.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};

use crate::Place;
use crate::module::DRIVERS;
use crate::tools::{call, empty_folder, make_folder, output, read, write};

/// The Debian release of the guest.
const SUITE: &str = "bookworm";

/// What every guest has.
const PACKAGES: &[&str] = &[
    "systemd-sysv",
    "udev",
    "dbus",
    "kmod",
    "iproute2",
    "ifupdown",
    "ifenslave",
    "iputils-ping",
    "procps",
    "psmisc",
];

/// What only some have, so that nobody's rules and services are there who has no part in the scenario.
const VARIANTS: &[(&str, &[&str])] = &[("base", &[]), ("network-manager", &["network-manager"])];

/// Kernel drivers that no guest has the hardware for.
const UNUSED: &[&str] = &[
    "sound",
    "net/wireless",
    "drivers/gpu",
    "drivers/media",
    "drivers/staging",
    "drivers/iio",
    "drivers/usb",
    "drivers/hid",
    "drivers/hwmon",
    "drivers/scsi",
    "drivers/mmc",
    "drivers/input",
    "drivers/bluetooth",
    "drivers/ata",
    "drivers/isdn",
    "drivers/atm",
    "drivers/mtd",
    "drivers/rtc",
    "drivers/video",
    "drivers/net/wireless",
];

/// Units that only cost time in a guest that nobody sits at.
const MASKED: &[&str] = &[
    "getty.target",
    "serial-getty@ttyS0.service",
    "getty@tty1.service",
    "e2scrub_reap.service",
    "apt-daily.timer",
    "apt-daily-upgrade.timer",
    "dpkg-db-backup.timer",
    "fstrim.timer",
    "e2scrub_all.timer",
];

/// A guest's disk and what boots it.
#[derive(Debug, Clone)]
pub(crate) struct Image {
    pub(crate) disk: PathBuf,
    pub(crate) kernel: PathBuf,
    pub(crate) initramfs: PathBuf,
}

/// Returns whether there is such a variant.
pub(crate) fn is_variant(name: &str) -> bool {
    VARIANTS.iter().any(|(known, _)| *known == name)
}

/// Makes the image of a variant.
pub(crate) fn make(
    place: &Place,
    variant: &str,
    release: &str,
    vhca: &Path,
    deb: &Path,
) -> anyhow::Result<Image> {
    let kernel = kernel(place, release)?;
    let debian = debian(place, variant)?;
    let root = place.work.join(format!("{variant}.root"));
    empty_folder(&root)?;
    call(Command::new("cp").arg("-a").arg(debian.join(".")).arg(&root))?;
    install_modules(&root, &kernel, release, vhca)?;
    // With dpkg of this machine and the scripts run in the guest's tree, as in any image build.
    call(Command::new("dpkg").arg(format!("--root={}", root.display())).arg("--install").arg(deb))
        .context("ibup's package does not install in the guest")?;
    install_lab(place, &root)?;
    let initramfs = crate::initramfs::make(place, &root, release, vhca)?;
    let disk = place.work.join(format!("{variant}.img"));
    call(Command::new("mke2fs").args(["-q", "-F", "-t", "ext4", "-d"]).arg(&root).arg(&disk).arg("1G"))?;
    std::fs::remove_dir_all(&root).context("cannot remove the tree of the disk")?;
    Ok(Image { disk, kernel: kernel.join("boot").join(format!("vmlinuz-{release}")), initramfs })
}

/// Returns the tree of a variant's Debian, fetched if it is not here, or not with these packages.
fn debian(place: &Place, variant: &str) -> anyhow::Result<PathBuf> {
    let (_, more) = VARIANTS.iter().find(|(name, _)| *name == variant).context("there is no such image")?;
    let packages = [PACKAGES, more].concat().join(",");
    let tree = place.work.join(format!("debian-{variant}"));
    let stamp = tree.join("usr/lib/lab/packages");
    if read(&stamp).is_ok_and(|known| known == packages) {
        return Ok(tree);
    }
    empty_folder(&tree)?;
    let excluded = ["man", "locale", "doc"].map(|name| format!("--dpkgopt=path-exclude=/usr/share/{name}/*"));
    call(
        Command::new("mmdebstrap")
            .args(["--quiet", "--variant=minbase"])
            .arg(format!("--include={packages}"))
            .args(excluded)
            .arg(SUITE)
            .arg(&tree),
    )
    .context("cannot fetch the guest's Debian")?;
    write(&stamp, packages)?;
    Ok(tree)
}

/// Returns the tree of the kernel's package, fetched if it is not here. It is unpacked rather than installed: the
/// guest's initramfs is ours.
fn kernel(place: &Place, release: &str) -> anyhow::Result<PathBuf> {
    let tree = place.work.join(format!("linux-{release}"));
    if tree.join("boot").join(format!("vmlinuz-{release}")).exists() {
        return Ok(tree);
    }
    let folder = place.work.join("linux.deb");
    empty_folder(&folder)?;
    // apt gives up root to fetch.
    call(Command::new("chmod").arg("777").arg(&folder))?;
    call(
        Command::new("apt-get")
            .args(["-qq", "download", &format!("linux-image-{release}")])
            .current_dir(&folder),
    )
    .context(
        "cannot fetch the guest's kernel; it has the release of the newest headers that are installed",
    )?;
    let found = std::fs::read_dir(&folder).context("cannot list what was fetched")?;
    let Some(package) = found.filter_map(Result::ok).map(|entry| entry.path()).next() else {
        bail!("apt-get fetched nothing");
    };
    empty_folder(&tree)?;
    call(Command::new("dpkg-deb").arg("--extract").arg(package).arg(&tree))?;
    Ok(tree)
}

fn install_modules(root: &Path, kernel: &Path, release: &str, vhca: &Path) -> anyhow::Result<()> {
    let modules = root.join("usr/lib/modules");
    make_folder(&modules)?;
    call(Command::new("cp").arg("-a").arg(kernel.join("lib/modules").join(release)).arg(&modules))?;
    let modules = modules.join(release);
    for unused in UNUSED {
        let _ = std::fs::remove_dir_all(modules.join("kernel").join(unused));
    }
    // depmod prefers what lies in updates/ to the kernel's own module of the name (depmod.d(5)).
    make_folder(&modules.join("updates"))?;
    for name in DRIVERS {
        let file = format!("{name}.ko");
        std::fs::copy(vhca.join(&file), modules.join("updates").join(&file))
            .with_context(|| format!("cannot copy {file}"))?;
    }
    output(Command::new("chroot").arg(root).args(["depmod", release])).map(|_| ())
}

/// Installs what makes a guest of the tree: a name, and the unit that acts and looks.
fn install_lab(place: &Place, root: &Path) -> anyhow::Result<()> {
    write(&root.join("etc/hostname"), "node-9\n")?;
    write(&root.join("etc/hosts"), "127.0.0.1 localhost node-9\n")?;
    write(&root.join("etc/infiniband/openib.conf"), "ONBOOT=yes\n")?;
    let units = root.join("etc/systemd/system");
    write(&units.join("lab.service"), read(&place.lab().join("guest/lab.service"))?)?;
    write(&root.join("usr/lib/lab/run"), read(&place.lab().join("guest/run"))?)?;
    let wants = units.join("multi-user.target.wants");
    make_folder(&wants)?;
    link("../lab.service", &wants.join("lab.service"))?;
    link("/lib/systemd/system/multi-user.target", &units.join("default.target"))?;
    MASKED.iter().try_for_each(|unit| link("/dev/null", &units.join(unit)))
}

/// Makes a symbolic link, in place of whatever is there.
pub(crate) fn link(target: &str, path: &Path) -> anyhow::Result<()> {
    let _ = std::fs::remove_file(path);
    std::os::unix::fs::symlink(target, path).with_context(|| format!("cannot link {}", path.display()))
}
