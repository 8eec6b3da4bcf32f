//! Tests of stop against a machine in memory.

use ibup_config::MemoryTree;

use super::super::console::Console;
use super::super::mode::Call;
use super::super::testing::MemoryHost;
use super::*;

const MODULES: &str = "\
ib_ipoib 1 0 - Live 0x0
rdma_ucm 1 0 - Live 0x0
rdma_cm 1 1 rdma_ucm, Live 0x0
mlx5_ib 1 0 - Live 0x0
ib_uverbs 1 2 rdma_ucm,mlx5_ib, Live 0x0
ib_cm 1 2 ib_ipoib,rdma_cm, Live 0x0
ib_core 1 6 ib_ipoib,rdma_ucm,rdma_cm,mlx5_ib,ib_uverbs,ib_cm, Live 0x0
mlx5_core 1 1 mlx5_ib, Live 0x0
mlxfw 1 1 mlx5_core, Live 0x0
xfs 1 2 - Live 0x0
";

fn machine(modules: &str) -> MemoryTree {
    MemoryTree::new().with("/etc/infiniband/openib.conf", "").with("/proc/modules", modules)
}

fn request(is_forced: bool) -> Request {
    Request {
        config_path: "/etc/infiniband/openib.conf".to_owned(),
        is_forced,
        call: Call::ByHand,
        wall_clock: 0,
        console: Console::default(),
    }
}

fn run(host: &mut MemoryHost, is_forced: bool) -> Stopped {
    stop(host, &request(is_forced), &|_| None, "openibd stop").unwrap()
}

/// A blocked stop says this first and does nothing.
fn check_refused(tree: MemoryTree, is_forced: bool, expected: &[&str]) {
    let mut host = MemoryHost::new(tree);
    assert_eq!(run(&mut host, is_forced), Stopped::Refused);
    let said = host.done_with("print ");
    assert_eq!(said[..expected.len()], *expected, "{said:#?}");
    assert!(
        host.done.iter().all(|done| done.starts_with("print ") || done.starts_with("log ")),
        "{:#?}",
        host.done
    );
}

#[test]
fn an_idle_stack_goes_holders_first() {
    let mut host = MemoryHost::new(machine(MODULES));
    assert_eq!(run(&mut host, false), Stopped::Done { units: Vec::new() });
    let expected =
        ["ib_ipoib", "mlx5_ib", "rdma_ucm", "ib_uverbs", "mlx5_core", "rdma_cm", "ib_cm", "mlxfw", "ib_core"];
    assert_eq!(host.done_with("modprobe -r "), expected);
    assert_eq!(host.done.last().unwrap(), "print Unloading HCA driver:[  OK  ]");
    assert!(LoadedModules::read(&host).get("xfs").is_some());
}

#[test]
fn nothing_loaded_is_stopped_already() {
    let mut host = MemoryHost::new(machine("xfs 1 2 - Live 0x0\n"));
    assert_eq!(run(&mut host, false), Stopped::Done { units: Vec::new() });
    assert_eq!(host.done, ["print Unloading HCA driver:[  OK  ]"]);
}

#[test]
fn a_failure_midway_is_undone() {
    let mut host = MemoryHost::new(machine(MODULES));
    host.refuses = vec![("ib_uverbs", "modprobe: FATAL: Module ib_uverbs is in use.")];
    assert_eq!(run(&mut host, false), Stopped::RolledBack);
    assert_eq!(host.done_with("modprobe -a "), ["ib_ipoib mlx5_ib rdma_ucm"]);
    let said = host.done_with("print ");
    let expected = [
        "Unloading ib_uverbs[FAILED]",
        "modprobe: FATAL: Module ib_uverbs is in use.",
        "Loaded again: ib_ipoib mlx5_ib rdma_ucm",
    ];
    assert_eq!(said, expected);
    assert_eq!(LoadedModules::read(&host).iter().count(), MODULES.lines().count());
}

#[test]
fn stop_can_be_disabled_and_forced() {
    let tree = machine(MODULES).with("/etc/infiniband/openib.conf", "ALLOW_STOP=no\n");
    let way_out = "Either use 'force-stop', or enable 'stop' by setting 'ALLOW_STOP=yes' in your /etc/infiniband/openib.conf";
    check_refused(tree.clone(), false, &["ERROR: Option 'stop' is disabled!", way_out]);
    assert_eq!(run(&mut MemoryHost::new(tree), true), Stopped::Done { units: Vec::new() });
}

#[test]
fn users_above_the_stack_are_named() {
    let with = |line: &str| machine(&format!("{MODULES}{line} Live 0x0\n"));
    for (line, expected) in [
        ("ko2iblnd 1 0 -", "Please stop Lustre services before unloading the Infiniband stack."),
        ("nvme_rdma 1 256 -", "Please close all nvme sessions and unload 'nvme_rdma' module."),
        ("nvmet_rdma 1 1 -", "Please close all nvmet sessions and unload 'nvmet_rdma' module."),
        ("ib_isert 1 1 -", "Please close all isert sessions and unload 'ib_isert' module."),
        ("rpcrdma 1 512 -", "Please make sure module 'rpcrdma' is not in use and unload it."),
    ] {
        check_refused(with(line), true, &[expected]);
    }
}

#[test]
fn a_refusal_says_how_to_go_on() {
    let survey = Survey {
        blockers: vec!["x".to_owned()],
        modules: vec!["nvme_rdma".to_owned(), "rpcrdma".to_owned()],
        ..Survey::default()
    };
    let expected = [
        "x",
        "",
        "Error: Cannot unload the Infiniband driver stack due to the above issue(s)!",
        "To unload the blocking modules, you can run:",
        "# modprobe -rv  nvme_rdma rpcrdma",
        "Once the above issue(s) resolved, run:",
        "# openibd stop",
    ];
    assert_eq!(survey.refusal("openibd stop"), expected);
}

