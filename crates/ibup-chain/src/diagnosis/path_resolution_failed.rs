//! IB0804: the interface is up and finds no way to its neighbours: the subnet manager is not asked, or does not answer.

use super::{Diagnosis, Nature};
use crate::event::{Event, EventKind};
use crate::finding::{Confidence, Finding, device, interface};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};

const CODE: &str = "IB0804";
/// The request for a path could not even be sent.
const LOOKUP: &str = "IB0804 lookup";
/// Packets wait for a path or a connection in vain.
const QUEUE: &str = "IB0804 queue";

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
        means: |captures| EventKind::sign(LOOKUP, captures.get("errno")?),
        source: "Linux, drivers/infiniband/ulp/ipoib/ipoib_main.c, path_rec_start",
        samples: &["kernel: ib0: ib_sa_path_rec_get failed: -11"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{netdev}: queue length limit {limit=number}. Packet drop",
        means: |_| EventKind::sign(QUEUE, ""),
        source: "Linux, drivers/infiniband/ulp/ipoib/ipoib_main.c, neigh_add_path",
        samples: &["kernel: ib0: queue length limit 3. Packet drop."],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let (lookups, queued) = (port.signs(LOOKUP), port.signs(QUEUE));
    lookups.first().or(queued.first())?;
    let confidence = if lasts(port, &lookups) { Confidence::Likely } else { Confidence::Possible };
    let (device, name) = (device(port), interface(port));
    let finding = Finding::new(confidence)
        .shown_by(lookups)
        .shown_by(queued)
        .check(format!("ip neighbour show dev {name}"))
        .check(format!("ibstat {device}"))
        .check("saquery -p");
    Some(finding)
}

/// Returns whether requests go on failing so long after the first that it was no passing state, and to the end.
fn lasts(port: &Port<'_>, lookups: &[&Event]) -> bool {
    let [first, .., last] = lookups else { return false };
    last.stamp.since(first.stamp).is_some_and(|span| span >= crate::port::LINK_PATIENCE) && !port.link_came_after(last)
}
