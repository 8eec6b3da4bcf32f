//! What should be up: what the configuration wants up, and what the caller says.

use std::collections::BTreeMap;

use ibup_config::configuration::DEFAULT_ORDER;
use ibup_config::{Configuration, NetdevName, Place, Tree};

use crate::bringup::interface::configured;
use crate::bringup::interface::facts::Facts;
use crate::bringup::stack::ports;

/// An interface that should be up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expectation {
    /// Its name.
    pub interface: NetdevName,
    /// Where that is written; nothing where only the caller says so.
    pub place: Option<Place>,
}

/// Returns what should be up, by name: what the configuration names, what it means by a pattern and exists, and what the
/// caller names.
pub fn expected(tree: &dyn Tree, configuration: &Configuration, said: &[NetdevName]) -> Vec<Expectation> {
    let named = configured::ports(configuration).into_iter().chain(configured::children(configuration));
    let existing = ports::netdevs(tree).into_iter().filter(ports::Netdev::is_ipoib);
    let existing = existing.filter_map(|netdev| netdev.name.parse().ok());
    let mut found: BTreeMap<NetdevName, Option<Place>> =
        said.iter().map(|name| (name.clone(), None)).collect();
    for name in named.chain(existing) {
        if let Some(place) = wanting(tree, configuration, &name) {
            found.insert(name, Some(place));
        }
    }
    let mut found: Vec<_> =
        found.into_iter().map(|(interface, place)| Expectation { interface, place }).collect();
    found.sort_by_key(|expectation| (expectation.interface.as_str().len(), expectation.interface.clone()));
    found
}

/// Returns where it is written that an interface is to be up.
fn wanting(tree: &dyn Tree, configuration: &Configuration, name: &NetdevName) -> Option<Place> {
    let netdev = Facts::of(tree, name);
    let mut question = netdev.question(tree);
    // What does not exist yet is of the kind that its configuration says.
    question.is_infiniband |= !netdev.exists;
    let config = configured::find(tree, configuration, &question, DEFAULT_ORDER)?;
    configured::is_wanted(config).then(|| config.origin.clone())
}
