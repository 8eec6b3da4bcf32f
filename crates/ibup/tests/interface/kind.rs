//! Ethernet and InfiniBand: told by the kernel's type, by the name only where the kernel does not say.

use crate::case::Case;
use crate::machine::{BOOT, Machine};

fn ethernet(name: &'static str) -> impl Fn(Machine) -> Machine {
    move |machine| machine.red_hat().ifcfg(name, "ONBOOT=yes")
}

fn infiniband(name: &'static str) -> impl Fn(Machine) -> Machine {
    move |machine| machine.red_hat().infiniband(name).ifcfg(name, "ONBOOT=yes")
}

fn steering(name: &str) -> String {
    format!("/sys/class/net/{name}/queues/rx-0/rps_cpus")
}

/// E01
#[test]
fn ethernet_is_left_alone_while_booting() {
    Case::new("eth0", ethernet("eth0"))
        .by_reference()
        .says(&[
            "Setting up Mellanox network interface: eth0",
            "Got ETH interface eth0 and OS is booting, skipping.",
        ])
        .writes("/run/mlx_ifc-eth0.bootid", BOOT)
        .check();
}

/// E02
#[test]
fn ethernet_is_raised_once_the_machine_has_booted() {
    Case::new("eth0", |machine| ethernet("eth0")(machine).seen("eth0"))
        .by_reference()
        .says(&["Setting up Mellanox network interface: eth0", "Bringing up interface eth0: PASSED"])
        .runs(&["ifup eth0"])
        .check();
}

/// E03: the script goes by the name.
#[test]
fn a_name_with_ib_in_it_does_not_make_infiniband() {
    Case::new("fiber0", |machine| ethernet("fiber0")(machine).file("/sys/class/net/fiber0/type", "1\n"))
        .by_reference()
        .says(&[
            "Setting up Mellanox network interface: fiber0",
            "Got ETH interface fiber0 and OS is booting, skipping.",
        ])
        .writes("/run/mlx_ifc-fiber0.bootid", BOOT)
        .check();
}

/// E03, where ibup raises it without a word of InfiniBand.
#[test]
fn ethernet_is_raised_without_settings_of_infiniband() {
    Case::new("fiber0", |machine| ethernet("fiber0")(machine).file("/sys/class/net/fiber0/type", "1\n"))
        .converging()
        .says(&["Setting up Mellanox network interface: fiber0", "Bringing up interface fiber0: PASSED"])
        .runs(&["ifup fiber0"])
        .writes("/run/mlx_ifc-fiber0.bootid", BOOT)
        .check();
}

/// E03 as measured: where the kernel does not tell a type, the name has to do.
#[test]
fn without_a_type_the_name_tells() {
    Case::new("fiber0", ethernet("fiber0"))
        .by_reference()
        .says(&[
            "Setting up Mellanox network interface: fiber0",
            "OS is booting, will not run ifup on fiber0",
            "Running: /bin/mlnx_conf_mgr.sh fiber0",
        ])
        .writes("/run/mlx_ifc-fiber0.bootid", BOOT)
        .check();
}

/// E04, E05, E07: the script takes the third for Ethernet and leaves it alone.
#[test]
fn infiniband_is_infiniband_whatever_it_is_called() {
    for name in ["IB0", "InfiniBand1", "stor0"] {
        Case::new(name, infiniband(name))
            .by_reference()
            .says(&[
                &format!("Setting up Mellanox network interface: {name}"),
                &format!("set_RPS_cpu: Configured RPS cpu for {name} to 0000ffff"),
                &format!("OS is booting, will not run ifup on {name}"),
                &format!("Running: /bin/mlnx_conf_mgr.sh {name}"),
            ])
            .writes(&format!("/run/mlx_ifc-{name}.bootid"), BOOT)
            .writes(&steering(name), "0000ffff\n")
            .check();
    }
}

/// E06, and its device is configured as well: it is InfiniBand, as in E07.
#[test]
fn infiniband_by_another_name_is_raised() {
    Case::new("stor0", |machine| infiniband("stor0")(machine).seen("stor0"))
        .says(&[
            "Setting up Mellanox network interface: stor0",
            "set_RPS_cpu: Configured RPS cpu for stor0 to 0000ffff",
            "Bringing up interface stor0: PASSED",
            "Running: /bin/mlnx_conf_mgr.sh stor0",
        ])
        .runs(&["ifup stor0"])
        .writes(&steering("stor0"), "0000ffff\n")
        .check();
}

/// E08
#[test]
fn vlans_follow_their_interface() {
    let given = |machine| {
        ethernet("eth0")(machine).ifcfg("eth0.100", "ONBOOT=no").ifcfg("eth0.200", "ONBOOT=yes").seen("eth0")
    };
    Case::new("eth0", given)
        .by_reference()
        .says(&[
            "Setting up Mellanox network interface: eth0",
            "Bringing up interface eth0: PASSED",
            "Bringing up interface eth0.100: PASSED",
            "Bringing up interface eth0.200: PASSED",
        ])
        .runs(&["ifup eth0", "ifup eth0.100", "ifup eth0.200"])
        .check();
    Case::new("eth0", move |machine| given(machine).file("/sys/class/net/eth0/type", "1\n"))
        .converging()
        .says(&[
            "Setting up Mellanox network interface: eth0",
            "Bringing up interface eth0: PASSED",
            "interface eth0.100 has ONBOOT=no, skipping.",
            "Bringing up interface eth0.200: PASSED",
        ])
        .runs(&["ifup eth0", "ifup eth0.200"])
        .check();
}

/// E09
#[test]
fn copies_of_packages_are_no_configuration() {
    let copy = "/etc/sysconfig/network-scripts/ifcfg-eth0.5.rpmsave";
    Case::new("eth0", move |machine| ethernet("eth0")(machine).seen("eth0").file(copy, "DEVICE=eth0.5\n"))
        .by_reference()
        .says(&["Setting up Mellanox network interface: eth0", "Bringing up interface eth0: PASSED"])
        .runs(&["ifup eth0"])
        .check();
}
