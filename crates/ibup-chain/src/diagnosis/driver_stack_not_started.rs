//! IB0301: nobody loaded the driver stack before the network service ran.
//!
//! The case this program was written for. Nothing in the log says so: openibd, not enabled, says nothing; the network
//! service finds no interface; when something loads ib_ipoib at last, the interface appears and the interface manager
//! leaves raising it to the network service, which has already run.

use super::{Diagnosis, Nature};
use crate::event::{Event, EventKind, StackService};
use crate::finding::{Confidence, Finding};
use crate::port::Port;

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: "IB0301",
    name: "driver-stack-not-started",
    nature: Nature::Root,
    signs: &[],
    judge,
    text: include_str!("driver_stack_not_started.md"),
};

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let missed = port.missed()?;
    // Hardware that came later than the network service is not the stack's fault.
    if port.driver_bound().is_some_and(|bound| bound.order > missed.order) || port.driver_failed().is_some() {
        return None;
    }
    let started = port.boot.stack_service();
    if started.is_some_and(|event| event.order < missed.order) {
        return None;
    }
    let appeared = port.netdev_appeared();
    if appeared.is_none() && !is_vendor_stack(port) {
        return None;
    }
    let shown = port.boot.coverage.shows_services_before(missed.order);
    let confidence = if shown { Confidence::Certain } else { Confidence::Likely };
    let finding = Finding::new(&DIAGNOSIS, confidence)
        .shown_by(port.driver_bound())
        .shown_by([missed])
        .shown_by(appeared)
        .check("systemctl is-enabled openibd")
        .check("journalctl -b -u openibd -u 'rdma-load-modules@*' --no-pager")
        .remedy("systemctl enable --now openibd")
        .remedy_raise(port);
    Some(finding)
}

/// Returns whether the machine has the vendor's stack, whose openibd should have loaded it. An inbox stack is loaded
/// by rdma-core, and has a diagnosis of its own.
pub(super) fn is_vendor_stack(port: &Port<'_>) -> bool {
    port.boot.events().any(|event: &Event| {
        matches!(
            event.kind,
            EventKind::Stack(StackService::Openibd, _) | EventKind::HandOffDeferred | EventKind::ManagerSpoke
        )
    })
}
