//! Forecasts as people ask for them: of a tree of files, with changes supposed.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

const RELEASE: &str = "4.18.0-372.9.1.el8.x86_64";
const MODULES: &[&str] = &["mlx5_core", "mlx5_ib", "ib_ipoib", "ib_umad", "ib_uverbs", "rdma_cm", "rdma_ucm"];
const UNIT: &str = "[Unit]\nDescription=openibd - configure Mellanox devices\n\
                    Before=network.target network.service networking.service\n\
                    [Service]\nType=oneshot\nRemainAfterExit=yes\n[Install]\nWantedBy=sysinit.target\n";

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().expect("a file is in a directory")).expect("a directory can be made");
    fs::write(path, text).expect("a file can be written");
}

/// A machine like node-9: the vendor's stack, network-scripts, openibd not enabled.
fn machine() -> TempDir {
    let directory = tempfile::tempdir().expect("there is room");
    let root = directory.path();
    let index: String =
        MODULES.iter().map(|name| format!("extra/{name}.ko: extra/mlx_compat.ko\n")).collect();
    write(root, &format!("lib/modules/{RELEASE}/modules.dep"), &(index + "extra/mlx_compat.ko:\n"));
    write(root, "etc/hostname", "node-9\n");
    write(root, "sys/bus/pci/devices/0000:4b:00.0/vendor", "0x15b3\n");
    write(root, "sys/bus/pci/devices/0000:4b:00.0/device", "0x101b\n");
    write(root, "sys/bus/pci/devices/0000:4b:00.0/class", "0x020700\n");
    write(root, "usr/lib/systemd/system/openibd.service", UNIT);
    write(root, "etc/infiniband/openib.conf", "ONBOOT=yes\nIPOIB_LOAD=yes\n");
    write(root, "etc/rc.d/init.d/network", "");
    fs::create_dir_all(root.join("etc/rc.d/rc3.d")).expect("a directory can be made");
    symlink("../init.d/network", root.join("etc/rc.d/rc3.d/S10network")).expect("a link can be made");
    let ifcfg = "DEVICE=ib0\nTYPE=InfiniBand\nONBOOT=yes\nBOOTPROTO=none\nIPADDR=10.0.0.9\nPREFIX=16\nNM_CONTROLLED=no\n";
    write(root, "etc/sysconfig/network-scripts/ifcfg-ib0", ifcfg);
    directory
}

fn enable(root: &Path) {
    let wants = root.join("etc/systemd/system/sysinit.target.wants");
    fs::create_dir_all(&wants).expect("a directory can be made");
    symlink("/usr/lib/systemd/system/openibd.service", wants.join("openibd.service"))
        .expect("a link can be made");
}

fn forecast(root: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("ibup"));
    command.args(["forecast", "--root"]).arg(root).args(arguments);
    command.env_clear().env("LANG", "C.UTF-8").output().expect("the program runs")
}

fn told(output: &Output) -> (Option<i32>, String) {
    (output.status.code(), String::from_utf8(output.stdout.clone()).expect("output is UTF-8"))
}

#[test]
fn the_failed_boot_is_foretold_and_so_is_its_remedy() {
    let machine = machine();
    let (status, text) = told(&forecast(machine.path(), &[]));
    assert_eq!(status, Some(1), "{text}");
    for words in [
        "The next boot of node-9, kernel 4.18.0-372.9.1.el8.x86_64",
        "openibd.service is not enabled",
        "ib0 (0000:4b:00.0): will not come up",
        "IB0301: ",
        "--what-if 'enable openibd.service'",
        "--what-if 'install ibup'",
    ] {
        assert!(text.contains(words), "{words}\n{text}");
    }
    for change in ["enable openibd", "install ibup"] {
        let (status, text) = told(&forecast(machine.path(), &["--what-if", change]));
        assert_eq!(status, Some(0), "{text}");
        assert!(text.contains("ib0 (0000:4b:00.0): comes up, in all of "), "{text}");
    }
}

#[test]
fn a_machine_that_is_well_set_up_comes_up() {
    let machine = machine();
    enable(machine.path());
    let (status, text) = told(&forecast(machine.path(), &[]));
    assert_eq!(status, Some(0), "{text}");
    let (status, text) = told(&forecast(machine.path(), &["--what-if", "disable openibd"]));
    assert_eq!(status, Some(1), "{text}");
}

#[test]
fn nothing_is_changed_by_what_is_supposed() {
    let machine = machine();
    forecast(
        machine.path(),
        &["--what-if", "enable openibd", "--what-if", "set /etc/infiniband/openib.conf ONBOOT=no"],
    );
    assert!(!machine.path().join("etc/systemd").exists());
    let text = fs::read_to_string(machine.path().join("etc/infiniband/openib.conf")).expect("it is there");
    assert_eq!(text, "ONBOOT=yes\nIPOIB_LOAD=yes\n");
}

#[test]
fn a_sosreport_is_read_like_the_machine() {
    let machine = machine();
    let root = machine.path();
    fs::remove_dir_all(root.join("sys")).expect("it was there");
    fs::remove_dir_all(root.join("etc/infiniband")).expect("it was there");
    let lspci = "4b:00.0 Infiniband controller [0207]: Mellanox Technologies MT28908 Family [ConnectX-6] [15b3:101b]\n\
                 \tKernel driver in use: mlx5_core\n";
    write(root, "sos_commands/pci/lspci_-nnvv", lspci);
    let (status, text) = told(&forecast(root, &[]));
    assert_eq!(status, Some(1), "{text}");
    assert!(text.contains("ib0 (0000:4b:00.0): will not come up") && text.contains("IB0301"), "{text}");
    let (status, text) = told(&forecast(root, &["--what-if", "enable openibd"]));
    assert_eq!(status, Some(0), "{text}");
}

#[test]
fn the_answer_for_programs_keeps_to_its_schema() {
    let machine = machine();
    let schema = include_str!("../../../docs/forecast.schema.json");
    let schema = serde_json::from_str(schema).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is one");
    for arguments in [
        &["--format", "json"][..],
        &["--format", "json", "--what-if", "slow firmware", "--what-if", "enable openibd"],
    ] {
        let (_, text) = told(&forecast(machine.path(), arguments));
        let answer = serde_json::from_str(&text).expect("the answer is JSON");
        let errors: Vec<_> = validator.iter_errors(&answer).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}\n{text}");
    }
}

#[test]
fn what_cannot_be_supposed_or_read_is_said() {
    let machine = machine();
    let output = forecast(machine.path(), &["--what-if", "pray"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("enable UNIT"), "{output:?}");
    let output = forecast(Path::new("/nowhere"), &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("/nowhere"), "{output:?}");
}

#[test]
fn a_machine_without_such_an_interface_is_told_so() {
    let directory = tempfile::tempdir().expect("there is room");
    let (status, text) = told(&forecast(directory.path(), &[]));
    assert_eq!(status, Some(2));
    assert!(text.contains("No network service is told of an InfiniBand interface."), "{text}");
}

#[test]
fn the_same_machine_is_foretold_the_same_in_both_languages() {
    let machine = machine();
    assert_eq!(forecast(machine.path(), &[]).stdout, forecast(machine.path(), &[]).stdout);
    let (_, text) = told(&forecast(machine.path(), &["--lang", "zh"]));
    assert!(text.contains("不会启动"), "{text}");
}
