//! IB0707: the partition of the interface is not one that the subnet manager has given the port.
//!
//! `ip link set up` succeeds all the same, so nobody but the kernel complains.

use super::{Diagnosis, Nature};
use crate::event::EventKind;
use crate::finding::{Confidence, Finding, device, interface};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};

const CODE: &str = "IB0707";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "pkey-not-in-port-table",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("pkey_not_in_port_table.md"),
};

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Kernel,
        says: "{netdev}: P_Key {pkey=hex} is not found",
        means: |captures| EventKind::sign(CODE, captures.get("pkey")?),
        source: "Linux, drivers/infiniband/ulp/ipoib/ipoib_ib.c, ipoib_ib_dev_open",
        samples: &["kernel: ib0.8001: P_Key 0x8001 is not found"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{netdev}: P_Key {pkey=hex} is Invalid",
        means: |captures| EventKind::sign(CODE, captures.get("pkey")?),
        source: "Linux, drivers/infiniband/ulp/ipoib/ipoib_ib.c, ipoib_ib_dev_open",
        samples: &["kernel: ib0: P_Key 0x8000 is Invalid"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{netdev}: PKEY is not assigned.",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/infiniband/ulp/ipoib/ipoib_ib.c, where debugging is on",
        samples: &["kernel: ib0.8001: PKEY is not assigned."],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let is_ours = |kind: &EventKind| matches!(kind, EventKind::Sign { code: CODE, .. });
    port.link_trouble().filter(|trouble| is_ours(&trouble.kind))?;
    // A subnet manager gives the partitions together with the address: without one there are none.
    let confidence = if port.logical_state().is_some() { Confidence::Likely } else { Confidence::Certain };
    let (device, name) = (device(port), interface(port));
    let number = port.number.unwrap_or(1);
    let finding = Finding::new(confidence)
        .shown_by(port.signs(CODE))
        .check(format!("grep -v 0x0000 /sys/class/infiniband/{device}/ports/{number}/pkeys/*"))
        .check(format!("cat /sys/class/net/{name}/pkey"))
        .check("smpquery pkeys -D 0")
        .remedy_reopen(port);
    Some(finding)
}
