//! Whether the machine counts as booting, and what becomes of an interface then.

use crate::case::Case;
use crate::machine::{BOOT, Machine, NOW};

const STEERING: &str = "/sys/class/net/ib0/queues/rx-0/rps_cpus";
const SEEN: &str = "/run/mlx_ifc-ib0.bootid";
const BEGUN: &str = "Setting up Mellanox network interface: ib0";
const STEERED: &str = "set_RPS_cpu: Configured RPS cpu for ib0 to 0000ffff";
const LEFT: &str = "OS is booting, will not run ifup on ib0";
const RAISED: &str = "Bringing up interface ib0: PASSED";
const DEVICES: &str = "Running: /bin/mlnx_conf_mgr.sh ib0";

fn node(machine: Machine) -> Machine {
    machine.red_hat().infiniband("ib0").ifcfg("ib0", "ONBOOT=yes")
}

/// The interface is configured and raised.
fn raised(case: Case) -> Case {
    case.says(&[BEGUN, STEERED, RAISED, DEVICES]).runs(&["ifup ib0"]).writes(STEERING, "0000ffff\n")
}

/// The interface is configured and left to the network service.
fn left(case: Case) -> Case {
    case.by_reference().says(&[BEGUN, STEERED, LEFT, DEVICES]).writes(STEERING, "0000ffff\n")
}

/// B01
#[test]
fn the_first_event_of_a_boot_is_left_to_the_network_service() {
    left(Case::new("ib0", node)).writes(SEEN, BOOT).check();
}

/// B02
#[test]
fn an_interface_seen_before_in_this_boot_is_raised() {
    raised(Case::new("ib0", |machine| node(machine).seen("ib0"))).check();
}

/// B03
#[test]
fn an_interface_seen_in_an_earlier_boot_counts_as_new() {
    let given = |machine| node(machine).file(SEEN, "ffffffffffffffffffffffffffffffff\n");
    left(Case::new("ib0", given)).writes(SEEN, BOOT).check();
}

fn in_window(stamp: &'static str) -> impl Fn(Machine) -> Machine {
    move |machine| node(machine).seen("ib0").file("/run/mlx_os_booting", stamp)
}

/// B04, B05
#[test]
fn an_open_boot_window_leaves_the_interface_to_the_network_service() {
    left(Case::new("ib0", in_window("1000000\n"))).check();
    left(Case::new("ib0", in_window("1000000\n"))).at(NOW + 299).check();
}

/// B06
#[test]
fn the_boot_window_closes_after_five_minutes() {
    raised(Case::new("ib0", in_window("1000000\n"))).at(NOW + 300).check();
}

/// B07: the script waits for a clock that was set back.
#[test]
fn a_boot_window_of_the_future_suppresses_nothing() {
    raised(Case::new("ib0", in_window("1900000\n"))).remarks("the clock was set back").check();
}

/// B08
#[test]
fn an_empty_boot_window_is_none() {
    raised(Case::new("ib0", in_window(""))).check();
}

/// B09
#[test]
fn a_word_is_no_boot_window() {
    raised(Case::new("ib0", in_window("garbage\n"))).remarks("`garbage`").check();
}

/// B10: the script executes the command.
#[test]
fn a_boot_window_is_never_executed() {
    let given = in_window("a[$(touch${IFS}/run/INJ)]\n");
    raised(Case::new("ib0", given)).remarks("`a[$(touch${IFS}/run/INJ)]`").check();
}

/// B11
#[test]
fn a_call_of_openibd_by_hand_ends_the_boot() {
    let given =
        |machine| node(machine).file("/run/mlx_os_booting", "1000000\n").file("/run/mlx_ifc.manual", BOOT);
    raised(Case::new("ib0", given)).at(NOW + 10).writes(SEEN, BOOT).check();
}

/// B12
#[test]
fn a_call_by_hand_in_an_earlier_boot_counts_for_nothing() {
    let given = |machine| node(machine).file("/run/mlx_ifc.manual", "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee\n");
    left(Case::new("ib0", given)).writes(SEEN, BOOT).check();
}

/// B13, B14: to the script these are first events like any other, and nobody raises the interface.
#[test]
fn a_late_netdev_is_raised_however_late_it_comes() {
    for late in [80, 259_200] {
        raised(Case::new("ib0", node)).converging().at(NOW + late).writes(SEEN, BOOT).check();
    }
}

/// B15, B16
#[test]
fn without_a_boot_id_every_event_is_the_first() {
    let given = |machine| node(machine).without("/proc/sys/kernel/random/boot_id");
    left(Case::new("ib0", given)).writes(SEEN, "\n").check();
    left(Case::new("ib0", move |machine| given(machine).file(SEEN, "\n"))).check();
}

/// B17, B18
#[test]
fn without_an_interface_there_is_usage() {
    for arguments in [&[][..], &[""]] {
        let machine = Machine::new("converge");
        let before = machine.files();
        let output = machine.run("mlnx_interface_mgr.sh", arguments, NOW, &[]);
        assert_eq!(output.status.code(), Some(1));
        let program = machine.path("/bin/mlnx_interface_mgr.sh");
        let usage = format!("Usage:\n      {} <interface>\n", program.display());
        assert_eq!(String::from_utf8(output.stdout).unwrap(), usage);
        assert_eq!(machine.files(), before);
    }
}

/// B19
#[test]
fn without_openib_conf_nothing_is_done() {
    let machine = node(Machine::new("converge")).without("/etc/infiniband/openib.conf");
    let before = machine.files();
    let output = machine.run("mlnx_interface_mgr.sh", &["ib0"], NOW, &[]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "No InfiniBand configuration found\n");
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    assert_eq!((machine.files(), machine.commands()), (before, Vec::new()));
}

/// B20
#[test]
fn the_environment_names_another_openib_conf() {
    let machine = node(Machine::new("converge"))
        .without("/etc/infiniband/openib.conf")
        .file("/etc/alt.conf", "ONBOOT=yes\nIBUP_POLICY=reference\n");
    let output = machine.run("mlnx_interface_mgr.sh", &["ib0"], NOW, &[("OPENIBD_CONFIG", "/etc/alt.conf")]);
    let said = String::from_utf8(output.stderr).unwrap();
    let said: Vec<_> = said.lines().filter_map(|line| line.strip_prefix("mlnx_interface_mgr: ")).collect();
    assert_eq!(said, [BEGUN, STEERED, LEFT, DEVICES]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(machine.files()[SEEN], BOOT);
    assert_eq!(machine.commands(), Vec::<String>::new());
}

/// B21: the script goes on with a path that leads elsewhere.
#[test]
fn a_name_that_leads_elsewhere_is_refused() {
    let machine = Machine::new("converge").red_hat().infiniband("ib-s0").ifcfg("ib-s0", "ONBOOT=yes");
    let before = machine.files();
    let output = machine.run("mlnx_interface_mgr.sh", &["ib/s0"], NOW, &[]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said, "ibup: `ib/s0` has a character that no netdev's name has\n");
    assert_eq!((machine.files(), machine.commands()), (before, Vec::new()));
}

/// B22: the script does not say so in its log.
#[test]
fn a_state_file_that_cannot_be_written_is_reported() {
    let given = |machine| node(machine).directory(SEEN);
    left(Case::new("ib0", given)).remarks("write /run/mlx_ifc-ib0.bootid: ").check();
    raised(Case::new("ib0", given)).converging().remarks("write /run/mlx_ifc-ib0.bootid: ").check();
}
