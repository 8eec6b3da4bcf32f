//! IB0803: a `P_Key` child is up and its parent is not, so the child has no carrier.

use super::{Diagnosis, Nature};
use crate::event::{Event, EventKind};

use crate::finding::{Confidence, Finding, Tool, interface};
use crate::name::NetdevName;
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};
use crate::template::Captures;

const CODE: &str = "IB0803";
/// The kernel opened the child before its parent.
const OPENED: &str = "IB0803 opened";
/// The kernel opens a netdev, and says so of each where debugging is on.
const OPENING: &str = "IB0803 opening";
/// `ip link` shows the child open and its parent not.
const SHOWN: &str = "IB0803 shown";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "child-up-parent-down",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("child_up_parent_down.md"),
};

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Kernel,
        says: "{netdev}: parent device {parent=netdev} is not up, so child device may be not functioning",
        means: |captures| EventKind::sign(OPENED, captures.get("parent")?),
        source: "Linux, drivers/infiniband/ulp/ipoib/ipoib_main.c, ipoib_open, where debugging is on",
        samples: &["kernel: ib0.8001: parent device ib0 is not up, so child device may be not functioning."],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "^{netdev}: bringing up interface",
        means: |_| EventKind::sign(OPENING, ""),
        source: "Linux, drivers/infiniband/ulp/ipoib/ipoib_main.c, ipoib_open, where debugging is on",
        samples: &["kernel: ib0: bringing up interface"],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "{netdev}@{parent=netdev}: <{flags=word}M-DOWN",
        means: shown,
        source: "iproute2, ip/ipaddress.c, print_link_flags: the link below the netdev is not up",
        samples: &[
            "ip-link: 7: ib0.8001@ib0: <BROADCAST,MULTICAST,UP,M-DOWN> mtu 2044 qdisc mq state UP mode DEFAULT group default qlen 1024",
        ],
    },
];

/// Reads the flags of a child that is open itself.
fn shown(captures: &Captures<'_>) -> Option<EventKind> {
    let is_open = captures.get("flags")?.split(',').any(|flag| flag == "UP");
    if is_open { EventKind::sign(SHOWN, captures.get("parent")?) } else { None }
}

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let (opened, shown) = (port.signs(OPENED).pop(), port.signs(SHOWN).pop());
    let parent = match opened.or(shown).map(|word| &word.kind) {
        Some(EventKind::Sign { detail, .. }) => detail.parse().ok()?,
        _ => port.netdev.as_ref()?.parent()?,
    };
    let opened = opened.filter(|opened| !is_up_after(port, &parent, opened));
    // Without debugging nobody says it: then the child waits for carrier, and the parent was last heard of as down.
    let waits = port.awaits_carrier().filter(|since| port.has_waited_long(since));
    let down = parent_down(port, &parent);
    let alone = port.without_parent();
    let confidence = match (opened, waits, down) {
        _ if alone.is_some() => Confidence::Likely,
        (Some(opened), ..) if port.link_came_after(opened) => Confidence::Possible,
        (Some(_), Some(_), _) | (_, Some(_), Some(_)) => Confidence::Likely,
        (Some(_), None, _) => Confidence::Possible,
        _ => return None,
    };
    let tool = Tool::of(port);
    let finding = Finding::new(confidence)
        .shown_by(opened)
        .shown_by(alone)
        .shown_by(waits)
        .shown_by(down)
        .check(format!("ip -br link show {parent}"))
        .check(format!("ip -d link show {}", interface(port)))
        .remedy(tool.raise(parent.as_str()));
    Some(finding)
}

fn of<'b>(port: &Port<'b>, netdev: &NetdevName) -> impl DoubleEndedIterator<Item = &'b Event> {
    port.boot.events().filter(move |event| event.subject.netdev.as_ref() == Some(netdev))
}

fn is_up(kind: &EventKind) -> bool {
    matches!(kind, EventKind::Raised(_) | EventKind::CarrierGained | EventKind::AddressAssigned)
}

/// Returns whether the netdev was raised after the event; the kernel opens its children with it.
fn is_up_after(port: &Port<'_>, netdev: &NetdevName, event: &Event) -> bool {
    of(port, netdev).any(|later| later.order > event.order && is_up(&later.kind))
}

/// Returns the last word on the parent, if it is that it is down: somebody took it down, or failed to raise it.
fn parent_down<'b>(port: &Port<'b>, parent: &NetdevName) -> Option<&'b Event> {
    let is_down = |kind: &EventKind| {
        matches!(kind, EventKind::Lowered | EventKind::RaiseFailed(_) | EventKind::RaiseFoundNothing(_))
    };
    of(port, parent).rfind(|event| is_up(&event.kind) || is_down(&event.kind)).filter(|last| is_down(&last.kind))
}
