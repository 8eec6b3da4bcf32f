//! Connected mode: who gets it, and what becomes of the link meanwhile.
//!
//! The driver of a device is told by its uevent, as the kernel writes it.

use crate::case::Case;
use crate::machine::{BOOT, Machine};

const BEGUN: &str = "Setting up Mellanox network interface: ib0";
const SET: &str = "set_ipoib_cm: ib0 connection mode set to connected";
const STEERED: &str = "set_RPS_cpu: Configured RPS cpu for ib0 to 0000ffff";
const LEFT: &str = "OS is booting, will not run ifup on ib0";
const DEVICES: &str = "Running: /bin/mlnx_conf_mgr.sh ib0";
const MODE: &str = "/sys/class/net/ib0/mode";
const EROFS: i32 = 30;
const EINVAL: i32 = 22;

/// An HCA of Mellanox that is not asked for anything yet.
fn hca(machine: Machine, settings: &str) -> Machine {
    machine
        .red_hat()
        .infiniband("ib0")
        .file("/sys/class/net/ib0/device/uevent", "DRIVER=mlx5_core\n")
        .file("/sys/module/ib_ipoib/parameters/ipoib_enhanced", "1\n")
        .file("/sys/class/net/ib0/device/infiniband/mlx5_0/hca_type", "MT4123\n")
        .file(MODE, "datagram\n")
        .openib_conf(&format!("ONBOOT=yes\n{settings}"))
}

fn node(settings: &'static str) -> impl Fn(Machine) -> Machine {
    move |machine| hca(machine, settings).ifcfg("ib0", "ONBOOT=yes")
}

/// The interface is configured while booting, with these words on its mode.
fn booting(given: impl Fn(Machine) -> Machine + 'static, words: &[&str]) -> Case {
    Case::new("ib0", given)
        .by_reference()
        .says(&[&[BEGUN], words, &[STEERED, LEFT, DEVICES]].concat())
        .writes("/run/mlx_ifc-ib0.bootid", BOOT)
        .writes("/sys/class/net/ib0/queues/rx-0/rps_cpus", "0000ffff\n")
}

fn down_and_mtu(mtu: &str) -> [String; 2] {
    ["ip link set ib0 down".to_owned(), format!("ip link set ib0 mtu {mtu}")]
}

/// L01
#[test]
fn an_hca_without_connected_mode_stays_as_it_is() {
    booting(node("SET_IPOIB_CM=auto\n"), &["INFO: ib0 does not support connected mode"]).check();
}

/// L02
#[test]
fn without_enhanced_ipoib_every_hca_has_connected_mode() {
    let given = |machine| {
        node("SET_IPOIB_CM=auto\n")(machine).file("/sys/module/ib_ipoib/parameters/ipoib_enhanced", "0\n")
    };
    let [down, mtu] = down_and_mtu("65520");
    booting(given, &[SET]).runs(&[&down, &mtu]).writes(MODE, "connected\n").check();
}

/// L03
#[test]
fn an_interface_that_was_up_comes_up_again() {
    let given = |machine| {
        node("SET_IPOIB_CM=auto\n")(machine)
            .file("/sys/class/net/ib0/device/infiniband/mlx5_0/hca_type", "MT4113\n")
            .file("/sys/class/net/ib0/flags", "0x1003\n")
    };
    let [down, mtu] = down_and_mtu("65520");
    booting(given, &[SET]).runs(&[&down, &mtu, "ip link set ib0 up"]).writes(MODE, "connected\n").check();
}

/// L04
#[test]
fn nothing_is_assumed_of_other_drivers() {
    let given = |machine| {
        node("SET_IPOIB_CM=auto\n")(machine).file("/sys/class/net/ib0/device/uevent", "DRIVER=mlx4_core\n")
    };
    booting(given, &[]).check();
}

/// L05, L07
#[test]
fn connected_mode_has_an_mtu_of_its_own() {
    for (settings, bytes) in [("SET_IPOIB_CM=yes\n", "65520"), ("SET_IPOIB_CM=yes\nIPOIB_MTU=4092\n", "4092")]
    {
        let [down, mtu] = down_and_mtu(bytes);
        booting(node(settings), &[SET]).runs(&[&down, &mtu]).writes(MODE, "connected\n").check();
    }
}

