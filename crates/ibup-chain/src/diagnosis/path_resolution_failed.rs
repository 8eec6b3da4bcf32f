//! IB0804: the interface is up and finds no way to its neighbours: the subnet manager is not asked, or does not answer.

use super::{Diagnosis, Nature};
use crate::event::EventKind;
use crate::finding::{Confidence, Finding, device, interface};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};

const CODE: &str = "IB0804";
/// Packets wait for a path or a connection in vain, or the one that is known leads elsewhere.
const LOST: &str = "IB0804 lost";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "path-resolution-failed",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("path_resolution_failed.md"),
};

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Kernel,
        says: "{netdev}: ib_sa_path_rec_get failed: {errno=number}",
        means: |captures| EventKind::sign(LOST, captures.get("errno")?),
        source: "Linux, drivers/infiniband/ulp/ipoib/ipoib_main.c, path_rec_start",
        samples: &["kernel: ib0: ib_sa_path_rec_get failed: -11"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{netdev}: queue length limit {limit=number}. Packet drop",
        means: |_| EventKind::sign(LOST, ""),
        source: "Linux, drivers/infiniband/ulp/ipoib/ipoib_main.c, neigh_add_path",
        samples: &["kernel: ib0: queue length limit 3. Packet drop."],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{netdev}: Found gid with mismatch lids",
        means: |_| EventKind::sign(LOST, ""),
        source: "mlnx-ofa_kernel, drivers/infiniband/ulp/ipoib/ipoib_main.c: a neighbour has another LID than its path",
        samples: &["kernel: ib0: Found gid with mismatch lids."],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let lost = port.signs(LOST);
    lost.first()?;
    let confidence =
        if port.packets_lost_by(LOST).is_some() { Confidence::Likely } else { Confidence::Possible };
    let (device, name) = (device(port), interface(port));
    let finding = Finding::new(confidence)
        .shown_by(lost)
        .check(format!("ip neighbour show dev {name}"))
        .check(format!("ibstat {device}"))
        .check("saquery -p");
    Some(if confidence == Confidence::Likely {
        finding.remedy(format!("ip neighbour flush dev {name}")).remedy_reopen(port)
    } else {
        finding
    })
}
