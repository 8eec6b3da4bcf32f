//! Owners: an interface is raised by the service its configuration is addressed to, and by no other.

use crate::case::Case;
use crate::machine::{BOOT, Machine};

const BEGUN: &str = "Setting up Mellanox network interface: ib0";
const STEERED: &str = "set_RPS_cpu: Configured RPS cpu for ib0 to 0000ffff";
const RAISED: &str = "Bringing up interface ib0: PASSED";
const DEVICES: &str = "Running: /bin/mlnx_conf_mgr.sh ib0";

/// An interface that is looked at, configured, and then this is said and run.
fn case(given: impl Fn(Machine) -> Machine + 'static, words: &[&str], commands: &[&str]) -> Case {
    Case::new("ib0", move |machine| given(machine.infiniband("ib0").seen("ib0")))
        .says(&[&[BEGUN, STEERED], words, &[DEVICES]].concat())
        .runs(commands)
        .writes("/sys/class/net/ib0/queues/rx-0/rps_cpus", "0000ffff\n")
}

fn keyfile(machine: Machine) -> Machine {
    let text = "[connection]\nid=storage\ntype=infiniband\ninterface-name=ib0\n";
    machine.file("/etc/NetworkManager/system-connections/storage.nmconnection", text)
}

#[test]
fn a_keyfile_is_networkmanagers() {
    let given = |machine: Machine| keyfile(machine.red_hat()).program("/usr/bin/nmcli", "exit 0");
    let command = "/usr/bin/nmcli connection up id storage ifname ib0";
    case_with_program(given, command);
}

#[test]
fn a_network_file_is_systemd_networkds() {
    let given = |machine: Machine| {
        machine
            .file("/etc/systemd/network/ib.network", "[Match]\nName=ib*\n[Network]\nDHCP=yes\n")
            .program("/usr/bin/networkctl", "exit 0")
    };
    case_with_program(given, "/usr/bin/networkctl reconfigure ib0");
}

#[test]
fn netplan_names_who_carries_it_out() {
    let given = |machine: Machine| {
        machine
            .without("/sbin/ifup")
            .file("/etc/netplan/a.yaml", "network:\n  ethernets:\n    ib0: {dhcp4: true}\n")
            .program("/usr/sbin/netplan", "exit 0")
            .program("/usr/bin/networkctl", "exit 0")
    };
    case_with_program(given, "/usr/bin/networkctl reconfigure ib0");
}

#[test]
fn an_ifcfg_file_of_suse_is_wickeds() {
    let given = |machine: Machine| {
        machine
            .file("/etc/SUSE-brand", "openSUSE\n")
            .file("/etc/sysconfig/network/ifcfg-ib0", "STARTMODE=auto\nBOOTPROTO=dhcp\n")
            .program("/usr/sbin/wicked", "exit 0")
    };
    case_with_program(given, "/usr/sbin/wicked ifup ib0");
}

/// Checks that converging runs one program, which the case sees by its path.
fn case_with_program(given: impl Fn(Machine) -> Machine + Copy + 'static, command: &'static str) {
    let machine = given(Machine::new("converge").infiniband("ib0"));
    let output = machine.run("mlnx_interface_mgr.sh", &["ib0"], crate::machine::NOW, &[]);
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(errors.contains(RAISED), "{errors}");
    let name = command.rsplit_once("bin/").expect("a program").1;
    assert_eq!((machine.commands(), output.status.code()), (vec![name.to_owned()], Some(0)));
}

#[test]
fn what_nobody_configures_is_nobodys() {
    case(Machine::red_hat, &["No configuration found for ib0"], &[]).check();
}

#[test]
fn configuration_for_another_port_is_named() {
    let address = |last: u8| format!("80:00:00:28:fe:80:00:00:00:00:00:00:b8:ce:f6:03:00:4b:a1:{last:02x}\n");
    let given = move |machine: Machine| {
        machine
            .red_hat()
            .ifcfg("ib0", &format!("HWADDR={}", address(0xa0)))
            .file("/sys/class/net/ib0/address", &address(0xb0))
    };
    case(given, &["No configuration found for ib0"], &[])
        .remarks(
            "/etc/sysconfig/network-scripts/ifcfg-ib0 speaks of it, but states the address of another port",
        )
        .check();
}

