//! IB0711: the subnet manager is older than the fabric: ports are active, and packets do not arrive.

use super::{Diagnosis, Nature};
use crate::event::{EventKind, PciIdentity, PortState};
use crate::finding::{Confidence, Finding, device, interface};
use crate::port::Port;
use crate::recognize::{OPENSM, Pattern, Speaker};
use crate::template::Captures;

const CODE: &str = "IB0711";
/// Said of no port in particular, and of many troubles.
const UNREACHABLE: &str = "IB0711 unreachable";
/// The subnet manager of this machine is the community's, whose versions begin with 3; the vendor's begin with 5.
const OLDER: &str = "IB0711 older";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "subnet-manager-too-old",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("subnet_manager_too_old.md"),
};

fn version(captures: &Captures<'_>) -> Option<EventKind> {
    let version = captures.get("version")?;
    let is_older = version.starts_with("3.") && !version.contains("MLNX");
    EventKind::sign(if is_older { OLDER } else { "IB0711 version" }, version)
}

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: OPENSM,
        says: "^OpenSM {version=word}",
        means: version,
        source: "opensm, opensm/main.c, its first word",
        samples: &["OpenSM: OpenSM 3.3.23#012", "OpenSM: OpenSM 5.18.0.MLNX20240128.3f266a48"],
    },
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
    let link =
        port.last(|kind| matches!(kind, EventKind::CarrierGained | EventKind::PortChanged(PortState::Active)))?;
    let is_ndr = port.identity().is_some_and(PciIdentity::is_ndr);
    let broken = port.link_broken().is_some_and(|broken| broken.order != last.order);
    if broken || link.order > last.order || !is_ndr || port.is_ethernet() {
        return None;
    }
    // Whose subnet manager it is the log rarely tells, and nothing in it tells that packets are lost by their length.
    let is_known = port.unreachable().is_some();
    let confidence = if is_known { Confidence::Likely } else { Confidence::Possible };
    let (device, name) = (device(port), interface(port));
    let finding = Finding::new(confidence)
        .shown_by(port.signs(OLDER))
        .shown_by([link])
        .shown_by(unreachable)
        .check(format!("ibstat {device}"))
        .check("sminfo")
        .check(format!("ping -c 3 -s 100 -I {name} PEER"))
        .check(format!("ping -c 3 -s 1400 -I {name} PEER"));
    Some(finding)
}
