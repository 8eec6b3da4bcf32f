//! `auto` and `allow-*` lines: which netdevs are raised, when, and as which logical interface.

use crate::glob;
use crate::hardware_address::HardwareAddress;
use crate::interface::OnBoot;
use crate::place::Place;
use crate::selector::{AddressRule, Patterns, Selector};

/// One name of an `auto` or `allow-*` line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    /// The class: `auto`, `hotplug`, or whatever follows `allow-`.
    pub class: String,
    /// The netdevs.
    pub netdevs: Selected,
    /// The logical interface they become, where it is not called like the netdev.
    pub logical: Option<String>,
    /// Where it is written.
    pub place: Place,
}

/// The netdevs of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selected {
    /// The netdev of this name.
    Name(String),
    /// `/PATTERN`: netdevs whose names match.
    Names(String),
    /// `mac/ADDRESS`.
    Address(HardwareAddress),
    /// A pattern over something else of the netdev.
    NotEvaluated(String),
}

impl Selection {
    /// Reads one name of a line.
    pub(super) fn new(class: &str, word: &str, place: Place) -> Self {
        let (netdevs, logical) = match word.split_once('=') {
            Some((netdevs, logical)) => (netdevs, Some(logical.to_owned())),
            None => (word, None),
        };
        Self { class: class.to_owned(), netdevs: Selected::new(netdevs), logical, place }
    }

    /// Returns when the class is raised.
    pub(super) fn on_boot(&self) -> OnBoot {
        match self.class.as_str() {
            "auto" => OnBoot::Yes,
            "hotplug" => OnBoot::Hotplug,
            _ => OnBoot::No,
        }
    }

    /// Returns the logical interface that the line is for, where it is written out.
    pub(super) fn target(&self) -> Option<&str> {
        match (&self.logical, &self.netdevs) {
            (Some(logical), _) => Some(logical),
            (None, Selected::Name(name)) => Some(name),
            (None, _) => None,
        }
    }

    /// Returns whether the line selects netdevs by pattern, each as the logical interface called like it.
    pub(super) fn matches(&self, name: &str) -> bool {
        matches!(&self.netdevs, Selected::Names(pattern) if self.logical.is_none() && glob::matches(pattern, name))
    }

    /// Returns which netdevs become a logical interface by this line, other than the one called like it.
    pub(super) fn selector(&self) -> Option<Selector> {
        let logical = self.logical.as_ref()?;
        let selector = match &self.netdevs {
            Selected::Name(name) if name == logical => return None,
            Selected::Name(name) => Selector { names: Patterns::literal(name), ..Selector::default() },
            Selected::Names(pattern) => Selector { names: Patterns::glob(pattern), ..Selector::default() },
            Selected::Address(address) => Selector {
                hardware_addresses: vec![*address],
                address_rule: AddressRule::Whole,
                ..Selector::default()
            },
            Selected::NotEvaluated(text) => {
                Selector { not_evaluated: vec![text.clone()], ..Selector::default() }
            }
        };
        Some(selector)
    }
}

impl Selected {
    /// Reads `[VARIABLE]/VALUE[/OPTIONS]`, or a name.
    fn new(text: &str) -> Self {
        let mut parts = text.splitn(3, '/');
        match (parts.next(), parts.next(), parts.next()) {
            (Some(""), Some(pattern), None) => Self::Names(pattern.to_owned()),
            (Some("mac"), Some(address), None) => {
                address.parse().map_or_else(|_| Self::NotEvaluated(text.to_owned()), Self::Address)
            }
            (Some(name), None, _) => Self::Name(name.to_owned()),
            _ => Self::NotEvaluated(text.to_owned()),
        }
    }
}
