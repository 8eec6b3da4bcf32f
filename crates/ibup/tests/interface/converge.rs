//! Converging: whatever is configured, exists and is not up is raised through its owner, and nothing else happens.

use crate::machine::{BOOT, Machine, NOW};

fn node(machine: Machine) -> Machine {
    machine.red_hat().infiniband("ib0").ifcfg("ib0", "ONBOOT=yes")
}

/// Runs a subcommand, and returns how it ended, what it said and what it ran.
fn run(machine: &Machine, subcommand: &str) -> (Option<i32>, Vec<String>, Vec<String>) {
    let root = machine.root().to_str().expect("a path is text").to_owned();
    let output = machine.run("ibup", &[subcommand, "--root", &root, "ib0"], NOW, &[]);
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    let log = errors.lines().map(str::to_owned).collect();
    (output.status.code(), log, machine.commands())
}

fn words(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|line| (*line).to_owned()).collect()
}

#[test]
fn an_interface_that_is_down_is_raised_and_left_alone_once_it_is_up() {
    let machine =
        node(Machine::new("converge")).program("/sbin/ifup", "echo 0x1003 > sys/class/net/ib0/flags");
    let raised = words(&["ifup ib0"]);
    assert_eq!(run(&machine, "raise"), (Some(0), words(&["ibup: ib0: raised"]), raised.clone()));
    assert_eq!(run(&machine, "raise"), (Some(0), words(&[]), raised));
}

#[test]
fn settings_are_applied_once() {
    let machine = node(Machine::new("converge")).ifcfg("ib0", "CONNECTED_MODE=yes\nMTU=9000");
    let machine = machine.file("/sys/class/net/ib0/mode", "datagram\n").ifcfg("ib0.8001", "");
    let first = [
        "ibup: ib0: transport mode set to connected",
        "ibup: ib0: received packets spread over processors 0000ffff",
    ];
    assert_eq!(run(&machine, "configure"), (Some(0), words(&first), Vec::new()));
    let read = |path: &str| std::fs::read_to_string(machine.path(path)).unwrap();
    assert_eq!(read("/sys/class/net/ib0/mode"), "connected\n");
    assert_eq!(read("/sys/class/net/ib0/mtu"), "9000\n");
    assert_eq!(read("/sys/class/net/ib0/create_child"), "0x8001\n");
    let machine = machine.directory("/sys/class/net/ib0.8001");
    assert_eq!(run(&machine, "configure"), (Some(0), words(&[]), Vec::new()));
}

#[test]
fn onboot_no_is_obeyed_at_any_time() {
    let machine = node(Machine::new("converge")).ifcfg("ib0", "ONBOOT=no").seen("ib0");
    let said = "ibup: ib0: its configuration says not to raise it at boot: left down";
    assert_eq!(run(&machine, "raise"), (Some(0), words(&[said]), Vec::new()));
}

#[test]
fn an_ifup_that_fails_is_a_failure_in_its_own_words() {
    let machine = node(Machine::new("converge")).program("/sbin/ifup", "echo 'no such lease' >&2; exit 3");
    let (exit, log, _) = run(&machine, "raise");
    let expected = [
        "ibup: ib0: could not be raised",
        "ibup: /sbin/ifup ib0: no such lease",
        "ibup: ib0: not everything could be set up, see above",
    ];
    assert_eq!((exit, log), (Some(1), words(&expected)));
}

#[test]
fn an_interface_that_does_not_exist_is_nobodys_business() {
    let machine = Machine::new("converge").red_hat().ifcfg("ib0", "ONBOOT=yes");
    assert_eq!(run(&machine, "raise"), (Some(0), words(&["ibup: ib0: does not exist"]), Vec::new()));
}

#[test]
fn a_netdev_that_nobody_configures_is_raised_only_if_told_to() {
    let machine = Machine::new("converge").infiniband("ib0");
    let said = "ibup: ib0: nothing configures it: left alone";
    assert_eq!(run(&machine, "raise"), (Some(0), words(&[said]), Vec::new()));
    let machine = machine.openib_conf("IBUP_RAISE_UNOWNED=yes\n");
    assert_eq!(run(&machine, "raise"), (Some(0), words(&["ibup: ib0: raised"]), Vec::new()));
    assert_eq!(std::fs::read_to_string(machine.path("/sys/class/net/ib0/flags")).unwrap(), "0x1003\n");
}

