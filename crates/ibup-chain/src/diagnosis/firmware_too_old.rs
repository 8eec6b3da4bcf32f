//! IB0214: the driver finds the firmware of an old HCA older still than it should be.

use super::{Diagnosis, Nature, ib_device_missing};
use crate::event::{Event, EventKind};
use crate::finding::{Confidence, Finding, function_option, kernel_lines};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};
use crate::template::Captures;

const CODE: &str = "IB0214";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "firmware-too-old",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("firmware_too_old.md"),
};

fn old(_: &Captures<'_>) -> Option<EventKind> {
    EventKind::sign(CODE, "")
}

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Driver(&["ib_mthca"]),
        says: "^HCA FW version {version=word} is old ({current=word} is current)",
        means: old,
        source: "Linux, drivers/infiniband/hw/mthca/mthca_main.c, __mthca_init_one",
        samples: &["kernel: ib_mthca 0000:04:00.0: HCA FW version 1.0.800 is old (1.2.000 is current)."],
    },
    Pattern {
        speaker: Speaker::Driver(&["mlx4_core"]),
        says: "^Consider upgrading device FW",
        means: old,
        source: "Linux, drivers/net/ethernet/mellanox/mlx4/main.c, mlx4_dev_cap",
        samples: &["kernel: mlx4_core 0000:03:00.0: Consider upgrading device FW."],
    },
    Pattern {
        speaker: Speaker::Driver(&["mlx4_en"]),
        says: "^LSO not supported, please upgrade to later FW version",
        means: old,
        source: "Linux, drivers/net/ethernet/mellanox/mlx4/en_main.c, mlx4_en_add",
        samples: &["kernel: mlx4_en 0000:03:00.0: LSO not supported, please upgrade to later FW version to enable LSO"],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let signs = port.signs(CODE);
    // Old firmware works, as a rule: only what failed after it may have failed over it.
    let failed = port.given_up_after(signs.first()?);
    let in_vain = in_vain(port);
    let confidence = match (failed, &in_vain) {
        (None, None) => Confidence::Possible,
        _ => Confidence::Likely,
    };
    let function = port.pci.map_or_else(|| "DEVICE".into(), |pci| pci.to_string());
    let finding = Finding::new(confidence)
        .shown_by(signs)
        .shown_by(failed)
        .shown_by(in_vain.into_iter().flatten())
        .check(kernel_lines(port))
        .check(format!("mstflint -d {function} query"))
        .check(format!("lspci -vv {}", function_option(port)))
        .remedy(format!("mstflint -d {function} -i FIRMWARE.bin burn"))
        .remedy("reboot");
    Some(finding)
}

/// Returns what shows that the driver has the function and nothing came of it, although modules are not to blame: something
/// came of another function that has no such firmware, or the machine has no RDMA device at all.
fn in_vain<'b>(port: &Port<'b>) -> Option<Vec<&'b Event>> {
    let came = port.device_appeared().is_some() || port.netdev_appeared().is_some();
    let empty = port.signs(ib_device_missing::EMPTY);
    let is_alone = port.has_working_twin() || !empty.is_empty();
    (is_alone && !came && port.is_wanted()).then(|| port.missed().into_iter().chain(empty).collect())
}
