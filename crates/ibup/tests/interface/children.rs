//! `P_Key` children: created where they are configured and missing.

use crate::case::Case;
use crate::machine::{BOOT, Machine, NOW};

const CREATE: &str = "/sys/class/net/ib0/create_child";
const WORDS: [&str; 4] = [
    "Setting up Mellanox network interface: ib0",
    "set_RPS_cpu: Configured RPS cpu for ib0 to 0000ffff",
    "Bringing up interface ib0: PASSED",
    "Running: /bin/mlnx_conf_mgr.sh ib0",
];
/// A file on a file system that may only be read.
const EROFS: i32 = 30;
const EINVAL: i32 = 22;
const ENOTUNIQ: i32 = 76;

/// The parent is raised, and something may follow.
fn case(given: impl Fn(Machine) -> Machine + 'static, more: &[&str]) -> Case {
    let parent =
        |machine: Machine| machine.red_hat().infiniband("ib0").ifcfg("ib0", "ONBOOT=yes").seen("ib0");
    Case::new("ib0", move |machine| given(parent(machine)))
        .says(&[&WORDS, more].concat())
        .runs(&["ifup ib0"])
        .writes("/sys/class/net/ib0/queues/rx-0/rps_cpus", "0000ffff\n")
}

fn child(name: &'static str) -> impl Fn(Machine) -> Machine {
    move |machine| machine.ifcfg(name, "ONBOOT=yes")
}

/// P01
#[test]
fn a_configured_child_is_created() {
    case(child("ib0.8001"), &[]).writes(CREATE, "0x8001\n").check();
}

/// P02
#[test]
fn a_child_that_exists_is_left_alone() {
    case(|machine| child("ib0.8001")(machine).directory("/sys/class/net/ib0.8001"), &[]).check();
}

/// P03, P04
#[test]
fn a_pkey_without_the_membership_bit_is_refused() {
    for (name, line) in [
        ("ib0.0001", "Error: MSB is NOT set for pkey 0001 (should be 8001); skipping interface ib0.0001."),
        ("ib0.80", "Error: MSB is NOT set for pkey 80 (should be 8080); skipping interface ib0.80."),
    ] {
        case(child(name), &[line]).check();
    }
}

/// P05, P06
#[test]
fn what_is_not_hexadecimal_is_refused() {
    for (name, line) in [
        ("ib0.1zz", "Error: pkey 1zz is not hexadecimal (maximum 4 digits); skipping."),
        ("ib0.08001", "Error: pkey 08001 is not hexadecimal (maximum 4 digits); skipping."),
    ] {
        case(child(name), &[line]).check();
    }
}

/// P07: the script looks for the name as it is written, and tries for ten seconds.
#[test]
fn an_upper_case_pkey_is_the_kernels_lower_case_one() {
    case(|machine| child("ib0.FFFE")(machine).directory("/sys/class/net/ib0.fffe"), &[])
        .refusing("create_child", EROFS, u32::MAX)
        .check();
}

/// P08
#[test]
fn copies_of_packages_are_no_children() {
    let directory = "/etc/sysconfig/network-scripts";
    let given = move |machine: Machine| {
        machine
            .file(&format!("{directory}/ifcfg-ib0.8001.rpmsave"), "x\n")
            .file(&format!("{directory}/ifcfg-ib0.8002.rpmnew"), "x\n")
    };
    case(given, &[]).check();
}

/// P09
#[test]
fn a_netdev_that_cannot_have_children_gets_none() {
    case(|machine| child("ib0.8001")(machine).without(CREATE), &[]).check();
}

/// P10
#[test]
fn a_child_that_is_refused_at_first_is_tried_again() {
    case(child("ib0.8001"), &[])
        .refusing("create_child", EROFS, 3)
        .waits(3)
        .writes(CREATE, "0x8001\n")
        .check();
}

/// P11: the script does not say why.
#[test]
fn a_child_that_is_always_refused_is_a_failure_with_its_reason() {
    case(child("ib0.8001"), &[])
        .refusing("create_child", EROFS, u32::MAX)
        .waits(10)
        .fails()
        .remarks("echo 0x8001 > /sys/class/net/ib0/create_child: Read-only file system")
        .check();
}

/// P11, second half: trying again does not help against these.
#[test]
fn what_asking_again_cannot_change_is_not_asked_again() {
    for errno in [EINVAL, ENOTUNIQ] {
        case(child("ib0.8001"), &[])
            .refusing("create_child", errno, u32::MAX)
            .fails()
            .remarks("create_child: ")
            .check();
    }
}

/// P11 by the program: a pipe is an attribute that refuses whoever writes to it, root included.
#[test]
fn the_program_names_what_the_kernel_refuses() {
    let machine = Machine::new("converge").red_hat().infiniband("ib0").ifcfg("ib0.8001", "").without(CREATE);
    let made = std::process::Command::new("mkfifo").arg(machine.path(CREATE)).status().expect("mkfifo runs");
    assert!(made.success());
    let output = machine.run("mlnx_interface_mgr.sh", &["ib0"], NOW, &[]);
    let said = String::from_utf8(output.stderr).unwrap();
    let expected = "ibup: echo 0x8001 > /sys/class/net/ib0/create_child: Invalid argument";
    assert!(said.lines().any(|line| line.starts_with(expected)), "{said}");
    assert_eq!(output.status.code(), Some(1));
}