#[test]
fn a_bond_is_raised_behind_its_port_and_only_while_it_is_down() {
    let machine = node(Machine::new("converge"))
        .ifcfg("ib0", "MASTER=bond0")
        .ifcfg("bond0", "TYPE=Bond")
        .file("/sys/class/net/bond0/flags", "0x1402\n")
        .program("/sbin/ifup", "echo 0x1003 > sys/class/net/$1/flags");
    let said = ["ibup: ib0: raised", "ibup: ib0: port of bond bond0", "ibup: ib0: its bond bond0 raised"];
    let commands = words(&["ifup ib0", "ifup bond0"]);
    assert_eq!(run(&machine, "raise"), (Some(0), words(&said), commands.clone()));
    assert_eq!(run(&machine, "raise"), (Some(0), words(&[]), commands));
}

#[test]
fn a_bond_that_is_down_is_raised_even_if_its_port_is_up() {
    let machine = node(Machine::new("converge"))
        .ifcfg("ib0", "MASTER=bond0")
        .file("/sys/class/net/ib0/flags", "0x1003\n")
        .file("/sys/class/net/bond0/flags", "0x1402\n");
    let said = ["ibup: ib0: port of bond bond0", "ibup: ib0: its bond bond0 raised"];
    assert_eq!(run(&machine, "raise"), (Some(0), words(&said), words(&["ifup bond0"])));
}

#[test]
fn a_setting_that_cannot_be_made_is_a_failure() {
    let machine = node(Machine::new("converge")).file("/sys/class/net/ib0/device/local_cpus", "\n");
    let said = [
        "ibup: ib0: received packets stay on one processor: those near the device are not known",
        "ibup: ib0: not everything could be set up, see above",
    ];
    assert_eq!(run(&machine, "configure"), (Some(1), words(&said), Vec::new()));
}

#[test]
fn ifupdown_raises_a_bond_with_its_ports_and_a_missing_port_is_added() {
    let interfaces = "auto bond0\niface bond0 inet static\n  address 10.0.0.1/24\n\
                      auto ib0\niface ib0 inet manual\n  bond-master bond0\n";
    let machine = Machine::new("converge")
        .infiniband("ib0")
        .file("/etc/network/interfaces", interfaces)
        .program("/sbin/ifup", "mkdir -p sys/class/net/bond0; echo 0x1403 > sys/class/net/bond0/flags")
        .program("/sbin/ifenslave", "exit 0");
    let said = ["ibup: ib0: its bond bond0 raised", "ibup: ib0: made a port of bond bond0"];
    let commands = words(&["ifup --force bond0", "ifenslave -f bond0 ib0"]);
    assert_eq!(run(&machine, "raise"), (Some(0), words(&said), commands));
}

#[test]
fn the_reference_may_be_asked_for() {
    let machine = node(Machine::new("reference"));
    let said = "ibup: ib0: the machine is booting: left to the network service";
    assert_eq!(run(&machine, "raise"), (Some(0), words(&[said]), Vec::new()));
    assert_eq!(machine.files()["/run/mlx_ifc-ib0.bootid"], BOOT);
    assert_eq!(run(&machine, "raise"), (Some(0), words(&["ibup: ib0: raised"]), words(&["ifup ib0"])));
}

#[test]
fn a_name_that_no_netdev_has_is_refused() {
    let machine = Machine::new("converge");
    let output = machine.run("ibup", &["raise", "../ib0"], NOW, &[]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn two_events_for_one_interface_raise_it_once() {
    let machine = node(Machine::new("converge"))
        .program("/sbin/ifup", "sleep 0.3; echo 0x1003 > sys/class/net/ib0/flags");
    std::thread::scope(|scope| {
        let runs = [(); 2].map(|()| scope.spawn(|| run(&machine, "raise").0));
        for run in runs {
            assert_eq!(run.join().expect("it ends"), Some(0));
        }
    });
    assert_eq!(machine.commands(), ["ifup ib0"]);
}
