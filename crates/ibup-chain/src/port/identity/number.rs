//! Which port of its RDMA device a port is. Few devices have two.

use std::collections::BTreeSet;

use super::natural_order;
use crate::port::Port;

/// Returns of each port which one it is of those on its function, by the names of their netdevs; a child is where its
/// parent is.
pub(super) fn siblings(ports: &[Port<'_>]) -> Vec<usize> {
    let parent =
        |port: &Port<'_>| port.netdev.as_ref().map(|name| name.parent().unwrap_or_else(|| name.clone()));
    let index = |port: &Port<'_>| {
        let of_one = ports.iter().filter(|other| (other.pci, &other.hca) == (port.pci, &port.hca));
        let mut names: Vec<_> = of_one.filter_map(parent).collect();
        names.sort_by_cached_key(natural_order);
        names.dedup();
        parent(port).and_then(|name| names.iter().position(|other| *other == name)).unwrap_or(0)
    };
    ports.iter().map(index).collect()
}

/// Returns which port of its RDMA device this is. Few devices have two; then the netdevs are in the order of the ports.
pub(super) fn number(port: &Port<'_>, index: usize) -> Option<u8> {
    let numbers: BTreeSet<_> = port.events.iter().filter_map(|event| event.subject.port).collect();
    numbers.iter().nth(index).or(numbers.first()).copied()
}
