//! The hosts that speak in a source, by all their names.

use std::collections::HashMap;

/// How many hosts are told apart; all later ones are taken for the last.
const HOSTS_MAX: usize = 1 << 16;

/// How many names are remembered, the short and the long ones of each host.
const NAMES_MAX: usize = 2 * HOSTS_MAX;

/// How many hosts with the same first label are compared.
const SAME_LABEL_MAX: usize = 64;

/// The longest name that is looked at (that of a domain, RFC 1035).
const LENGTH_MAX: usize = 255;

/// The hosts met so far.
#[derive(Debug, Default)]
pub(super) struct Hosts {
    /// The longest name of each.
    names: Vec<String>,
    by_name: HashMap<String, usize>,
    by_label: HashMap<String, Vec<usize>>,
    /// The name that was asked for last: mostly it is asked for again.
    last: (String, usize),
}

impl Hosts {
    /// Returns the host of the given name.
    ///
    /// `node-9` and `node-9.domain.tld` are one host, `node-9.a` and `node-9.b` are two.
    pub(super) fn find(&mut self, name: &str) -> usize {
        let name = &name[..name.floor_char_boundary(LENGTH_MAX)];
        if self.last.0 == name && !self.names.is_empty() {
            return self.last.1;
        }
        let host = match self.by_name.get(name) {
            Some(&host) => host,
            None => self.learn(name),
        };
        self.last.0.clear();
        self.last.0.push_str(name);
        self.last.1 = host;
        host
    }

    /// Returns the best name of a host: the longest.
    pub(super) fn name(&self, host: usize) -> &str {
        self.names.get(host).map_or("", String::as_str)
    }

    /// Returns the host of a name that is new.
    fn learn(&mut self, name: &str) -> usize {
        let label = first_label(name);
        let same_label = self.by_label.get(label).map_or(&[][..], Vec::as_slice);
        let known =
            same_label.iter().take(SAME_LABEL_MAX).copied().find(|&host| is_same(&self.names[host], name));
        let host = match known {
            Some(host) => {
                if self.names[host].len() < name.len() {
                    name.clone_into(&mut self.names[host]);
                }
                host
            }
            None if self.names.len() == HOSTS_MAX => HOSTS_MAX - 1,
            None => {
                self.names.push(name.to_owned());
                self.by_label.entry(label.to_owned()).or_default().push(self.names.len() - 1);
                self.names.len() - 1
            }
        };
        if self.by_name.len() < NAMES_MAX {
            self.by_name.insert(name.to_owned(), host);
        }
        host
    }
}

/// Tells whether a machine says this name as long as it does not know its own.
pub(super) fn is_provisional(name: &str) -> bool {
    name == "(none)"
        || name.strip_prefix("localhost").is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Returns what names of the same host have in common; all of the name where it is an address.
fn first_label(name: &str) -> &str {
    match name.split_once('.') {
        Some((label, _)) if !label.bytes().all(|byte| byte.is_ascii_digit()) => label,
        _ => name,
    }
}

/// Tells whether two names are of one host: one is the other without some of its last labels.
///
/// `node-9` and `node-9.domain.tld` are one host, `node-9.a` and `node-9.b` are two.
pub fn is_same(one: &str, other: &str) -> bool {
    let (short, long) = if one.len() < other.len() { (one, other) } else { (other, one) };
    long.strip_prefix(short).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}
