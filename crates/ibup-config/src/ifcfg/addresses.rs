//! The addresses of an `ifcfg` file: `IPADDR` with its `PREFIX` or `NETMASK`, once or numbered.

use crate::address::InterfaceAddress;
use crate::fields::Fields;

/// Takes the addresses of a file of network-scripts.
pub(super) fn take(fields: &mut Fields) -> Vec<InterfaceAddress> {
    let mut found = take_suffixed(fields, &["PREFIX", "NETMASK"]);
    found.extend(fields.parsed::<InterfaceAddress>("IPV6ADDR", "an IPv6 address"));
    if let Some((text, place)) = fields.text("IPV6ADDR_SECONDARIES") {
        for word in text.split_ascii_whitespace() {
            match word.parse() {
                Ok(address) => found.push(address),
                Err(_) => fields.ignore("IPV6ADDR_SECONDARIES", word, &place, "IPv6 addresses"),
            }
        }
    }
    found
}

/// Takes every `IPADDR` with what has the same suffix.
///
/// A prefix in the address itself counts most, then the first of the prefix variables that is set.
pub(crate) fn take_suffixed(fields: &mut Fields, prefixes: &[&str]) -> Vec<InterfaceAddress> {
    let mut found = Vec::new();
    for name in fields.names("IPADDR") {
        let suffix = name["IPADDR".len()..].to_owned();
        let Some(address) = fields.parsed::<InterfaceAddress>(&name, "an IP address") else {
            continue;
        };
        let stated =
            prefixes.iter().find_map(|prefix| with_prefix(fields, address, &format!("{prefix}{suffix}")));
        found.push(if address.prefix.is_some() { address } else { stated.unwrap_or(address) });
    }
    found
}

fn with_prefix(fields: &mut Fields, address: InterfaceAddress, variable: &str) -> Option<InterfaceAddress> {
    let (text, place) = fields.text(variable)?;
    let found = address.with_prefix(text.trim()).ok();
    if found.is_none() {
        fields.ignore(variable, text, &place, "a prefix length or a netmask");
    }
    found
}
