//! State files and modes: what others are told, and what a boot that is not wanted does. Cases T05, W06, B19, B20.

use super::machine::{ALL, BOOT_ID, LOADED, Machine, watched};

const AUTO: &str = "bootid=11111111222233334444555555555555";

fn with_ifcfg(machine: Machine) -> Machine {
    machine.with("/etc/sysconfig/network-scripts/ifcfg-ib0", "DEVICE=ib0\nONBOOT=yes\n")
}

/// rdma-ndd runs.
fn with_ndd(machine: Machine) -> Machine {
    machine.with("/sys/fs/cgroup/system.slice/rdma-ndd.service/cgroup.procs", "77\n")
}

#[test]
fn t05_restart_in_auto_mode() {
    let machine = with_ndd(with_ifcfg(Machine::new()));
    let (done, changes) = watched(&machine, |machine| machine.openibd(&format!("restart {AUTO}")));
    assert_eq!(done.exit, 0);
    assert_eq!(
        done.log,
        "openibd: running in auto mode\nopenibd: Skipping node_desc setup - handled by rdma-ndd\n"
    );
    assert_eq!(done.stdout, format!("Unloading HCA driver:[  OK  ]\n{LOADED}"));
    assert_eq!(changes, [format!("/run/openibd.bootid := {BOOT_ID}")]);
    assert_eq!(machine.commands(), format!("modprobe -a {ALL}\n"));
}

#[test]
fn w06_a_boot_with_onboot_no_loads_nothing() {
    let said = "openibd: running in auto mode and ONBOOT=no --> exiting\n";
    for action in ["start", "restart"] {
        let machine = with_ifcfg(Machine::new()).with_conf("ONBOOT=no\n");
        let (done, changes) = watched(&machine, |machine| machine.openibd(&format!("{action} {AUTO}")));
        assert_eq!((done.exit, done.stdout.as_str(), done.log.as_str()), (0, "", said), "{action}");
        assert_eq!(changes, [format!("/run/openibd.bootid := {BOOT_ID}")]);
        assert_eq!(machine.commands(), "");
    }
    let machine = Machine::new().with_conf("ONBOOT=no\n");
    assert_eq!(machine.ibup("start --boot").log, said);
    assert_eq!(machine.commands(), "");
}

#[test]
fn a_unit_may_start_nothing_without_hardware_or_with_onboot_no_however_often_it_is_wanted() {
    let machine = Machine::new().with_conf("ONBOOT=no\n");
    for _ in 0..2 {
        assert_eq!(machine.ibup("start --boot --check").exit, 1);
        assert_eq!(machine.commands(), "");
    }
    assert_eq!(Machine::new().ibup("start --boot --check").exit, 0);
    let bare = Machine::new().without("/sys/bus/pci/devices/0000:4b:00.0/vendor");
    assert_eq!(bare.ibup("start --boot --check").exit, 1);
}

#[test]
fn w06_a_later_start_by_systemd_is_somebodys_wish() {
    let machine = Machine::new().with_conf("ONBOOT=no\n");
    machine.openibd(&format!("start {AUTO}"));
    let done = machine.openibd(&format!("start {AUTO}"));
    assert_eq!((done.exit, done.stdout.as_str()), (0, LOADED));
    assert_eq!(machine.commands(), format!("modprobe -a {ALL}\n"));
}

#[test]
fn b19_without_openib_conf_nothing_is_done() {
    for action in ["start", "stop", "restart", "force-start"] {
        let machine = with_ifcfg(Machine::new()).without("/etc/infiniband/openib.conf");
        let (done, changes) = watched(&machine, |machine| machine.openibd(&format!("{action} {AUTO}")));
        let expected = (0, "No InfiniBand configuration found\n", "");
        assert_eq!((done.exit, done.stdout.as_str(), done.log.as_str()), expected, "{action}");
        assert_eq!(changes, Vec::<String>::new());
        assert!(!machine.path("/run/ibup").exists());
        assert_eq!(machine.commands(), "");
    }
}

#[test]
fn b20_the_environment_names_another_configuration() {
    let machine = Machine::new()
        .without("/etc/infiniband/openib.conf")
        .with("/etc/alt.conf", "ONBOOT=yes\nIPOIB_LOAD=no\n")
        .with_environment("OPENIBD_CONFIG", "/etc/alt.conf");
    assert_eq!(machine.openibd("start").exit, 0);
    assert_eq!(machine.commands(), format!("modprobe -a {}\n", ALL.replace("ib_ipoib ", "")));
}

