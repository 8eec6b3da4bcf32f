//! `cargo xtask sim`: boots random machines in memory, as many as there is patience for.

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use anyhow::bail;
use ibup_sim::random;

/// Which machines.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// How many.
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    seeds: u64,
    /// The first seed. The tests take 0 to 999.
    #[arg(long, value_name = "SEED", default_value_t = 1000)]
    from: u64,
}

/// Boots one machine for every seed, on all processors. A machine that goes wrong is told with the command that boots it
/// again; `REGRESSIONS` of crates/ibup-sim/tests/random.rs is where its seed belongs.
#[expect(clippy::print_stdout, reason = "the outcome is what was asked for")]
pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let end = options.from.saturating_add(options.seeds);
    let next = AtomicU64::new(options.from);
    let work = || {
        let mut failures = Vec::new();
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= end {
                return failures;
            }
            failures.extend(random::check(seed).err());
        }
    };
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let failures: Vec<String> = thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        let joined =
            workers.into_iter().map(|worker| worker.join().expect("a machine boots without a panic"));
        joined.flatten().collect()
    });
    for failure in &failures {
        println!("{failure}");
    }
    if !failures.is_empty() {
        bail!("{} of {} machines go wrong", failures.len(), options.seeds);
    }
    println!("{} machines end as they must, and are told as they end", options.seeds);
    Ok(())
}
