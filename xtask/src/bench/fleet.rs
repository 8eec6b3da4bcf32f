//! How many nodes of a fleet are judged in a second, and in how much memory.
//!
//! Each node is a simulated machine: two of three boot well, and into each of the others one fault is put, which its
//! journal has to tell. After its boot a node says what nodes say all day. What every node should come to is known, so
//! that every cause is counted, to the node.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use ibup_fleet::{FleetVerdict, nodeset};
use ibup_sim::simulate::Random;
use ibup_sim::{Fault, Machine, Scenario, simulate};

use super::syslog::Talk;

/// How many nodes the fleets have, the smaller one first: what a node costs may not grow with their number.
const SIZES: [u64; 2] = [1_000, 10_000];
/// So many lines a node says after its boot: a day of a quiet one.
const LINES: u64 = 250;
/// A node of the larger fleet may take so much longer than one of the smaller.
const GROWTH_MAX: f64 = 1.5;
/// So much more memory may reading the larger fleet take, in KiB: the names of its files, and results that wait.
const MAP_GROWTH_KIB: u64 = 32 << 10;

/// The machine that faults are put into.
const SCENARIO: &str = include_str!("../../../crates/ibup-sim/tests/one-hca.toml");
/// The second at which nodes begin to say what they say all day: two hours after they boot.
const AFTER_BOOT: i64 = 1_719_835_800;

/// Which nodes have to be named for which cause.
type Expected = BTreeMap<&'static str, BTreeSet<String>>;

/// Measures.
#[expect(clippy::print_stdout, reason = "the measurements are what was asked for")]
pub(crate) fn run(root: &Path) -> anyhow::Result<()> {
    let program = super::build(root)?;
    let folder = root.join("target/bench/fleet");
    let journals = journals()?;
    println!(
        "{:>8} {:>8} {:>9} {:>9} {:>11} {:>9} {:>9}",
        "nodes", "MiB", "map", "reduce", "nodes/s", "map MiB", "red. MiB"
    );
    let mut costs = Vec::new();
    for nodes in SIZES {
        let logs = folder.join(format!("logs-{nodes}"));
        let (expected, bytes) = generate(&logs, nodes, &journals)?;
        let parts = folder.join(format!("parts-{nodes}"));
        let _ = fs::remove_dir_all(&parts);
        let map =
            measure(Command::new(&program).args(["fleet", "map"]).arg(&logs).arg("-o").arg(&parts), None)?;
        let answer = folder.join(format!("answer-{nodes}.json"));
        let reduce = measure(
            Command::new(&program).args(["fleet", "reduce", "--format", "json"]).arg(&parts),
            Some(&answer),
        )?;
        check(&answer, nodes, &expected)?;
        let seconds = (map.time + reduce.time).as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "there are fewer nodes than a float counts")]
        let per_second = nodes as f64 / seconds;
        println!(
            "{nodes:8} {:8} {:8.2}s {:8.2}s {per_second:11.0} {:9} {:9}",
            bytes >> 20,
            map.time.as_secs_f64(),
            reduce.time.as_secs_f64(),
            map.peak_kib >> 10,
            reduce.peak_kib >> 10
        );
        costs.push((per_second, map.peak_kib));
    }
    println!("every node was named for the fault that was put into it, and for nothing else");
    let [(slower, small), (faster, large)] = costs[..] else { bail!("two fleets are measured") };
    ensure!(slower / faster <= GROWTH_MAX, "a node costs more where there are more");
    ensure!(large <= small + MAP_GROWTH_KIB, "reading a larger fleet takes more memory");
    Ok(())
}

/// Returns the journal of a machine without a fault, and those of machines with one, by their cause.
fn journals() -> anyhow::Result<Vec<(Option<&'static str>, String)>> {
    let scenario = Scenario::read("fleet", SCENARIO).map_err(|error| anyhow::anyhow!("{error}"))?;
    let journal = |faults: Vec<Fault>| {
        let scenario = Scenario { faults, ..scenario.clone() };
        simulate(&Machine::new(&scenario), None).journal
    };
    let well = (None, journal(Vec::new()));
    let broken = Fault::ALL.into_iter().map(|fault| (Some(fault.diagnosis()), journal(vec![fault])));
    Ok(std::iter::once(well).chain(broken).collect())
}

