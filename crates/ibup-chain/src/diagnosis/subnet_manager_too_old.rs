//! IB0711: the subnet manager is older than the fabric: ports are active, and packets do not arrive.

use super::{Diagnosis, Nature};
use crate::event::{EventKind, PciIdentity};
use crate::finding::{Confidence, Finding, device, interface};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};

const CODE: &str = "IB0711";
/// Said of no port in particular, and of many troubles.
const UNREACHABLE: &str = "IB0711 unreachable";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "subnet-manager-too-old",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("subnet_manager_too_old.md"),
};

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Anyone,
        says: "Destination Host Unreachable",
        means: |_| EventKind::sign(UNREACHABLE, ""),
        source: "iputils, ping/ping.c, pr_icmph",
        samples: &["ib-check: From 10.0.0.9 icmp_seq=1 Destination Host Unreachable"],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let unreachable = port.signs(UNREACHABLE);
    let last = *unreachable.last()?;
    let link = port.last(|kind| matches!(kind, EventKind::CarrierGained | EventKind::PortChanged(_)))?;
    let is_up = port.link_broken().is_none() && link.order < last.order;
    let is_ndr = port.identity().is_some_and(PciIdentity::is_ndr);
    if !is_up || !is_ndr || port.is_ethernet() {
        return None;
    }
    // Whose subnet manager it is the log rarely tells, and nothing in it tells that packets are lost by their length.
    let opensm = port.boot.first_event(|kind| matches!(kind, EventKind::SubnetManager(_)));
    let device = device(port);
    let finding = Finding::new(Confidence::Possible)
        .shown_by([link])
        .shown_by(opensm)
        .shown_by(unreachable)
        .check(format!("ibstat {device}"))
        .check("sminfo")
        .check(format!("ping -c 3 -s 100 -I {} PEER", interface(port)))
        .check(format!("ping -c 3 -s 1400 -I {} PEER", interface(port)));
    Some(finding)
}
