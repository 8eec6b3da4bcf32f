//! Tests of start against a machine in memory.

use ibup_config::MemoryTree;

use super::super::console::Console;
use super::super::testing::{ALL, BOOT_ID, MemoryHost, machine, vendor_index, with_netdev, with_port};
use super::*;

const CONF: &str = "/etc/infiniband/openib.conf";

fn of_boot() -> Request {
    request(Call::OfBoot(BOOT_ID.to_owned()))
}

fn request(call: Call) -> Request {
    Request {
        config_path: CONF.to_owned(),
        is_forced: false,
        call,
        wall_clock: 1_000_000,
        console: Console::default(),
    }
}

fn configured(conf: &str) -> MemoryTree {
    machine(&vendor_index()).with(CONF, conf)
}

fn start(host: &mut MemoryHost, request: &Request) -> Ended {
    let plan = plan(host, request).unwrap();
    carry_out(plan.all(), request.console, host)
}

#[test]
fn a_boot_loads_everything_by_one_call_and_closes_its_window() {
    let mut host = MemoryHost::new(configured("ONBOOT=yes\n"));
    assert!(start(&mut host, &of_boot()).is_good());
    let expected = [
        "write /run/openibd.bootid".to_owned(),
        "log openibd: running in auto mode".to_owned(),
        "write /run/mlx_os_booting".to_owned(),
        format!("modprobe -a {}", ALL.join(" ")),
        "print Loading HCA driver and Access Layer:[  OK  ]".to_owned(),
        "rm -f /run/mlx_os_booting".to_owned(),
    ];
    assert_eq!(host.done, expected);
}

#[test]
fn started_again_it_starts_no_process() {
    let mut host = MemoryHost::new(configured(""));
    start(&mut host, &request(Call::ByHand));
    host.done.clear();
    assert!(start(&mut host, &request(Call::ByHand)).is_good());
    let expected =
        ["log openibd: running in manual mode", "print Loading HCA driver and Access Layer:[  OK  ]"];
    assert_eq!(host.done, expected);
}

#[test]
fn onboot_no_is_said_and_obeyed_at_boot_alone() {
    let mut host = MemoryHost::new(configured("ONBOOT=no\n"));
    assert!(start(&mut host, &of_boot()).is_good());
    let expected =
        ["log openibd: running in auto mode and ONBOOT=no --> exiting", "write /run/openibd.bootid"];
    assert_eq!(host.done, expected);
    start(&mut host, &of_boot());
    assert_eq!(host.done_with("modprobe").len(), 1, "the second call by systemd is somebody's wish");
}

#[test]
fn without_hardware_nothing_is_done() {
    let mut host = MemoryHost::new(MemoryTree::new().with(CONF, "ONBOOT=yes\n"));
    assert!(start(&mut host, &of_boot()).is_good());
    assert_eq!(host.done, ["log ibup: no InfiniBand hardware is present; there is nothing to do"]);
}

#[test]
fn without_configuration_there_is_no_plan() {
    assert_eq!(plan(&machine(""), &of_boot()), Err(ConfigTrouble::Missing));
    let trouble = plan(&configured("if true; then\n"), &of_boot()).unwrap_err();
    assert!(trouble.to_string().starts_with("/etc/infiniband/openib.conf:1: "), "{trouble}");
}

#[test]
fn a_module_that_fails_is_named_and_the_others_are_loaded() {
    let mut host = MemoryHost::new(configured(""));
    host.refuses = vec![
        ("mlx5_ib", "modprobe: ERROR: could not insert 'mlx5_ib': Exec format error"),
        ("rdma_ucm", "modprobe: FATAL: Module rdma_ucm not found in directory /lib/modules/5.14.0"),
    ];
    let ended = start(&mut host, &request(Call::ByHand));
    assert_eq!((ended.failures, ended.above.as_slice()), (1, ["rdma_ucm".to_owned()].as_slice()));
    let printed = [
        "Failed loading kernel module mlx5_ib: [FAILED]",
        "Loading Mellanox MLX5_IB HCA driver: [FAILED]",
        "Failed loading kernel module rdma_ucm: [FAILED]",
        "Loading HCA driver and Access Layer:[FAILED]",
        "`journalctl -b | ibup diagnose -` names the cause.",
        "Loading rdma_ucm[FAILED]",
    ];
    assert_eq!(host.done_with("print "), printed);
    let logged = host.done_with("log openibd: ");
    assert_eq!(logged[1], "ERROR: Failed loading kernel module mlx5_ib.");
    let why = "mlx5_ib was built for another kernel: modprobe: ERROR: could not insert 'mlx5_ib': Exec format error";
    assert_eq!(host.done_with("log ibup: ")[0], why);
}

#[test]
fn netdevs_that_come_late_are_waited_for() {
    let tree = with_port(configured("NODE_DESC=n9\n"), "mlx5_0", 1, "InfiniBand");
    let mut host = MemoryHost::new(tree.clone());
    let later = with_netdev(tree, "ib0", "mlx5_0", 0).with("/proc/modules", "ib_ipoib 1 0 - Live 0x0\n");
    host.late = Some((10, later));
    assert!(start(&mut host, &request(Call::ByHand)).is_good());
    assert_eq!(host.now, Duration::from_secs(2));
    assert_eq!(host.done_with("echo "), ["n9 HCA-1 > /sys/class/infiniband/mlx5_0/node_desc"]);
}

