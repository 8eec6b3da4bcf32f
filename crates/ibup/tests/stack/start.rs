//! Start: what is loaded, what is said when it cannot be, and what follows.

use super::machine::{ALL, LOADED, Machine};

const HINT: &str = "`journalctl -b | ibup diagnose -` names the cause.\n";
const FAILED: &str = "Loading HCA driver and Access Layer:[FAILED]\n";

/// Returns what a failed module is said to be, and the end of a start that failed for it.
fn failed(module: &str) -> String {
    format!("Failed loading kernel module {module}: [FAILED]\n{FAILED}{HINT}")
}

#[test]
fn everything_is_loaded_by_one_process_and_then_by_none() {
    let machine = Machine::new();
    for _ in 0..2 {
        let done = machine.openibd("start");
        assert_eq!((done.exit, done.stdout.as_str()), (0, LOADED));
        assert_eq!(machine.commands(), format!("modprobe -a {ALL}\n"));
    }
}

#[test]
fn the_plan_is_what_start_does() {
    let machine = Machine::new();
    let plan = machine.ibup("plan");
    assert_eq!((plan.exit, machine.commands().as_str()), (0, ""));
    let expected = " 1. log openibd: running in manual mode
    for whoever reads the journal
 2. write /run/mlx_ifc.manual
    the boot is over: somebody starts the stack by hand
 3. modprobe -a mlx5_ib mlx5_core ib_umad ib_uverbs ib_ipoib rdma_cm rdma_ucm
    these are wanted and not loaded yet
 4. switch the firmware tracer on, if the driver has one
    ENABLE_FW_TRACER=yes
 5. look at the send queue size of ib_ipoib
    a Connect-IB cannot have more than 1024
 6. wait until every InfiniBand port has its netdev, at most 30 s
    whoever raises interfaces next must find them there, under their names
 7. call each HCA `$(hostname -s) HCA-N`, unless rdma-ndd does so
    the fabric's tools show the node by this name
 8. say what came of it
    somebody asked
";
    assert_eq!(plan.stdout, expected);
    machine.ibup("start");
    assert_eq!(machine.commands(), format!("modprobe -a {ALL}\n"));
}

#[test]
fn a_machine_without_the_vendors_modules_gets_the_distributions() {
    let index: String = ALL.split(' ').map(|name| format!("kernel/{name}.ko.xz:\n")).collect();
    let machine = Machine::new().with("/lib/modules/5.14.0/modules.dep", &index);
    assert_eq!(machine.openibd("start").stdout, LOADED);
    assert_eq!(machine.commands(), format!("modprobe -a {ALL}\n"));
}

#[test]
fn o11_hooks_run_around_a_start_that_fails() {
    let hook = |name: &str| format!("#!/bin/sh\necho {name} >> commands\n");
    let machine = Machine::new()
        .with_program("/etc/infiniband/pre-start-hook.sh", &hook("pre"))
        .with_program("/etc/infiniband/post-start-hook.sh", &hook("post"))
        .refusing("ib_umad", "modprobe: ERROR: could not insert 'ib_umad': Exec format error\n");
    assert_eq!(machine.openibd("start").exit, 1);
    assert_eq!(machine.commands(), format!("pre\nmodprobe -a {ALL}\npost\n"));
}

#[test]
fn o20_a_module_of_the_distribution_beside_the_vendors_needs_force() {
    let index = |machine: Machine| {
        let text = machine.read("/lib/modules/5.14.0/modules.dep").expect("there is an index");
        let text = text.replace("extra/ib_umad.ko: extra/mlx_compat.ko", "kernel/ib_umad.ko:");
        machine.with("/lib/modules/5.14.0/modules.dep", &text)
    };
    let machine = index(Machine::new()).with_conf("UMAD_LOAD=yes\n");
    let done = machine.openibd("start");
    let expected = format!("Avoid loading inbox module: ib_umad[FAILED]\n{FAILED}{HINT}");
    assert_eq!((done.exit, done.stdout), (1, expected));
    assert_eq!(machine.commands(), format!("modprobe -a {}\n", ALL.replace("ib_umad ", "")));

    let machine = index(Machine::new()).with_conf("UMAD_LOAD=yes\n");
    let done = machine.openibd("force-start");
    let expected = format!("Loading inbox modules (ib_umad)[WARNING]\n{LOADED}");
    assert_eq!((done.exit, done.stdout), (0, expected));
    assert_eq!(machine.commands(), format!("modprobe -a {ALL}\n"));
}

