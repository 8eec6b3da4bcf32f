//! Lists of devices as NetworkManager.conf writes them: `interface-name:ib*;except:mac:...`.

use crate::glob;
use crate::hardware_address::HardwareAddress;
use crate::selector::Netdev;

/// A list of devices: those that match one item and none that is excepted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeviceSpecs {
    /// The items.
    pub items: Vec<DeviceSpec>,
}

/// One item of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceSpec {
    /// Whether a match takes the device out of the list.
    pub is_exception: bool,
    /// What matches.
    pub matcher: Matcher,
}

/// What a device is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Matcher {
    /// Every device.
    All,
    /// The name, exactly.
    Name(String),
    /// The name, as a pattern of `*` and `?`.
    NamePattern(String),
    /// The hardware address.
    Address(HardwareAddress),
    /// The type.
    Type(String),
    /// The driver.
    Driver(String),
    /// Something this crate does not evaluate.
    NotEvaluated(String),
}

impl DeviceSpecs {
    /// Reads a list. Separators are commas and semicolons; a backslash before one makes it a part of the item.
    pub fn new(text: &str) -> Self {
        Self { items: split(text).iter().filter_map(|item| DeviceSpec::new(item.trim())).collect() }
    }

    /// Returns whether a netdev is in the list; `None` where that depends on what is not evaluated.
    pub fn contains(&self, netdev: &Netdev) -> Option<bool> {
        let any = |exceptions: bool| {
            let items = self.items.iter().filter(|item| item.is_exception == exceptions);
            let verdicts: Vec<Option<bool>> = items.map(|item| item.matcher.matches(netdev)).collect();
            if verdicts.contains(&Some(true)) {
                return Some(true);
            }
            (!verdicts.contains(&None)).then_some(false)
        };
        match (any(true), any(false)) {
            (Some(true), _) | (_, Some(false)) => Some(false),
            (Some(false), included) => included,
            (None, _) => None,
        }
    }
}

/// Splits a list at separators that no backslash stands before.
fn split(text: &str) -> Vec<String> {
    let mut items = Vec::new();
    let mut item = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            ',' | ';' => items.push(std::mem::take(&mut item)),
            '\\' => item.push(match characters.next() {
                Some('s') => ' ',
                Some('t') => '\t',
                Some('n') => '\n',
                Some(other) => other,
                None => '\\',
            }),
            _ => item.push(character),
        }
    }
    items.push(item);
    items
}

impl DeviceSpec {
    fn new(text: &str) -> Option<Self> {
        let (text, is_exception) = match text.strip_prefix("except:") {
            Some(rest) => (rest.trim(), true),
            None => (text, false),
        };
        (!text.is_empty()).then(|| Self { is_exception, matcher: Matcher::new(text) })
    }
}

impl Matcher {
    fn new(text: &str) -> Self {
        let own = str::to_owned;
        match text.split_once(':') {
            _ if text == "*" => Self::All,
            Some(("interface-name", name)) => match (name.strip_prefix('='), name.strip_prefix('~')) {
                (Some(name), _) => Self::Name(own(name)),
                (_, Some(pattern)) => Self::NamePattern(own(pattern)),
                _ => Self::NamePattern(own(name)),
            },
            Some(("mac", address)) => {
                address.parse().map_or_else(|_| Self::NotEvaluated(own(text)), Self::Address)
            }
            Some(("type", name)) => Self::Type(own(name)),
            Some(("driver", name)) => Self::Driver(own(name.split('/').next().unwrap_or(name))),
            Some((prefix, _)) if prefix.len() > 2 => Self::NotEvaluated(own(text)),
            _ => text.parse().map_or_else(|_| Self::Name(own(text)), Self::Address),
        }
    }

    fn matches(&self, netdev: &Netdev) -> Option<bool> {
        match self {
            Self::All => Some(true),
            Self::Name(name) => Some(netdev.name.as_str() == name),
            Self::NamePattern(pattern) => {
                // Brackets mean themselves here.
                Some(glob::matches(&pattern.replace('[', "\\["), netdev.name.as_str()))
            }
            Self::Address(address) => netdev.hardware_address.map(|own| own == *address),
            Self::Type(name) => Some((name == "infiniband") == netdev.is_infiniband),
            Self::Driver(name) => netdev.driver.as_ref().map(|driver| driver == name),
            Self::NotEvaluated(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_select_netdevs() {
        let ib0 = Netdev::named(&"ib0".parse().unwrap());
        for (text, expected) in [
            ("", Some(false)),
            ("*", Some(true)),
            ("ib0", Some(true)),
            ("ib*", Some(false)),
            ("interface-name:ib*", Some(true)),
            ("interface-name:=ib*", Some(false)),
            ("interface-name:~ib?", Some(true)),
            ("interface-name:ib[0]", Some(false)),
            ("eth0; interface-name:ib*", Some(true)),
            ("interface-name:ib*,except:interface-name:ib0", Some(false)),
            ("type:infiniband", Some(true)),
            ("type:ethernet", Some(false)),
            ("mac:00:22:68:1c:59:b1", None),
            ("00:22:68:1c:59:b1,ib0", Some(true)),
            ("*,except:mac:00:22:68:1c:59:b1", None),
            ("except:mac:00:22:68:1c:59:b1", Some(false)),
            ("s390-subchannels:0.0.1", None),
            ("driver:mlx5_core", None),
            ("ib\\,0", Some(false)),
        ] {
            assert_eq!(DeviceSpecs::new(text).contains(&ib0), expected, "{text}");
        }
    }
}
