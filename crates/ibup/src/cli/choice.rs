//! Which boots are asked about, in the words of journalctl(1).

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use ibup_chain::verdict::{BootVerdict, Verdict};
use ibup_journal::BootId;

/// A choice of boots.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BootChoice {
    /// Every boot.
    All,
    /// 0 is the last boot of a host, -1 the one before it, 1 the first that is there.
    Offset(i64),
    /// The boot of this id.
    Id(BootId),
}

impl FromStr for BootChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "all" {
            return Ok(Self::All);
        }
        if text.len() >= 32
            && let Ok(id) = text.parse()
        {
            return Ok(Self::Id(id));
        }
        text.parse().map(Self::Offset).map_err(|_| "no boot: give 0, -1, 1, an id, or all".to_owned())
    }
}

/// What a boot is chosen by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BootName<'b> {
    pub(crate) host: Option<&'b str>,
    pub(crate) id: Option<&'b str>,
    pub(crate) first: Option<&'b str>,
}

impl BootChoice {
    /// Keeps the boots of the choice.
    pub(crate) fn keep(self, verdict: &mut Verdict) {
        let names: Vec<_> = verdict.boots.iter().map(BootName::of).collect();
        let mut chosen = self.choose(&names).into_iter();
        verdict.boots.retain(|_| chosen.next().unwrap_or_default());
    }

    /// Returns of each boot whether it is of the choice.
    pub(crate) fn choose(self, boots: &[BootName<'_>]) -> Vec<bool> {
        match self {
            Self::All => vec![true; boots.len()],
            Self::Id(id) => {
                let id = id.to_string();
                boots.iter().map(|boot| boot.id == Some(&id)).collect()
            }
            Self::Offset(offset) => {
                let chosen = chosen(offset, boots);
                (0..boots.len()).map(|at| chosen.contains(&at)).collect()
            }
        }
    }
}

impl<'b> BootName<'b> {
    fn of(boot: &'b BootVerdict) -> Self {
        Self { host: boot.host.as_deref(), id: boot.boot_id.as_deref(), first: boot.first.as_deref() }
    }
}

/// Keeps the boots of a host, by its name with or without the domain.
pub(crate) fn keep_host(name: &str, verdict: &mut Verdict) {
    verdict.boots.retain(|boot| {
        let host = boot.host.as_deref().unwrap_or_default();
        host == name || host.split('.').next() == Some(name)
    });
}

/// Returns where the boots stand that an offset means, one a host at most.
fn chosen(offset: i64, boots: &[BootName<'_>]) -> BTreeSet<usize> {
    let mut hosts: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (at, boot) in boots.iter().enumerate() {
        hosts.entry(boot.host).or_default().push(at);
    }
    let of_host = |mut places: Vec<usize>| {
        // Stamps of one form can be compared as text; where there are none, the order of reading stays.
        places.sort_by_key(|at| boots[*at].first);
        let before = if offset > 0 { 0 } else { places.len() };
        let place = before.checked_add_signed(isize::try_from(offset).ok()?)?.checked_sub(1)?;
        places.get(place).copied()
    };
    hosts.into_values().filter_map(of_host).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(choice: &str) -> Vec<String> {
        let boot = |host: &str, first: &str| {
            let coverage = serde_json::json!({ "filtered": false, "blind_spots": [], "entries": 1 });
            let id = format!("{:0>32}", first.len());
            let boot = serde_json::json!({
                "host": host, "boot_id": id, "first": first, "sources": [], "coverage": coverage, "ports": [], "findings": [],
            });
            serde_json::from_value::<BootVerdict>(boot).unwrap()
        };
        let boots = vec![boot("a", "3"), boot("a", "1"), boot("b", "7"), boot("a", "2x")];
        let mut verdict = Verdict { schema: String::new(), boots };
        choice.parse::<BootChoice>().unwrap().keep(&mut verdict);
        verdict.boots.into_iter().filter_map(|boot| Some(format!("{}{}", boot.host?, boot.first?))).collect()
    }

    #[test]
    fn boots_are_counted_as_journalctl_does_for_each_host() {
        assert_eq!(kept("0"), ["a3", "b7"]);
        assert_eq!(kept("-1"), ["a2x"]);
        assert_eq!(kept("1"), ["a1", "b7"]);
        assert_eq!(kept("3"), ["a3"]);
        assert_eq!(kept("-3"), [""; 0]);
        assert_eq!(kept("all").len(), 4);
        assert_eq!(kept("00000000000000000000000000000002"), ["a2x"]);
    }

    #[test]
    fn what_is_no_boot_is_refused() {
        assert!("yesterday".parse::<BootChoice>().is_err());
        assert!("".parse::<BootChoice>().is_err());
    }
}
