//! From stanzas to interfaces: all stanzas of one logical name, and what they inherit, make one.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use super::commands::{self, Effect};
use super::{Interfaces, Selection, Stanza, StanzaOption};
use crate::address::InterfaceAddress;
use crate::interface::{Child, InterfaceConfig, OnBoot, Owner};
use crate::limits::NESTING_MAX;
use crate::name::NetdevName;
use crate::pkey::Pkey;
use crate::selector::{Patterns, Selector};
use crate::warning::{Warning, WarningKind};

/// Stanzas and options all interfaces together may take over from templates.
const INHERITED_MAX: usize = 1 << 16;
/// Patterns of `auto` lines that are looked at, and netdevs that one logical interface may be.
const PATTERNS_MAX: usize = 64;

impl Interfaces {
    /// Returns what the stanzas say in the form common to all services, and what was noticed on the way.
    pub fn interfaces(&self) -> (Vec<InterfaceConfig>, Vec<Warning>) {
        let mut converter = Converter::new(self);
        let mut done = BTreeSet::new();
        let mut found = Vec::new();
        for stanza in self.stanzas.iter().filter(|stanza| done.insert(stanza.name.as_str())) {
            let selections = converter.selections_of(&stanza.name);
            let merged = converter.merge(stanza, &selections);
            found.extend(others(&merged, &selections));
            found.push(merged);
        }
        (found, converter.warnings)
    }
}

/// The stanzas and selections by name.
struct Converter<'a> {
    stanzas: BTreeMap<&'a str, Vec<&'a Stanza>>,
    selections: BTreeMap<&'a str, Vec<&'a Selection>>,
    patterns: Vec<&'a Selection>,
    inherited: usize,
    warnings: Vec<Warning>,
}

impl<'a> Converter<'a> {
    fn new(interfaces: &'a Interfaces) -> Self {
        let mut stanzas: BTreeMap<&str, Vec<&Stanza>> = BTreeMap::new();
        for stanza in &interfaces.stanzas {
            stanzas.entry(&stanza.name).or_default().push(stanza);
        }
        let mut selections: BTreeMap<&str, Vec<&Selection>> = BTreeMap::new();
        let mut patterns = Vec::new();
        for selection in &interfaces.selections {
            match selection.target() {
                Some(target) => selections.entry(target).or_default().push(selection),
                None if patterns.len() < PATTERNS_MAX => patterns.push(selection),
                None => {}
            }
        }
        Self { stanzas, selections, patterns, inherited: 0, warnings: Vec::new() }
    }

    /// Returns the lines by which something becomes a logical interface.
    fn selections_of(&self, logical: &str) -> Vec<&'a Selection> {
        let written_out = self.selections.get(logical).into_iter().flatten().copied();
        let matching = self.patterns.iter().copied().filter(|selection| selection.matches(logical));
        written_out.chain(matching).collect()
    }

    /// Merges the stanzas of one logical interface, of which this is the first.
    fn merge(&mut self, first: &Stanza, selections: &[&Selection]) -> InterfaceConfig {
        let name = first.name.parse::<NetdevName>().ok();
        // A name that no netdev can have is a template's, or one that a selection makes of a netdev.
        let nothing = || Selector { names: Patterns::nothing(), ..Selector::default() };
        let selector = name.as_ref().map_or_else(nothing, Selector::name);
        let mut interface = InterfaceConfig::new(Owner::Ifupdown, &first.name, selector, first.place.clone());
        interface.on_boot = on_boot(selections);
        interface.child = name.as_ref().and_then(Child::from_name);
        for stanza in self.stanzas.get(first.name.as_str()).cloned().unwrap_or_default() {
            interface.dhcp |= stanza.method.as_deref().is_some_and(|method| method.starts_with("dhcp"));
            let mut options = Vec::new();
            self.inherit(stanza, NESTING_MAX, &mut options);
            apply(&mut interface, &options, &mut self.warnings);
        }
        interface
    }

    /// Collects the options of a stanza behind those it inherits, so that its own come last and win.
    fn inherit(&mut self, stanza: &'a Stanza, depth: usize, options: &mut Vec<&'a StanzaOption>) {
        for template in &stanza.inherits {
            let Some(found) = self.template(template, stanza) else {
                let kind = WarningKind::Missing { what: template.clone() };
                self.warnings.push(Warning { place: stanza.place.clone(), kind });
                continue;
            };
            self.inherited += 1 + found.options.len();
            // A template that inherits itself would go on for ever.
            if depth > 0 && self.inherited <= INHERITED_MAX {
                self.inherit(found, depth - 1, options);
            }
        }
        options.extend(&stanza.options);
    }

    /// Returns the stanza that another inherits: of the same family, if there is one.
    fn template(&self, name: &str, heir: &Stanza) -> Option<&'a Stanza> {
        let stanzas = self.stanzas.get(name)?;
        let same_family = stanzas.iter().find(|stanza| stanza.family == heir.family);
        same_family.or(stanzas.first()).copied()
    }
}

