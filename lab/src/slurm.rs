//! A real Slurm cluster on this machine: munged, slurmctld and as many slurmd as there are to be nodes, each started by us
//! and ended by us. Neither systemd nor cgroups nor a data base is needed.
//!
//! All nodes are this one machine, so what it shows is that work is shared out, lost and done again as on a real cluster,
//! not how fast that is. By `SLURMD_NODENAME` a job knows which node it is on.
//!
//! Source: slurm.conf(5); slurmd(8), `-N` (Debian builds it with several slurmd a host); munged(8).

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};

/// What has to be installed, by what is in Debian's packages slurm-wlm and munge.
const PROGRAMS: &[&str] = &["munged", "slurmctld", "slurmd", "sbatch", "srun", "scontrol", "sinfo", "squeue"];
/// Daemons lie where only root looks.
const PATH: &str = "/usr/sbin:/usr/bin:/sbin:/bin";
/// How long daemons are waited for.
const PATIENCE: Duration = Duration::from_mins(1);

/// A cluster that runs.
#[derive(Debug)]
pub struct Cluster {
    folder: PathBuf,
    munged: Child,
    controller: Option<Child>,
    nodes: Vec<Node>,
}

#[derive(Debug)]
struct Node {
    name: String,
    daemon: Option<Child>,
}

impl Cluster {
    /// Returns which of the programs are not installed: there can be no cluster without them.
    pub fn programs_missing() -> Vec<&'static str> {
        let is_there = |name: &str| PATH.split(':').any(|folder| Path::new(folder).join(name).exists());
        PROGRAMS.iter().copied().filter(|name| !is_there(name)).collect()
    }

    /// Starts a cluster of so many nodes (`n0`, `n1`, ...) whose files lie in a folder, which has to be of an absolute
    /// path and short: the socket of munged has it in its name. The settings are lines of slurm.conf(5) beside our own.
    pub fn start(folder: &Path, nodes: u16, settings: &str) -> anyhow::Result<Self> {
        for name in ["run", "log", "state", "spool"] {
            fs::create_dir_all(folder.join(name)).context("cannot make the folders of the cluster")?;
        }
        // munged wants its socket where nobody else can write, and everybody may look.
        fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).context("cannot open the folder")?;
        let key: Vec<u8> = (0..=255).collect();
        write(&folder.join("munge.key"), &key, 0o400)?;
        let ports = free_ports(nodes + 1)?;
        write(&folder.join("slurm.conf"), configuration(folder, &ports, settings)?.as_bytes(), 0o644)?;
        let munged = daemon(folder, "munged", &munge_options(folder))?;
        let mut cluster = Self { folder: folder.to_owned(), munged, controller: None, nodes: Vec::new() };
        wait_for("munged", || Ok(folder.join("run/munge.socket").exists()))?;
        cluster.controller = Some(daemon(folder, "slurmctld", &["-D".into(), "-c".into()])?);
        for number in 0..nodes {
            cluster.nodes.push(Node { name: format!("n{number}"), daemon: None });
        }
        for number in 0..cluster.nodes.len() {
            cluster.start_node(number)?;
        }
        let all = nodes.to_string();
        wait_for("all nodes to be idle", || Ok(cluster.sinfo(&["-h", "-t", "idle", "-o", "%D"])? == all))
            .with_context(|| cluster.logs())?;
        Ok(cluster)
    }

    /// Returns a command of Slurm's, or of anybody who asks Slurm, that knows this cluster.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env("SLURM_CONF", self.folder.join("slurm.conf")).current_dir(&self.folder);
        command
    }

    /// Runs a command of Slurm's, and returns what it says.
    pub fn run(&self, program: &str, arguments: &[&str]) -> anyhow::Result<String> {
        let output = self.command(program).args(arguments).output();
        let output = output.with_context(|| format!("cannot run {program}"))?;
        let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        let complaint = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{program} {}: {said} {complaint}", arguments.join(" "));
        Ok(said)
    }

    /// Returns what sinfo says.
    pub fn sinfo(&self, arguments: &[&str]) -> anyhow::Result<String> {
        self.run("sinfo", arguments)
    }

    /// Starts the daemon of a node.
    pub fn start_node(&mut self, number: usize) -> anyhow::Result<()> {
        let node = self.nodes.get_mut(number).context("no such node")?;
        node.daemon = Some(daemon(&self.folder, "slurmd", &["-D".into(), "-N".into(), node.name.clone()])?);
        Ok(())
    }

    /// Ends a node as a loss of power does: its daemon and all it runs are gone at once.
    pub fn kill_node(&mut self, number: usize) -> anyhow::Result<()> {
        let node = self.nodes.get_mut(number).context("no such node")?;
        if let Some(mut daemon) = node.daemon.take() {
            end(&mut daemon)?;
        }
        kill_jobs(&self.folder, &node.name);
        let name = format!("NodeName={}", node.name);
        self.run("scontrol", &["update", &name, "State=DOWN", "Reason=no power"])?;
        Ok(())
    }

    /// Waits until no job is there any more.
    pub fn wait_for_jobs(&self, patience: Duration) -> anyhow::Result<()> {
        let is_done = || Ok(self.run("squeue", &["-h"])?.is_empty());
        wait(patience, "the jobs to end", is_done).with_context(|| self.logs())
    }

    /// Returns the ends of what the daemons said.
    pub fn logs(&self) -> String {
        let mut logs = String::new();
        for entry in fs::read_dir(self.folder.join("log")).into_iter().flatten().flatten() {
            let text = fs::read_to_string(entry.path()).unwrap_or_default();
            let lines: Vec<&str> = text.lines().collect();
            let tail = lines[lines.len().saturating_sub(15)..].join("\n");
            logs += &format!("{}:\n{tail}\n", entry.path().display());
        }
        logs
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        for node in &mut self.nodes {
            if let Some(daemon) = &mut node.daemon {
                let _ = end(daemon);
            }
            kill_jobs(&self.folder, &node.name);
        }
        if let Some(controller) = &mut self.controller {
            let _ = end(controller);
        }
        let _ = end(&mut self.munged);
    }
}

