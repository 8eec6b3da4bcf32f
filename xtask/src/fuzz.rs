//! `cargo xtask fuzz`: gives every reader bytes that it was not made for, as many as there is patience for.
//!
//! The targets are in `fuzz/`, a workspace of its own. They run without a sanitizer, so that the stable compiler builds them:
//! the project has no unsafe code of its own to watch, and what is looked for are panics, endless work and endless memory.

use std::collections::VecDeque;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::Instant;

use anyhow::{Context, bail, ensure};

/// The longest input, in bytes.
const LENGTH_MAX: usize = 8 << 10;
/// How long one input may take, in seconds.
const SECONDS_MAX: u32 = 10;
/// What a target may have of memory, in MiB.
const MEMORY_MAX: u32 = 1024;
/// What targets begin with besides `fuzz/seeds/TARGET`.
const SEEDS: &[(&str, &str)] = &[
    ("text", "crates/ibup-journal/tests/forms"),
    ("json", "crates/ibup-journal/tests/forms"),
    ("export", "crates/ibup-journal/tests/forms"),
    ("diagnose", "samples"),
];

/// Which targets, and how far.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The targets; all by default.
    targets: Vec<String>,
    /// How many inputs each is given.
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    runs: u64,
    /// What the inputs are drawn by: the same seed draws the same. 0 is another each time.
    #[arg(long, value_name = "SEED", default_value_t = 1)]
    seed: u32,
}

/// Runs the targets, as many at a time as there are processors.
#[expect(clippy::print_stdout, reason = "the outcome is what was asked for")]
pub(crate) fn run(root: &Path, options: &Options) -> anyhow::Result<()> {
    let fuzz = || {
        let mut command = Command::new("cargo");
        command.args(["fuzz"]).current_dir(root);
        command
    };
    if !fuzz().arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status()?.success() {
        let installed =
            Command::new("cargo").args(["install", "cargo-fuzz", "--locked", "--quiet"]).status()?;
        ensure!(installed.success(), "cargo-fuzz cannot be installed");
    }
    let target = super::target(root).join("fuzz");
    let build = [&["build", "--sanitizer", "none", "--target-dir"], &[path(&target)?][..]].concat();
    ensure!(fuzz().args(build).status()?.success(), "the targets do not build");
    let listed = fuzz().arg("list").output().context("cannot list the targets")?;
    let known: Vec<String> = String::from_utf8_lossy(&listed.stdout).lines().map(str::to_owned).collect();
    let wanted = if options.targets.is_empty() { &known } else { &options.targets };
    if let Some(other) = wanted.iter().find(|name| !known.contains(name)) {
        bail!("there is no target {other}; there are {}", known.join(", "));
    }
    let queue = Mutex::new(wanted.iter().collect::<VecDeque<_>>());
    let work = || {
        let mut failed = Vec::new();
        while let Some(name) = queue.lock().ok().and_then(|mut queue| queue.pop_front()) {
            let started = Instant::now();
            let failure = run_target(root, fuzz(), &target, name, options).err();
            let state = if failure.is_some() { "FAILED" } else { "clean" };
            println!("{name:12} {state:7} {:6.1} s", started.elapsed().as_secs_f64());
            failed.extend(failure);
        }
        failed
    };
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let failed: Vec<anyhow::Error> = thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("a worker does not panic")).collect()
    });
    for failure in &failed {
        println!("{failure:#}");
    }
    ensure!(failed.is_empty(), "{} of {} targets failed", failed.len(), wanted.len());
    Ok(())
}

/// Runs one target; what it found is in the error.
fn run_target(
    root: &Path,
    mut fuzz: Command,
    target: &Path,
    name: &str,
    options: &Options,
) -> anyhow::Result<()> {
    // What is found new is put into the first directory.
    let found = root.join("fuzz/corpus").join(name);
    std::fs::create_dir_all(&found).with_context(|| format!("cannot make {}", found.display()))?;
    let own = root.join("fuzz/seeds").join(name);
    let others = SEEDS.iter().filter(|(target, _)| *target == name).map(|(_, folder)| root.join(folder));
    fuzz.args(["run", "--sanitizer", "none", "--target-dir", path(target)?, name]).arg(&found);
    fuzz.args(std::iter::once(own).chain(others).filter(|folder| folder.is_dir()));
    fuzz.args([
        "--".to_owned(),
        format!("-runs={}", options.runs),
        format!("-seed={}", options.seed),
        format!("-max_len={LENGTH_MAX}"),
        format!("-timeout={SECONDS_MAX}"),
        format!("-rss_limit_mb={MEMORY_MAX}"),
        "-verbosity=0".to_owned(),
    ]);
    let output = fuzz.output().context("cannot run cargo fuzz")?;
    if !output.status.success() {
        bail!("{name}: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}

fn path(path: &Path) -> anyhow::Result<&str> {
    path.to_str().context("the path of the repository is no UTF-8")
}
