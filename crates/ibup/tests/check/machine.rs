//! Machines made of files, and how they are asked.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

const SAMPLE: &str = include_str!("../../../../samples/node-9-failed.log");

pub(crate) fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().expect("a file is in a directory")).expect("a directory can be made");
    fs::write(path, text).expect("a file can be written");
}

/// node-9 on the morning after: `ib0` exists, its port is active, and nobody has raised it. `ib1` is not used.
pub(crate) fn machine() -> TempDir {
    let directory = tempfile::tempdir().expect("there is room");
    let root = directory.path();
    write(root, "proc/sys/kernel/hostname", "node-9\n");
    write(
        root,
        "etc/sysconfig/network-scripts/ifcfg-ib0",
        "DEVICE=ib0\nONBOOT=yes\nIPADDR=10.8.0.9\nPREFIX=24\n",
    );
    for (number, netdev) in ["ib0", "ib1"].iter().enumerate() {
        let port = format!("sys/class/infiniband/mlx5_{number}/ports/1");
        write(root, &format!("{port}/state"), "4: ACTIVE\n");
        write(root, &format!("{port}/phys_state"), "5: LinkUp\n");
        write(root, &format!("{port}/link_layer"), "InfiniBand\n");
        write(root, &format!("{port}/rate"), "100 Gb/sec (4X EDR)\n");
        write(root, &format!("sys/class/net/{netdev}/type"), "32\n");
        write(root, &format!("sys/class/net/{netdev}/flags"), "0x1002\n");
        write(root, &format!("sys/class/net/{netdev}/dev_port"), "0\n");
        write(root, &format!("sys/class/net/{netdev}/device/infiniband/mlx5_{number}/node_guid"), "0\n");
    }
    let morning: String = SAMPLE
        .lines()
        .take_while(|line| !line.starts_with("Mar 22"))
        .map(|line| format!("{line}\n"))
        .collect();
    write(root, "journal.log", &morning);
    directory
}

/// Raises `ib0` as its service would have done.
pub(crate) fn raise(root: &Path) {
    write(root, "sys/class/net/ib0/flags", "0x1003\n");
    write(root, "sys/class/net/ib0/carrier", "1\n");
    write(root, "proc/net/fib_trie", "Local:\n  |-- 10.8.0.9\n     /32 host LOCAL\n");
}

pub(crate) fn check(root: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("ibup"));
    command.args(["check", "--root"]).arg(root).args(arguments);
    command.env_clear().env("LANG", "C.UTF-8").output().expect("the program runs")
}

pub(crate) fn told(root: &Path, arguments: &[&str]) -> (i32, String) {
    let journal = root.join("journal.log");
    let arguments: Vec<&str> =
        arguments.iter().copied().chain(["--journal", journal.to_str().expect("a plain name")]).collect();
    let output = check(root, &arguments);
    let status = output.status.code().expect("it ends by itself");
    (status, String::from_utf8(output.stdout).expect("output is UTF-8"))
}

pub(crate) fn first_line(root: &Path, arguments: &[&str]) -> (i32, String) {
    let (status, text) = told(root, arguments);
    (status, text.lines().next().unwrap_or_default().to_owned())
}
