//! `[Match]`: which netdevs a `.network` file is for.

use super::unit_file::UnitFile;
use crate::selector::{Pattern, Patterns, Selector};
use crate::warning::{Warning, WarningKind};

/// Returns the selector of a `[Match]` section; `None` for one without a single condition, which networkd ignores.
pub(super) fn selector(unit: &UnitFile, warnings: &mut Vec<Warning>) -> Option<Selector> {
    let mut selector = Selector::default();
    let mut conditions = 0;
    for setting in unit.settings.iter().filter(|setting| setting.section == "Match") {
        conditions += usize::from(!setting.value.is_empty());
        match setting.key.as_str() {
            "Name" | "Driver" | "MACAddress" | "PermanentMACAddress" | "Type" | "Kind" => {}
            _ if setting.value.is_empty() => {}
            _ => {
                let what = format!("{}={}", setting.key, setting.value);
                let kind = WarningKind::NotEvaluated { what: what.clone(), instead: "whether it holds is not known" };
                warnings.push(Warning { place: setting.place.clone(), kind });
                selector.not_evaluated.push(what);
            }
        }
    }
    if conditions == 0 {
        return None;
    }
    selector.names = patterns(unit, "Name");
    selector.drivers = patterns(unit, "Driver");
    selector.hardware_addresses = addresses(unit, warnings);
    selector.infiniband = link_layer(unit);
    Some(selector)
}

/// Returns the patterns of a list; a `!` before the first negates them all.
fn patterns(unit: &UnitFile, key: &str) -> Patterns {
    let mut patterns = Patterns::default();
    for setting in unit.all("Match", key) {
        let mut words = setting.words();
        if let Some(first) = words.first_mut()
            && let Some(rest) = first.strip_prefix('!')
        {
            patterns.negated = true;
            *first = rest.to_owned();
        }
        let words = words.iter().filter(|word| !word.is_empty());
        patterns.any_of.extend(words.map(|word| Pattern::new(word)));
    }
    patterns
}

fn addresses(unit: &UnitFile, warnings: &mut Vec<Warning>) -> Vec<crate::HardwareAddress> {
    let mut found = Vec::new();
    for key in ["MACAddress", "PermanentMACAddress"] {
        for setting in unit.all("Match", key) {
            for word in setting.words() {
                match word.parse() {
                    Ok(address) => found.push(address),
                    Err(_) => warnings.push(setting.ignored("hardware addresses")),
                }
            }
        }
    }
    found
}

/// Returns the link layer that `Type=` and `Kind=` leave, as far as they tell InfiniBand from the rest.
fn link_layer(unit: &UnitFile) -> Option<bool> {
    let asks = |key: &str, word: &str| {
        let patterns = patterns(unit, key);
        (!patterns.is_empty()).then(|| patterns.matches([word]))
    };
    let (by_type, by_kind) = (asks("Type", "infiniband"), asks("Kind", "ipoib"));
    match (by_type, by_kind) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (None, None) => None,
        // A type list that takes InfiniBand among others leaves the others to the other conditions.
        _ => (asks("Type", "ether") != Some(true)).then_some(true),
    }
}
