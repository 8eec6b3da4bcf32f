//! IB0402: ib_ipoib allocated the netdev of a port and could not register it.
//!
//! The kernel's last word on it, `couldn't register ipoib port`, is a line of the chain; those before it name the step.

use super::{Diagnosis, Nature};
use crate::event::{Event, EventKind};
use crate::finding::{Confidence, Finding};
use crate::name::NetdevName;
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};
use crate::template::Captures;

const CODE: &str = "IB0402";
/// A step that names the netdev and not the device. The name is worth nothing: the next port's netdev may have it by now.
const STEP: &str = "IB0402 step";
const SOURCE: &str = "Linux, drivers/infiniband/ulp/ipoib/ipoib_main.c, ipoib_dev_init";
const TRANSPORT: &str = "Linux, drivers/infiniband/ulp/ipoib/ipoib_verbs.c, ipoib_transport_dev_init";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "netdev-registration-failed",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("netdev_registration_failed.md"),
};

fn device_step(captures: &Captures<'_>) -> Option<EventKind> {
    EventKind::sign(CODE, captures.get("step").unwrap_or_default())
}

fn netdev_step(captures: &Captures<'_>) -> Option<EventKind> {
    EventKind::sign(STEP, captures.get("step").unwrap_or_default())
}

/// Reads a failure to initialize the netdev of a port. A child has a diagnosis of its own.
fn parent(captures: &Captures<'_>) -> Option<EventKind> {
    let name: NetdevName = captures.parse("name")?;
    name.parent().is_none().then(|| EventKind::sign(CODE, captures.get("errno")?))?
}

/// Reads the words on a table of the port. Since they may also be of a netdev that exists, by its name, only an RDMA
/// device that is not called like one is meant.
fn query(captures: &Captures<'_>) -> Option<EventKind> {
    let is_netdev = captures.parse::<NetdevName>("hca").is_some_and(|name| name.looks_like_ipoib());
    (!is_netdev).then(|| EventKind::sign(CODE, "query"))?
}

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Kernel,
        says: "{hca}: failed to initialize device: {name=netdev} port {port=number} (ret = {errno=number})",
        means: parent,
        source: "Linux, drivers/infiniband/ulp/ipoib/ipoib_main.c, ipoib_ndo_init",
        samples: &["kernel: mlx5_1: failed to initialize device: ib0 port 1 (ret = -12)"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{hca}: failed to initialize port {port=number} (ret = {errno=number})",
        means: device_step,
        source: "Linux before 4.20, drivers/infiniband/ulp/ipoib/ipoib_main.c, ipoib_add_port",
        samples: &["kernel: mlx4_0: failed to initialize port 1 (ret = -12)"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{hca}: ib_query_port {port=number} failed",
        means: query,
        source: "Linux, drivers/infiniband/ulp/ipoib/ipoib_main.c, ipoib_parent_init",
        samples: &["kernel: mlx5_0: ib_query_port 1 failed"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{hca}: ib_query_pkey port {port=number} failed",
        means: query,
        source: "Linux, drivers/infiniband/ulp/ipoib/ipoib_main.c, ipoib_parent_init",
        samples: &["kernel: mlx5_0: ib_query_pkey port 1 failed (ret = -22)"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{hca}: rdma_query_gid port {port=number} failed",
        means: query,
        source: "Linux, drivers/infiniband/ulp/ipoib/ipoib_main.c, ipoib_parent_init",
        samples: &["kernel: mlx5_0: rdma_query_gid port 1 failed (ret = -22)"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{hca}: ib_query_gid port {port=number} failed",
        means: query,
        source: "Linux before 4.19, drivers/infiniband/ulp/ipoib/ipoib_main.c, ipoib_add_port",
        samples: &["kernel: mlx4_0: ib_query_gid port 2 failed (ret = -11)"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{hca}: ib_register_event_handler failed for port {port=number}",
        means: device_step,
        source: "Linux before 4.13, drivers/infiniband/ulp/ipoib/ipoib_main.c, ipoib_add_port",
        samples: &["kernel: mlx4_0: ib_register_event_handler failed for port 1 (ret = -12)"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{hca}: failed to allocate {step=word} ring (",
        means: device_step,
        source: "Linux, drivers/infiniband/ulp/ipoib/ipoib_main.c, ipoib_dev_init_default",
        samples: &[
            "kernel: mlx5_0: failed to allocate TX ring (512 entries)",
            "kernel: mlx4_0: failed to allocate RX ring (256 entries)",
        ],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{hca}: failed to allocate PD",
        means: |_| EventKind::sign(CODE, "PD"),
        source: SOURCE,
        samples: &["kernel: mlx5_0: failed to allocate PD"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{hca}: failed to create {step=word} CQ$",
        means: device_step,
        source: TRANSPORT,
        samples: &["kernel: mlx5_0: failed to create receive CQ", "kernel: mlx5_0: failed to create send CQ"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{hca}: failed to create QP$",
        means: |_| EventKind::sign(CODE, "QP"),
        source: TRANSPORT,
        samples: &["kernel: mlx5_0: failed to create QP"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{hca}: ipoib_transport_dev_init failed",
        means: |_| EventKind::sign(CODE, "transport"),
        source: "Linux, drivers/infiniband/ulp/ipoib/ipoib_main.c, ipoib_dev_init_default",
        samples: &["kernel: mlx5_0: ipoib_transport_dev_init failed"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{name=netdev} failed to init {step=any}$",
        means: netdev_step,
        source: SOURCE,
        samples: &["kernel: ib0 failed to init HW resource", "kernel: ib0 failed to init neigh hash"],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let is_sign = |kind: &EventKind| matches!(kind, EventKind::Sign { code, .. } if *code == CODE);
    let is_of_port = |event: &&Event| event.kind == EventKind::NetdevFailed || is_sign(&event.kind);
    let of_port: Vec<_> = port.events().filter(is_of_port).collect();
    let steps = port.signs(STEP);
    let failed = of_port.last().copied().or_else(|| nameless(port, &steps))?;
    // A later try may have made it.
    if port.last(EventKind::shows_netdev).is_some_and(|seen| seen.order > failed.order) {
        return None;
    }
    let confidence = if of_port.is_empty() { Confidence::Likely } else { Confidence::Certain };
    let first = of_port.first().map_or(failed.order, |event| event.order);
    // What names no device is of this port if it stands right before what does.
    let before = steps.into_iter().filter(|step| step.order < first && first - step.order <= NEAR || of_port.is_empty());
    let finding = Finding::new(confidence)
        .shown_by(before)
        .shown_by(of_port.iter().copied())
        .check("journalctl -k -b --no-pager | grep -iE -B 8 'ipoib|failed to initialize'")
        .check("free -m")
        .remedy("modprobe -r ib_ipoib")
        .remedy("modprobe ib_ipoib")
        .remedy_raise(port);
    Some(finding)
}

/// So many entries lie at most between the step that failed and the kernel's last word on the port.
const NEAR: u64 = 16;

/// Returns the last step that names no device, if nothing in this log says whose it was and this port has no netdev.
fn nameless<'b>(port: &Port<'b>, steps: &[&'b Event]) -> Option<&'b Event> {
    let is_told = port.boot.first_event(|kind| *kind == EventKind::NetdevFailed).is_some();
    let is_child = port.netdev.as_ref().is_some_and(|name| name.parent().is_some());
    let last = steps.last().copied()?;
    (!is_told && !is_child && port.netdev_appeared().is_none()).then_some(last)
}
