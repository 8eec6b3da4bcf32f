//! The answer for a fleet, as data. Its JSON form is `ibup.fleet/1`; it only ever grows.

use std::collections::{BTreeMap, BTreeSet};

use ibup_chain::finding::Confidence;
use ibup_chain::port::Outcome;
use ibup_chain::stage::Stage;
use ibup_chain::verdict::Summary;
use serde::{Deserialize, Serialize};

use crate::fleet::Fleet;
use crate::nodeset;
use crate::part::SourceRecord;
use crate::record::Record;

mod common;
mod outliers;

pub use common::{CommonFactor, Share};
pub use outliers::{Oddity, Outlier};

/// The name of the JSON form.
pub const SCHEMA: &str = "ibup.fleet/1";

/// The answer for a fleet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FleetVerdict {
    /// [`SCHEMA`].
    pub schema: String,
    /// How many nodes there are, and how they are.
    pub nodes: Counts,
    /// How many boots were judged.
    pub boots: u64,
    /// How many sources were read.
    pub sources: u64,
    /// The causes: that of most nodes first.
    pub causes: Vec<Cause>,
    /// The nodes where something is wrong and the log does not show why.
    pub unexplained: Nodes,
    /// The nodes of which nothing can be told.
    pub unknown: Nodes,
    /// The nodes that differ from nearly all others.
    pub outliers: Vec<Outlier>,
    /// What should be there and is not.
    pub missing: Missing,
    /// The sources that could not be read, or not to their end.
    pub unreadable: Vec<SourceRecord>,
}

/// How many nodes there are, by what is known of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// All.
    pub all: u64,
    /// Those where nothing wrong was found.
    pub good: u64,
    /// Those where something is wrong.
    pub bad: u64,
    /// Those of which nothing can be told.
    pub unknown: u64,
}

/// Some nodes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nodes {
    /// How many.
    pub count: u64,
    /// Their names, as a node set.
    pub names: String,
}

/// A cause, and what it is the cause of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cause {
    /// The code of the diagnosis, or of the site's rule.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The stage it is of.
    pub stage: Option<Stage>,
    /// The nodes it was found on.
    pub nodes: Nodes,
    /// On how many boots of them.
    pub boots: u64,
    /// How the ports ended that it is the cause of, and how many did so.
    pub outcomes: BTreeMap<Outcome, u64>,
    /// How sure it is, and how often.
    pub confidence: BTreeMap<Confidence, u64>,
    /// What its nodes have in common and others have not: the most telling first.
    pub common: Vec<CommonFactor>,
}

/// What should be there and is not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    /// The shards of which there is no part.
    pub shards: Vec<ShardsMissing>,
    /// Whether the shards saw different numbers of sources.
    pub shards_differ: bool,
    /// The nodes that were expected and of which nothing was read.
    pub nodes: Nodes,
}

/// The shards of one cut of which there is no part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShardsMissing {
    /// How many shards there are in all.
    pub of: u32,
    /// Which are missing, counted from 1: `2,5-7`.
    pub shards: String,
}

/// A node, with those of its boots that are asked about.
struct Node<'r> {
    name: &'r str,
    boots: Vec<&'r Record>,
}

impl Nodes {
    fn of<'n>(names: impl IntoIterator<Item = &'n str>) -> Self {
        let names: BTreeSet<_> = names.into_iter().collect();
        Self { count: names.len() as u64, names: nodeset::fold(names) }
    }
}

impl FleetVerdict {
    /// Judges some boots of a fleet, and misses those of the nodes that were expected.
    pub fn of(fleet: &Fleet, boots: &[&Record], expected: &BTreeSet<String>) -> Self {
        let mut by_name: BTreeMap<&str, Vec<&Record>> = BTreeMap::new();
        for boot in boots {
            by_name.entry(fleet.node(boot)).or_default().push(boot);
        }
        let nodes: Vec<Node<'_>> = by_name.into_iter().map(|(name, boots)| Node { name, boots }).collect();
        let of_summary = |summary| nodes.iter().filter(move |node| node.summary() == summary);
        let count = |summary| of_summary(summary).count() as u64;
        let unexplained = of_summary(Summary::Bad).filter(|node| node.causes().next().is_none());
        Self {
            schema: SCHEMA.into(),
            nodes: Counts {
                all: nodes.len() as u64,
                good: count(Summary::Good),
                bad: count(Summary::Bad),
                unknown: count(Summary::Unknown),
            },
            boots: boots.len() as u64,
            sources: fleet.sources().count() as u64,
            causes: causes(&nodes),
            unexplained: Nodes::of(unexplained.map(|node| node.name)),
            unknown: Nodes::of(of_summary(Summary::Unknown).map(|node| node.name)),
            outliers: outliers::find(&nodes),
            missing: missing(fleet, &nodes, expected),
            unreadable: fleet.sources().filter(|source| !source.problems.is_empty()).cloned().collect(),
        }
    }

