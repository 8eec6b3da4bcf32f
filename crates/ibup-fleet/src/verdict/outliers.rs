//! Nodes that differ from nearly all others, whether or not anything is wrong with them yet.
//!
//! A card that has fallen off the bus leaves no message and no port; only beside its peers the node is seen to lack one.

use std::collections::BTreeMap;

use ibup_chain::port::{Outcome, StageState};
use ibup_chain::stage::Stage;
use serde::{Deserialize, Serialize};

use super::{Node, Nodes};

/// Of fewer nodes nobody can say what is usual.
const NODES_MIN: usize = 20;
/// What so many of a hundred nodes are like is usual.
const USUAL_PERCENT: usize = 90;
/// A stage that is reached so long after the usual time is late, in seconds: a firmware that takes its time is not.
const LATE_SECONDS: f64 = 30.0;
/// So many times the usual deviation from the usual time is late.
const LATE_DEVIATIONS: f64 = 10.0;

/// Nodes that differ in one way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outlier {
    /// How they differ.
    #[serde(flatten)]
    pub oddity: Oddity,
    /// Which they are.
    pub nodes: Nodes,
}

/// How a node differs from nearly all others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Oddity {
    /// It has another number of ports.
    Ports {
        /// How many.
        ports: u64,
        /// How many nearly all others have.
        usual: u64,
    },
    /// It is made of something else.
    Factor {
        /// The factor.
        factor: String,
        /// Its value.
        value: String,
        /// The value that nearly all others have.
        usual: String,
    },
    /// Its interfaces came up, and reached a stage much later. Named is the first such stage.
    Late {
        /// The stage.
        stage: Stage,
        /// When it is usually reached, in seconds after the boot's first entry: the median.
        usual_seconds: f64,
        /// When the last of these nodes reached it.
        latest_seconds: f64,
    },
}

/// Finds what differs: in ports, in what nodes are made of, in time.
pub(super) fn find(nodes: &[Node<'_>]) -> Vec<Outlier> {
    if nodes.len() < NODES_MIN {
        return Vec::new();
    }
    ports(nodes).into_iter().chain(factors(nodes)).chain(late(nodes)).collect()
}

fn ports(nodes: &[Node<'_>]) -> Vec<Outlier> {
    let mut by_count: BTreeMap<u64, Vec<&str>> = BTreeMap::new();
    for node in nodes {
        // Names of children and of bonds come and go with the configuration; functions are what is plugged in.
        let last = node.boots.last().map(|boot| boot.ports.iter().filter(|port| port.pci.is_some()));
        let functions = last.into_iter().flatten().map(|port| (&port.pci, port.port));
        let functions: std::collections::BTreeSet<_> = functions.collect();
        by_count.entry(functions.len() as u64).or_default().push(node.name);
    }
    let Some(usual) = usual(&by_count, nodes.len()) else { return Vec::new() };
    let others = by_count.iter().filter(|(count, _)| **count != usual);
    others
        .map(|(count, names)| Outlier {
            oddity: Oddity::Ports { ports: *count, usual },
            nodes: Nodes::of(names.iter().copied()),
        })
        .collect()
}

fn factors(nodes: &[Node<'_>]) -> Vec<Outlier> {
    let mut factors: BTreeMap<&str, BTreeMap<&str, Vec<&str>>> = BTreeMap::new();
    for node in nodes {
        for (factor, value) in node.factors(None) {
            factors.entry(factor).or_default().entry(value).or_default().push(node.name);
        }
    }
    let mut outliers = Vec::new();
    for (factor, by_value) in factors {
        let known: std::collections::BTreeSet<&str> = by_value.values().flatten().copied().collect();
        let Some(usual) = usual(&by_value, known.len()) else { continue };
        for (value, names) in by_value.iter().filter(|(value, _)| **value != usual) {
            let (factor, value, usual) = (factor.to_owned(), (*value).to_owned(), usual.to_owned());
            let nodes = Nodes::of(names.iter().copied());
            outliers.push(Outlier { oddity: Oddity::Factor { factor, value, usual }, nodes });
        }
    }
    outliers
}

/// Returns what nearly all are like, where there are enough to tell.
fn usual<K: Copy>(by_value: &BTreeMap<K, Vec<&str>>, known: usize) -> Option<K> {
    let is_usual = |names: &Vec<&str>| known >= NODES_MIN && names.len() * 100 >= known * USUAL_PERCENT;
    by_value.iter().find(|(_, names)| is_usual(names)).map(|(value, _)| *value)
}

fn late(nodes: &[Node<'_>]) -> Vec<Outlier> {
    let limits: Vec<(Stage, f64, f64)> = Stage::ALL
        .into_iter()
        .filter_map(|stage| {
            let mut times: Vec<f64> = nodes.iter().filter_map(|node| node.seconds(stage)).collect();
            let median = median(&mut times).filter(|_| times.len() >= NODES_MIN)?;
            let mut deviations: Vec<f64> = times.iter().map(|time| (time - median).abs()).collect();
            let deviation = self::median(&mut deviations)?;
            Some((stage, median, median + (LATE_DEVIATIONS * deviation).max(LATE_SECONDS)))
        })
        .collect();
    let mut late: BTreeMap<Stage, (f64, f64, Vec<&str>)> = BTreeMap::new();
    for node in nodes {
        let over = limits.iter().find_map(|(stage, median, limit)| {
            let seconds = node.seconds(*stage).filter(|seconds| seconds > limit)?;
            Some((*stage, *median, seconds))
        });
        let Some((stage, median, seconds)) = over else { continue };
        let (_, latest, names) = late.entry(stage).or_insert((median, seconds, Vec::new()));
        *latest = latest.max(seconds);
        names.push(node.name);
    }
    let outlier = |(stage, (usual_seconds, latest_seconds, names)): (_, (_, _, Vec<&str>))| Outlier {
        oddity: Oddity::Late { stage, usual_seconds, latest_seconds },
        nodes: Nodes::of(names),
    };
    late.into_iter().map(outlier).collect()
}

fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

impl Node<'_> {
    /// Returns when the last of the interfaces that came up reached a stage, in the last boot.
    fn seconds(&self, stage: Stage) -> Option<f64> {
        let ports = &self.boots.last()?.ports;
        let up = ports.iter().filter(|port| port.outcome == Outcome::Up);
        let reached = up.flat_map(|port| &port.stages).filter(|report| report.stage == stage);
        let times =
            reached.filter(|report| report.state == StageState::Reached).filter_map(|report| report.seconds);
        times.max_by(f64::total_cmp)
    }
}