#[test]
fn netplan_without_ifup_is_left_alone_by_the_reference() {
    let given = |machine: Machine| machine.without("/sbin/ifup").program("/usr/sbin/netplan", "exit 0");
    case(given, &[], &[]).by_reference().check();
}

#[test]
fn onboot_no_is_obeyed_while_booting_by_the_reference_and_always_otherwise() {
    let given = |machine: Machine| machine.red_hat().infiniband("ib0").ifcfg("ib0", "ONBOOT=no");
    let skipped = "interface ib0 has ONBOOT=no, skipping.";
    let first = || Case::new("ib0", given).writes("/run/mlx_ifc-ib0.bootid", BOOT);
    first().by_reference().says(&[BEGUN, skipped, DEVICES]).check();
    let steering = "/sys/class/net/ib0/queues/rx-0/rps_cpus";
    first().converging().says(&[BEGUN, STEERED, skipped, DEVICES]).writes(steering, "0000ffff\n").check();
    let later = |machine: Machine| machine.red_hat().ifcfg("ib0", "ONBOOT=no");
    case(later, &[RAISED], &["ifup ib0"]).by_reference().check();
    case(later, &[skipped], &[]).converging().check();
}

/// The script ends with 0.
#[test]
fn an_ifup_that_fails_is_a_failure_and_ends_the_matter() {
    let given = |machine: Machine| {
        machine.red_hat().ifcfg("ib0", "MASTER=bond0").program("/sbin/ifup", "echo no lease >&2; exit 1")
    };
    let incomplete = "Couldn't fully configure ib0, review system logs and restart network service after fixing the \
                      issues.";
    case(given, &["Bringing up interface ib0: FAILED", incomplete], &["ifup ib0"])
        .remarks("/sbin/ifup ib0: no lease")
        .fails()
        .check();
}

#[test]
fn bond_and_bridge_follow_their_port() {
    let given = |machine: Machine| {
        machine
            .red_hat()
            .ifcfg("ib0", "MASTER=bond0\nBRIDGE=br0")
            .file("/sys/class/net/bond0/flags", "0x1402\n")
    };
    let words = [
        RAISED,
        "ib0 - briging up bond master: bond0 ...",
        "ib0 - briging up bond master bond0: PASSED",
        "ib0 - briging up bridge interface: br0 ...",
        "ib0 - briging up bridge interface br0: PASSED",
    ];
    case(given, &words, &["ifup ib0", "ifup bond0", "ifup br0"]).check();
    let is_up = move |machine| given(machine).file("/sys/class/net/bond0/flags", "0x1403\n");
    let words = [words[0], words[1], "ib0 - bond master bond0 is already up", words[3], words[4]];
    case(is_up, &words, &["ifup ib0", "ifup br0"]).check();
}

#[test]
fn ifupdown_acts_whatever_it_remembers() {
    let given = |machine: Machine| machine.file("/etc/network/interfaces", "auto ib0\niface ib0 inet dhcp\n");
    case(given, &[RAISED], &["ifup --force ib0"]).check();
}

#[test]
fn openib_conf_that_would_need_a_shell_is_reported_and_nothing_else_is_lost() {
    let given = |machine: Machine| {
        machine
            .red_hat()
            .ifcfg("ib0", "ONBOOT=yes")
            .file("/etc/infiniband/openib.conf", "ONBOOT=$(touch run/x)\n")
    };
    case(given, &[RAISED], &["ifup ib0"]).remarks("/etc/infiniband/openib.conf:1: ").check();
}

#[test]
fn an_unknown_policy_is_reported() {
    let given = |machine: Machine| {
        machine.red_hat().ifcfg("ib0", "").file("/etc/infiniband/openib.conf", "IBUP_POLICY=eager\n")
    };
    case(given, &[RAISED], &["ifup ib0"]).remarks("IBUP_POLICY=`eager`").check();
}
