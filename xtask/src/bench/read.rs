//! How fast a text is read, beside the tools that people search one with.
//!
//! A file of a gibibyte, as a node writes it in years, is diagnosed in full; the others look for one HCA in it. All are run
//! in turn, so that what else the machine does is shared, and what counts is their ratio.

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};

use super::syslog;

/// How long the text is, in bytes.
const LENGTH: u64 = 1 << 30;
/// So many boots are in it.
const BOOTS: u64 = 20;
/// So often each command is run.
const RUNS: usize = 5;
/// What somebody looks for who looks for one HCA.
const WORDS: &str = "4b:00.0|ib0";
/// The first command but ours is the one that the project means to be no slower than.
const PEERS: &[(&str, &[&str])] = &[("rg", &["-c", WORDS]), ("grep", &["-cE", WORDS]), ("wc", &["-l"])];

/// Measures.
#[expect(clippy::print_stdout, reason = "the measurements are what was asked for")]
pub(crate) fn run(root: &Path) -> anyhow::Result<()> {
    let program = super::build(root)?;
    let text = root.join("target/bench/read/messages");
    if !text.exists() {
        generate(&text)?;
    }
    let ours = || {
        let mut command = Command::new(&program);
        command.args(["diagnose", "--format", "json"]).arg(&text);
        command
    };
    let theirs = |(name, arguments): &(&str, &[&str])| {
        let mut command = Command::new(name);
        command.args(*arguments).arg(&text);
        command
    };
    let mut times = vec![Vec::new(); PEERS.len() + 1];
    for _ in 0..RUNS {
        times[0].push(time(&mut ours())?);
        for (peer, times) in PEERS.iter().zip(&mut times[1..]) {
            times.push(time(&mut theirs(peer))?);
        }
    }
    let median = |times: &Vec<Duration>| {
        let mut sorted = times.clone();
        sorted.sort_unstable();
        sorted[RUNS / 2].as_secs_f64()
    };
    let ours = median(&times[0]);
    println!("{:20} {:>9} {:>9}", "", "seconds", "ratio");
    println!("{:20} {ours:9.2} {:9.2}", "ibup diagnose", 1.0);
    for ((name, arguments), times) in PEERS.iter().zip(&times[1..]) {
        let theirs = median(times);
        println!("{:20} {theirs:9.2} {:9.2}", format!("{name} {}", arguments.join(" ")), theirs / ours);
    }
    let rg = median(&times[1]);
    ensure!(ours <= rg, "slower than {}", PEERS[0].0);
    Ok(())
}

fn generate(path: &Path) -> anyhow::Result<()> {
    let folder = path.parent().context("a file lies in a folder")?;
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
    let mut out = BufWriter::new(file);
    syslog::write(LENGTH, BOOTS, &mut out)?;
    Ok(out.flush()?)
}

fn time(command: &mut Command) -> anyhow::Result<Duration> {
    let name = command.get_program().to_string_lossy().into_owned();
    let started = Instant::now();
    // Into a pipe: grep stops at the first find where nobody can see its output.
    let output = command.stderr(Stdio::null()).output();
    let status = output.with_context(|| format!("cannot run {name}; it is to be installed"))?.status;
    // That something was found is 1 of ibup's, and 0 of theirs.
    ensure!(matches!(status.code(), Some(0 | 1)), "{name} failed: {status}");
    Ok(started.elapsed())
}
