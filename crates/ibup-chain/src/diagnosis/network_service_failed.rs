//! IB0612: the network service failed, and nothing more is known of the interface.

use super::{Diagnosis, Nature};
use crate::event::{EventKind, NetworkStack, Progress};
use crate::finding::{Confidence, Finding, Tool};
use crate::port::Port;

const CODE: &str = "IB0612";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "network-service-failed",
    nature: Nature::Aftermath,
    signs: &[],
    judge,
    text: include_str!("network_service_failed.md"),
};

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    if port.raised().is_some() || port.missed().is_some() {
        return None;
    }
    let broken = port.broken_service();
    let failed = port.last(|kind| {
        let stacks = [NetworkStack::NetworkScripts, NetworkStack::Networkd];
        stacks.iter().any(|stack| *kind == EventKind::RaiseFailed(Some(*stack)))
    });
    let stack = port.boot.first_event(|kind| matches!(kind, EventKind::Network(_, Progress::Failed)));
    let first = broken.or(failed)?;
    // Some port has to be meant: without a netdev it failed over something else.
    if port.netdev_appeared().is_none() && !port.is_wanted() {
        return None;
    }
    let confidence = if port.has_later_trouble() { Confidence::Possible } else { Confidence::Likely };
    let unit = Tool::of(port).unit();
    let finding = Finding::new(confidence)
        .shown_by([first])
        .shown_by(stack)
        .check(format!("systemctl status {unit}"))
        .check(format!("journalctl -b -u {unit} --no-pager"))
        .remedy(format!("systemctl restart {unit}"))
        .remedy_raise(port);
    Some(finding)
}