/// L06
#[test]
fn the_interfaces_own_mtu_wins() {
    let given = |machine| hca(machine, "SET_IPOIB_CM=yes\n").ifcfg("ib0", "MTU=2044");
    let [down, mtu] = down_and_mtu("2044");
    booting(given, &[SET]).runs(&[&down, &mtu]).writes(MODE, "connected\n").check();
}

/// L08
#[test]
fn a_netdev_without_modes_is_reported() {
    let given = |machine| node("SET_IPOIB_CM=yes\n")(machine).without(MODE);
    booting(given, &["Failed to configure IPoIB connected mode for ib0"]).check();
}

/// L09
#[test]
fn a_link_that_does_not_go_down_keeps_its_mode() {
    let words = "set_ipoib_cm: Failed to bring down ib0 in order to change connection mode";
    booting(node("SET_IPOIB_CM=yes\n"), &[words])
        .refusing("ib0 down", EINVAL, u32::MAX)
        .runs(&["ip link set ib0 down"])
        .remarks("ip link set ib0 down: ")
        .check();
}

/// L10
#[test]
fn a_mode_that_may_not_be_written_is_reported() {
    booting(node("SET_IPOIB_CM=yes\n"), &["set_ipoib_cm: cannot write to /sys/class/net/ib0/mode"])
        .refusing("/ib0/mode", EROFS, u32::MAX)
        .runs(&["ip link set ib0 down"])
        .remarks("echo connected > /sys/class/net/ib0/mode: ")
        .check();
}

/// The other way to fail, of a link that was up: it is not left down.
#[test]
fn a_link_that_was_up_comes_up_again_without_its_mode() {
    let given = |machine| node("SET_IPOIB_CM=yes\n")(machine).file("/sys/class/net/ib0/flags", "0x1003\n");
    let words = "set_ipoib_cm: Failed to change connection mode for ib0 to connected; this mode might not be \
                 supported by this device, please refer to the User Manual.";
    booting(given, &[words])
        .refusing("/ib0/mode", EINVAL, u32::MAX)
        .runs(&["ip link set ib0 down", "ip link set ib0 up"])
        .remarks("echo connected > /sys/class/net/ib0/mode: ")
        .check();
}

/// L11
#[test]
fn an_mtu_that_is_refused_is_reported() {
    let [down, mtu] = down_and_mtu("65520");
    booting(node("SET_IPOIB_CM=yes\n"), &[SET, "set_ipoib_cm: Failed to set mtu for ib0"])
        .refusing("ib0 mtu", EINVAL, u32::MAX)
        .runs(&[&down, &mtu])
        .writes(MODE, "connected\n")
        .remarks("ip link set ib0 mtu 65520: ")
        .check();
}

/// L12
#[test]
fn a_child_can_what_its_parents_hca_can() {
    let given = |machine| {
        hca(machine, "SET_IPOIB_CM=auto\n")
            .ifcfg("ib0.8001", "ONBOOT=yes")
            .seen("ib0.8001")
            .file("/sys/class/net/ib0.8001/parent", "ib0\n")
            .file("/sys/class/net/ib0.8001/mode", "datagram\n")
    };
    Case::new("ib0.8001", given)
        .says(&[
            "Setting up Mellanox network interface: ib0.8001",
            "INFO: ib0.8001 does not support connected mode",
            "Bringing up interface ib0.8001: PASSED",
            "Running: /bin/mlnx_conf_mgr.sh ib0.8001",
        ])
        .runs(&["ifup ib0.8001"])
        .check();
}

/// The script takes the link down at every event; routes and IPv6 addresses go with it.
#[test]
fn a_mode_that_is_set_costs_no_link() {
    let given = |machine| {
        node("SET_IPOIB_CM=yes\n")(machine)
            .file(MODE, "connected\n")
            .file("/sys/class/net/ib0/flags", "0x1003\n")
    };
    booting(given, &[]).check();
}
