//! What is now, held against what should be, on machines in memory.

use ibup_config::{MemoryTree, Paths};

use super::*;
use crate::Diagnoser;
use crate::bringup::stack::testing::{with_netdev, with_port};
use crate::fact::Collected;

const IFCFG: &str = "/etc/sysconfig/network-scripts/ifcfg-ib0";
const TRIE: &str = "Local:\n  |-- 10.8.0.9\n     /32 host LOCAL\n";
/// `ib0` leads to 10.8.0.0/24, as a little-endian machine shows it and as a big-endian one does.
const ROUTE: &str = if cfg!(target_endian = "little") {
    "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\nib0\t0000080A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\n"
} else {
    "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\nib0\t0A080000\t00000000\t0001\t0\t0\t0\tFFFFFF00\t0\n"
};

/// A node whose `ib0` is configured with an address and is up with it.
fn node() -> MemoryTree {
    let tree = with_port(MemoryTree::new(), "mlx5_0", 1, "InfiniBand\n");
    with_netdev(tree, "ib0", "mlx5_0", 0)
        .with(IFCFG, "DEVICE=ib0\nONBOOT=yes\nIPADDR=10.8.0.9\nPREFIX=24\n")
        .with("/sys/class/infiniband/mlx5_0/ports/1/phys_state", "5: LinkUp\n")
        .with("/sys/class/infiniband/mlx5_0/ports/1/rate", "100 Gb/sec (4X EDR)\n")
        .with("/sys/class/net/ib0/carrier", "1\n")
        .with("/proc/sys/kernel/hostname", "node-9\n")
        .with("/proc/net/fib_trie", TRIE)
        .with("/proc/net/route", ROUTE)
}

fn checked(tree: &MemoryTree, said: &[&str]) -> Check {
    let configuration = Configuration::read(tree, &Paths::default());
    let said: Vec<NetdevName> = said.iter().map(|name| name.parse().unwrap()).collect();
    Check::of(tree, &configuration, &expected(tree, &configuration, &said))
}

fn states(tree: &MemoryTree, said: &[&str]) -> Vec<String> {
    let check = checked(tree, said);
    check.interfaces.iter().map(|checked| format!("{} {}", checked.interface, checked.state.name())).collect()
}

fn explained(tree: &MemoryTree, log: &str) -> Check {
    let mut diagnoser = Diagnoser::new();
    let machine = diagnoser.begin_machine();
    diagnoser.observe_text("journal", log).unwrap();
    diagnoser.end_machine(machine, Collected { shown: shown(tree), ..Collected::default() });
    let mut check = checked(tree, &[]);
    check.explain(&diagnoser.verdict_of(machine).expect("the log tells of a boot"));
    check
}

#[test]
fn an_interface_is_up_with_all_that_its_configuration_gives_it() {
    assert_eq!(states(&node(), &[]), ["ib0 up"]);
    let down = node().with("/sys/class/net/ib0/flags", "0x1002\n");
    assert_eq!(states(&down, &[]), ["ib0 down"]);
    let init = node().with("/sys/class/infiniband/mlx5_0/ports/1/state", "2: INIT\n");
    assert_eq!(states(&init, &[]), ["ib0 no-link"]);
    let carrierless = node().with("/sys/class/net/ib0/carrier", "0\n");
    assert_eq!(states(&carrierless, &[]), ["ib0 no-link"]);
    let silent = node().with_unreadable("/sys/class/net/ib0/carrier", "Invalid argument");
    assert_eq!(states(&silent.clone(), &[]), ["ib0 up"]);
    assert_eq!(states(&silent.with("/sys/class/net/ib0/operstate", "dormant\n"), &[]), ["ib0 no-link"]);
    let bare = node().with("/proc/net/fib_trie", "Local:\n  |-- 10.8.0.7\n     /32 host LOCAL\n");
    assert_eq!(states(&bare, &[]), ["ib0 no-address"]);
    let check = checked(&node(), &[]);
    assert_eq!(check.status, Status::Good);
    assert_eq!(check.interfaces[0].port.device.as_deref(), Some("mlx5_0"));
    assert_eq!(check.interfaces[0].expected_by.as_deref(), Some("/etc/sysconfig/network-scripts/ifcfg-ib0"));
}

#[test]
fn an_address_of_a_server_is_one_in_a_network_that_the_interface_leads_to() {
    let leased = node().with(IFCFG, "DEVICE=ib0\nONBOOT=yes\nBOOTPROTO=dhcp\n");
    assert_eq!(states(&leased, &[]), ["ib0 up"]);
    assert_eq!(states(&leased.clone().with("/proc/net/route", ""), &[]), ["ib0 no-address"]);
    let six = |flags: &str, scope: &str| {
        let line = format!("fd000000000000000000000000000009 04 40 {scope} {flags} ib0\n");
        states(&leased.clone().with("/proc/net/route", "").with("/proc/net/if_inet6", &line), &[])
    };
    assert_eq!(six("80", "00"), ["ib0 up"]);
    assert_eq!(six("88", "00"), ["ib0 no-address"]);
    assert_eq!(six("80", "20"), ["ib0 no-address"]);
    let unaddressed = node().with(IFCFG, "DEVICE=ib0\nONBOOT=yes\n").with("/proc/net/fib_trie", "");
    assert_eq!(states(&unaddressed, &[]), ["ib0 up"]);
}

