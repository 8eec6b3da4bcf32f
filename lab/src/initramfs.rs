//! The guest's initramfs: busybox, the modules that the root file system needs, and the cards on the bus.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use crate::Place;
use crate::module::BUS;
use crate::tools::{call, empty_folder, make_folder, read};

/// What the root file system stands on.
const NEEDED: &[&str] = &["virtio_pci", "virtio_blk", "ext4", "crc32c_generic"];

/// Makes the initramfs of a kernel whose modules lie below a root.
pub(crate) fn make(place: &Place, root: &Path, release: &str, vhca: &Path) -> anyhow::Result<PathBuf> {
    let tree = place.work.join("initramfs");
    empty_folder(&tree)?;
    for folder in ["bin", "dev", "proc", "sys", "root", "modules"] {
        make_folder(&tree.join(folder))?;
    }
    let copy = |from: &Path, to: &str| {
        std::fs::copy(from, tree.join(to)).with_context(|| format!("cannot copy {}", from.display()))
    };
    copy(Path::new("/bin/busybox"), "bin/busybox")?;
    copy(&place.lab().join("guest/init"), "init")?;
    call(Command::new("chmod").arg("755").arg(tree.join("init")))?;
    let modules = root.join("usr/lib/modules").join(release);
    let mut paths: Vec<_> =
        in_order(&read(&modules.join("modules.dep"))?)?.into_iter().map(|path| modules.join(path)).collect();
    paths.push(vhca.join(format!("{BUS}.ko")));
    for (number, path) in paths.iter().enumerate() {
        let name = path.file_name().context("a module has a name")?.to_string_lossy();
        copy(path, &format!("modules/{number:02}-{name}"))?;
    }
    let archive = place.work.join("initramfs.cpio");
    let file = std::fs::File::create(&archive).context("cannot write the initramfs")?;
    let status = Command::new("sh")
        .args(["-c", "find . | cpio --quiet --create --format=newc"])
        .current_dir(&tree)
        .stdout(Stdio::from(file))
        .status()
        .context("cannot run cpio")?;
    if !status.success() {
        bail!("cpio failed: {status}");
    }
    Ok(archive)
}

/// Returns the files of the needed modules, each after what it stands on, by depmod's index (modules.dep(5)).
fn in_order(index: &str) -> anyhow::Result<Vec<String>> {
    let name = |path: &str| {
        let file = path.rsplit('/').next().unwrap_or(path);
        file.split(".ko").next().unwrap_or(file).replace('-', "_")
    };
    // What a module stands on is listed nearest first.
    let rows: BTreeMap<_, _> =
        index.lines().filter_map(|line| line.split_once(':')).map(|row| (name(row.0), row)).collect();
    let mut found: Vec<String> = Vec::new();
    for needed in NEEDED {
        let (path, below) = rows.get(*needed).with_context(|| format!("the kernel has no {needed}"))?;
        for path in below.split_whitespace().rev().chain([*path]) {
            if !found.iter().any(|known| known == path) {
                found.push(path.to_owned());
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_comes_after_what_it_stands_on() {
        let index = "k/virtio.ko:\nk/virtio_ring.ko: k/virtio.ko\nk/virtio_pci.ko: k/virtio_ring.ko k/virtio.ko\n\
                     k/virtio_blk.ko: k/virtio_ring.ko k/virtio.ko\nk/ext4.ko: k/jbd2.ko\nk/jbd2.ko:\nk/crc32c_generic.ko:\n";
        let expected =
            ["virtio", "virtio_ring", "virtio_pci", "virtio_blk", "jbd2", "ext4", "crc32c_generic"];
        assert_eq!(in_order(index).unwrap(), expected.map(|name| format!("k/{name}.ko")));
        assert!(in_order("").unwrap_err().to_string().contains("virtio_pci"));
    }
}
