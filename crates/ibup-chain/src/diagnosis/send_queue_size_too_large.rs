//! IB0324: ib_ipoib is told to make send queues that are longer than a Connect-IB can have.

use super::{Diagnosis, Nature};
use crate::event::{EventKind, MELLANOX};
use crate::finding::{Confidence, Finding};
use crate::port::Port;
use crate::recognize::Pattern;
use crate::recognize::openibd::OPENIBD;

const CODE: &str = "IB0324";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "send-queue-size-too-large",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("send_queue_size_too_large.md"),
};
/// Connect-IB, by vendor and device (<https://pci-ids.ucw.cz>).
const CONNECT_IB: (u16, u16) = (MELLANOX, 0x1011);

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: OPENIBD,
        says: "Please set ib_ipoib send_queue_size to be <= 1024",
        means: |_| EventKind::sign(CODE, ""),
        source: "openibd, start, before 25.04; mod_load_funcs, load_ipoib",
        samples: &["root: openibd: Please set ib_ipoib send_queue_size to be <= 1024 and restart driver"],
    },
    Pattern {
        speaker: OPENIBD,
        says: "IPoIB: Failed to bring up interface for Connect-IB device",
        means: |_| EventKind::sign(CODE, ""),
        source: "openibd, start, before 25.04; mod_load_funcs, load_ipoib",
        samples: &["root: openibd: IPoIB: Failed to bring up interface for Connect-IB device"],
    },
    Pattern {
        speaker: OPENIBD,
        says: "Loading IPoIB driver for Connect-IB device: [FAILED",
        means: |_| EventKind::sign(CODE, ""),
        source: "openibd, start, before 25.04; mod_load_funcs, load_ipoib",
        samples: &["openibd: Loading IPoIB driver for Connect-IB device:    [FAILED]"],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let signs = port.signs(CODE);
    signs.first()?;
    let is_other = port.identity().is_some_and(|identity| (identity.vendor, identity.device) != CONNECT_IB);
    if is_other || port.raised().is_some() {
        return None;
    }
    let finding = Finding::new(Confidence::Certain)
        .shown_by(signs)
        .check("cat /sys/module/ib_ipoib/parameters/send_queue_size")
        .check("grep -rn send_queue_size /etc/modprobe.d")
        .remedy("sed -i 's/send_queue_size=[0-9]*/send_queue_size=1024/' /etc/modprobe.d/ib_ipoib.conf")
        .remedy("modprobe -r ib_ipoib")
        .remedy("modprobe ib_ipoib")
        .remedy_raise(port);
    Some(finding)
}
