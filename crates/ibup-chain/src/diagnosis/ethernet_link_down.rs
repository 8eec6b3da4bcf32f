//! IB0713: an Ethernet port of the HCA that is wanted has no link.

use super::{Diagnosis, Nature};
use crate::event::EventKind;
use crate::finding::{Confidence, Finding, interface};
use crate::port::Port;

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: "IB0713",
    name: "ethernet-link-down",
    nature: Nature::Root,
    signs: &[],
    judge,
    text: include_str!("ethernet_link_down.md"),
};

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    // At its opening a netdev says that its link is down, and a second later that it is up.
    let link = port.last(|kind| matches!(kind, EventKind::EthernetLinkUp | EventKind::EthernetLinkDown))?;
    let is_down = link.kind == EventKind::EthernetLinkDown && !port.link_came_after(link);
    if !is_down || port.cable_out().is_some() || port.cable_failed().is_some() {
        return None;
    }
    let wanted = port.is_wanted();
    let long = port.has_waited_long(link) || port.chance_shown_after(link) || port.boot.coverage.is_filtered();
    let confidence = match (wanted, long) {
        (true, true) => Confidence::Certain,
        (true, false) | (false, true) => Confidence::Likely,
        (false, false) => Confidence::Possible,
    };
    let missing = port.last(|kind| matches!(kind, EventKind::CarrierMissing(_) | EventKind::RaiseFailed(_)));
    let name = interface(port);
    let finding = Finding::new(confidence)
        .shown_by([link])
        .shown_by(missing)
        .check(format!("ethtool {name}"))
        .check(format!("ethtool -m {name}"))
        .check(format!("ethtool --show-fec {name}"))
        .remedy_raise(port);
    Some(finding)
}
