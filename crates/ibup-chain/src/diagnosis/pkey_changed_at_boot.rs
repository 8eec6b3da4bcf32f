//! IB0708: the partition table of the port changed while the interface came up, and it has been without carrier since.

use super::{Diagnosis, Nature};
use crate::event::{Event, EventKind};
use crate::finding::{Confidence, Finding, device, interface};
use crate::name::NetdevName;
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};

const CODE: &str = "IB0708";
/// The table has no default partition: said of no port in particular, and of the moment only.
const DEFAULT: &str = "IB0708 default";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "pkey-changed-at-boot",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("pkey_changed_at_boot.md"),
};

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Kernel,
        says: "{netdev}: pkey changed from {from=hex} to {to=hex}",
        means: |captures| EventKind::sign(CODE, captures.get("to")?),
        source: "Linux, drivers/infiniband/ulp/ipoib/ipoib_ib.c, update_parent_pkey, where debugging is on",
        samples: &["kernel: ib0: pkey changed from 0xffff to 0x8001"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{netdev}: ib_query_pkey port {number} failed (ret = {errno=number})",
        // At its making the netdev has no name yet, and the device stands in its place.
        means: |captures| {
            let is_netdev = captures.parse::<NetdevName>("netdev")?.looks_like_ipoib();
            if is_netdev { EventKind::sign(CODE, captures.get("errno")?) } else { None }
        },
        source: "Linux, drivers/infiniband/ulp/ipoib/ipoib_ib.c, update_parent_pkey",
        samples: &["kernel: ib0: ib_query_pkey port 1 failed (ret = -22)"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "Couldn't find index for default PKey",
        means: |_| EventKind::sign(DEFAULT, ""),
        source: "Linux, drivers/infiniband/core/sa_query.c, update_sm_ah",
        samples: &["kernel: Couldn't find index for default PKey"],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let is_ours = |event: &&Event| matches!(event.kind, EventKind::Sign { code: CODE, .. });
    let default = lacks_default(port);
    let changed = port.link_trouble().filter(is_ours);
    let last = changed.or(default)?;
    // What is said of no port is believed of one that has no carrier.
    let is_broken = port.link_broken().is_some_and(|broken| broken.order == last.order);
    if changed.is_none() && port.awaits_carrier().is_none() && !is_broken {
        return None;
    }
    let settled = port.has_waited_long(last) || port.chance_shown_after(last) || port.boot.coverage.is_filtered();
    let wanted = port.is_wanted() || !port.is_beside_a_link();
    let confidence = if settled && wanted { Confidence::Likely } else { Confidence::Possible };
    let (device, name) = (device(port), interface(port));
    let number = port.number.unwrap_or(1);
    let finding = Finding::new(confidence)
        .shown_by(port.signs(CODE))
        .shown_by(default)
        .shown_by(port.awaits_carrier())
        .check(format!("cat /sys/class/infiniband/{device}/ports/{number}/pkeys/0"))
        .check(format!("cat /sys/class/net/{name}/pkey"))
        .remedy_reopen(port);
    Some(finding)
}

/// Returns the word by which the table has no default partition, if no link came after it. The kernel looks for it to speak
/// to a subnet manager that it knows of.
pub(super) fn lacks_default<'b>(port: &Port<'b>) -> Option<&'b Event> {
    port.signs(DEFAULT).into_iter().rfind(|sign| !port.link_came_after(sign))
}
