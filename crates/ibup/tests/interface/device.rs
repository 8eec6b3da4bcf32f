//! The manager of devices: relaxed packet ordering, by the program under the script's name.

use std::process::Output;

use crate::machine::{Machine, NOW};

const CONF: &str = "/etc/infiniband/mlx5.conf";

/// Two HCAs with a netdev each.
fn devices(wishes: &str) -> Machine {
    let machine = Machine::new("converge").file(CONF, wishes);
    let hcas = [("mlx5_0", "0000:4b:00.0", "ib0"), ("mlx5_1", "0000:4b:00.1", "ib1")];
    hcas.into_iter().fold(machine, |machine, (device, pci, netdev)| {
        machine
            .file(&format!("/sys/class/infiniband/{device}/device/uevent"), &format!("PCI_SLOT_NAME={pci}\n"))
            .file(&format!("/sys/class/net/{netdev}/device/infiniband/{device}/hca_type"), "MT4123\n")
            .file(&format!("/sys/kernel/debug/mlx5/{pci}/ooo/enable"), "x")
    })
}

fn run(machine: &Machine, arguments: &[&str]) -> (Output, Vec<String>, [String; 2]) {
    let output = machine.run("mlnx_conf_mgr.sh", arguments, NOW, &[]);
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    let log = errors.lines().map(|line| line.trim_start_matches("mlnx_conf_mgr: ").to_owned()).collect();
    let files = machine.files();
    let switch = |pci: &str| files[&format!("/sys/kernel/debug/mlx5/{pci}/ooo/enable")].clone();
    (output, log, [switch("0000:4b:00.0"), switch("0000:4b:00.1")])
}

fn setting(device: &str, pci: &str, value: u8) -> String {
    let path = format!("/sys/kernel/debug/mlx5/{pci}/ooo/enable");
    format!("INFO: set_relaxed_packet_ordering ({device}): Setting {path} to {value}")
}

#[test]
fn a_wished_device_is_switched_on() {
    let machine = devices("MLX5_RELAXED_PACKET_ORDERING_ON=\"mlx5_0\"\n");
    let (output, log, switches) = run(&machine, &["ib0"]);
    assert_eq!((output.status.code(), log), (Some(0), vec![setting("mlx5_0", "0000:4b:00.0", 1)]));
    assert_eq!(switches, ["1\n", "x"]);
}

#[test]
fn a_device_that_nothing_is_wished_for_is_skipped() {
    let (output, log, switches) = run(&devices("MLX5_RELAXED_PACKET_ORDERING_ON=mlx5_10\n"), &["mlx5_1"]);
    let words = "INFO: No configurations found for mlx5_1, skipping.";
    assert_eq!((output.status.code(), log), (Some(0), vec![words.to_owned()]));
    assert_eq!(switches, ["x", "x"]);
}

/// The script never recognizes `all` in the list of devices to switch off.
#[test]
fn all_may_be_switched_off() {
    let (output, _, switches) = run(&devices("MLX5_RELAXED_PACKET_ORDERING_OFF=all\n"), &[]);
    assert_eq!((output.status.code(), switches), (Some(0), ["0\n".to_owned(), "0\n".to_owned()]));
}

/// The script ends with 0.
#[test]
fn a_device_that_does_not_exist_is_a_failure() {
    let (output, log, _) = run(&devices("MLX5_RELAXED_PACKET_ORDERING_ON=all\n"), &["ib7"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(log, ["Error: find_ib_dev: Cannot find IB device for ib7"]);
}

#[test]
fn without_wishes_configuration_or_driver_there_is_nothing_to_do() {
    let (output, log, _) = run(&devices(""), &[]);
    assert_eq!((output.status.code(), log), (Some(1), vec![format!("Error: Nothing is set in {CONF}")]));
    let (output, log, _) = run(&devices("").without(CONF), &[]);
    let words = format!("No MLX5 InfiniBand configuration found at {CONF}\n");
    assert_eq!(String::from_utf8(output.stdout).unwrap(), words);
    assert_eq!((output.status.code(), log), (Some(1), Vec::new()));
    let machine = Machine::new("converge");
    let output = machine.run("mlnx_conf_mgr.sh", &[], NOW, &[]);
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "mlnx_conf_mgr: Driver is not loaded\n");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn help_goes_before_everything_and_what_is_no_device_is_refused() {
    let machine = devices("");
    let (output, log, _) = run(&machine, &["eth9", "--help"]);
    assert!(String::from_utf8(output.stdout).unwrap().starts_with("Usage:\n"));
    assert_eq!((output.status.code(), log), (Some(0), Vec::new()));
    let (output, log, _) = run(&machine, &["eth9"]);
    assert_eq!((output.status.code(), log), (Some(1), vec!["ibup: Wrong parameter eth9".to_owned()]));
}

/// The interface manager does it for the device behind its interface.
#[test]
fn the_device_of_an_interface_is_set_with_it() {
    let machine =
        devices("MLX5_RELAXED_PACKET_ORDERING_ON=ib1\n").red_hat().file("/sys/class/net/ib1/type", "32\n");
    let output = machine.run("mlnx_interface_mgr.sh", &["ib1"], NOW, &[]);
    let errors = String::from_utf8(output.stderr).unwrap();
    let expected = format!("mlnx_conf_mgr: {}\n", setting("mlx5_1", "0000:4b:00.1", 1));
    assert!(errors.contains(&expected), "{errors}");
    assert_eq!(machine.files()["/sys/kernel/debug/mlx5/0000:4b:00.1/ooo/enable"], "1\n");
}
