//! `[Match]`: which netdevs a `.network` file is for.

use super::unit_file::UnitFile;
use crate::selector::{Pattern, Patterns, Selector};
use crate::warning::{Warning, WarningKind};

/// Returns the selector of a `[Match]` section; `None` for one without a usable condition, which networkd ignores.
pub(super) fn selector(unit: &UnitFile, warnings: &mut Vec<Warning>) -> Option<Selector> {
    let mut selector = Selector::default();
    for setting in unit.settings.iter().filter(|setting| setting.section == "Match") {
        match setting.key.as_str() {
            "Name" | "Driver" | "MACAddress" | "PermanentMACAddress" | "Type" | "Kind" => {}
            _ if setting.value.is_empty() => {}
            _ => {
                let what = format!("{}={}", setting.key, setting.value);
                let kind = WarningKind::NotEvaluated {
                    what: what.clone(),
                    instead: "whether it holds is not known",
                };
                warnings.push(Warning { place: setting.place.clone(), kind });
                selector.not_evaluated.push(what);
            }
        }
    }
    selector.names = patterns(unit, "Name");
    selector.drivers = patterns(unit, "Driver");
    selector.hardware_addresses = addresses(unit, warnings);
    let layer = LinkLayer::of(unit);
    selector.infiniband = layer.as_ref().and_then(LinkLayer::infiniband);
    let has_condition = layer.is_some()
        || !selector.names.is_empty()
        || !selector.drivers.is_empty()
        || !selector.hardware_addresses.is_empty()
        || !selector.not_evaluated.is_empty();
    has_condition.then_some(selector)
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

/// What `Type=` and `Kind=` say, as far as they tell InfiniBand from Ethernet.
struct LinkLayer {
    takes_infiniband: bool,
    takes_ethernet: bool,
}

impl LinkLayer {
    fn of(unit: &UnitFile) -> Option<Self> {
        let (types, kinds) = (patterns(unit, "Type"), patterns(unit, "Kind"));
        (!types.is_empty() || !kinds.is_empty()).then(|| Self {
            takes_infiniband: types.matches(["infiniband"]) && kinds.matches(["ipoib"]),
            // An Ethernet port is of no kind.
            takes_ethernet: types.matches(["ether"]) && kinds.matches([""]),
        })
    }

    fn infiniband(&self) -> Option<bool> {
        match (self.takes_infiniband, self.takes_ethernet) {
            (true, true) => None,
            (takes_infiniband, _) => Some(takes_infiniband),
        }
    }
}
