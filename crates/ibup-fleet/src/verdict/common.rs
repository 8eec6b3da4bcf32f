//! What the nodes of a cause have in common and others have not.
//!
//! A value of a factor (a version of firmware, say) is held against the cause by Fisher's exact test: how likely at least so
//! many of the sick had it, had it been dealt out by chance. As many values are tried, the chance is multiplied by their
//! number (Bonferroni). It shows where to look, and proves nothing: a rack may share a kernel and a broken switch.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Node;

/// What is as likely by chance as this is not worth telling.
const CHANCE_MAX: f64 = 0.01;
/// Of fewer sick nodes nothing is said.
const SICK_MIN: usize = 3;
/// Below this, chances are not told apart.
const CHANCE_MIN: f64 = 1e-99;

/// Something that the nodes of a cause have in common.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CommonFactor {
    /// The factor: `kernel`, `firmware` and so on.
    pub factor: String,
    /// Its value.
    pub value: String,
    /// How many of the nodes of the cause have it.
    pub sick: Share,
    /// How many of the others have it.
    pub others: Share,
    /// How likely that is by chance, rounded to one digit; 1e-99 stands for all that is less.
    pub chance: f64,
}

/// So many of so many: those whose log tells the factor.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// How many have the value.
    pub with: u64,
    /// Of how many.
    pub of: u64,
}

type Value<'r> = (&'r str, &'r str);

/// Finds what the sick nodes of a cause have in common. Of their ports those count that it is the cause of.
pub(super) fn find(code: &str, sick: &[&Node<'_>], nodes: &[Node<'_>]) -> Vec<CommonFactor> {
    if sick.len() < SICK_MIN {
        return Vec::new();
    }
    let names: BTreeSet<&str> = sick.iter().map(|node| node.name).collect();
    let of_sick = Tally::of(sick.iter().map(|node| node.factors(Some(code))));
    let healthy = nodes.iter().filter(|node| !names.contains(node.name));
    let of_others = Tally::of(healthy.map(|node| node.factors(None)));
    let tries = of_sick.with.len();
    let logs = Factorials::up_to(nodes.len());
    let mut found: Vec<CommonFactor> = of_sick
        .with
        .keys()
        .filter_map(|value| {
            let (sick, others) = (of_sick.share(*value), of_others.share(*value));
            #[expect(clippy::cast_precision_loss, reason = "there are fewer values than a float counts")]
            let chance = (logs.chance(sick, others)? * tries as f64).clamp(CHANCE_MIN, 1.0);
            (chance < CHANCE_MAX).then(|| CommonFactor {
                factor: value.0.to_owned(),
                value: value.1.to_owned(),
                sick,
                others,
                // Logarithms differ in their last digits from one C library to another; the answer does not.
                chance: format!("{chance:.0e}").parse().unwrap_or(chance),
            })
        })
        .collect();
    found.sort_by(|a, b| {
        let name = |found: &CommonFactor| (found.factor.clone(), found.value.clone());
        a.chance.total_cmp(&b.chance).then_with(|| name(a).cmp(&name(b)))
    });
    found
}

impl<'r> Node<'r> {
    /// Returns the values of the node's factors: of all its ports, or of those with this cause.
    pub(super) fn factors(&self, cause: Option<&str>) -> BTreeSet<Value<'r>> {
        let of_ports = self.boots.iter().flat_map(|boot| &boot.ports);
        let of_ports = of_ports.filter(|port| cause.is_none() || port.cause.as_deref() == cause);
        let of_boots = self.boots.iter().map(|boot| &boot.factors);
        let all = of_ports.map(|port| &port.factors).chain(of_boots);
        all.flatten().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }
}

/// How many nodes have each value, and of how many the factor is known.
#[derive(Default)]
struct Tally<'r> {
    with: BTreeMap<Value<'r>, u64>,
    known: BTreeMap<&'r str, u64>,
}

impl<'r> Tally<'r> {
    fn of(nodes: impl Iterator<Item = BTreeSet<Value<'r>>>) -> Self {
        let mut tally = Self::default();
        for values in nodes {
            for name in values.iter().map(|(name, _)| *name).collect::<BTreeSet<_>>() {
                *tally.known.entry(name).or_default() += 1;
            }
            for value in values {
                *tally.with.entry(value).or_default() += 1;
            }
        }
        tally
    }

    fn share(&self, value: Value<'r>) -> Share {
        let count = |of: Option<&u64>| of.copied().unwrap_or_default();
        Share { with: count(self.with.get(&value)), of: count(self.known.get(value.0)) }
    }
}

/// The logarithms of the factorials.
struct Factorials(Vec<f64>);

impl Factorials {
    fn up_to(number: usize) -> Self {
        let mut logs = vec![0.0];
        let mut sum = 0.0;
        for next in 1..=number {
            #[expect(clippy::cast_precision_loss, reason = "there are fewer nodes than a float counts")]
            let log = (next as f64).ln();
            sum += log;
            logs.push(sum);
        }
        Self(logs)
    }

    /// Returns the logarithm of the number of ways to choose so many out of so many.
    fn choose(&self, out_of: u64, count: u64) -> Option<f64> {
        let log = |number: u64| self.0.get(usize::try_from(number).ok()?).copied();
        Some(log(out_of)? - log(count)? - log(out_of.checked_sub(count)?)?)
    }

    /// Returns how likely at least so many of the sick have what so many have in all (Fisher's exact test, one-sided).
    fn chance(&self, sick: Share, others: Share) -> Option<f64> {
        let (all, with) = (sick.of + others.of, sick.with + others.with);
        let ways = self.choose(all, sick.of)?;
        let of_count = |count: u64| {
            Some((self.choose(with, count)? + self.choose(all - with, sick.of - count)? - ways).exp())
        };
        (sick.with..=with.min(sick.of)).map(of_count).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chances_are_those_of_fishers_exact_test() {
        let logs = Factorials::up_to(50);
        let chance = |with, of, others, of_others| {
            logs.chance(Share { with, of }, Share { with: others, of: of_others }).unwrap()
        };
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-9, "{a} {b}");
        // The lady tasting tea: all four cups of eight guessed is one way in 70; three or more are 17 in 70.
        near(chance(4, 4, 0, 4), 1.0 / 70.0);
        near(chance(3, 4, 1, 4), 17.0 / 70.0);
        near(chance(0, 4, 2, 4), 1.0);
        near(chance(5, 5, 5, 5), 1.0);
    }
}
