//! IB0705: the physical link is there, and no subnet manager makes the port active.
//!
//! The kernel says so only where it tells the states of ports. Where it does not, what is left is absence: an interface
//! that was raised, a cable that is in, and no carrier for long.

use super::{Diagnosis, Nature, link_stays_polling, opensm_not_running, pkey_changed_at_boot, port_disabled};
use crate::event::{Event, EventKind, NetworkStack, PhysicalState, PortState, Progress};
use crate::finding::{Confidence, Finding, device, interface};
use crate::port::{Outcome, Port};

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: "IB0705",
    name: "no-subnet-manager",
    nature: Nature::Root,
    signs: &[],
    judge,
    text: include_str!("no_subnet_manager.md"),
};

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let (shown, confidence) = by_state(port).or_else(|| by_absence(port))?;
    if is_something_else(port) {
        return None;
    }
    let device = device(port);
    let mut finding = Finding::new(confidence)
        .shown_by(port.last(|kind| *kind == EventKind::CablePlugged).filter(|_| port.has_cable()))
        .shown_by([shown])
        .shown_by(port.awaits_carrier())
        .check(format!("ibstat {device}"))
        .check("sminfo")
        .check(format!("ip -br link show {}", interface(port)));
    if confidence == Confidence::Possible {
        finding = finding.check(format!("mlxlink -d {device}"));
    }
    if confidence == Confidence::Certain {
        finding = finding.remedy("systemctl enable --now opensm");
    }
    Some(finding)
}

/// Returns the word by which the port has a link and waits for a subnet manager.
fn by_state<'b>(port: &Port<'b>) -> Option<(&'b Event, Confidence)> {
    let linked = match port.logical_state() {
        Some((event, PortState::Init)) => Some((event, Confidence::Certain)),
        // A subnet manager has begun with it, and has not come back.
        Some((event, PortState::Armed)) => Some((event, Confidence::Likely)),
        _ => None,
    };
    let physical = || match port.physical_state() {
        Some((event, PhysicalState::LinkUp)) if port.awaits_carrier().is_some() => {
            Some((event, Confidence::Likely))
        }
        _ => None,
    };
    let (event, confidence) = linked.or_else(physical)?;
    if !port.may_be_wanted() {
        return Some((event, Confidence::Possible));
    }
    // Every port is so for a moment.
    let boot_over = port.boot.first_event(|kind| *kind == EventKind::BootFinished).is_some();
    let settled = boot_over || port.has_waited_long(event) || port.boot.coverage.is_filtered();
    Some((event, if settled { confidence } else { Confidence::Likely }))
}

/// Returns the event since when the interface has no carrier, where nobody tells the state of the port.
fn by_absence<'b>(port: &Port<'b>) -> Option<(&'b Event, Confidence)> {
    let is_told = port.physical_state().is_some() || port.logical_state().is_some() || port.is_active().is_some();
    if is_told || port.is_ethernet() {
        return None;
    }
    if let Some(since) = port.awaits_carrier() {
        let long = port.has_waited_long(since);
        let is_likely = long && port.has_cable();
        // An interface that has just been raised has no carrier yet.
        let is_worth_a_look = long || port.chance_shown_after(since);
        let confidence = if is_likely { Confidence::Likely } else { Confidence::Possible };
        return is_worth_a_look.then_some((since, confidence));
    }
    let done = nothing_followed(port)?;
    Some((done, Confidence::Possible))
}

/// Returns the network service's word that it is done, where it had this interface to raise and complained of nothing, a
/// cable is in, and nothing at all is said of carrier.
fn nothing_followed<'b>(port: &Port<'b>) -> Option<&'b Event> {
    let appeared = port.netdev_appeared()?;
    let managed = port.first(|kind| *kind == EventKind::ManagerSpoke);
    let is_silent = port.outcome() == Outcome::Unknown && !port.is_wanted() && port.has_cable();
    if !is_silent || !port.boot.kernel_tells_carrier() || managed.is_none() || port.has_raised_sibling() || port.driver_failed().is_some() {
        return None;
    }
    let is_done = |event: &&Event| {
        let stacks = [NetworkStack::Ifupdown, NetworkStack::NetworkScripts, NetworkStack::Wicked];
        let by = |stack: &NetworkStack| event.kind == EventKind::Network(*stack, Progress::Done);
        event.order > appeared.order && stacks.iter().any(by)
    };
    let done = port.boot.events().find(is_done)?;
    port.chance_shown_after(done).then_some(done)
}

/// Returns whether another diagnosis of the link says more.
fn is_something_else(port: &Port<'_>) -> bool {
    port.cable_out().is_some()
        || port.cable_failed().is_some()
        || port.is_virtual_function()
        // A child has the link of its parent.
        || port.without_parent().is_some()
        // Without a subnet manager there are no partitions and no groups either.
        || (port.link_trouble().is_some() && port.logical_state().is_none())
        || pkey_changed_at_boot::lacks_default(port).is_some_and(|_| port.logical_state().is_none())
        || (port_disabled::DIAGNOSIS.judge)(port).is_some()
        || link_stays_polling::no_physical_link(port).is_some()
        || opensm_not_running::failed(port).is_some()
}