/// Returns when the netdev called like a logical interface is raised.
fn on_boot(selections: &[&Selection]) -> OnBoot {
    let own = selections.iter().filter(|selection| selection.selector().is_none());
    own.map(|selection| selection.on_boot()).min().unwrap_or(OnBoot::No)
}

/// Returns the interface once more for every line that makes another netdev it: `auto ib0=work`, `auto /ib*=ipoib`.
fn others(interface: &InterfaceConfig, selections: &[&Selection]) -> Vec<InterfaceConfig> {
    let other = |selection: &&Selection| {
        let (selector, on_boot) = (selection.selector()?, selection.on_boot());
        Some(InterfaceConfig { name: selector.only_name(), selector, on_boot, ..interface.clone() })
    };
    selections.iter().filter_map(other).take(PATTERNS_MAX).collect()
}

fn apply(interface: &mut InterfaceConfig, options: &[&StanzaOption], warnings: &mut Vec<Warning>) {
    let mut netmask = None;
    for option in options {
        match option.key.replace('_', "-").as_str() {
            "address" => {
                let address: Option<InterfaceAddress> = value(option, "an IP address", warnings);
                interface.addresses.extend(address);
            }
            "netmask" => netmask = Some(*option),
            "mtu" => interface.mtu = value(option, "a number of bytes", warnings).or(interface.mtu),
            "mode" | "ipoib-mode" => {
                interface.mode = value(option, "connected or datagram", warnings).or(interface.mode);
            }
            "bond-master" => {
                interface.bond_master =
                    value(option, "the name of a bond", warnings).or(interface.bond_master.take());
            }
            "bond-slaves" | "slaves" => interface.bond_ports = names(&option.value),
            "pkey" | "pkey-id" | "ipoib-pkey" | "ib-pkey" => {
                interface.child = Some(stated(interface, option, warnings));
            }
            "pre-up" | "up" | "post-up" => apply_command(interface, option),
            _ => {}
        }
    }
    let Some(option) = netmask else { return };
    if let Some(address) = interface.addresses.last_mut().filter(|address| address.prefix.is_none()) {
        match address.with_prefix(&option.value) {
            Ok(with_prefix) => *address = with_prefix,
            Err(_) => warnings.push(ignored(option, "a prefix length or a netmask")),
        }
    }
}

fn apply_command(interface: &mut InterfaceConfig, option: &StanzaOption) {
    let Some(name) = interface.name.clone() else {
        return;
    };
    match commands::effect(&option.value, &name) {
        Some(Effect::Mode(mode)) => interface.mode = interface.mode.or(Some(mode)),
        Some(Effect::Child { parent, pkey }) => {
            let child = Child::stated(Some(parent.clone()), pkey);
            let created = child.kernel_name();
            // Either the child's own stanza creates it, or its parent's.
            if parent == name {
                interface.creates.extend(created);
            } else if created.as_ref() == Some(&name) {
                interface.child = Some(child);
            }
        }
        None => {}
    }
}

fn stated(interface: &InterfaceConfig, option: &StanzaOption, warnings: &mut Vec<Warning>) -> Child {
    let pkey = option.value.parse::<Pkey>();
    if let Err(reason) = &pkey {
        let kind = WarningKind::UnusablePkey { reason: reason.clone() };
        warnings.push(Warning { place: option.place.clone(), kind });
    }
    let parent = interface.name.as_ref().and_then(|name| Some(name.split_child()?.0));
    Child::stated(parent, pkey)
}

/// Reads the value of an option; what follows a `#` is no comment here, but nobody means it as a value either.
fn value<T: FromStr>(
    option: &StanzaOption,
    expected: &'static str,
    warnings: &mut Vec<Warning>,
) -> Option<T> {
    let (text, comment) = option.value.split_once('#').unwrap_or((&option.value, ""));
    let has_comment = !comment.is_empty() || option.value.ends_with('#');
    if has_comment {
        let kind = WarningKind::TrailingComment { key: option.key.clone(), value: option.value.clone() };
        warnings.push(Warning { place: option.place.clone(), kind });
    }
    let value = text.trim().parse().ok();
    if value.is_none() {
        warnings.push(ignored(option, expected));
    }
    value
}

fn ignored(option: &StanzaOption, expected: &'static str) -> Warning {
    let kind = WarningKind::Ignored { key: option.key.clone(), value: option.value.clone(), expected };
    Warning { place: option.place.clone(), kind }
}

fn names(words: &str) -> Vec<NetdevName> {
    words
        .split_ascii_whitespace()
        .filter(|word| *word != "none")
        .filter_map(|word| word.parse().ok())
        .collect()
}
