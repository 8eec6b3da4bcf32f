//! Status and usage: cases T01 to T04. Nothing is touched.

use super::machine::{Machine, watched};

const USAGE: &str = "Usage: openibd {start|force-start|stop|force-stop|restart|force-restart|status}\n";

/// The machine of these cases, with a window of the boot left open.
fn machine() -> Machine {
    Machine::new()
        .with("/etc/sysconfig/network-scripts/ifcfg-ib0", "DEVICE=ib0\nONBOOT=yes\n")
        .with("/run/mlx_os_booting", "999999\n")
}

/// Runs openibd and holds it against what it must say; it writes nothing, runs nothing and logs nothing.
fn check(machine: &Machine, arguments: &str, exit: i32, stdout: &str) {
    let (done, changes) = watched(machine, |machine| machine.openibd(arguments));
    assert_eq!((done.exit, done.stdout.as_str(), done.log.as_str()), (exit, stdout, ""), "{arguments}");
    assert_eq!(changes, Vec::<String>::new(), "{arguments}");
    assert_eq!(machine.commands(), "");
    assert!(!machine.path("/run/ibup").exists());
}

#[test]
fn t01_status_with_nothing_loaded_is_bad_and_touches_nothing() {
    check(&machine(), "status", 1, "HCA driver is not loaded\n");
}

#[test]
fn t02_status_lists_what_is_loaded_and_what_is_active() {
    let machine = machine()
        .with_modules("mlx5_core 1 1\nib_ipoib 1 0\n")
        .with("/sys/class/net/ib0/device/vendor", "0x15b3\n")
        .with("/sys/class/net/ib0/flags", "0x1003\n")
        .with("/sys/class/net/eth7/device/vendor", "0x15b3\n")
        .with("/sys/class/net/eth7/flags", "0x1003\n")
        .with("/sys/class/net/eth8/device/vendor", "0x8086\n");
    let expected = "  HCA driver loaded

Configured IPoIB devices:
ib0

Currently active IPoIB devices:
ib0

Configured Mellanox EN devices:
eth7

Currently active Mellanox devices:
eth7
ib0

The following OFED modules are loaded:

  ib_ipoib
  mlx5_core
";
    check(&machine, "status", 0, expected);
}

#[test]
fn t03_an_unknown_action_is_answered_with_the_usage() {
    for action in ["bogus", "force-status", "force-", "--version"] {
        check(&machine(), action, 1, USAGE);
    }
}

#[test]
fn t04_no_action_is_answered_with_the_usage() {
    check(&machine(), "", 1, USAGE);
}

#[test]
fn status_is_data_for_programs() {
    let machine = machine()
        .with_modules("mlx5_core 1 0 - Live 0x0\nib_ipoib 1 0 - Live 0x0\n")
        .with("/sys/class/infiniband/mlx5_0/ports/1/link_layer", "InfiniBand\n")
        .with("/sys/class/infiniband/mlx5_0/ports/1/state", "4: ACTIVE\n")
        .with("/sys/class/net/ib0/type", "32\n")
        .with("/sys/class/net/ib0/operstate", "down\n")
        .with("/sys/class/net/ib0/flags", "0x1002\n")
        .with("/sys/class/net/ib0/device/infiniband/mlx5_0/node_guid", "");
    let done = machine.ibup("status --json");
    let found: serde_json::Value = serde_json::from_str(&done.stdout).expect("it is JSON");
    let expected = serde_json::json!({
        "schema": "ibup.status/1",
        "drivers": ["mlx5_core"],
        "modules": ["ib_ipoib", "mlx5_core"],
        "devices": [{
            "name": "mlx5_0",
            "ports": [{"number": 1, "link_layer": "InfiniBand", "state": "ACTIVE"}],
        }],
        "netdevs": [{"name": "ib0", "type": 32, "operstate": "down", "is_up": false, "devices": ["mlx5_0"]}],
    });
    assert_eq!((done.exit, found), (0, expected));
}