fn configuration(folder: &Path, ports: &[u16], settings: &str) -> anyhow::Result<String> {
    let host =
        fs::read_to_string("/proc/sys/kernel/hostname").context("cannot read the name of this machine")?;
    let host = host.trim().split('.').next().unwrap_or_default();
    let user = user()?;
    let folder = folder.display();
    let [controller, nodes @ ..] = ports else { bail!("a cluster needs ports") };
    let mut text = format!(
        "\
ClusterName=lab
SlurmctldHost={host}(127.0.0.1)
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/run/munge.socket,cred_expire=10
CredType=cred/munge
SlurmctldPort={controller}
SlurmctldPidFile={folder}/run/slurmctld.pid
SlurmctldLogFile={folder}/log/slurmctld.log
SlurmdPidFile={folder}/run/slurmd.%n.pid
SlurmdLogFile={folder}/log/slurmd.%n.log
SlurmdSpoolDir={folder}/spool/%n
StateSaveLocation={folder}/state
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerType=sched/builtin
SchedulerParameters=sched_interval=5
ReturnToService=2
SlurmdTimeout=30
InactiveLimit=0
KillWait=5
MinJobAge=5
Waittime=0
SlurmdParameters=config_overrides
TreeWidth=8
{settings}
PartitionName=lab Nodes=ALL Default=YES MaxTime=INFINITE State=UP OverSubscribe=NO
"
    );
    for (number, port) in nodes.iter().enumerate() {
        text += &format!(
            "NodeName=n{number} NodeHostname={host} NodeAddr=127.0.0.1 Port={port} CPUs=2 RealMemory=100 State=UNKNOWN\n"
        );
    }
    Ok(text)
}

fn munge_options(folder: &Path) -> Vec<String> {
    let folder = folder.display();
    vec![
        "--foreground".into(),
        "--force".into(),
        format!("--key-file={folder}/munge.key"),
        format!("--socket={folder}/run/munge.socket"),
        format!("--pid-file={folder}/run/munged.pid"),
        format!("--log-file={folder}/log/munged.log"),
        format!("--seed-file={folder}/run/munge.seed"),
    ]
}