#[test]
fn o20_a_module_that_is_not_installed_is_named() {
    let machine = Machine::new().with_conf("UMAD_LOAD=yes\n");
    let index = machine.read("/lib/modules/5.14.0/modules.dep").expect("there is an index");
    machine.write("/lib/modules/5.14.0/modules.dep", &index.replace("extra/ib_umad.ko:", "extra/x.ko:"));
    let done = machine.openibd("start");
    assert_eq!((done.exit, done.stdout), (1, format!("Module not found: ib_umad[FAILED]\n{FAILED}{HINT}")));
}

#[test]
fn o20_modprobes_refusals_are_explained() {
    let could_not = "modprobe: ERROR: could not insert 'ib_umad'";
    for (words, expected) in [
        (format!("{could_not}: Required key not available"), "has no signature that this kernel accepts"),
        (format!("{could_not}: Key was rejected by service"), "has no signature that this kernel accepts"),
        (format!("{could_not}: Exec format error"), "was built for another kernel"),
        (
            format!("{could_not}: Unknown symbol in module, or unknown parameter (see dmesg)"),
            "does not fit the modules that are loaded",
        ),
        (format!("{could_not}: No such device"), "was refused by the kernel"),
        (
            "modprobe: FATAL: Module ib_umad not found in directory /lib/modules/5.14.0".to_owned(),
            "is not installed for the running kernel",
        ),
    ] {
        let machine = Machine::new().refusing("ib_umad", &format!("{words}\n"));
        let done = machine.openibd("start");
        assert_eq!((done.exit, done.stdout), (1, failed("ib_umad")), "{words}");
        let expected = format!(
            "openibd: running in manual mode\nopenibd: ERROR: Failed loading kernel module ib_umad.\n\
             ibup: ib_umad {expected}: {words}\n"
        );
        assert_eq!(done.log, expected);
        assert_eq!(
            machine.read("/proc/modules").expect("it is there").lines().count(),
            6,
            "the others are loaded"
        );
    }
}

#[test]
fn o26_long_send_queues_are_warned_about_and_no_failure() {
    let machine = Machine::new()
        .with("/sys/bus/pci/devices/0000:4b:00.0/device", "0x1011\n")
        .with("/sys/module/ib_ipoib/parameters/send_queue_size", "2048\n");
    let done = machine.openibd("start");
    let said = [
        "IPoIB: Failed to bring up interface for Connect-IB device",
        "Please set ib_ipoib send_queue_size to be <= 1024 and restart driver",
    ];
    assert_eq!((done.exit, done.stdout), (0, format!("{}\n{}\n{LOADED}", said[0], said[1])));
    assert_eq!(
        done.log,
        format!("openibd: running in manual mode\nopenibd: {}\nopenibd: {}\n", said[0], said[1])
    );
}

#[test]
fn o27_addresses_of_smart_nics() {
    let mac = "/sys/bus/pci/devices/0000:03:00.0/net/p0/smart_nic/pf/mac";
    let machine = Machine::new()
        .with_conf("SMARTNIC_PF_MAC_CONF=\"0000:03:00.0-02:00:00:00:00:01 0000:04:00.0-02:00:00:00:00:02\"\n")
        .with(mac, "");
    let done = machine.openibd("start");
    assert_eq!(done.exit, 0);
    assert_eq!(machine.read(mac).as_deref(), Some("02:00:00:00:00:01\n"));
    let expected = "openibd: running in manual mode\n\
                    openibd: PF MAC is set to 02:00:00:00:00:01 via ECPF p0\n\
                    openibd: No such device: 0000:04:00.0.\n\
                    openibd: Check SMARTNIC_PF_MAC_CONF value in the CONFIG\n";
    assert_eq!(done.log, expected);
}

