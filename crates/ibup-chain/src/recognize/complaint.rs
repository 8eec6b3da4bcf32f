//! Whoever needs an interface and finds it down: a file system's start script, a site's check, a router daemon.
//!
//! Their names are without number, their words alike. They settle nothing about why, but that somebody wants the
//! interface: configuration that says otherwise is then no wish to leave it alone.

use super::{Pattern, Speaker};
use crate::event::EventKind;
use crate::name::NetdevName;
use crate::template::Captures;

/// Much can be down; what is meant is an interface that by its name is one of `IPoIB`.
fn found_down(captures: &Captures<'_>) -> Option<EventKind> {
    let netdev: NetdevName = captures.parse("netdev")?;
    netdev.looks_like_ipoib().then_some(EventKind::FoundDown)
}

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Anyone,
        says: "{netdev} is down",
        means: found_down,
        source: "scripts of sites and daemons that need an interface, in common words",
        samples: &["lustre-pre: ib1 is down, not mounting", "keepalived: interface ib0 is down"],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "{netdev} is not up",
        means: found_down,
        source: "scripts of sites and daemons that need an interface, in common words",
        samples: &["check-fabric: ib0 is not up"],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "{netdev}: state DOWN",
        means: found_down,
        source: "scripts of sites that print what `ip link` (iproute2, ip/ipaddress.c, print_operstate) says",
        samples: &["check-fabric: ib1: state DOWN"],
    },
];
