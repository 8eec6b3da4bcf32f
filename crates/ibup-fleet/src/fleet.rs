//! A fleet: the union of what its parts found.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::part::{Part, SourceRecord};
use crate::record::{Key, Record};
use crate::shard::Shard;

/// All that was found, whoever found it, in whatever order, however often.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Fleet {
    boots: BTreeMap<Key, Record>,
    sources: BTreeMap<String, SourceRecord>,
    /// The shards that are there, and how many sources each saw listed for all.
    shards: BTreeMap<Shard, u64>,
}

/// The shards of one cut that are not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingShards {
    /// How many there should be.
    pub of: u32,
    /// Which are missing, counted from 1.
    pub numbers: Vec<u32>,
}

impl Fleet {
    /// Takes a part in.
    pub fn take_in(&mut self, part: Part) {
        if let Some(shard) = part.header.shard {
            let listed = self.shards.entry(shard).or_default();
            *listed = part.header.listed.max(*listed);
        }
        part.sources.into_iter().for_each(|source| self.take_source(source));
        part.boots.into_iter().for_each(|boot| self.take_boot(boot));
    }

    /// Takes in another fleet.
    pub fn merge(&mut self, other: Fleet) {
        for (shard, listed) in other.shards {
            let known = self.shards.entry(shard).or_default();
            *known = listed.max(*known);
        }
        other.sources.into_values().for_each(|source| self.take_source(source));
        other.boots.into_values().for_each(|boot| self.take_boot(boot));
    }

    /// Of two readings of one source the better one counts: a disk that was not there may be there by now.
    fn take_source(&mut self, source: SourceRecord) {
        let order = |source: &SourceRecord| (source.problems.len(), Reverse(source.boots), source.clone());
        match self.sources.get(&source.name) {
            Some(known) if order(known) <= order(&source) => {}
            _ => {
                self.sources.insert(source.name.clone(), source);
            }
        }
    }

    fn take_boot(&mut self, boot: Record) {
        let key = boot.key();
        let best = match self.boots.remove(&key) {
            Some(known) => known.max(boot),
            None => boot,
        };
        self.boots.insert(key, best);
    }

    /// Returns whether nothing was found at all.
    pub fn is_empty(&self) -> bool {
        self.boots.is_empty() && self.sources.is_empty() && self.shards.is_empty()
    }

    /// Returns the sources, by name.
    pub fn sources(&self) -> impl Iterator<Item = &SourceRecord> {
        self.sources.values()
    }

    /// Returns the boots, by node, each once: of records of one boot that were not known as such, because some name no
    /// id and begin at another line, the one of most entries.
    pub fn boots(&self) -> Vec<&Record> {
        let mut nodes: BTreeMap<&str, Vec<&Record>> = BTreeMap::new();
        for boot in self.boots.values() {
            nodes.entry(self.node(boot)).or_default().push(boot);
        }
        nodes.into_values().flat_map(each_once).collect()
    }

    /// Returns the name of a record's node. A short name and a long one are of the same host where only one long name
    /// begins so.
    pub fn node<'r>(&'r self, record: &'r Record) -> &'r str {
        let name = record.node();
        if record.host.is_none() || name.contains('.') {
            return name;
        }
        // The names that begin with this one and a dot are together in the order of keys.
        let from = format!("{name}.");
        let longer = self.boots.range((from.clone(), String::new())..);
        let longer = longer.map(|((node, _), _)| node.as_str()).take_while(|node| node.starts_with(&from));
        let longer: BTreeSet<&str> = longer.collect();
        match longer.first() {
            Some(only) if longer.len() == 1 => only,
            _ => name,
        }
    }

    /// Returns the shards that are not there. Where the sources were cut twice, one whole cut is enough.
    pub fn missing_shards(&self) -> Vec<MissingShards> {
        let cuts: BTreeSet<u32> = self.shards.keys().map(|shard| shard.of).collect();
        let missing: Vec<MissingShards> = cuts
            .into_iter()
            .map(|of| {
                let is_missing = |number: &u32| !self.shards.contains_key(&Shard { number: *number, of });
                MissingShards { of, numbers: (1..=of).filter(is_missing).collect() }
            })
            .collect();
        let is_whole = missing.iter().any(|cut| cut.numbers.is_empty());
        if is_whole { Vec::new() } else { missing }
    }

    /// Returns whether the shards of a cut saw different numbers of sources: a disk may not have been there for some.
    pub fn shards_differ(&self) -> bool {
        let mut listed: BTreeMap<u32, BTreeSet<u64>> = BTreeMap::new();
        for (shard, count) in &self.shards {
            listed.entry(shard.of).or_default().insert(*count);
        }
        listed.values().any(|counts| counts.len() > 1)
    }
}

/// Returns the boots of a node, in order of time, without those that are a part of another one.
fn each_once(mut boots: Vec<&Record>) -> Vec<&Record> {
    boots.sort_by_cached_key(|boot| (Reverse(boot.entries), boot.key()));
    let mut kept: Vec<&Record> = Vec::new();
    for boot in boots {
        if !kept.iter().any(|other| is_part_of_one(boot, other)) {
            kept.push(boot);
        }
    }
    kept.sort_by_cached_key(|boot| (boot.first.clone(), boot.key()));
    kept
}

/// Returns whether two records of a node are of one boot: their times overlap, and no two ids tell them apart.
fn is_part_of_one(a: &Record, b: &Record) -> bool {
    if a.boot_id.is_some() && b.boot_id.is_some() {
        return a.boot_id == b.boot_id;
    }
    let spans = (&a.first, &a.last, &b.first, &b.last);
    let (Some(a_first), Some(a_last), Some(b_first), Some(b_last)) = spans else { return false };
    // Stamps can be held against each other as text where they are of one form.
    let form = |stamp: &str| {
        let (date, time) = stamp.split_once('T')?;
        let zone = time.trim_start_matches(|c: char| c.is_ascii_digit() || ":.".contains(c));
        Some((date.len(), zone.to_owned()))
    };
    let alike = form(a_first).is_some() && form(a_first) == form(b_first);
    alike && a_first <= b_last && b_first <= a_last
}
