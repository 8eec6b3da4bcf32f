//! Repairs: what is done, what is left alone, and what is undone.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::machine::{machine, write};

const RELEASE: &str = "5.14.0";
const MODULES: &[&str] = &["mlx5_core", "mlx5_ib", "ib_ipoib", "ib_umad", "ib_uverbs", "rdma_cm", "rdma_ucm"];
const UNIT: &str = "[Unit]\nDescription=openibd - configure Mellanox devices\n\
                    Before=network.target network.service networking.service\n\
                    [Service]\nType=oneshot\nRemainAfterExit=yes\n[Install]\nWantedBy=sysinit.target\n";
const SYSTEMCTL: &str = "#!/bin/sh
echo \"systemctl $*\" >>commands
wants=etc/systemd/system/sysinit.target.wants
case $1 in
    enable) mkdir -p $wants && ln -s /usr/lib/systemd/system/$2 $wants/$2 ;;
    disable) rm -f $wants/$2 ;;
    start) [ -d put-aside ] && mv put-aside sys/class/net/ib0 || true ;;
esac
";
const IFUP: &str = "#!/bin/sh
echo \"ifup $*\" >>commands
echo 0x1003 >sys/class/net/$1/flags
echo 1 >sys/class/net/$1/carrier
mkdir -p proc/net
printf 'Local:\\n  |-- 10.8.0.9\\n     /32 host LOCAL\\n' >proc/net/fib_trie
";

fn program(root: &Path, path: &str, script: &str) {
    write(root, path, script);
    fs::set_permissions(root.join(path), fs::Permissions::from_mode(0o755))
        .expect("it can be made a program");
}

/// node-9 with the vendor's stack, whose service is not enabled, and with network-scripts.
fn node() -> TempDir {
    let node = machine();
    let root = node.path();
    let index: String =
        MODULES.iter().map(|name| format!("extra/{name}.ko: extra/mlx_compat.ko\n")).collect();
    write(root, &format!("lib/modules/{RELEASE}/modules.dep"), &(index + "extra/mlx_compat.ko:\n"));
    write(root, "etc/redhat-release", "Red Hat Enterprise Linux\n");
    write(root, "etc/hostname", "node-9\n");
    for (attribute, text) in [("vendor", "0x15b3\n"), ("device", "0x101b\n"), ("class", "0x020700\n")] {
        write(root, &format!("sys/bus/pci/devices/0000:4b:00.0/{attribute}"), text);
    }
    write(root, "usr/lib/systemd/system/openibd.service", UNIT);
    write(root, "etc/infiniband/openib.conf", "ONBOOT=yes\nIPOIB_LOAD=yes\n");
    write(root, "etc/rc.d/init.d/network", "");
    fs::create_dir_all(root.join("etc/rc.d/rc3.d")).expect("a directory can be made");
    symlink("../init.d/network", root.join("etc/rc.d/rc3.d/S10network")).expect("a link can be made");
    let ifcfg = "DEVICE=ib0\nTYPE=InfiniBand\nONBOOT=yes\nIPADDR=10.8.0.9\nPREFIX=24\nNM_CONTROLLED=no\n";
    write(root, "etc/sysconfig/network-scripts/ifcfg-ib0", ifcfg);
    program(root, "usr/bin/systemctl", SYSTEMCTL);
    program(root, "sbin/ifup", IFUP);
    node
}

/// Repairs, and returns the status of exit, what was said, and what was called.
fn fix(root: &Path, arguments: &[&str]) -> (i32, String, Vec<String>) {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("ibup"));
    command
        .args(["check", "--fix", "--one-line", "--root"])
        .arg(root)
        .arg("--journal")
        .arg(root.join("journal.log"));
    // The clock of a tree of files can be held: waiting takes no time then.
    command.args(arguments).env_clear().env("LANG", "C.UTF-8").env("IBUP_NOW", "1000000");
    let output = command.output().expect("the program runs");
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    let called = fs::read_to_string(root.join("commands")).unwrap_or_default();
    (output.status.code().expect("it ends"), said.into_owned(), called.lines().map(str::to_owned).collect())
}

#[test]
fn the_first_case_is_repaired_now_and_for_the_next_boot() {
    let node = node();
    let (status, said, called) = fix(node.path(), &["--yes"]);
    assert_eq!(called, ["systemctl enable openibd.service", "ifup ib0"], "{said}");
    assert_eq!(status, 0, "{said}");
    assert!(
        said.starts_with("ok 1 interface up\n")
            && said.contains(" 1. /usr/bin/systemctl enable openibd.service\n")
    );
    let (status, said, called) = fix(node.path(), &["--yes"]);
    assert_eq!((status, called.len(), &*said), (0, 2, "ok 1 interface up\n"));
}

#[test]
fn nothing_is_done_that_nobody_confirmed_and_nothing_to_what_nobody_configured() {
    let node = node();
    let (status, said, called) = fix(node.path(), &[]);
    assert_eq!((status, called), (1, Vec::new()), "{said}");
    assert!(said.contains(" 2. /sbin/ifup ib0\n") && said.contains("Nothing was done"), "{said}");
    let (status, said, called) = fix(node.path(), &["--yes", "ib1"]);
    assert_eq!((status, called), (1, Vec::new()), "{said}");
    assert!(said.contains("Nothing that could be done"), "{said}");
}

#[test]
fn a_stack_that_is_not_loaded_is_started_and_what_it_makes_is_raised() {
    let node = node();
    fs::rename(node.path().join("sys/class/net/ib0"), node.path().join("put-aside"))
        .expect("it can be moved");
    let (status, said, called) = fix(node.path(), &["--yes"]);
    let expected = ["systemctl enable openibd.service", "systemctl start openibd.service", "ifup ib0"];
    assert_eq!((called, status), (expected.map(str::to_owned).to_vec(), 0), "{said}");
}

#[test]
fn what_did_not_help_is_undone() {
    let node = node();
    fs::remove_dir_all(node.path().join("sys/class/net/ib0")).expect("it can be removed");
    write(node.path(), &format!("lib/modules/{RELEASE}/modules.dep"), "extra/mlx5_core.ko:\n");
    let (status, said, called) = fix(node.path(), &["--yes"]);
    let verbs: Vec<&str> = called.iter().filter_map(|call| call.split(' ').nth(1)).collect();
    assert_eq!((verbs, status), (vec!["enable", "start", "stop", "disable"], 1), "{said}");
    assert!(
        said.contains("It did not help, and is undone: /usr/bin/systemctl disable openibd.service"),
        "{said}"
    );
}
