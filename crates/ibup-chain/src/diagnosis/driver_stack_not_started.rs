//! IB0301: nobody loaded the driver stack before the network service ran.
//!
//! The case this program was written for. Nothing in the log says so: openibd, not enabled, says nothing; the network
//! service finds no interface; when something loads ib_ipoib at last, the interface appears and the interface manager
//! leaves raising it to the network service, which has already run.
//!
//! Where the machine's files are at hand, they say so: the unit is not enabled.

use super::{Diagnosis, Nature, systemd_ordering_cycle};
use crate::event::{Event, EventKind};
use crate::fact::FactKind;
use crate::finding::{Confidence, Finding};
use crate::name::NetdevName;
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: "IB0301",
    name: "driver-stack-not-started",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("driver_stack_not_started.md"),
};

/// Modules of the vendor's stack were loaded.
const VENDOR: &str = "IB0301 vendor";

static SIGNS: &[Pattern] = &[Pattern {
    speaker: Speaker::Kernel,
    says: "^Compat-mlnx-ofed backport release: {release=word}",
    means: |_| EventKind::sign(VENDOR, ""),
    source: "the vendor's mlx_compat module, compat/main.c, backport_init",
    samples: &["kernel: Compat-mlnx-ofed backport release: b4fdfac"],
}];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let absent = port.seen_by_nobody();
    let missed = port.missed().or(absent)?;
    // Hardware that was not ready when the network service ran is not the stack's fault.
    let ready = port.driver_ready().or(port.driver_bound());
    if ready.is_some_and(|ready| ready.order > missed.order) || port.driver_failed().is_some() {
        return None;
    }
    // Where the port is Ethernet, no stack makes it an interface of InfiniBand.
    let is_ethernet = !port.ethernet_instead().is_empty();
    if was_started_by_the_boot(port, missed) || is_ethernet || systemd_ordering_cycle::dropped_stack(port) {
        return None;
    }
    let appeared = port.netdev_appeared();
    if appeared.is_none() && !is_vendor_stack(port) {
        return None;
    }
    let off = port.boot.fact(FactKind::StackDisabled).or(port.boot.fact(FactKind::StackMasked));
    // That it is enabled now does not say that it was at boot, where the log shows that it did not run.
    let on = port.boot.fact(FactKind::StackEnabled);
    let shown = port.boot.coverage.shows_services_before(missed.order);
    // Who only sees that it is not there cannot say who wanted it.
    let is_told = (shown && absent.is_none()) || off.is_some();
    let confidence = match (is_told, on) {
        (true, _) => Confidence::Certain,
        (false, None) => Confidence::Likely,
        (false, Some(_)) => Confidence::Possible,
    };
    let mut finding = Finding::new(confidence)
        .shown_by(port.driver_bound())
        .shown_by([missed])
        .shown_by(port.late_load())
        .shown_by(appeared)
        .shown_by(off.or(on))
        .shown_by(port.configured_up())
        .check("systemctl is-enabled openibd")
        .check("journalctl -b -u openibd -u 'rdma-load-modules@*' --no-pager");
    if port.boot.fact(FactKind::StackMasked).is_some() {
        finding = finding.remedy("systemctl unmask openibd");
    }
    finding = finding.remedy("systemctl enable --now openibd").remedy_raise(port);
    // Whatever loads the module today is not where it should be.
    if let Some(unit) = port.late_load().and_then(loading_unit) {
        finding = finding.check(format!("systemctl cat {unit}"));
    }
    Some(finding)
}

/// Returns the service that loaded a module, if its name can stand in a command: it comes from a log.
fn loading_unit(load: &Event) -> Option<&str> {
    let EventKind::ModuleLoaded { by, .. } = &load.kind else { return None };
    let who = &by.loader()?.who;
    let is_plain = |unit: &&str| unit.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.@:".contains(&byte));
    who.unit.as_deref().filter(is_plain).filter(|unit| !unit.starts_with('-') && !who.is_session())
}

/// Returns whether a service that loads the stack was part of the boot, in time or not. If it was, who ran first is the
/// question. Somebody who starts openibd by hand when the boot is over shows that it was not.
fn was_started_by_the_boot(port: &Port<'_>, missed: &Event) -> bool {
    let boot_over = port.boot.first_event(|kind| *kind == EventKind::BootFinished);
    port.boot.events().any(|event| {
        let in_the_boot =
            event.order < missed.order || boot_over.is_some_and(|over| event.order < over.order);
        let is_request = event.kind == EventKind::ModuleRequested("ib_ipoib".into()) || event.kind.is_load_of_ipoib();
        // Whoever loaded it, ib_ipoib was at work in time if it had made a netdev of another port by then.
        let on_ipoib = event.subject.netdev.as_ref().is_some_and(NetdevName::looks_like_ipoib);
        let at_work = on_ipoib && event.kind.shows_netdev() && event.order < missed.order;
        at_work || event.kind.is_by_rdma_core() || (is_request && event.order < missed.order) || (event.is_by_openibd() && in_the_boot)
    })
}

/// Returns whether the machine has the vendor's stack, whose openibd should have loaded it. An inbox stack is loaded
/// by rdma-core, and has a diagnosis of its own; so has one of the vendor's modules that rdma-core loads.
pub(super) fn is_vendor_stack(port: &Port<'_>) -> bool {
    let by_rdma_core = port.boot.first_event(EventKind::is_by_rdma_core).is_some();
    let has_modules = !port.signs(VENDOR).is_empty() && !by_rdma_core;
    let is_of_vendor = |event: &Event| {
        let is_manager = matches!(event.kind, EventKind::HandOffDeferred | EventKind::ManagerSpoke);
        is_manager || event.is_by_vendor()
    };
    has_modules || port.boot.events().any(is_of_vendor)
}
