//! Stop and restart: whole or not at all.

use super::machine::{LOADED, Machine, watched};

const MODULES: &str = "\
ib_ipoib 1 0 - Live 0x0
mlx5_ib 1 0 - Live 0x0
ib_uverbs 1 1 mlx5_ib, Live 0x0
ib_core 1 3 ib_ipoib,mlx5_ib,ib_uverbs, Live 0x0
mlx5_core 1 1 mlx5_ib, Live 0x0
xfs 1 3 - Live 0x0
";
const UNLOADED: &str = "modprobe -r ib_ipoib\nmodprobe -r mlx5_ib\nmodprobe -r ib_uverbs\nmodprobe -r mlx5_core\nmodprobe -r ib_core\n";
const REFUSED: &str = "Error: Cannot unload the Infiniband driver stack due to the above issue(s)!";

fn loaded() -> Machine {
    Machine::new().with_modules(MODULES)
}

/// A stop that is refused says why, exits 1, and leaves everything as it was.
fn check_refused(machine: &Machine, action: &str, stdout: &str) {
    let modules = machine.read("/proc/modules");
    let (done, changes) = watched(machine, |machine| machine.openibd(action));
    assert_eq!((done.exit, done.stdout.as_str()), (1, stdout));
    assert_eq!(changes, Vec::<String>::new());
    assert_eq!((machine.read("/proc/modules"), machine.commands().as_str()), (modules, ""));
}

#[test]
fn the_whole_stack_goes_and_nothing_else() {
    let machine = loaded();
    let (done, changes) = watched(&machine, |machine| machine.openibd("stop"));
    assert_eq!(
        (done.exit, done.stdout.as_str(), done.log.as_str()),
        (0, "Unloading HCA driver:[  OK  ]\n", "")
    );
    assert_eq!(machine.commands(), UNLOADED);
    assert_eq!(machine.read("/proc/modules").as_deref(), Some("xfs 1 3 - Live 0x0\n"));
    assert_eq!(changes, Vec::<String>::new());
}

#[test]
fn o10_a_stop_can_be_disabled_and_forced() {
    let expected = "ERROR: Option 'stop' is disabled!\nEither use 'force-stop', or enable 'stop' by setting \
                    'ALLOW_STOP=yes' in your /etc/infiniband/openib.conf\n";
    check_refused(&loaded().with_conf("ALLOW_STOP=no\n"), "stop", expected);
    for action in ["force-stop", "restart"] {
        let machine = loaded().with_conf("ALLOW_STOP=no\n");
        assert_eq!(machine.openibd(action).exit, 0, "{action}");
        assert!(machine.commands().starts_with(UNLOADED));
    }
}

#[test]
fn o34_open_devices_are_named_with_their_users() {
    let machine = loaded()
        .with("/etc/passwd", "root:x:0:0::/root:/bin/sh\nalice:x:1000:100::/home/alice:/bin/sh\n")
        .with("/proc/812/comm", "ib_write_bw\n")
        .with("/proc/812/status", "Name:\tib_write_bw\nUid:\t1000\t1000\t1000\t1000\n")
        .with_link("/proc/812/fd/0", "/dev/null")
        .with_link("/proc/812/fd/4", "/dev/infiniband/uverbs0");
    let expected = format!(
        "Please stop the following applications still using Infiniband devices:\n\
         ib_write_bw(812) user alice is using device /dev/infiniband/uverbs0\n\n{REFUSED}\n\
         Once the above issue(s) resolved, run:\n# openibd stop\n"
    );
    check_refused(&machine, "stop", &expected);
}

#[test]
fn o34_modules_in_use_are_named_even_if_their_count_ends_in_a_zero_byte() {
    let machine =
        loaded().with_modules(&format!("{MODULES}nvme_rdma 1 256 - Live 0x0\nrpcrdma 1 1 - Live 0x0\n"));
    let expected = format!(
        "Please close all nvme sessions and unload 'nvme_rdma' module.\n\
         Please make sure module 'rpcrdma' is not in use and unload it.\n\n{REFUSED}\n\
         To unload the blocking modules, you can run:\n# modprobe -rv  nvme_rdma rpcrdma\n\
         Once the above issue(s) resolved, run:\n# openibd force-stop\n"
    );
    check_refused(&machine, "force-stop", &expected);
}

#[test]
fn o34_users_block_a_boots_restart_too() {
    let machine = loaded().with_modules(&format!("{MODULES}ko2iblnd 1 0 - Live 0x0\n"));
    let done = machine.openibd("restart bootid=2222");
    assert_eq!(done.exit, 1);
    assert!(done.stdout.starts_with("Please stop Lustre services before unloading the Infiniband stack.\n"));
    assert_eq!((machine.commands().as_str(), machine.read("/run/mlx_os_booting")), ("", None));
}

#[test]
fn o42_a_stop_that_fails_midway_is_undone() {
    let machine = loaded().refusing("ib_uverbs", "modprobe: FATAL: Module ib_uverbs is in use.\n");
    let done = machine.openibd("stop");
    let expected = "Unloading ib_uverbs[FAILED]\nmodprobe: FATAL: Module ib_uverbs is in use.\n\
                    Loaded again: ib_ipoib mlx5_ib\n";
    assert_eq!((done.exit, done.stdout.as_str()), (1, expected));
    assert!(machine.commands().ends_with("modprobe -r ib_uverbs\nmodprobe -a ib_ipoib mlx5_ib\n"));
    let mut modules: Vec<String> = machine
        .read("/proc/modules")
        .unwrap_or_default()
        .lines()
        .filter_map(|line| Some(line.split_once(' ')?.0.to_owned()))
        .collect();
    modules.sort();
    assert_eq!(modules, ["ib_core", "ib_ipoib", "ib_uverbs", "mlx5_core", "mlx5_ib", "xfs"]);
}

#[test]
fn a_restart_whose_stop_was_undone_still_holds_what_was_loaded() {
    let machine = loaded().refusing("ib_core", "modprobe: FATAL: Module ib_core is in use.\n");
    let done = machine.openibd("restart");
    assert_eq!(done.exit, 1);
    assert!(done.stdout.ends_with(LOADED), "{}", done.stdout);
    assert!(machine.commands().ends_with("modprobe -a ib_umad rdma_cm rdma_ucm\n"), "{}", machine.commands());
}

#[test]
fn services_stopped_for_a_restart_are_started_again() {
    let systemctl = "#!/bin/sh\necho \"systemctl $*\" >> commands\n\
                     if [ \"$1\" = stop ]; then : > sys/fs/cgroup/system.slice/ibacm.service/cgroup.procs; rm -r proc/500; fi\n";
    let machine = loaded()
        .with_program("/usr/bin/systemctl", systemctl)
        .with("/sys/fs/cgroup/system.slice/ibacm.service/cgroup.procs", "500\n")
        .with("/proc/500/comm", "ibacm\n")
        .with("/proc/500/cgroup", "0::/system.slice/ibacm.service\n")
        .with_link("/proc/500/fd/3", "/dev/infiniband/umad0");
    assert_eq!(machine.openibd("restart").exit, 0);
    let commands = machine.commands();
    assert!(commands.starts_with("systemctl stop ibacm.socket ibacm.service\nmodprobe -r "), "{commands}");
    assert!(commands.ends_with("\nsystemctl --no-block start ibacm.socket ibacm.service\n"), "{commands}");
}
