//! What the bring-up costs a boot.
//!
//! A tree of plain files stands for a machine on which everything is loaded and up, so that what is counted is the
//! program's own: the processes it starts and the time it takes.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};

use super::build;

/// So often each command is run for the time.
const RUNS: usize = 50;

/// The modules an openib.conf that says nothing asks for.
const MODULES: &[&str] = &["mlx5_core", "mlx5_ib", "ib_umad", "ib_uverbs", "ib_ipoib", "rdma_cm", "rdma_ucm"];

/// What is measured, and how many processes it may start.
const COMMANDS: &[(&str, &[&str], usize)] = &[
    ("start, everything loaded", &["start", "--boot"], 2),
    ("configure, nothing to change", &["configure", "ib0"], 0),
    ("raise, up already", &["raise", "ib0"], 0),
];

/// The longest a command may take beside modprobe, on an idle machine.
const LIMIT: Duration = Duration::from_millis(20);

/// Measures what a boot waits for.
#[expect(clippy::print_stdout, reason = "the measurements are what was asked for")]
pub(crate) fn run(root: &Path) -> anyhow::Result<()> {
    let program = build(root)?;
    let folder = root.join("target/bench/machine");
    machine(&folder)?;
    println!("{:30} {:>9} {:>11} {:>11}", "", "processes", "median", "slowest");
    let mut excess = Vec::new();
    for (name, arguments, processes_max) in COMMANDS {
        let run = || {
            // Each run is the first of its boot.
            let _ = std::fs::remove_file(folder.join("run/openibd.bootid"));
            let mut command = Command::new(&program);
            command.args(*arguments).arg("--root").arg(&folder);
            command
        };
        let processes = processes(&run())?;
        let mut times = (0..RUNS).map(|_| time(&mut run())).collect::<anyhow::Result<Vec<_>>>()?;
        times.sort_unstable();
        let (median, slowest) = (times[RUNS / 2], times[RUNS - 1]);
        println!("{name:30} {processes:9} {median:>11.1?} {slowest:>11.1?}");
        if processes > *processes_max || median > LIMIT {
            excess.push(*name);
        }
    }
    ensure!(excess.is_empty(), "more than allowed: {}", excess.join(", "));
    Ok(())
}

/// Makes a machine with one HCA whose interface is up and as configured.
fn machine(folder: &Path) -> anyhow::Result<()> {
    let modules: String = MODULES.iter().map(|name| format!("{name} 1 0 - Live 0x0\n")).collect();
    let index: String =
        MODULES.iter().map(|name| format!("extra/{name}.ko: extra/mlx_compat.ko\n")).collect();
    let device = "sys/bus/pci/devices/0000:4b:00.0";
    let netdev = "sys/class/net/ib0";
    let files = [
        ("proc/sys/kernel/random/boot_id", "11111111-2222-3333-4444-555555555555\n"),
        ("proc/sys/kernel/osrelease", "5.14.0\n"),
        ("proc/sys/kernel/hostname", "node-9\n"),
        ("proc/modules", &modules),
        ("lib/modules/5.14.0/modules.dep", &index),
        ("etc/redhat-release", ""),
        ("etc/infiniband/openib.conf", "ONBOOT=yes\n"),
        ("etc/sysconfig/network-scripts/ifcfg-ib0", "DEVICE=ib0\nTYPE=InfiniBand\nONBOOT=yes\n"),
        ("sbin/ifup", "#!/bin/sh\n"),
        (&format!("{device}/vendor"), "0x15b3\n"),
        (&format!("{device}/class"), "0x020700\n"),
        (&format!("{device}/uevent"), "DRIVER=mlx5_core\n"),
        (&format!("{device}/infiniband/mlx5_0/node_desc"), "node-9 HCA-1\n"),
        ("sys/class/infiniband/mlx5_0/node_desc", "node-9 HCA-1\n"),
        ("sys/class/infiniband/mlx5_0/ports/1/link_layer", "InfiniBand\n"),
        ("sys/class/infiniband/mlx5_0/ports/1/state", "4: ACTIVE\n"),
        ("sys/class/infiniband/mlx5_0/device/net/ib0/type", "32\n"),
        (&format!("{netdev}/type"), "32\n"),
        (&format!("{netdev}/flags"), "0x1003\n"),
        (&format!("{netdev}/operstate"), "up\n"),
        (&format!("{netdev}/dev_port"), "0\n"),
        (&format!("{netdev}/device/infiniband/mlx5_0/node_desc"), "node-9 HCA-1\n"),
    ];
    for (path, text) in files {
        let path = folder.join(path);
        let parent = path.parent().context("a file lies in a folder")?;
        std::fs::create_dir_all(parent).with_context(|| format!("cannot make {}", parent.display()))?;
        std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    std::fs::create_dir_all(folder.join("run")).context("cannot make the machine's /run")
}

/// Counts the processes that a command starts.
fn processes(command: &Command) -> anyhow::Result<usize> {
    let traced = Command::new("strace")
        .args(["--follow-forks", "--quiet=all", "--trace=clone,clone3,fork,vfork", "--"])
        .arg(command.get_program())
        .args(command.get_args())
        .stdout(Stdio::null())
        .output()
        .context("cannot run strace; it is in the package of this name")?;
    if !traced.status.success() {
        bail!("the command failed: {}", String::from_utf8_lossy(&traced.stderr));
    }
    // A thread is no process; it shares the memory of the one that started it.
    let is_process = |line: &&str| line.contains(" = ") && !line.contains("CLONE_THREAD");
    Ok(String::from_utf8_lossy(&traced.stderr)
        .lines()
        .filter(|line| line.contains('('))
        .filter(is_process)
        .count())
}

fn time(command: &mut Command) -> anyhow::Result<Duration> {
    let started = Instant::now();
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status().context("cannot run ibup")?;
    ensure!(status.success(), "the command failed: {status}");
    Ok(started.elapsed())
}
