//! IB0401: ib_ipoib could not allocate the netdev of a port.

use super::{Diagnosis, Nature};
use crate::event::EventKind;
use crate::finding::{Confidence, Finding};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};

const CODE: &str = "IB0401";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "netdev-allocation-failed",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("netdev_allocation_failed.md"),
};

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Kernel,
        says: "{hca}, {port=number}: ipoib_intf_alloc failed {errno=number}",
        means: |captures| EventKind::sign(CODE, captures.get("errno")?),
        source: "Linux, drivers/infiniband/ulp/ipoib/ipoib_main.c, ipoib_add_port",
        samples: &["kernel: mlx5_0, 1: ipoib_intf_alloc failed -12"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{hca}, {port=number}: ipoib_intf_alloc failed$",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/infiniband/ulp/ipoib/ipoib_main.c, ipoib_add_port, before it told the error",
        samples: &["kernel: mlx5_0, 1: ipoib_intf_alloc failed"],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let signs = port.signs(CODE);
    let failed = signs.last()?;
    if port.netdev_appeared().is_some_and(|seen| seen.order > failed.order) {
        return None;
    }
    let finding = Finding::new(Confidence::Certain)
        .shown_by(signs)
        .check("journalctl -k -b --no-pager | grep -B 5 ipoib_intf_alloc")
        .check("free -m")
        .remedy("modprobe -r ib_ipoib")
        .remedy("modprobe ib_ipoib")
        .remedy_raise(port);
    Some(finding)
}