#[test]
fn the_wait_is_bounded_and_says_what_is_missing() {
    let tree = with_port(configured("IBUP_WAIT_SECONDS=5\n"), "mlx5_0", 1, "InfiniBand");
    let tree = with_netdev(with_port(tree, "mlx5_1", 1, "InfiniBand"), "ib1", "mlx5_1", 0);
    let mut host = MemoryHost::new(tree);
    let ended = start(&mut host, &request(Call::ByHand));
    assert!(!ended.is_good());
    assert_eq!(host.now, Duration::from_secs(5));
    let said = host.done_with("print ");
    assert_eq!(said[0], "mlx5_0 port 1 has no netdev 5 s after the modules were loaded");
    assert_eq!(said[1], "Loading HCA driver and Access Layer:[  OK  ]");
}

#[test]
fn hooks_run_around_a_start_that_fails() {
    let tree = configured("MLX5_LOAD=yes\n")
        .with("/etc/infiniband/pre-start-hook.sh", "")
        .with("/etc/infiniband/post-start-hook.sh", "");
    let mut host = MemoryHost::new(tree);
    host.refuses = vec![("mlx5_core", "modprobe: ERROR: could not insert 'mlx5_core': No such device")];
    assert_eq!(start(&mut host, &request(Call::ByHand)).failures, 1);
    let hooks = host.done_with("/etc/infiniband/");
    assert_eq!(hooks, ["pre-start-hook.sh", "post-start-hook.sh"]);
}

#[test]
fn a_module_kept_out_by_the_configuration_is_a_failure_even_if_modprobe_is_content() {
    let tree = configured("").with("/etc/modprobe.d/site.conf", "install ib_umad /bin/true\n");
    let mut host = MemoryHost::new(tree);
    host.refuses = vec![("ib_umad", "")];
    assert_eq!(start(&mut host, &request(Call::ByHand)).failures, 1);
    let logged = host.done_with("log ibup: ib_umad ");
    assert_eq!(
        logged,
        ["is kept out by a file of modprobe.d: /etc/modprobe.d/site.conf:1: install ib_umad /bin/true"]
    );
}

#[test]
fn a_module_above_the_stack_that_is_not_installed_fails_the_start_and_not_the_stack() {
    let mut host = MemoryHost::new(configured("SRP_LOAD=yes\n"));
    let ended = start(&mut host, &request(Call::ByHand));
    assert_eq!((ended.failures, ended.above.as_slice()), (0, ["ib_srp".to_owned()].as_slice()));
    let expected = [
        "Module not found: ib_srp[FAILED]",
        "Loading HCA driver and Access Layer:[  OK  ]",
        "Loading ib_srp[FAILED]",
    ];
    assert_eq!(host.done_with("print "), expected);
}

#[test]
fn nothing_wanted_is_a_failure() {
    let conf =
        "MLX5_LOAD=no\nUMAD_LOAD=no\nUVERBS_LOAD=no\nIPOIB_LOAD=no\nRDMA_CM_LOAD=no\nRDMA_UCM_LOAD=no\n";
    let mut host = MemoryHost::new(configured(conf));
    assert_eq!(start(&mut host, &request(Call::ByHand)).failures, 1);
    assert_eq!(host.done_with("print ")[0], "No HCA kernel modules loaded: [FAILED]");
    assert!(host.done_with("modprobe").is_empty());
}

#[test]
fn what_the_site_switched_on_is_run_afterwards() {
    let conf =
        "SRP_LOAD=yes\nSRP_DAEMON_ENABLE=yes\nRUN_SYSCTL=yes\nRUN_AFFINITY_TUNER=yes\nPOST_START_DELAY=3\n";
    let index = vendor_index() + "u/ib_srp.ko: u/mlx_compat.ko\n";
    let tree =
        machine(&index).with(CONF, conf).with("/sbin/sysctl_perf_tuning", "").with("/usr/bin/systemctl", "");
    let mut host = MemoryHost::new(tree);
    assert!(start(&mut host, &request(Call::ByHand)).is_good());
    assert_eq!(host.done_with("/sbin/"), ["sysctl_perf_tuning load"]);
    assert_eq!(host.done_with("/usr/bin/"), ["systemctl --no-block start srp_daemon.service"]);
    assert_eq!(host.now, Duration::from_secs(3));
}

#[test]
fn a_machine_without_a_name_is_waited_for_and_then_described_as_it_is() {
    let tree = with_port(configured("NODE_DESC_UPDATE_TIMEOUT=4\n"), "mlx5_0", 1, "Ethernet");
    let mut host = MemoryHost::new(tree.with("/proc/sys/kernel/hostname", "localhost\n"));
    start(&mut host, &request(Call::ByHand));
    assert_eq!(host.now, Duration::from_secs(4));
    assert_eq!(host.done_with("echo "), ["localhost HCA-1 > /sys/class/infiniband/mlx5_0/node_desc"]);
    assert_eq!(host.done_with("log openibd: Set")[0], " node_desc for mlx5_0: localhost HCA-1");
}

#[test]
fn all_waits_of_a_start_have_one_bound() {
    let tree = with_port(configured("IBUP_WAIT_SECONDS=5\n"), "mlx5_0", 1, "InfiniBand");
    let mut host = MemoryHost::new(tree.with("/proc/sys/kernel/hostname", "localhost\n"));
    start(&mut host, &request(Call::ByHand));
    assert_eq!(host.now, Duration::from_secs(5));
}

#[test]
fn the_plan_says_what_will_be_done_and_why() {
    let plan = plan(&configured("ONBOOT=yes\n"), &of_boot()).unwrap();
    let said: Vec<String> = plan.all().map(|task| format!("{task} ({})", task.reason())).collect();
    assert!(said.iter().any(|said| said.starts_with("modprobe -a mlx5_ib mlx5_core ")), "{said:#?}");
    assert!(
        said.iter()
            .any(|said| said.starts_with("wait until every InfiniBand port has its netdev, at most 30 s"))
    );
    assert!(said.iter().any(|said| said.starts_with("call each HCA `$(hostname -s) HCA-N`")));
}