/// Starts a daemon that stays our child.
fn daemon(folder: &Path, name: &str, options: &[String]) -> anyhow::Result<Child> {
    let log = fs::File::create(folder.join(format!(
        "log/{name}-{}.out",
        options.last().map_or("", |last| last.rsplit('/').next().unwrap_or(""))
    )));
    let log = log.context("cannot write a log")?;
    Command::new(name)
        .args(options)
        .env("PATH", PATH)
        .env("SLURM_CONF", folder.join("slurm.conf"))
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(log.try_clone().context("cannot write a log")?)
        .stderr(log)
        .spawn()
        .with_context(|| format!("cannot start {name}"))
}

fn end(daemon: &mut Child) -> anyhow::Result<()> {
    daemon.kill().context("cannot end a daemon")?;
    daemon.wait().context("cannot wait for a daemon")?;
    Ok(())
}

/// Returns the processes that a node of this cluster runs: those that have its name and our configuration in their
/// environment.
fn jobs_of(folder: &Path, node: &str) -> Vec<u32> {
    let configuration = format!("SLURM_CONF={}", folder.join("slurm.conf").display());
    let name = format!("SLURMD_NODENAME={node}");
    let is_job = |id: &u32| {
        let environment = fs::read(format!("/proc/{id}/environ")).unwrap_or_default();
        let has = |wanted: &str| environment.split(|byte| *byte == 0).any(|known| known == wanted.as_bytes());
        has(&configuration) && has(&name)
    };
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let ids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    ids.filter(is_job).collect()
}

/// Ends all that runs on a node at once. Who watches over a job goes first: it would tell the controller that the job was
/// killed, and a job that failed is not run again.
fn kill_jobs(folder: &Path, node: &str) {
    let jobs = jobs_of(folder, node);
    let watchers = jobs.iter().filter_map(|id| parent(*id)).filter(|id| {
        fs::read_to_string(format!("/proc/{id}/comm")).is_ok_and(|name| name.starts_with("slurmstepd"))
    });
    let ids: Vec<String> = watchers.chain(jobs.iter().copied()).map(|id| id.to_string()).collect();
    // One may have ended by itself meanwhile.
    let _ = Command::new("kill").arg("-KILL").args(ids).stderr(Stdio::null()).status();
}

/// Returns who started a process (proc(5), `/proc/PID/stat`).
fn parent(id: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name before it may hold blanks and parentheses.
    stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok()
}

/// Returns ports that nobody listens on.
fn free_ports(count: u16) -> anyhow::Result<Vec<u16>> {
    let listeners = (0..count).map(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)));
    let listeners = listeners.collect::<Result<Vec<_>, _>>().context("no port is free")?;
    let ports = listeners.iter().map(|listener| Ok(listener.local_addr()?.port()));
    ports.collect::<std::io::Result<_>>().context("no port is free")
}

fn user() -> anyhow::Result<String> {
    let output = Command::new("id").arg("-un").output().context("cannot run id")?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn write(path: &Path, bytes: &[u8], mode: u32) -> anyhow::Result<()> {
    let context = || format!("cannot write {}", path.display());
    fs::write(path, bytes).with_context(context)?;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).with_context(context)
}

fn wait_for(what: &str, is_so: impl FnMut() -> anyhow::Result<bool>) -> anyhow::Result<()> {
    wait(PATIENCE, what, is_so)
}

fn wait(
    patience: Duration,
    what: &str,
    mut is_so: impl FnMut() -> anyhow::Result<bool>,
) -> anyhow::Result<()> {
    let started = Instant::now();
    loop {
        // A controller that is not there yet answers with an error.
        let last = is_so();
        if matches!(last, Ok(true)) {
            return Ok(());
        }
        if started.elapsed() > patience {
            last?;
            bail!("waited {} seconds for {what}", patience.as_secs());
        }
        thread::sleep(Duration::from_millis(200));
    }
}
