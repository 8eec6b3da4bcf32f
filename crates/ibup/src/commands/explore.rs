//! `ibup explore`: boots a machine in memory in every order there is, by both policies.

use std::time::Instant;

use ibup_report::Words;
use ibup_sim::machine::Variant;
use ibup_sim::scenario::{Scenario, StackKind};
use ibup_sim::{Exploration, Machine, PolicyName, explore};
use serde::Serialize;

use super::{print, simulate};
use crate::cli::{AnswerForm as Form, Cli, Explore};
use crate::error::Exit;
use crate::exploration;

/// The name of the JSON form. It only ever grows.
const SCHEMA: &str = "ibup.exploration/1";

#[derive(Serialize)]
struct Answer<'a> {
    schema: &'static str,
    policies: &'a [Exploration],
}

/// Explores a machine's boot.
pub fn run(cli: &Cli, options: &Explore) -> anyhow::Result<Exit> {
    let scenario = simulate::read(&options.scenario)?;
    let mut policies = explored(&scenario, options.policy.map(Into::into));
    if options.no_timing {
        for exploration in &mut policies {
            exploration.seconds = None;
        }
    }
    print(&match options.format {
        Form::Json => {
            let answer = Answer { schema: SCHEMA, policies: &policies };
            serde_json::to_string_pretty(&answer)? + "\n"
        }
        Form::Text => {
            let words = Words::new(cli.language());
            let told = policies.iter().map(|exploration| exploration::render(exploration, &scenario, &words));
            told.collect::<Vec<_>>().join("\n")
        }
    })?;
    Ok(match policies {
        policies if policies.iter().any(|exploration| !exploration.complete) => Exit::CouldNotTell,
        policies if policies.iter().all(Exploration::is_good) => Exit::Good,
        _ => Exit::Bad,
    })
}

/// Explores all variants of a scenario at once, and notes how long each took.
pub fn explored(scenario: &Scenario, only: Option<PolicyName>) -> Vec<Exploration> {
    let machines: Vec<Machine> =
        variants(scenario, only).map(|variant| Machine::build(scenario, variant)).collect();
    std::thread::scope(|scope| {
        let explorers: Vec<_> = machines.iter().map(|machine| scope.spawn(move || timed(machine))).collect();
        let joined = explorers.into_iter().map(std::thread::ScopedJoinHandle::join);
        joined.map(|exploration| exploration.expect("an exploration ends")).collect()
    })
}

fn timed(machine: &Machine) -> Exploration {
    let start = Instant::now();
    let exploration = explore(machine);
    Exploration { seconds: Some(start.elapsed().as_secs_f64()), ..exploration }
}

/// Each policy, with its service for the stack and without; without one an inbox stack is loaded by rdma-core.
fn variants(scenario: &Scenario, only: Option<PolicyName>) -> impl Iterator<Item = Variant> {
    let is_vendors = scenario.stack.kind == StackKind::Vendor;
    let all = [
        (PolicyName::Reference, false),
        (PolicyName::Reference, true),
        (PolicyName::Converge, false),
        (PolicyName::Converge, true),
    ];
    let wanted = all.into_iter().filter(move |(policy, enabled)| {
        let is_possible = is_vendors || *policy == PolicyName::Converge || !enabled;
        is_possible && only.is_none_or(|only| only == *policy)
    });
    wanted.map(|(policy, enabled)| Variant { policy, enabled, ..Variant::default() })
}
