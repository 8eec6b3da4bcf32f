//! `ibup simulate`: boots a machine in memory and says what comes of it.

use std::path::Path;

use anyhow::Context;
use ibup_chain::verdict::Summary;
use ibup_report::Words;
use ibup_sim::machine::Variant;
use ibup_sim::{Machine, Scenario, Simulation, simulate};

use super::{diagnose, print};
use crate::cli::{Cli, Format, Simulate};
use crate::error::Exit;

/// Boots a machine.
pub fn run(cli: &Cli, options: &Simulate) -> anyhow::Result<Exit> {
    let (mut scenario, seed) = match &options.scenario {
        Some(path) => (read(path)?, options.seed),
        None => (ibup_sim::random::scenario(options.seed.unwrap_or(0)), None),
    };
    scenario.policy = options.policy.map_or(scenario.policy, Into::into);
    let enabled = scenario.stack.enabled;
    let variant = Variant { policy: scenario.policy, enabled, ..Variant::default() };
    let simulation = simulate(&Machine::build(&scenario, variant), seed);
    if let Some(path) = &options.journal {
        if path.as_os_str() == "-" {
            print(&simulation.journal)?;
            return Ok(exit(&simulation));
        }
        std::fs::write(path, &simulation.journal)
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    let verdict = diagnose::render(cli, options.format, &simulation.verdict);
    print(&match options.format {
        Format::Text => format!("{}{verdict}", told(&Words::new(cli.language()), &simulation)),
        Format::Json | Format::Markdown | Format::Html => verdict,
    })?;
    Ok(exit(&simulation))
}

/// Reads a scenario.
pub(super) fn read(path: &Path) -> anyhow::Result<Scenario> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(Scenario::read(&path.display().to_string(), &text)?)
}

fn told(words: &Words, simulation: &Simulation) -> String {
    let timeline = simulation.timeline.iter().map(|happening| {
        let (seconds, milliseconds) = (happening.at_ms / 1000, happening.at_ms % 1000);
        format!("{seconds:>8}.{milliseconds:03}  {}\n", happening.what)
    });
    let timeline: String = timeline.collect();
    let journal = &simulation.journal;
    format!("{}\n{journal}\n{}\n{timeline}\n", words.get("journal"), words.get("timeline"))
}

fn exit(simulation: &Simulation) -> Exit {
    match simulation.verdict.summary() {
        _ if !simulation.is_complete => Exit::CouldNotTell,
        Summary::Bad => Exit::Bad,
        Summary::Good => Exit::Good,
        Summary::Unknown => Exit::CouldNotTell,
    }
}
