//! The health check of a real Slurm cluster: it drains the node whose interface is down, and takes back its own reason alone.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::time::{Duration, Instant};

use ibup_lab::slurm::Cluster;

use crate::consumers::is_installed;
use crate::machine::{machine, raise, write};

/// Slurm starts the program with no PATH and without the cluster's configuration, which elsewhere lies where Slurm looks for it.
fn health_check(folder: &Path) -> String {
    let (ibup, lab) = (assert_cmd::cargo::cargo_bin!("ibup"), folder.display());
    let wrapper = concat!(env!("CARGO_MANIFEST_DIR"), "/../../dist/slurm/slurm-healthcheck");
    let programs = [
        (
            "ibup",
            format!(
                "root={lab}/$SLURMD_NODENAME\nexec {} \"$@\" --root \"$root\" --journal \"$root/journal.log\"\n",
                ibup.display()
            ),
        ),
        (
            "health",
            format!(
                "exec /usr/bin/env SLURM_CONF={lab}/slurm/slurm.conf PATH={lab}:/usr/bin:/bin \
                 IBUP_RUN={lab}/$SLURMD_NODENAME/run IBUP_DEFAULTS={lab}/none {wrapper}\n"
            ),
        ),
    ];
    for (name, script) in programs {
        let path = folder.join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}")).expect("a program can be written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("it can be made one");
    }
    folder.join("health").display().to_string()
}

#[test]
fn a_real_controller_drains_and_resumes_the_node_by_its_interface() {
    if !is_installed(&Cluster::programs_missing(), "slurm-wlm and munge") {
        return;
    }
    let folder = tempfile::tempdir().expect("there is room");
    let folder = folder.path();
    let nodes = [machine(), machine()];
    for (number, node) in nodes.iter().enumerate() {
        symlink(node.path(), folder.join(format!("n{number}"))).expect("a link can be made");
        raise(node.path());
    }
    let program = health_check(folder);
    let settings = format!("HealthCheckProgram={program}\nHealthCheckInterval=1\nHealthCheckNodeState=ANY");
    let cluster = Cluster::start(&folder.join("slurm"), 2, &settings).expect("a cluster");
    let reasons = || cluster.sinfo(&["-h", "-R", "-N", "-o", "%N %T %20E"]).unwrap_or_default();
    let wait = |expected: &[&str]| {
        let start = Instant::now();
        loop {
            let found = reasons();
            let lines: Vec<&str> = found.lines().map(str::trim).collect();
            if lines == expected {
                return;
            }
            assert!(start.elapsed() < Duration::from_mins(1), "{found}\n{}", cluster.logs());
            std::thread::sleep(Duration::from_millis(200));
        }
    };
    wait(&[]);
    write(nodes[0].path(), "sys/class/net/ib0/flags", "0x1002\n");
    wait(&["n0 drained ibup:IB0301 ib0 down"]);
    let shown = cluster.run("scontrol", &["--oneliner", "show", "node", "n0"]).expect("it is shown");
    assert!(shown.contains("Reason=ibup:IB0301 ib0 down driver-stack-not-started ["), "{shown}");

    // Somebody else's reason stays, on a node that is well and on one that is not.
    cluster
        .run("scontrol", &["update", "NodeName=n1", "State=DRAIN", "Reason=NHC: full disk"])
        .expect("it is drained");
    raise(nodes[0].path());
    wait(&["n1 drained NHC: full disk"]);
    write(nodes[1].path(), "sys/class/net/ib0/flags", "0x1002\n");
    std::thread::sleep(Duration::from_secs(3));
    wait(&["n1 drained NHC: full disk"]);
    cluster.run("scontrol", &["update", "NodeName=n1", "State=RESUME"]).expect("it is resumed");
    wait(&["n1 drained ibup:IB0301 ib0 down"]);
}
