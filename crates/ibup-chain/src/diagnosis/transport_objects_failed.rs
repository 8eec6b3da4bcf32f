//! IB0406: mlx5 could not create what carries an IPoIB netdev: transport domain, underlay QP, its send and receive ends.

use super::{Diagnosis, Nature};
use crate::event::{Event, EventKind};
use crate::finding::{Confidence, Finding, function_option, interface, kernel_lines};
use crate::name::NetdevName;
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};
use crate::template::Captures;

/// The port's own netdev could not be made.
const CODE: &str = "IB0406";
/// A child's netdev could not be made.
const CHILD: &str = "IB0406 child";
/// A netdev that exists could not be opened.
const OPEN: &str = "IB0406 open";
/// A child that exists could not be opened.
const OPEN_CHILD: &str = "IB0406 open child";
/// `EAGAIN`: the command queue was full. Nothing is said of the object then.
const BUSY: &str = "-11";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "transport-objects-failed",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("transport_objects_failed.md"),
};

/// What the driver says before ` failed, ERRNO`, and what that keeps from being.
const STEPS: &[(&str, &str)] = &[
    ("alloc pd", CODE),
    ("alloc td", CODE),
    ("create mkey", CODE),
    ("alloc bfreg", CODE),
    ("create underlay QP", CODE),
    ("create tis", CODE),
    ("open drop rq", CODE),
    ("create child underlay QP", CHILD),
    ("prepare underlay qp state", OPEN),
    ("attach underlay qp to ft", OPEN),
    ("prepare child underlay qp state", OPEN_CHILD),
    ("attach child underlay qp to ft", OPEN_CHILD),
    ("create child tis", OPEN_CHILD),
    ("opening child channels", OPEN_CHILD),
];

fn step(captures: &Captures<'_>) -> Option<EventKind> {
    let step = captures.get("step")?;
    let (_, code) = STEPS.iter().find(|(words, _)| *words == step)?;
    EventKind::sign(code, captures.get("errno")?)
}

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Driver(&["mlx5_core"]),
        says: "^{step=any} failed, {errno=number}",
        means: step,
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/ipoib/ipoib.c, mlx5i_init_tx, mlx5i_init_rx and \
                 mlx5i_open; ipoib/ipoib_vlan.c, mlx5i_pkey_init_tx and mlx5i_pkey_open; en_common.c, \
                 mlx5e_create_mdev_resources",
        samples: &[
            "kernel: mlx5_core 0000:17:00.0: mlx5i_init_tx:338:(pid 1021): create underlay QP failed, -22",
            "kernel: mlx5_core 0000:17:00.0: mlx5i_init_tx:344:(pid 1021): create tis failed, -5",
            "kernel: mlx5_core 0000:17:00.0: mlx5e_create_mdev_resources:104:(pid 377): alloc td failed, -11",
            "kernel: mlx5_core 0000:17:00.0: mlx5i_init_rx:423:(pid 1021): open drop rq failed, -12",
            "kernel: mlx5_core 0000:17:00.0: mlx5i_pkey_init_tx:297:(pid 2044): create child underlay QP failed, -22",
            "kernel: mlx5_core 0000:17:00.0: mlx5i_open:594:(pid 2210): prepare underlay qp state failed, -5",
        ],
    },
    Pattern {
        speaker: Speaker::Driver(&["mlx5_core"]),
        says: "^allocate qpn_to_netdev ht failed",
        means: |_| EventKind::sign(CODE, "-12"),
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/ipoib/ipoib.c, mlx5_rdma_setup_rn",
        samples: &["kernel: mlx5_core 0000:17:00.0: mlx5_rdma_setup_rn:771:(pid 1021): allocate qpn_to_netdev ht failed"],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let is_child = port.netdev.as_ref().is_some_and(|name| name.parent().is_some());
    let (making, opening) = if is_child { (CHILD, OPEN_CHILD) } else { (CODE, OPEN) };
    let (mut making, opening) = (port.signs(making), port.signs(opening));
    making.extend(beside_parent(port));
    let confidence = match (making.last(), opening.last()) {
        (Some(failed), _) if !came_after(port, failed) => {
            // That the queue was full is said better by whoever gave up over it.
            let is_told = has_detail(failed, BUSY) && !port.signs("IB0401").is_empty();
            if is_told { Confidence::Possible } else { Confidence::Certain }
        }
        (_, Some(failed)) if !was_raised_after(port, failed) => Confidence::Certain,
        // Of several children the lines name none: one that is there and fails to come up may be it.
        (Some(failed), _) if is_child && !was_raised_after(port, failed) && port.lacks_link().is_none() => Confidence::Likely,
        _ => return None,
    };
    let function = function_option(port);
    let mut finding = Finding::new(confidence)
        .shown_by(making)
        .shown_by(opening)
        .shown_by(port.last(|kind| matches!(kind, EventKind::Sign { code, .. } if *code == "IB0401")));
    if port.pci.is_some() {
        finding = finding.check(kernel_lines(port));
    }
    let finding = finding
        .check(format!("lspci -vv {function}"))
        .check(format!("ethtool -i {}; modinfo -F version mlx5_core", interface(port)))
        .remedy("modprobe -r ib_ipoib")
        .remedy("modprobe ib_ipoib")
        .remedy_raise(port);
    Some(finding)
}

/// Returns the words that are not of the parent of this child, since its netdev was there before: older drivers make a
/// child's objects in the same words.
fn beside_parent<'b>(port: &Port<'b>) -> Vec<&'b Event> {
    let Some(parent) = port.netdev.as_ref().and_then(NetdevName::parent) else { return Vec::new() };
    let mut of_parent = port.boot.events().filter(|event| event.subject.netdev.as_ref() == Some(&parent));
    let Some(appeared) = of_parent.find(|event| event.shows_netdev()) else { return Vec::new() };
    port.signs(CODE).into_iter().filter(|sign| sign.order > appeared.order).collect()
}

fn has_detail(event: &Event, wanted: &str) -> bool {
    matches!(&event.kind, EventKind::Sign { detail, .. } if **detail == *wanted)
}

/// Returns whether the netdev came after all.
fn came_after(port: &Port<'_>, failed: &Event) -> bool {
    port.last(EventKind::shows_netdev).is_some_and(|seen| seen.order > failed.order)
}

/// Returns whether a later try to open the netdev succeeded.
fn was_raised_after(port: &Port<'_>, failed: &Event) -> bool {
    let raised = |kind: &EventKind| {
        matches!(kind, EventKind::Raised(_) | EventKind::CarrierGained | EventKind::AddressAssigned)
    };
    port.last(raised).is_some_and(|raised| raised.order > failed.order)
}
