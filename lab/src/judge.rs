//! Holds what was seen against what a scenario expects.

use std::path::Path;

use serde_json::Value;

use crate::scenario::{Interface, Scenario};
use crate::seen::Seen;

/// What became of a scenario.
#[derive(Debug)]
pub(crate) struct Judgment {
    /// The state of each interface, and what ibup says of it.
    pub(crate) summary: String,
    /// What is not as expected.
    pub(crate) failures: Vec<String>,
}

/// Judges a boot.
pub(crate) fn judge(scenario: &Scenario, seen: &Seen, ibup: &Path) -> anyhow::Result<Judgment> {
    let verdict = seen.verdict(ibup)?;
    let ports = ports(&verdict);
    let mut judgment = Judgment { summary: String::new(), failures: Vec::new() };
    for (name, expected) in &scenario.interfaces {
        judgment.interface(name, expected, seen, &ports);
    }
    for (unit, expected) in &scenario.units {
        judgment.compare(unit, expected, seen.unit(unit));
    }
    for (name, text) in &scenario.kept {
        let kept = seen.kept(name).unwrap_or_default();
        if !kept.contains(text.as_str()) {
            judgment.failures.push(format!("{name} does not hold `{text}`: {}", kept.trim_end()));
        }
    }
    Ok(judgment)
}

/// Returns the ports of the verdict's only boot, and what it says of the machine as a whole.
fn ports(verdict: &Value) -> Vec<&Value> {
    verdict["boots"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|boot| boot["ports"].as_array())
        .flatten()
        .collect()
}

impl Judgment {
    fn interface(&mut self, name: &str, expected: &Interface, seen: &Seen, ports: &[&Value]) {
        let state = seen.state(name);
        self.compare(name, expected.state.name(), state.name());
        if let Some(address) = &expected.address {
            let found = seen.addresses(name);
            if !found.contains(address) {
                self.failures.push(format!("{name} has {found:?}, not {address}"));
            }
        }
        // A port whose netdev nobody saw goes by its function.
        let of_netdev = |port: &&&Value| port["interface"] == name;
        let only = (ports.len() == 1 && ports[0]["interface"].is_null()).then(|| &ports[0]);
        let port = ports.iter().find(of_netdev).or(only);
        let word = |key: &str| port.and_then(|port| port[key].as_str()).unwrap_or("-");
        let (outcome, cause) = (word("outcome"), word("cause"));
        if let Some(expected_outcome) = &expected.outcome {
            self.compare(&format!("the verdict on {name}"), expected_outcome, outcome);
            self.compare(&format!("the cause for {name}"), expected.cause.as_deref().unwrap_or("-"), cause);
        }
        let separator = if self.summary.is_empty() { "" } else { ", " };
        self.summary += &format!("{separator}{name} {}, {outcome} {cause}", state.name());
    }

    fn compare(&mut self, what: &str, expected: &str, found: &str) {
        if expected != found {
            self.failures.push(format!("{what}: expected {expected}, found {found}"));
        }
    }
}
