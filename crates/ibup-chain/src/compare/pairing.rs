//! Which healthy boot a boot is held against, and which port of it each port.

use ibup_journal::boots::is_same_host;

use crate::boot::Boot;
use crate::port::Port;

/// Chooses the boot to compare with, of those that are told, each with whether it is healthy: the last healthy one of the
/// same host, else the last healthy one, else the last of the host, else the last. Never the boot itself.
pub fn choose<'b>(boot: &Boot, candidates: &[(&'b Boot, bool)]) -> Option<(&'b Boot, bool)> {
    let others = candidates.iter().filter(|(candidate, _)| !is_same(boot, candidate));
    // Of several that are as good, `max_by_key` gives the last.
    others.max_by_key(|(candidate, is_healthy)| (*is_healthy, is_of_host(boot, candidate))).copied()
}

fn is_of_host(a: &Boot, b: &Boot) -> bool {
    a.host.as_deref().zip(b.host.as_deref()).is_some_and(|(a, b)| is_same_host(a, b))
}

/// Returns whether both are the same boot: a file may be named on both sides.
fn is_same(a: &Boot, b: &Boot) -> bool {
    match (a.id, b.id) {
        (Some(a), Some(b)) => a == b,
        _ => a.host == b.host && a.first == b.first && a.first.wall.is_some(),
    }
}

/// Pairs the ports of a boot with those of a healthy one: by name and function, then by name, by function, and then one
/// after the other. A port whose like is not there stands alone.
pub fn pairs<'b>(here: &'b Boot, there: &'b Boot) -> Vec<(Option<Port<'b>>, Option<Port<'b>>)> {
    let mut ours: Vec<_> = Port::all(here).into_iter().map(|port| (port, None)).collect();
    let mut theirs = Port::all(there);
    let ways: [Likeness; 4] = [
        |a, b| has_same_name(a, b) && has_same_function(a, b),
        has_same_name,
        |a, b| has_same_function(a, b) && is_child(a) == is_child(b),
        |a, b| is_child(a) == is_child(b),
    ];
    for is_like in ways {
        for (port, like) in ours.iter_mut().filter(|(_, like)| like.is_none()) {
            *like = theirs.iter().position(|other| is_like(port, other)).map(|index| theirs.remove(index));
        }
    }
    let alone = theirs.into_iter().map(|port| (None, Some(port)));
    ours.into_iter().map(|(port, like)| (Some(port), like)).chain(alone).collect()
}

/// Says whether two ports are like.
type Likeness = fn(&Port<'_>, &Port<'_>) -> bool;

fn has_same_name(a: &Port<'_>, b: &Port<'_>) -> bool {
    a.netdev.is_some() && a.netdev == b.netdev
}

fn has_same_function(a: &Port<'_>, b: &Port<'_>) -> bool {
    a.pci.is_some() && a.pci == b.pci
}

/// Returns whether this is a child, which is never the like of a port.
fn is_child(port: &Port<'_>) -> bool {
    port.netdev.as_ref().is_some_and(|name| name.parent().is_some())
}
