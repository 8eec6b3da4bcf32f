//! IB0601: the network service wanted the interface before it existed.

use super::{Diagnosis, Nature};
use crate::event::{Event, EventKind, Progress, StackService};
use crate::finding::{Confidence, Finding, interface};
use crate::port::Port;

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: "IB0601",
    name: "network-ran-before-netdev",
    nature: Nature::Symptom,
    signs: &[],
    judge,
    text: include_str!("network_ran_before_netdev.md"),
};

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let missed = port.missed()?;
    // A netdev that never came was not late, unless who should have made it was.
    let (shown, confidence) = match (port.available(), loader_came_after(port, missed)) {
        (Some(appeared), _) => (appeared, Confidence::Certain),
        (None, Some(loader)) if port.driver_failed().is_none() => (loader, Confidence::Likely),
        _ => return None,
    };
    let interface = interface(port);
    let finding = Finding::new(confidence)
        .shown_by([missed, shown])
        .shown_by(port.late_load())
        .check(format!("systemctl list-dependencies --after sys-subsystem-net-devices-{interface}.device"))
        .check("systemd-analyze critical-chain network.target")
        .remedy_raise(port);
    Some(finding)
}

/// Returns the start of rdma-core's loader of modules, if it came only after the network service missed the interface.
pub(super) fn loader_came_after<'b>(port: &Port<'b>, missed: &Event) -> Option<&'b Event> {
    let loader = port.boot.first_event(|kind| {
        matches!(kind, EventKind::Stack(StackService::RdmaLoadModules, Progress::Started | Progress::Done))
    });
    loader.filter(|loader| loader.order > missed.order)
}
