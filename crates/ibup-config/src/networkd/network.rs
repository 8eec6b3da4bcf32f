//! `.network` files: what is done to the netdevs they match.

use super::matching;
use super::unit_file::UnitFile;
use crate::address::InterfaceAddress;
use crate::fields::boolean;
use crate::interface::TransportMode;
use crate::name::NetdevName;
use crate::place::Place;
use crate::selector::Selector;
use crate::warning::{Warning, WarningKind};

/// A `.network` file with its drop-ins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Network {
    /// The file.
    pub file: String,
    /// `[Match]`; `None` for a file that matches nothing because it states no condition.
    pub selector: Option<Selector>,
    /// `[Link] Unmanaged`.
    pub unmanaged: bool,
    /// `[Link] RequiredForOnline`, as far as it is a yes or no.
    pub required_for_online: Option<bool>,
    /// `[Link] MTUBytes`.
    pub mtu: Option<u32>,
    /// `[Link] ActivationPolicy`.
    pub activation_policy: ActivationPolicy,
    /// `[Network] Address` and `[Address] Address`.
    pub addresses: Vec<InterfaceAddress>,
    /// `[Network] DHCP`.
    pub dhcp: bool,
    /// `[Network] Bond`.
    pub bond: Option<NetdevName>,
    /// `[Network] Bridge`.
    pub bridge: Option<NetdevName>,
    /// `[Network] IPoIB`: children created on what matches.
    pub children: Vec<NetdevName>,
    /// `[IPoIB] Mode`.
    pub mode: Option<TransportMode>,
    /// `[IPoIB] IgnoreUserspaceMulticastGroup`.
    pub umcast: Option<bool>,
    /// Where `[Match]` begins, or the file.
    pub place: Place,
}

/// `[Link] ActivationPolicy`: who raises the link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum ActivationPolicy {
    /// systemd-networkd, once.
    #[default]
    Up,
    /// systemd-networkd, always.
    AlwaysUp,
    /// The links it is bound to.
    Bound,
    /// Somebody else.
    Manual,
    /// Nobody: it is taken down once.
    Down,
    /// Nobody: it is kept down.
    AlwaysDown,
}

/// Reads a `.network` file.
pub(super) fn read(unit: &UnitFile, warnings: &mut Vec<Warning>) -> Network {
    let selector = matching::selector(unit, warnings);
    let first = unit.settings.iter().find(|setting| setting.section == "Match").or(unit.settings.first());
    let place = first.map_or_else(|| Place::whole(&unit.file), |setting| setting.place.clone());
    if selector.is_none() {
        let kind = WarningKind::NoEffect { key: "the file".to_owned(), why: "[Match] states no condition" };
        warnings.push(Warning { place: Place::whole(&unit.file), kind });
    }
    let online = unit.last("Link", "RequiredForOnline").and_then(|setting| boolean(&setting.value));
    let netdev = |key| ("Network", key);
    Network {
        file: unit.file.clone(),
        unmanaged: unit.parsed(("Link", "Unmanaged"), "yes or no", warnings, boolean).unwrap_or(false),
        required_for_online: online,
        mtu: unit.parsed(("Link", "MTUBytes"), "a number of bytes", warnings, bytes),
        activation_policy: unit
            .parsed(("Link", "ActivationPolicy"), "up, manual or down, or their like", warnings, policy)
            .unwrap_or_default(),
        addresses: addresses(unit, warnings),
        dhcp: unit.parsed(netdev("DHCP"), "yes, no, ipv4 or ipv6", warnings, dhcp).unwrap_or(false),
        bond: unit.parsed(netdev("Bond"), "the name of a bond", warnings, |text| text.parse().ok()),
        bridge: unit.parsed(netdev("Bridge"), "the name of a bridge", warnings, |text| text.parse().ok()),
        children: children(unit, warnings),
        mode: unit.parsed(("IPoIB", "Mode"), "datagram or connected", warnings, |text| text.parse().ok()),
        umcast: unit.parsed(("IPoIB", "IgnoreUserspaceMulticastGroup"), "yes or no", warnings, boolean),
        selector,
        place,
    }
}

/// Reads a size with its suffix to the base of 1024.
fn bytes(text: &str) -> Option<u32> {
    let (digits, shift) = match text.as_bytes().last()? {
        b'K' => (&text[..text.len() - 1], 10),
        b'M' => (&text[..text.len() - 1], 20),
        b'G' => (&text[..text.len() - 1], 30),
        _ => (text, 0),
    };
    u32::try_from(digits.trim_end().parse::<u64>().ok()?.checked_mul(1 << shift)?).ok()
}

fn policy(text: &str) -> Option<ActivationPolicy> {
    Some(match text {
        "up" => ActivationPolicy::Up,
        "always-up" => ActivationPolicy::AlwaysUp,
        "bound" => ActivationPolicy::Bound,
        "manual" => ActivationPolicy::Manual,
        "down" => ActivationPolicy::Down,
        "always-down" => ActivationPolicy::AlwaysDown,
        _ => return None,
    })
}

fn dhcp(text: &str) -> Option<bool> {
    match text {
        "ipv4" | "ipv6" | "both" | "v4" | "v6" => Some(true),
        "none" => Some(false),
        text => boolean(text),
    }
}

fn addresses(unit: &UnitFile, warnings: &mut Vec<Warning>) -> Vec<InterfaceAddress> {
    let mut found = Vec::new();
    for section in ["Network", "Address"] {
        for setting in unit.all(section, "Address") {
            match setting.value.parse() {
                Ok(address) => found.push(address),
                Err(_) => warnings.push(setting.ignored("an address and the length of its prefix")),
            }
        }
    }
    found
}

fn children(unit: &UnitFile, warnings: &mut Vec<Warning>) -> Vec<NetdevName> {
    let mut found = Vec::new();
    for setting in unit.all("Network", "IPoIB") {
        match setting.value.parse() {
            Ok(name) => found.push(name),
            Err(_) => warnings.push(setting.ignored("the name of a netdev")),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_suffixes() {
        for (text, expected) in [
            ("2044", Some(2044)),
            ("4K", Some(4096)),
            ("64 K", Some(65536)),
            ("5G", None),
            ("K", None),
            ("é", None),
        ] {
            assert_eq!(bytes(text), expected, "{text}");
        }
    }
}
