//! How many worlds an exploration looks at in a second.
//!
//! The program explores the project's own scenarios as a user would have it do: all policies of a scenario at once, each
//! on a core. What counts is the time of the slowest, in the median of some runs.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};
use serde::Deserialize;

/// So often each scenario is explored.
const RUNS: usize = 9;
/// The fewest worlds a second, on two idle cores.
const RATE_MIN: f64 = 200_000.0;
/// What begins and ends an exploration outweighs its worlds where these are fewer.
const STATES_MIN: u64 = 10_000;
/// The longest an exploration may take.
const SECONDS_MAX: f64 = 10.0;

/// What `ibup explore --format json` says, as far as it is measured.
#[derive(Deserialize)]
struct Answer {
    policies: Vec<Policy>,
}

#[derive(Deserialize)]
struct Policy {
    states: u64,
    program_runs: u64,
    seconds: f64,
}

/// Measures every scenario.
#[expect(clippy::print_stdout, reason = "the measurements are what was asked for")]
pub(crate) fn run(root: &Path) -> anyhow::Result<()> {
    let program = super::build(root)?;
    println!("{:30} {:>9} {:>7} {:>9} {:>11}", "", "states", "runs", "seconds", "states/s");
    let mut slow = Vec::new();
    for scenario in scenarios(root)? {
        let name = scenario.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let mut answers =
            (0..RUNS).map(|_| explore(&program, &scenario)).collect::<anyhow::Result<Vec<_>>>()?;
        answers.sort_by(|a, b| seconds(a).total_cmp(&seconds(b)));
        let median = &answers[RUNS / 2];
        let states: u64 = median.policies.iter().map(|policy| policy.states).sum();
        let runs: u64 = median.policies.iter().map(|policy| policy.program_runs).sum();
        let seconds = seconds(median);
        #[expect(clippy::cast_precision_loss, reason = "there are fewer worlds than a float counts")]
        let rate = states as f64 / seconds;
        println!("{name:30} {states:9} {runs:7} {seconds:9.3} {rate:11.0}");
        if seconds > SECONDS_MAX || states >= STATES_MIN && rate < RATE_MIN {
            slow.push(name);
        }
    }
    ensure!(slow.is_empty(), "slower than allowed: {}", slow.join(", "));
    Ok(())
}

fn scenarios(root: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let folder = root.join("scenarios");
    let entries = std::fs::read_dir(&folder).with_context(|| format!("cannot list {}", folder.display()))?;
    let mut scenarios = entries.map(|entry| Ok(entry?.path())).collect::<anyhow::Result<Vec<_>>>()?;
    scenarios.sort();
    Ok(scenarios)
}

fn explore(program: &Path, scenario: &Path) -> anyhow::Result<Answer> {
    // Its exit status says whether the scripts being compared with leave an interface down.
    let output = Command::new(program)
        .args(["explore", "--format", "json"])
        .arg(scenario)
        .output()
        .context("cannot run ibup")?;
    let answer = serde_json::from_slice(&output.stdout);
    answer.with_context(|| format!("no exploration of {}: {:?}", scenario.display(), output.status))
}

/// Returns how long all policies took, explored at once.
fn seconds(answer: &Answer) -> f64 {
    answer.policies.iter().map(|policy| policy.seconds).fold(0.0, f64::max)
}