#[test]
fn what_nobody_wants_is_not_spoken_of() {
    let unused = with_port(node(), "mlx5_1", 1, "InfiniBand\n");
    let unused = with_netdev(unused, "ib1", "mlx5_1", 0).with("/sys/class/net/ib1/flags", "0x1002\n");
    assert_eq!(states(&unused, &[]), ["ib0 up"]);
    assert_eq!(states(&unused, &["ib1", "ib7"]), ["ib0 up", "ib1 down", "ib7 missing"]);
    let unwanted = unused.with(IFCFG, "DEVICE=ib0\nONBOOT=no\n");
    assert_eq!(states(&unwanted, &[]), Vec::<String>::new());
    assert_eq!(checked(&unwanted, &[]).status, Status::Good);
}

#[test]
fn a_pattern_means_what_exists_and_a_name_what_should() {
    let network = "[Match]\nType=infiniband\n[Network]\nDHCP=no\n";
    let tree = with_port(MemoryTree::new(), "mlx5_0", 1, "InfiniBand\n");
    let tree = with_netdev(tree, "ib0", "mlx5_0", 0).with("/etc/systemd/network/ib.network", network);
    assert_eq!(states(&tree, &[]), ["ib0 up"]);
    let child = node().with("/etc/sysconfig/network-scripts/ifcfg-ib0.8001", "DEVICE=ib0.8001\nONBOOT=yes\n");
    assert_eq!(states(&child, &[]), ["ib0 up", "ib0.8001 missing"]);
}

#[test]
fn configuration_that_cannot_be_read_leaves_it_open_whether_all_is_well() {
    let refused = node().with_unreadable("/etc/sysconfig/network-scripts/ifcfg-ib1", "Permission denied");
    let check = checked(&refused, &[]);
    assert_eq!((check.status, check.unread.len()), (Status::Unknown, 1));
    let others = node().with_unreadable("/etc/sysconfig/network-scripts/ifcfg-eno1", "Permission denied");
    assert_eq!(checked(&others, &[]).status, Status::Good);
    let keyfile = "/etc/NetworkManager/system-connections/x.nmconnection";
    let alone = MemoryTree::new().with_unreadable(keyfile, "Permission denied");
    assert_eq!(checked(&alone, &[]).status, Status::Unknown);
}

#[test]
fn the_first_case_is_named_while_the_interface_is_down() {
    let log = include_str!("../../../../samples/node-9-failed.log");
    let down = node().with("/sys/class/net/ib0/flags", "0x1002\n");
    // Where the recording ends somebody has raised it; what is down then is down for another reason.
    assert_eq!(explained(&down, log).interfaces[0].code(), None);
    let morning: String =
        log.lines().take_while(|line| !line.contains("Mar 22")).map(|line| format!("{line}\n")).collect();
    let check = explained(&down, &morning);
    assert_eq!((check.status, check.interfaces[0].code()), (Status::Bad, Some("IB0301")));
    // Raised by hand since, and by nobody else.
    let bare = node().with("/proc/net/fib_trie", "");
    assert_eq!(explained(&bare, &morning).interfaces[0].code(), Some("IB0301"));
}

#[test]
fn the_state_of_the_port_is_read_by_those_who_read_logs() {
    let healthy = include_str!("../../../../samples/node-9-healthy.log");
    let state = |state: &str, physical: &str| {
        let tree = node()
            .with("/sys/class/infiniband/mlx5_0/ports/1/state", state)
            .with("/sys/class/infiniband/mlx5_0/ports/1/phys_state", physical)
            .with("/sys/class/net/ib0/carrier", "0\n");
        let check = explained(&tree, healthy);
        let cause = check.interfaces[0].cause.clone().expect("a cause");
        let shown = cause.evidence.last().expect("it is shown").clone();
        (cause.code, shown.source, shown.text)
    };
    let directory = "/sys/class/infiniband/mlx5_0/ports/1";
    let expect = |code: &str, name: &str, text: &str| {
        (code.to_owned(), format!("{directory}/{name}"), text.to_owned())
    };
    assert_eq!(state("2: INIT\n", "5: LinkUp\n"), expect("IB0705", "state", "2: INIT"));
    assert_eq!(state("1: DOWN\n", "3: Disabled\n").0, "IB0704");
    assert_eq!(state("1: DOWN\n", "2: Polling\n").0, "IB0703");
}

#[test]
fn without_a_journal_the_port_still_tells() {
    let tree = node()
        .with("/sys/class/infiniband/mlx5_0/ports/1/state", "2: INIT\n")
        .with("/sys/class/net/ib0/carrier", "0\n");
    let mut diagnoser = Diagnoser::new();
    let machine = diagnoser.begin_machine();
    diagnoser.end_machine(machine, Collected { shown: shown(&tree), ..Collected::default() });
    let mut check = checked(&tree, &[]);
    check.explain(&diagnoser.verdict_of(machine).expect("the machine is looked at"));
    assert_eq!(check.interfaces[0].code(), Some("IB0705"));
}
