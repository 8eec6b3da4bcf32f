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

/// Takes every `IPADDR` with what has the same suffix; the first of the prefix variables that is set counts.
pub(crate) fn take_suffixed(fields: &mut Fields, prefixes: &[&str]) -> Vec<InterfaceAddress> {
    let mut found = Vec::new();
    for name in fields.names("IPADDR") {
        let suffix = name["IPADDR".len()..].to_owned();
        let prefix = prefixes.iter().find_map(|prefix| stated(fields, &format!("{prefix}{suffix}")));
        let Some(address) = fields.parsed::<InterfaceAddress>(&name, "an IP address") else { continue };
        found.push(match prefix {
            Some((name, text, place)) if address.prefix.is_none() => match address.with_prefix(&text) {
                Ok(address) => address,
                Err(_) => {
                    fields.ignore(&name, text, &place, "a prefix length or a netmask");
                    address
                }
            },
            _ => address,
        });
    }
    found
}

fn stated(fields: &mut Fields, name: &str) -> Option<(String, String, crate::place::Place)> {
    fields.text(name).map(|(text, place)| (name.to_owned(), text, place))
}