#[test]
fn o3_who_calls_decides_the_mode() {
    for (last, arguments, expected) in [
        (None, AUTO, "openibd: running in auto mode\n"),
        (Some("ffff\n"), AUTO, "openibd: running in auto mode\n"),
        (Some("11111111222233334444555555555555\n"), AUTO, "openibd: running in manual mode\n"),
        (
            Some("manual\n"),
            AUTO,
            "openibd: first manual run after installation\nopenibd: running in manual mode\n",
        ),
        (None, "", "openibd: running in manual mode\n"),
        (None, "bootid=", "openibd: running in manual mode\n"),
    ] {
        let machine = with_ndd(Machine::new());
        if let Some(last) = last {
            machine.write("/run/openibd.bootid", last);
        }
        let done = machine.openibd(&format!("start {arguments}"));
        let expected = format!("{expected}openibd: Skipping node_desc setup - handled by rdma-ndd\n");
        assert_eq!(done.log, expected, "{last:?} {arguments}");
        let kept = last.map(str::to_owned).filter(|_| !arguments.starts_with("bootid=1"));
        let kept = if arguments.starts_with("bootid=1") { Some(format!("{BOOT_ID}\n")) } else { kept };
        assert_eq!(machine.read("/run/openibd.bootid"), kept);
    }
}

#[test]
fn o4_the_window_of_the_boot_is_open_while_modules_are_loaded() {
    let machine = Machine::new().with("/on-load/mlx5_ib", "cp run/mlx_os_booting seen\n");
    machine.openibd(&format!("start {AUTO}"));
    assert_eq!(machine.read("/seen").as_deref(), Some("1000000\n"));
    assert_eq!(machine.read("/run/mlx_os_booting"), None);
}

#[test]
fn o4_a_start_that_fails_closes_the_window_too() {
    let machine = Machine::new()
        .refusing("mlx5_core", "modprobe: ERROR: could not insert 'mlx5_core': No such device\n");
    assert_eq!(machine.openibd(&format!("start {AUTO}")).exit, 1);
    assert_eq!(machine.read("/run/mlx_os_booting"), None);
}

#[test]
fn o8_a_manual_start_says_that_the_boot_is_over() {
    let machine = with_ifcfg(Machine::new())
        .with("/etc/sysconfig/network-scripts/ifcfg-storage", "DEVICE=ib1\nONBOOT=no\n")
        .with("/run/mlx_ifc-ib1.bootid", "ffff\n");
    let (_, changes) = watched(&machine, |machine| machine.openibd("start"));
    let expected = [
        format!("/run/mlx_ifc-ib0.bootid := {BOOT_ID}"),
        format!("/run/mlx_ifc-ib1.bootid := {BOOT_ID}"),
        format!("/run/mlx_ifc.manual := {BOOT_ID}"),
    ];
    assert_eq!(changes, expected);
}

#[test]
fn o8_a_manual_start_says_so_on_ubuntu_too() {
    let machine = Machine::new()
        .with("/etc/os-release", "ID=ubuntu\n")
        .with("/etc/network/interfaces", "auto ib1\niface ib1 inet dhcp\n");
    machine.openibd("start");
    assert_eq!(machine.read("/run/mlx_ifc-ib1.bootid"), Some(format!("{BOOT_ID}\n")));
}

#[test]
fn without_hardware_nothing_is_written() {
    let machine = with_ifcfg(Machine::new()).without("/sys/bus/pci/devices/0000:4b:00.0/vendor");
    let (done, changes) = watched(&machine, |machine| machine.openibd(&format!("start {AUTO}")));
    assert_eq!((done.exit, done.stdout.as_str()), (0, ""));
    assert_eq!(done.log, "ibup: no InfiniBand hardware is present; there is nothing to do\n");
    assert_eq!(changes, Vec::<String>::new());
    assert!(!machine.path("/run/ibup").exists());
    assert_eq!(machine.commands(), "");
}

#[test]
fn a_configuration_that_needs_a_shell_is_an_error_with_its_place() {
    let machine = Machine::new().with("/etc/infiniband/openib.conf", "ONBOOT=yes\nif true; then\n");
    let done = machine.openibd("start");
    assert_eq!(done.exit, 1);
    assert!(done.log.contains("/etc/infiniband/openib.conf:2: "), "{}", done.log);
    assert_eq!(machine.ibup("start").exit, 2);
    assert_eq!(machine.commands(), "");
}