/// Writes the log of every node; returns which nodes have to be named for what, and how long the logs are.
fn generate(
    folder: &Path,
    nodes: u64,
    journals: &[(Option<&'static str>, String)],
) -> anyhow::Result<(Expected, u64)> {
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    // A word on an HCA would be one more port.
    let talk = Talk::new(|what| !what.contains("mlx5"));
    let mut random = Random::new(nodes);
    let (mut expected, mut bytes, mut line) = (Expected::new(), 0, String::new());
    for number in 0..nodes {
        let host = format!("node-{number:05}");
        let which = if random.chance(67) { 0 } else { 1 + random.below(journals.len() as u64 - 1) };
        let (cause, journal) = &journals[usize::try_from(which).unwrap_or(0)];
        if let Some(cause) = cause {
            expected.entry(cause).or_default().insert(host.clone());
        }
        let path = folder.join(format!("{host}.log"));
        let file = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
        let mut out = BufWriter::new(file);
        let boot = journal.replace("node-00000", &host);
        out.write_all(boot.as_bytes())?;
        bytes += boot.len() as u64;
        let mut second = AFTER_BOOT;
        for _ in 0..LINES {
            second += i64::try_from(random.below(120)).unwrap_or(0);
            talk.say(&host, second, second - AFTER_BOOT + 7200, &mut random, &mut line);
            out.write_all(line.as_bytes())?;
            bytes += line.len() as u64;
        }
        out.flush()?;
    }
    Ok((expected, bytes))
}

/// Holds the answer against what was put in.
fn check(answer: &Path, nodes: u64, expected: &Expected) -> anyhow::Result<()> {
    let text = fs::read(answer).with_context(|| format!("cannot read {}", answer.display()))?;
    let verdict: FleetVerdict = serde_json::from_slice(&text).context("the answer is no fleet's")?;
    let named = verdict.causes.iter().map(|cause| {
        let names = nodeset::unfold(&cause.nodes.names).context("no node set")?;
        Ok((cause.code.as_str(), names))
    });
    let named: BTreeMap<&str, BTreeSet<String>> = named.collect::<anyhow::Result<_>>()?;
    for (cause, names) in expected {
        let found = named.get(cause).cloned().unwrap_or_default();
        ensure!(found == *names, "{cause}: {} nodes are named, {} should be", found.len(), names.len());
    }
    ensure!(named.len() == expected.len(), "causes are named that nobody put in");
    let sick: usize = expected.values().map(BTreeSet::len).sum();
    let counts = verdict.nodes;
    ensure!(
        counts.all == nodes && counts.bad == sick as u64 && counts.unknown == 0,
        "counted wrong: {counts:?}"
    );
    Ok(())
}

/// What a command took.
struct Cost {
    time: Duration,
    /// The most memory it had at once, in KiB.
    peak_kib: u64,
}

fn measure(command: &mut Command, output: Option<&PathBuf>) -> anyhow::Result<Cost> {
    let output = match output {
        Some(path) => {
            Stdio::from(File::create(path).with_context(|| format!("cannot write {}", path.display()))?)
        }
        None => Stdio::null(),
    };
    let started = Instant::now();
    let mut child = command.stdout(output).stderr(Stdio::inherit()).spawn().context("cannot run ibup")?;
    let mut peak_kib = 0;
    let status = loop {
        // The kernel keeps the peak; it is gone with the process, so the last look is the one that counts.
        peak_kib = peak(child.id()).unwrap_or(0).max(peak_kib);
        if let Some(status) = child.try_wait().context("cannot wait for ibup")? {
            break status;
        }
        thread::sleep(Duration::from_millis(5));
    };
    let time = started.elapsed();
    // That something is wrong is 1.
    ensure!(matches!(status.code(), Some(0 | 1)), "ibup failed: {status}");
    Ok(Cost { time, peak_kib })
}

/// Returns the most memory that a process has had (proc(5), `VmHWM`), in KiB.
fn peak(id: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}
