//! A fleet on a real Slurm cluster: a node is lost in the middle, a shard is run twice, and the answer is that of one
//! process.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use ibup_lab::slurm::Cluster;

use crate::logs;
use crate::program::{is_there, path, run, text, well};

/// So many hosts there are.
const HOSTS: usize = 400;
/// So many tasks share them.
const SHARDS: usize = 8;

#[test]
fn a_job_array_that_loses_a_node_comes_to_what_one_process_says() {
    if !is_there(&Cluster::programs_missing()) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    logs::write(&folder.join("logs"), HOSTS);
    run(folder, &["fleet", "map", "logs", "-o", "one"], 0);
    let one = run(folder, &["fleet", "reduce", "one", "--format", "json"], 1);

    let mut cluster = Cluster::start(&folder.join("slurm"), 4, "").unwrap();
    // Each task says where it runs, and waits until the node has been lost.
    let program = folder.join("ibup");
    let script = format!(
        "#!/bin/sh\necho \"$SLURM_ARRAY_TASK_ID on $SLURMD_NODENAME\" >> {0}/begun\n\
         while [ ! -e {0}/lost ]; do sleep 0.1; done\nexec {1} \"$@\"\n",
        folder.display(),
        path().display()
    );
    fs::write(&program, script).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let sbatch = |cluster: &Cluster, array: &str, shards: usize| {
        let mut sbatch = cluster.command("sbatch");
        sbatch.args(["--parsable", "--array", array, "--output", "task-%a.out"]);
        sbatch.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../../dist/slurm/fleet-map.sbatch"));
        sbatch.args(["parts", "logs"]).current_dir(folder);
        sbatch.env("IBUP", &program).env("SHARDS", shards.to_string());
        well(&mut sbatch)
    };
    sbatch(&cluster, &format!("0-{}", SHARDS - 1), SHARDS);
    let started = Instant::now();
    let begun = || fs::read_to_string(folder.join("begun")).unwrap_or_default();
    while begun().lines().count() < SHARDS {
        assert!(started.elapsed() < Duration::from_mins(2), "{}\n{}", begun(), cluster.logs());
        std::thread::sleep(Duration::from_millis(100));
    }
    assert!(begun().contains("on n2"), "{}", begun());
    cluster.kill_node(2).unwrap();
    fs::write(folder.join("lost"), "").unwrap();
    cluster.wait_for_jobs(Duration::from_mins(3)).unwrap();

    let tasks = begun();
    let lost: Vec<_> = tasks.lines().filter_map(|line| line.strip_suffix(" on n2")).collect();
    for task in &lost {
        let count = tasks.lines().filter(|line| line.starts_with(&format!("{task} on"))).count();
        assert!(count > 1, "the task {task} that was lost is done again:\n{tasks}");
    }
    // A shard is run a second time, alone.
    sbatch(&cluster, "3", SHARDS);
    cluster.wait_for_jobs(Duration::from_mins(1)).unwrap();
    let answer = run(folder, &["fleet", "reduce", "parts", "--format", "json"], 1);
    assert_eq!(answer, one);

    // The same work as the tasks of one step.
    let mut srun = cluster.command("srun");
    srun.args(["--ntasks", "3"]).arg(path()).args(["fleet", "map", "logs", "-o", "step"]).current_dir(folder);
    let said = text(&well(&mut srun).stdout);
    assert_eq!(said.lines().count(), 3, "{said}");
    assert_eq!(run(folder, &["fleet", "reduce", "step", "--format", "json"], 1), one);
}
