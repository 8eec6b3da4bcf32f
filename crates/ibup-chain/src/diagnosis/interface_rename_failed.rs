//! IB0405: udev could not give the interface the name that it should have, and who should raise it asks for that.

use super::{Diagnosis, Nature};
use crate::event::{Event, EventKind};
use crate::finding::{Confidence, Finding, interface};
use crate::name::NetdevName;
use crate::port::{Outcome, Port};

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: "IB0405",
    name: "interface-rename-failed",
    nature: Nature::Root,
    signs: &[],
    judge,
    text: include_str!("interface_rename_failed.md"),
};

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    // A name that nobody minds is no trouble.
    if port.outcome() == Outcome::Up {
        return None;
    }
    let denied: Vec<_> = port.events().filter(|event| denied_name(event).is_some()).collect();
    let half_way = port.last(is_rename).filter(|_| is_left_half_way(port));
    let last = denied.last().copied().or(half_way)?;
    let wanted = denied_name(last);
    // udev may get it done at a later try.
    let done = port.events().any(|event| is_rename(&event.kind) && event.subject.netdev.as_ref() == wanted && event.order > last.order);
    if done && wanted.is_some() {
        return None;
    }
    let asked = port.events().find(|event| {
        let other = event.subject.netdev.is_some() && event.subject.netdev != port.netdev;
        other && matches!(event.kind, EventKind::RaiseFoundNothing(_) | EventKind::RaiseFailed(_))
    });
    // The interface manager and NetworkManager, too, look for the configuration of the name that is.
    let unknown = ["IB0503", "IB0603"].iter().find_map(|code| port.signs(code).first().copied());
    // Somebody waited for a network that did not come to be.
    let gave_up = port.boot.first_event(|kind| *kind == EventKind::OnlineWaitFailed);
    let confidence = match (asked, unknown) {
        (Some(_), _) => Confidence::Certain,
        (None, Some(_)) => Confidence::Likely,
        (None, None) if port.is_wanted() || gave_up.is_some() => Confidence::Likely,
        (None, None) => Confidence::Possible,
    };
    let name = interface(port);
    let finding = Finding::new(confidence)
        .shown_by(denied)
        .shown_by(half_way)
        .shown_by(asked)
        .shown_by(unknown)
        .check("ip -br link show")
        .check("grep -rnE 'NAME=|Name=' /etc/udev/rules.d /etc/systemd/network")
        .check(format!("udevadm test-builtin net_id /sys/class/net/{name}"));
    let target = wanted.or_else(|| asked.and_then(|asked| asked.subject.netdev.as_ref()));
    Some(match target {
        Some(target) => finding
            .remedy(format!("ip link set {name} down"))
            .remedy(format!("ip link set {name} name {target}"))
            .remedy(format!("ip link set {target} up")),
        None => finding,
    })
}

/// Returns the name that the netdev should have got and did not, where the event tells it.
fn denied_name(event: &Event) -> Option<&NetdevName> {
    match &event.kind {
        EventKind::NetdevRenameFailed { to } => Some(to),
        _ => None,
    }
}

fn is_rename(kind: &EventKind) -> bool {
    matches!(kind, EventKind::NetdevRenamed { .. })
}

/// Returns whether the interface was left under a name of the moment.
pub(super) fn is_left_half_way(port: &Port<'_>) -> bool {
    port.netdev.as_ref().is_some_and(NetdevName::is_of_the_moment)
}