#[test]
fn o28_nothing_to_load_is_a_failure() {
    let conf =
        "MLX5_LOAD=no\nUMAD_LOAD=no\nUVERBS_LOAD=no\nIPOIB_LOAD=no\nRDMA_CM_LOAD=no\nRDMA_UCM_LOAD=no\n";
    let machine = Machine::new().with_conf(conf);
    let done = machine.openibd("start");
    assert_eq!(
        (done.exit, done.stdout),
        (1, format!("No HCA kernel modules loaded: [FAILED]\n{FAILED}{HINT}"))
    );
    assert_eq!(machine.commands(), "");
}

#[test]
fn o30_every_module_above_the_stack_counts() {
    let machine =
        Machine::new().refusing("rdma_cm", "modprobe: ERROR: could not insert 'rdma_cm': Invalid argument\n");
    let done = machine.openibd("start");
    let expected =
        format!("Failed loading kernel module rdma_cm: [FAILED]\n{LOADED}Loading rdma_cm[FAILED]\n");
    assert_eq!((done.exit, done.stdout), (1, expected));
}

#[test]
fn o41_the_firmware_tracer_is_switched_on_when_the_driver_brings_it() {
    let enable = "/sys/kernel/debug/tracing/events/mlx5/mlx5_fw/enable";
    let machine = Machine::new().with(enable, "0\n");
    machine.openibd("start");
    assert_eq!(machine.read(enable).as_deref(), Some("1\n"));
    let machine = Machine::new().with(enable, "0\n").with("/etc/infiniband/openib.conf", "");
    machine.openibd("start");
    assert_eq!(machine.read(enable).as_deref(), Some("0\n"), "unset means no");
}

#[test]
fn o46_hcas_are_numbered_as_people_count() {
    let mut machine = Machine::new();
    for index in [9, 10, 0] {
        machine = machine.with(&format!("/sys/class/infiniband/mlx5_{index}/node_desc"), "MT4123\n");
    }
    let done = machine.openibd("start");
    let expected = "openibd: running in manual mode\n\
                    openibd: Set node_desc for mlx5_0: node-9 HCA-1\n\
                    openibd: Set node_desc for mlx5_9: node-9 HCA-2\n\
                    openibd: Set node_desc for mlx5_10: node-9 HCA-3\n";
    assert_eq!(done.log, expected);
    assert_eq!(machine.read("/sys/class/infiniband/mlx5_10/node_desc").as_deref(), Some("node-9 HCA-3"));
    assert_eq!(machine.openibd("start").log, "openibd: running in manual mode\n", "nothing is left to write");
}

#[test]
fn a_port_without_netdev_is_waited_for_and_named() {
    let machine = Machine::new()
        .with("/sys/class/infiniband/mlx5_0/node_desc", "node-9 HCA-1\n")
        .with("/sys/class/infiniband/mlx5_0/ports/1/link_layer", "InfiniBand\n")
        .with_conf("IBUP_WAIT_SECONDS=7\n");
    let done = machine.openibd("start");
    let missing = "mlx5_0 port 1 has no netdev 7 s after the modules were loaded";
    assert_eq!((done.exit, done.stdout), (1, format!("{missing}\n{LOADED}")));
    assert_eq!(done.log, format!("openibd: running in manual mode\nibup: {missing}\n"));
}

#[test]
fn a_port_with_its_netdev_is_not_waited_for() {
    let netdev = "mkdir -p sys/class/net/ib0/device/infiniband/mlx5_0; echo 32 > sys/class/net/ib0/type\n";
    let machine = Machine::new()
        .with("/sys/class/infiniband/mlx5_0/node_desc", "node-9 HCA-1\n")
        .with("/sys/class/infiniband/mlx5_0/ports/1/link_layer", "InfiniBand\n")
        .with("/on-load/ib_ipoib", netdev);
    let done = machine.openibd("start");
    assert_eq!((done.exit, done.stdout.as_str()), (0, LOADED));
}