    /// Returns what the verdict comes to: the worst of what is known of any node.
    pub fn summary(&self) -> Summary {
        match self.nodes {
            Counts { bad, .. } if bad > 0 => Summary::Bad,
            Counts { good, .. } if good > 0 => Summary::Good,
            _ => Summary::Unknown,
        }
    }

    /// Returns whether all was read that should be.
    pub fn is_whole(&self) -> bool {
        let nothing_missing = self.missing.shards.is_empty() && self.missing.nodes.count == 0;
        nothing_missing && !self.missing.shards_differ && self.unreadable.is_empty()
    }
}

impl<'r> Node<'r> {
    fn summary(&self) -> Summary {
        let worst = [Summary::Bad, Summary::Good];
        let comes_to = |summary: &Summary| self.boots.iter().any(|boot| boot.summary == *summary);
        worst.into_iter().find(comes_to).unwrap_or(Summary::Unknown)
    }

    fn causes(&self) -> impl Iterator<Item = &'r str> {
        self.boots.iter().flat_map(|boot| boot.causes()).map(|(finding, _)| finding.code.as_str())
    }
}

fn causes(nodes: &[Node<'_>]) -> Vec<Cause> {
    let mut sick: BTreeMap<&str, Vec<&Node<'_>>> = BTreeMap::new();
    for node in nodes {
        for code in node.causes().collect::<BTreeSet<_>>() {
            sick.entry(code).or_default().push(node);
        }
    }
    let mut causes: Vec<Cause> = sick.into_iter().map(|(code, sick)| cause(code, &sick, nodes)).collect();
    causes.sort_by(|a, b| b.nodes.count.cmp(&a.nodes.count).then_with(|| a.code.cmp(&b.code)));
    causes
}

fn cause(code: &str, sick: &[&Node<'_>], nodes: &[Node<'_>]) -> Cause {
    let mut cause = Cause {
        code: code.to_owned(),
        name: String::new(),
        stage: Stage::of_code(code),
        nodes: Nodes::of(sick.iter().map(|node| node.name)),
        boots: 0,
        outcomes: BTreeMap::new(),
        confidence: BTreeMap::new(),
        common: common::find(code, sick, nodes),
    };
    for boot in sick.iter().flat_map(|node| &node.boots) {
        let of_cause = |(finding, _): &(&crate::record::FindingRecord, _)| finding.code == code;
        let mut found = boot.causes().filter(of_cause).peekable();
        cause.boots += u64::from(found.peek().is_some());
        for (finding, port) in found {
            cause.name.clone_from(&finding.name);
            *cause.confidence.entry(finding.confidence).or_default() += 1;
            if let Some(port) = port {
                *cause.outcomes.entry(port.outcome).or_default() += 1;
            }
        }
    }
    cause
}

fn missing(fleet: &Fleet, nodes: &[Node<'_>], expected: &BTreeSet<String>) -> Missing {
    let shards = fleet.missing_shards().into_iter().map(|cut| {
        let numbers: Vec<String> = cut.numbers.iter().map(ToString::to_string).collect();
        let folded = nodeset::fold(numbers.iter().map(String::as_str));
        ShardsMissing { of: cut.of, shards: folded.trim_matches(['[', ']']).to_owned() }
    });
    let short = |name: &str| name.split('.').next().unwrap_or_default().to_owned();
    let known: BTreeSet<String> =
        nodes.iter().flat_map(|node| [node.name.to_owned(), short(node.name)]).collect();
    let absent = expected.iter().filter(|name| !known.contains(*name) && !known.contains(&short(name)));
    Missing {
        shards: shards.collect(),
        shards_differ: fleet.shards_differ(),
        nodes: Nodes::of(absent.map(String::as_str)),
    }
}