#[test]
fn a_foreign_module_on_the_stack_needs_force() {
    let modules = MODULES.replace("mlx5_core 1 1 mlx5_ib,", "mlx5_core 1 2 mlx5_ib,acme_net,");
    let modules = format!("{modules}acme_net 1 0 - Live 0x0\n");
    check_refused(
        machine(&modules),
        false,
        &["Please make sure module 'acme_net' is not in use and unload it."],
    );
    let mut host = MemoryHost::new(machine(&modules));
    assert_eq!(run(&mut host, true), Stopped::Done { units: Vec::new() });
    assert_eq!(host.done_with("modprobe -r ")[0], "acme_net");
}

#[test]
fn references_that_nobody_explains_block() {
    let modules = MODULES.replace("mlx5_core 1 1 ", "mlx5_core 1 2 ");
    check_refused(
        machine(&modules),
        true,
        &["Please make sure module 'mlx5_core' is not in use and unload it."],
    );
    let modules = format!("{MODULES}ib_srp 1 1 - Live 0x0\n");
    check_refused(machine(&modules), false, &["Please flush multipath devices running over SRP devices"]);
}

#[test]
fn functions_lent_to_guests_block() {
    let function = "/sys/bus/pci/devices/0000:4b:00.2";
    let tree = machine(MODULES)
        .with(&format!("{function}/vendor"), "0x15b3\n")
        .with(&format!("{function}/class"), "0x020700\n")
        .with(&format!("{function}/uevent"), "DRIVER=vfio-pci\n")
        .with(&format!("{function}/physfn/vendor"), "0x15b3\n");
    let expected = ["There are active virtual functions. Cannot continue...", "  0000:4b:00.2 (vfio-pci)"];
    check_refused(tree, true, &expected);
}

#[test]
fn open_devices_and_fabric_managers_block() {
    let tree = machine(MODULES)
        .with("/etc/passwd", "root:x:0:0::/root:/bin/sh\n")
        .with("/proc/700/comm", "opensm\n")
        .with("/proc/700/status", "Uid:\t0\t0\t0\t0\n")
        .with("/proc/700/fd/7", "");
    let mut host = MemoryHost::new(tree);
    let links = |path: &str| (path == "/proc/700/fd/7").then(|| "/dev/infiniband/umad0".to_owned());
    assert_eq!(stop(&mut host, &request(true), &links, "openibd force-stop").unwrap(), Stopped::Refused);
    let expected = [
        "Please stop \"opensm\" and all applications running over InfiniBand.",
        "Please stop the following applications still using Infiniband devices:",
        "opensm(700) user root is using device /dev/infiniband/umad0",
    ];
    assert_eq!(host.done_with("print ")[..3], expected);
}

#[test]
fn services_of_the_stack_are_stopped_for_it_and_come_back_if_it_stays() {
    let tree = machine(MODULES)
        .with("/usr/bin/systemctl", "")
        .with("/sys/fs/cgroup/system.slice/ibacm.service/cgroup.procs", "500\n")
        .with("/proc/500/comm", "ibacm\n")
        .with("/proc/500/cgroup", "0::/system.slice/ibacm.service\n");
    // In this machine systemctl does nothing, so that ibacm still runs when it is looked for again.
    let mut host = MemoryHost::new(tree);
    assert_eq!(run(&mut host, false), Stopped::Refused);
    let expected = ["stop ibacm.socket ibacm.service", "--no-block start ibacm.socket ibacm.service"];
    assert_eq!(host.done_with("/usr/bin/systemctl "), expected);
    assert!(host.done_with("modprobe").is_empty());
}

#[test]
fn bonds_go_first_and_come_back() {
    let tree = machine(MODULES)
        .with("/sys/class/net/bonding_masters", "bond0 bond1\n")
        .with("/sys/class/net/bond0/type", "32\n")
        .with("/sys/class/net/bond1/type", "1\n")
        .with("/sys/class/net/bond0/bonding/mode", "active-backup 1\n")
        .with("/sys/class/net/bond0/bonding/slaves", "ib0 ib1\n");
    let mut host = MemoryHost::new(tree);
    host.refuses = vec![("ib_core", "modprobe: FATAL: Module ib_core is in use.")];
    assert_eq!(run(&mut host, false), Stopped::RolledBack);
    let slaves = "/sys/class/net/bond0/bonding/slaves";
    let expected = [
        format!("-ib0 > {slaves}"),
        format!("-ib1 > {slaves}"),
        "-bond0 > /sys/class/net/bonding_masters".to_owned(),
        "+bond0 > /sys/class/net/bonding_masters".to_owned(),
        "active-backup > /sys/class/net/bond0/bonding/mode".to_owned(),
        format!("+ib0 > {slaves}"),
        format!("+ib1 > {slaves}"),
    ];
    assert_eq!(host.done_with("echo "), expected);
}

#[test]
fn hooks_run_around_a_stop_that_is_refused() {
    let tree = machine(&format!("{MODULES}ko2iblnd 1 0 - Live 0x0\n"))
        .with("/etc/infiniband/pre-stop-hook.sh", "")
        .with("/etc/infiniband/post-stop-hook.sh", "");
    let mut host = MemoryHost::new(tree);
    assert_eq!(run(&mut host, false), Stopped::Refused);
    assert_eq!(host.done_with("/etc/infiniband/"), ["pre-stop-hook.sh", "post-stop-hook.sh"]);
}
