//! The udev rules, run by udev itself on devices made of files.
//!
//! `udevadm test` reads sysfs below `/sys` and nowhere else. So it runs where `/sys` is an empty file system of our own
//! (a mount namespace), with a network namespace so that it cannot rename a real interface.

use super::*;

/// A netdev as udev sees it.
struct Netdev {
    name: &'static str,
    kind: &'static str,
    driver: Option<&'static str>,
    /// Variables of its `uevent` file.
    uevent: &'static str,
    action: &'static str,
    /// Rules that come first.
    rules: &'static str,
}

const IPOIB: Netdev =
    Netdev { name: "ib0", kind: "32", driver: Some("mlx5_core"), uevent: "", action: "add", rules: "" };
const CHILD: Netdev = Netdev { driver: None, ..IPOIB };
const ETHERNET: Netdev = Netdev { kind: "1", ..IPOIB };

/// Returns what systemd is told to want.
fn wants(netdev: &Netdev) -> Vec<String> {
    let folder = TempDir::new().unwrap();
    let rules = root().join("dist/udev/90-ibup.rules");
    std::fs::copy(rules, folder.path().join("90-ibup.rules")).unwrap();
    std::fs::write(folder.path().join("10-before.rules"), netdev.rules).unwrap();
    let script = r#"
        set -e
        mount -t tmpfs none /sys
        mkdir -p /sys/class/net /sys/bus/pci/drivers
        parent=/sys/devices/virtual
        if [ -n "$DRIVER" ]; then
            parent=/sys/devices/pci0000:4a/0000:4b:00.0
            mkdir -p "$parent" "/sys/bus/pci/drivers/$DRIVER"
            : >"$parent/uevent"
            ln -s /sys/bus/pci "$parent/subsystem"
            ln -s "/sys/bus/pci/drivers/$DRIVER" "$parent/driver"
        fi
        mkdir -p "$parent/net/$NAME"
        cd "$parent/net/$NAME"
        printf 'INTERFACE=%s\nIFINDEX=9\n%s' "$NAME" "$UEVENT" >uevent
        echo "$KIND" >type
        echo 9 >ifindex
        ln -s /sys/class/net subsystem
        ln -s "$parent/net/$NAME" "/sys/class/net/$NAME"
        # After /sys, which /run may be needed for no longer.
        mkdir -p /run/udev
        mount -t tmpfs none /run/udev
        mkdir /run/udev/rules.d
        cp "$RULES"/*.rules /run/udev/rules.d/
        exec udevadm test --action="$ACTION" "/sys/class/net/$NAME" 2>&1
    "#;
    let output = succeed(
        Command::new("unshare")
            .args(["--mount", "--net", "sh", "-c", script])
            .env("NAME", netdev.name)
            .env("KIND", netdev.kind)
            .env("DRIVER", netdev.driver.unwrap_or_default())
            .env("UEVENT", netdev.uevent)
            .env("ACTION", netdev.action)
            .env("RULES", folder.path())
            // Without it udev refuses a /sys that is not the kernel's.
            .env("SYSTEMD_DEVICE_VERIFY_SYSFS", "0"),
    );
    assert!(
        output.contains(&format!("\nACTION={}\n", netdev.action)),
        "udev did not come to an end:\n{output}"
    );
    let complaints: Vec<_> =
        output.lines().filter(|line| line.contains("90-ibup.rules:") && line.contains("nvalid")).collect();
    assert!(complaints.is_empty(), "{complaints:?}");
    let wanted = output.lines().find_map(|line| line.strip_prefix("SYSTEMD_WANTS=")).unwrap_or_default();
    if !wanted.is_empty() {
        assert!(
            output.lines().any(|line| line.starts_with("TAGS=") && line.contains(":systemd:")),
            "{output}"
        );
    }
    wanted
        .split(' ')
        .filter(|unit| unit.starts_with("ibup") || *unit == "other.service")
        .map(str::to_owned)
        .collect()
}

fn both(instance: &str) -> Vec<String> {
    ["configure", "raise"].map(|verb| format!("ibup-{verb}@{instance}.service")).into()
}

/// Returns what systemd is told to want for a function on the PCI bus.
fn wants_of_function(vendor: &str, class: &str, action: &str) -> Option<String> {
    let script = r#"
        set -e
        mount -t tmpfs none /sys
        function=/sys/devices/pci0000:4a/0000:4b:00.0
        mkdir -p "$function" /sys/bus/pci/devices
        cd "$function"
        : >uevent
        echo "$VENDOR" >vendor
        echo "$CLASS" >class
        ln -s /sys/bus/pci subsystem
        ln -s "$function" /sys/bus/pci/devices/0000:4b:00.0
        mkdir -p /run/udev
        mount -t tmpfs none /run/udev
        mkdir /run/udev/rules.d
        cp "$RULES" /run/udev/rules.d/
        exec udevadm test --action="$ACTION" "$function" 2>&1
    "#;
    let output = succeed(
        Command::new("unshare")
            .args(["--mount", "--net", "sh", "-c", script])
            .env("VENDOR", vendor)
            .env("CLASS", class)
            .env("ACTION", action)
            .env("RULES", root().join("dist/udev/90-ibup.rules"))
            .env("SYSTEMD_DEVICE_VERIFY_SYSFS", "0"),
    );
    assert!(output.contains(&format!("\nACTION={action}\n")), "udev did not come to an end:\n{output}");
    output.lines().find_map(|line| line.strip_prefix("SYSTEMD_WANTS=")).map(|wanted| wanted.trim().to_owned())
}

#[test]
fn an_hca_on_the_bus_is_told_to_who_waits_for_one() {
    let hca = Some("ibup-hca.target".to_owned());
    // ConnectX-6 as InfiniBand and as Ethernet, an Omni-Path card, a card of an older class.
    for (vendor, class) in
        [("0x15b3", "0x020700"), ("0x15b3", "0x020000"), ("0x8086", "0x020800"), ("0x15b3", "0x0c0600")]
    {
        assert_eq!(wants_of_function(vendor, class, "add"), hca, "{vendor} {class}");
    }
    assert_eq!(wants_of_function("0x15b3", "0x020700", "remove"), None);
    // Another vendor's Ethernet, and what else that vendor puts on a card.
    assert_eq!(wants_of_function("0x8086", "0x020000", "add"), None);
    assert_eq!(wants_of_function("0x15b3", "0x080100", "add"), None);
}

#[test]
fn every_ipoib_netdev_wants_to_be_configured_and_raised() {
    assert_eq!(wants(&IPOIB), both("ib0"));
    for name in ["ib0.8001", "Infiniband1.8001", "xinfiniband2.7", "ib0v1.8001"] {
        assert_eq!(wants(&Netdev { name, ..CHILD }), both(name));
    }
}

#[test]
fn a_child_is_known_by_its_type_whatever_its_parent_is_called() {
    for name in ["ibp75s0.8001", "ibs5.ffff", "ibo1.8001", "mlx5_ib0.8001", "ib_stor.8001", "stor0.8001"] {
        assert_eq!(wants(&Netdev { name, ..CHILD }), both(name));
    }
}

#[test]
fn a_name_is_written_as_systemd_writes_it() {
    for (name, instance) in NAMES {
        assert_eq!(wants(&Netdev { name, ..CHILD }), both(instance));
    }
}

#[test]
fn ethernet_of_any_driver_wants_nothing() {
    let of = |name, driver| wants(&Netdev { name, driver, ..ETHERNET });
    assert_eq!(of("eth0", Some("mlx5_core")), [""; 0]);
    assert_eq!(of("ib0", Some("mlx5_core")), [""; 0]);
    assert_eq!(of("swp1", Some("mlxsw_spectrum")), [""; 0]);
    assert_eq!(of("oob_net0", Some("mlxbf_gige")), [""; 0]);
    assert_eq!(of("pf0vf0", Some("mlx5_core")), [""; 0]);
    assert_eq!(of("eth0", Some("ixgbe")), [""; 0]);
    assert_eq!(of("lo", None), [""; 0]);
}

#[test]
fn what_stands_on_an_ipoib_netdev_wants_nothing() {
    for uevent in ["DEVTYPE=bond\n", "DEVTYPE=ipvlan\n"] {
        assert_eq!(wants(&Netdev { name: "bond0", uevent, ..CHILD }), [""; 0]);
    }
}

#[test]
fn a_netdev_is_wanted_under_its_new_name() {
    // While the rename is under way, udev knows the new name and the kernel the old one.
    let rules = "KERNEL==\"ib0\", NAME=\"ib-stor\"\n";
    assert_eq!(wants(&Netdev { rules, ..IPOIB }), both(r"ib\x2dstor"));
    // Afterwards the kernel sends a move.
    assert_eq!(wants(&Netdev { name: "stor0", action: "move", ..IPOIB }), both("stor0"));
}

#[test]
fn later_events_keep_what_is_wanted_and_a_removal_wants_nothing() {
    assert_eq!(wants(&Netdev { action: "change", ..IPOIB }), both("ib0"));
    assert_eq!(wants(&Netdev { action: "remove", ..IPOIB }), [""; 0]);
}

#[test]
fn units_that_others_want_stay_wanted() {
    let rules = "ENV{SYSTEMD_WANTS}+=\"other.service\"\n";
    let expected: Vec<_> = std::iter::once("other.service".to_owned()).chain(both("ib0")).collect();
    assert_eq!(wants(&Netdev { rules, ..IPOIB }), expected);
}

#[test]
fn the_rules_run_nothing() {
    let rules = std::fs::read_to_string(root().join("dist/udev/90-ibup.rules")).unwrap();
    let words = rules.lines().filter(|line| !line.starts_with('#'));
    assert!(!words.into_iter().any(|line| line.contains("RUN")), "{rules}");
}
