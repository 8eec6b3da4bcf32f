//! IB0321: the HCA works, and nobody ever asked for ib_ipoib.
//!
//! On a stack without openibd that is rdma-core's part: udev tags the RDMA device, which wants
//! `rdma-load-modules@infiniband.service`, which loads what `/etc/rdma/modules/infiniband.conf` lists.

use super::{
    Diagnosis, Nature, function_type_misread, ib_device_missing, mad_agents_failed, module_load_failed, network_ran_before_netdev, rdma_load_modules_failed,
    systemd_ordering_cycle,
};
use super::driver_stack_not_started::is_vendor_stack;
use crate::event::EventKind;
use crate::finding::{Confidence, Finding};
use crate::port::Port;

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: "IB0321",
    name: "ipoib-never-requested",
    nature: Nature::Root,
    signs: &[],
    judge,
    text: include_str!("ipoib_never_requested.md"),
};

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let bound = port.driver_bound()?;
    let failed = port.driver_failed().is_some()
        || module_load_failed::lacks_module(port)
        || rdma_load_modules_failed::has_failed(port)
        || systemd_ordering_cycle::dropped_stack(port)
        || port.boot.requested_ipoib()
        || mad_agents_failed::failed_agents(port).is_some();
    // Modules make no difference to a function that is Ethernet, or that the driver makes no device of.
    let is_in_vain = !port.ethernet_instead().is_empty()
        || function_type_misread::is_misread(port)
        || ib_device_missing::has_failed(port)
        || !port.signs(ib_device_missing::EMPTY).is_empty()
        // It was at work, and cut off.
        || !port.signs("IB0319").is_empty();
    if is_in_vain {
        return None;
    }
    if failed || is_vendor_stack(port) || port.netdev_appeared().is_some() || port.boot.has_ipoib() {
        return None;
    }
    let missed = port.missed();
    let last = missed.unwrap_or(bound);
    let shown = port.boot.coverage.shows_services_before(last.order);
    // Whoever failed over something else had it there.
    let tried = port.first(|kind| matches!(kind, EventKind::RaiseFailed(_)));
    let absent = port.seen_by_nobody();
    let confidence = match (missed, shown) {
        // Who loads the modules came after the network: what it would have loaded in time is not known.
        (Some(missed), _) if network_ran_before_netdev::loader_came_after(port, missed).is_some() => Confidence::Possible,
        (Some(_), true) => Confidence::Certain,
        // Not every machine with an HCA wants IP over it.
        (None, _) if tried.is_some() => Confidence::Possible,
        (None, _) if !port.is_wanted() && absent.is_none() => Confidence::Possible,
        (Some(_), false) | (None, _) => Confidence::Likely,
    };
    let finding = Finding::new(confidence)
        .shown_by([bound])
        .shown_by(port.boot.stack_service())
        .shown_by(missed)
        .shown_by(port.waited_for())
        .shown_by(absent)
        .check("lsmod | grep ib_ipoib")
        .check("systemctl status rdma-load-modules@infiniband")
        .check("grep -n ib_ipoib /etc/rdma/modules/infiniband.conf")
        .remedy("sed -i 's/^# *ib_ipoib/ib_ipoib/' /etc/rdma/modules/infiniband.conf")
        .remedy("modprobe ib_ipoib")
        .remedy_raise(port);
    Some(finding)
}

