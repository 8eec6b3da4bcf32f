//! How fast logs are read, beside the tools that people search them with, and what of memory that takes.
//!
//! What each contest is about is diagnosed in full; the others look for one HCA in it. All are run in turn, so that what else
//! the machine does is shared, and what counts is their ratio. One run writes `docs/performance.md`.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};

mod native;
mod text;

/// So often each command is run.
const RUNS: usize = 5;
/// What somebody looks for who looks for one HCA.
const WORDS: &str = "4b:00.0|ib0";
/// How often it is looked how much memory a command has.
const GLANCE: Duration = Duration::from_millis(2);

/// Measures, prints and writes down.
#[expect(clippy::print_stdout, reason = "the measurements are what was asked for")]
pub(crate) fn run(root: &Path) -> anyhow::Result<()> {
    let program = super::build(root)?;
    let folder = root.join("target/bench/read");
    let contests = [text::measure(&program, &folder)?, native::measure(&program, &folder)?];
    let growth = native::grow(&program, &folder)?;
    let page = page(&contests, &growth);
    println!("{page}");
    let path = root.join("docs/performance.md");
    fs::write(&path, page).with_context(|| format!("cannot write {}", path.display()))
}

/// What it took to read something, for us and for others.
struct Contest {
    /// What was read.
    what: String,
    ours: Duration,
    /// The most memory that we had at a time, in KiB.
    memory: u64,
    peers: Vec<(String, Duration)>,
}

impl Contest {
    /// Holds a contest: everybody in turn, several times, and of the times the median.
    fn held(
        what: &str,
        ours: impl Fn() -> Command,
        peers: Vec<(String, impl Fn() -> Command)>,
    ) -> anyhow::Result<Self> {
        let mut times = vec![Vec::new(); peers.len() + 1];
        let mut memory = 0;
        for _ in 0..RUNS {
            let (taken, kibibytes) = time(&mut ours())?;
            times[0].push(taken);
            memory = memory.max(kibibytes);
            for ((_, theirs), times) in peers.iter().zip(&mut times[1..]) {
                times.push(time(&mut theirs())?.0);
            }
        }
        let mut medians = times.into_iter().map(|mut times| {
            times.sort_unstable();
            times[RUNS / 2]
        });
        let ours = medians.next().unwrap_or_default();
        let peers = peers.into_iter().map(|(name, _)| name).zip(medians).collect();
        Ok(Self { what: what.to_owned(), ours, memory, peers })
    }

    /// Returns how many times as long the peer took as we did.
    fn ratio(&self, peer: usize) -> f64 {
        self.peers[peer].1.as_secs_f64() / self.ours.as_secs_f64()
    }
}

/// How the time grows with the number of hosts.
struct Growth {
    steps: Vec<(u32, Duration)>,
    /// So many boots of the last number of hosts `journalctl --list-boots` lists.
    listed: usize,
}

/// Returns the page of documentation that holds the measurements.
fn page(contests: &[Contest], growth: &Growth) -> String {
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let mut page = format!(
        "# Performance\n\nWritten by `cargo xtask bench read` on a machine of {processors} processors: the median of {RUNS} runs in turn, what is read\nin memory already. `ibup diagnose` gives the full diagnosis of all boots; the others look for one HCA.\n"
    );
    for contest in contests {
        let Contest { what, ours, memory, peers } = contest;
        page += &format!("\n## {}{}\n\n", what[..1].to_uppercase(), &what[1..]);
        page += "| | seconds | times as long |\n|---|--:|--:|\n";
        let _ = writeln!(page, "| `ibup diagnose` | {:.2} | 1 |", ours.as_secs_f64());
        for (index, (name, theirs)) in peers.iter().enumerate() {
            let name = name.replace('|', "\\|");
            let _ =
                writeln!(page, "| `{name}` | {:.2} | {:.2} |", theirs.as_secs_f64(), contest.ratio(index));
        }
        let _ = writeln!(
            page,
            "\n`ibup diagnose` has at most {} MiB of memory meanwhile.",
            memory.div_ceil(1024)
        );
    }
    page += "\n## Journal files of many hosts, as systemd-journal-remote keeps them\n\n| hosts | boots found | seconds | milliseconds a host |\n|--:|--:|--:|--:|\n";
    for (hosts, taken) in &growth.steps {
        let seconds = taken.as_secs_f64();
        let each = seconds * 1000.0 / f64::from(*hosts);
        let _ = writeln!(page, "| {hosts} | {hosts} | {seconds:.2} | {each:.2} |");
    }
    let most = growth.steps.last().map_or(0, |(hosts, _)| *hosts);
    let _ = writeln!(page, "\n`journalctl --list-boots` lists {} of the {most} boots.", growth.listed);
    page
}

fn command(program: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments);
    command
}

/// Runs a command; returns how long it took, and the most memory that it was seen to have at a time, in KiB.
fn time(command: &mut Command) -> anyhow::Result<(Duration, u64)> {
    let name = command.get_program().to_string_lossy().into_owned();
    let started = Instant::now();
    // Into a pipe: grep stops at the first find where nobody can see its output.
    let child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let mut child = child.with_context(|| format!("cannot run {name}; it is to be installed"))?;
    let status = format!("/proc/{}/status", child.id());
    let mut out = child.stdout.take().context("it writes into a pipe")?;
    let (ended, memory) = thread::scope(|scope| {
        // What it writes is taken off, so that it need not wait.
        scope.spawn(move || std::io::copy(&mut out, &mut std::io::sink()));
        let mut memory = 0;
        loop {
            memory = peak(&status).unwrap_or(0).max(memory);
            match child.try_wait() {
                Ok(None) => thread::sleep(GLANCE),
                ended => return (ended, memory),
            }
        }
    });
    let taken = started.elapsed();
    let ended = ended?.context("it ended")?;
    // That something was found is 1 of ibup's, and 0 of theirs.
    ensure!(matches!(ended.code(), Some(0 | 1)), "{name} failed: {ended}");
    Ok((taken, memory))
}

/// Reads the most memory that a process had so far, in KiB (`proc_pid_status(5)`).
fn peak(status: &str) -> Option<u64> {
    let status = fs::read_to_string(status).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}