/// P12: the script tries the second child once.
#[test]
fn every_child_has_tries_of_its_own() {
    case(|machine| child("ib0.8002")(child("ib0.8001")(machine)), &[])
        .refusing("create_child", EROFS, u32::MAX)
        .waits(20)
        .fails()
        .remarks("0x8001")
        .remarks("0x8002")
        .check();
}

/// P13, P14: the script takes the name from the file's, where it is none.
#[test]
fn a_child_is_called_what_its_file_says() {
    for (file, pkey) in [("storage", "8001"), ("Wired-ib0.8003", "8003")] {
        let path = format!("/etc/sysconfig/network-scripts/ifcfg-{file}");
        case(move |machine| machine.file(&path, &format!("DEVICE=\"ib0.{pkey}\"\n")), &[])
            .writes(CREATE, &format!("0x{pkey}\n"))
            .check();
    }
}

/// P15
#[test]
fn children_are_created_while_booting() {
    let given = |machine: Machine| {
        machine.red_hat().infiniband("ib0").ifcfg("ib0", "ONBOOT=yes").ifcfg("ib0.8001", "ONBOOT=yes")
    };
    let booting = "OS is booting, will not run ifup on ib0";
    Case::new("ib0", given)
        .by_reference()
        .says(&[WORDS[0], WORDS[1], booting, WORDS[3]])
        .writes("/run/mlx_ifc-ib0.bootid", BOOT)
        .writes(CREATE, "0x8001\n")
        .writes("/sys/class/net/ib0/queues/rx-0/rps_cpus", "0000ffff\n")
        .check();
}

/// P16: the script lets the kernel refuse it.
#[test]
fn a_pkey_that_names_no_partition_is_refused() {
    for name in ["ib0.8000", "ib0.0000"] {
        let suffix = &name[4..];
        let line = format!("Error: pkey {suffix} names no partition; skipping interface {name}.");
        case(child(name), &[&line]).check();
    }
}

fn event_of_child(machine: Machine) -> Machine {
    machine
        .red_hat()
        .infiniband("ib0")
        .ifcfg("ib0.8001", "ONBOOT=yes")
        .file("/sys/class/net/ib0.8001/parent", "ib0\n")
}

/// P17
#[test]
fn a_child_is_known_where_its_parent_is() {
    Case::new("ib0.8001", |machine| event_of_child(machine).seen("ib0"))
        .says(&[
            "Setting up Mellanox network interface: ib0.8001",
            "Bringing up interface ib0.8001: PASSED",
            "Running: /bin/mlnx_conf_mgr.sh ib0.8001",
        ])
        .runs(&["ifup ib0.8001"])
        .writes("/run/mlx_ifc-ib0.8001.bootid", BOOT)
        .check();
}

/// P18
#[test]
fn a_child_of_an_unknown_parent_is_left_to_the_network_service() {
    Case::new("ib0.8001", event_of_child)
        .by_reference()
        .says(&[
            "Setting up Mellanox network interface: ib0.8001",
            "OS is booting, will not run ifup on ib0.8001",
            "Running: /bin/mlnx_conf_mgr.sh ib0.8001",
        ])
        .writes("/run/mlx_ifc-ib0.8001.bootid", BOOT)
        .check();
}

/// P19: the script looks for a name that the kernel never gives.
#[test]
fn a_child_of_a_long_parent_has_the_kernels_name() {
    let given = |machine: Machine| {
        let parent = "ibp161s0f0v3";
        let child = "ibp161s0f0v3.8001";
        let machine = machine.red_hat().infiniband(parent).ifcfg(parent, "ONBOOT=yes").seen(parent);
        machine.ifcfg(child, "ONBOOT=yes").directory("/sys/class/net/ibp161s0f0.8001")
    };
    Case::new("ibp161s0f0v3", given)
        .refusing("create_child", EROFS, u32::MAX)
        .says(&[
            "Setting up Mellanox network interface: ibp161s0f0v3",
            "set_RPS_cpu: Configured RPS cpu for ibp161s0f0v3 to 0000ffff",
            "Bringing up interface ibp161s0f0v3: PASSED",
            "Running: /bin/mlnx_conf_mgr.sh ibp161s0f0v3",
        ])
        .runs(&["ifup ibp161s0f0v3"])
        .writes("/sys/class/net/ibp161s0f0v3/queues/rx-0/rps_cpus", "0000ffff\n")
        .check();
}

/// P20
#[test]
fn what_looks_like_a_child_of_ethernet_is_a_vlan() {
    let given = |machine: Machine| {
        machine.red_hat().ifcfg("eth0", "ONBOOT=yes").ifcfg("eth0.8001", "ONBOOT=yes").seen("eth0")
    };
    Case::new("eth0", given)
        .by_reference()
        .says(&[
            "Setting up Mellanox network interface: eth0",
            "Bringing up interface eth0: PASSED",
            "Bringing up interface eth0.8001: PASSED",
        ])
        .runs(&["ifup eth0", "ifup eth0.8001"])
        .check();
}
