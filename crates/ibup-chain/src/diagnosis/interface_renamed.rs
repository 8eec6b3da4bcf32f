//! IB0404: the interface got another name, and who should raise it asks for the old one.

use super::{Diagnosis, Nature, interface_rename_failed, profile_for_vanished_name};
use crate::event::{Event, EventKind};
use crate::finding::{Confidence, Finding, Tool};
use crate::name::NetdevName;
use crate::port::{Outcome, Port};

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: "IB0404",
    name: "interface-renamed",
    nature: Nature::Root,
    signs: &[],
    judge,
    text: include_str!("interface_renamed.md"),
};

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    // What NetworkManager could not find is the name in a profile.
    let by_profile = !profile_for_vanished_name::misfits(port).is_empty();
    if port.outcome() == Outcome::Up || interface_rename_failed::is_left_half_way(port) || by_profile {
        return None;
    }
    let (asked, renamed, new) = asked_for_former_name(port)
        .or_else(|| asked_for_no_name(port))
        .or_else(|| asked_for_a_number(port))?;
    let old = asked.subject.netdev.as_ref()?;
    let of_this = renamed.iter().any(|event| is_from(event, old) || is_from_parent(event, old));
    let in_order = renamed.iter().all(|event| event.order < asked.order);
    let confidence = if of_this && in_order { Confidence::Certain } else { Confidence::Likely };
    let finding = Finding::new(confidence)
        .shown_by(renamed)
        .shown_by([asked])
        .check("ip -br link show")
        .check(format!("grep -rnw '{old}' {}", Tool::of(port).places()));
    Some(match new {
        Some(new) => remedies(port, finding, old, &new),
        None => finding,
    })
}

/// What somebody asked for, the renames that tell that it is gone, and the name to ask for, where it is known.
type Misnamed<'b> = (&'b Event, Vec<&'b Event>, Option<NetdevName>);

/// Finds who asked for a name that this interface, or the parent of this child, had and has no more.
fn asked_for_former_name<'b>(port: &Port<'b>) -> Option<Misnamed<'b>> {
    let current = port.netdev.as_ref()?;
    let is_miss = |event: &&Event| matches!(event.kind, EventKind::RaiseFoundNothing(_));
    for asked in port.events().filter(is_miss) {
        let Some(old) = asked.subject.netdev.as_ref() else { continue };
        let rename = port.boot.events().find(|event| is_from(event, old) || is_from_parent(event, old));
        let Some(rename) = rename else { continue };
        let Some(name) = rename.subject.netdev.as_ref() else { continue };
        if old != current && is_from(rename, old) {
            return Some((asked, vec![rename], Some(current.clone())));
        }
        let suffix = old.as_str().rsplit_once('.').map(|(_, suffix)| suffix);
        if let Some(suffix) = suffix.filter(|_| port.netdev_appeared().is_none() && is_from_parent(rename, old)) {
            return Some((asked, vec![rename], format!("{name}.{suffix}").parse().ok()));
        }
    }
    None
}

/// Finds a name that no interface has or had, while every function has one under a name nobody asks for.
fn asked_for_no_name<'b>(port: &Port<'b>) -> Option<Misnamed<'b>> {
    let is_free = port.pci.is_none() && port.netdev_appeared().is_none();
    let asked = port.missed().filter(|_| is_free)?;
    let others = Port::all(port.boot);
    let mut others: Vec<_> = others.into_iter().filter(|other| other.netdev != port.netdev).collect();
    if others.iter().any(|other| other.netdev.is_none()) {
        return None;
    }
    others.retain(|other| {
        let is_given = other.netdev.as_ref().is_some_and(|name| name.kernel_number().is_none() && name.parent().is_none());
        let is_ipoib = other.netdev.as_ref().is_some_and(NetdevName::looks_like_ipoib) || was_numbered(other);
        is_given && is_ipoib && other.netdev_appeared().is_some() && other.raised().is_none()
    });
    let shown: Vec<_> = others
        .iter()
        .filter_map(|other| {
            other.last(|kind| matches!(kind, EventKind::NetdevRenamed { .. })).or(other.netdev_appeared())
        })
        .collect();
    let only = if let [other] = &others[..] { other.netdev.clone() } else { None };
    (!shown.is_empty()).then_some((asked, shown, only))
}

/// Finds who asked for a number, where udev gave this interface another name, and the kernel the number again to the
/// next: which of them is meant nobody can tell, and none is found.
fn asked_for_a_number<'b>(port: &Port<'b>) -> Option<Misnamed<'b>> {
    let renamed = port.last(|kind| matches!(kind, EventKind::NetdevRenamed { from } if from.kernel_number().is_some()))?;
    let EventKind::NetdevRenamed { from } = &renamed.kind else { return None };
    let bearers = port.boot.events().filter(|event| is_from(event, from) && event.subject.pci.is_some());
    let mut bearers: Vec<_> = bearers.filter_map(|event| event.subject.netdev.as_ref()).collect();
    bearers.sort_unstable();
    bearers.dedup();
    let is_asked = |event: &&Event| {
        matches!(event.kind, EventKind::RaiseFoundNothing(_)) && event.subject.netdev.as_ref() == Some(from)
    };
    let asked = port.boot.events().find(is_asked).filter(|_| bearers.len() > 1)?;
    Some((asked, vec![renamed], port.netdev.clone()))
}

/// Returns whether the interface had a name of the kernel's before.
fn was_numbered(port: &Port<'_>) -> bool {
    port.first(|kind| matches!(kind, EventKind::NetdevRenamed { from } if from.kernel_number().is_some())).is_some()
}

fn is_from(event: &Event, old: &NetdevName) -> bool {
    matches!(&event.kind, EventKind::NetdevRenamed { from } if from == old)
}

fn is_from_parent(event: &Event, old: &NetdevName) -> bool {
    old.parent().is_some_and(|parent| is_from(event, &parent))
}

/// Adds what gives the configuration the new name.
fn remedies<'b>(port: &Port<'b>, finding: Finding<'b>, old: &NetdevName, new: &NetdevName) -> Finding<'b> {
    let tool = Tool::of(port);
    let finding = match port.network_stack() {
        Some(_) => finding.remedies(tool.rename(old.as_str(), new.as_str())).remedy(tool.raise(new.as_str())),
        None => finding,
    };
    let pin = format!("[Match]\\nOriginalName=*\\nType=infiniband\\n[Link]\\nName={old}\\n");
    // With several of them the type matches all.
    if Port::all(port.boot).len() == 1 {
        finding.remedy(format!("printf '{pin}' > /etc/systemd/network/10-{old}.link"))
    } else {
        finding
    }
}
