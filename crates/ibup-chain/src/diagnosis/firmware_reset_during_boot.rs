//! IB0211: somebody resets the firmware in the midst of the boot.

use super::{Diagnosis, Nature};
use crate::event::EventKind;
use crate::finding::{Confidence, Finding, kernel_lines};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};

const CODE: &str = "IB0211";
const MLX5: Speaker = Speaker::Driver(&["mlx5_core"]);

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "firmware-reset-during-boot",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("firmware_reset_during_boot.md"),
};

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: MLX5,
        says: "PCI Sync FW Update Reset",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/fw_reset.c, mlx5_sync_reset_request_event",
        samples: &["kernel: mlx5_core 0000:4b:00.0: mlx5_sync_reset_request_event:540:(pid 1201): PCI Sync FW Update Reset Device Request"],
    },
    Pattern {
        speaker: MLX5,
        says: "^Sync Reset {what=any}",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/fw_reset.c, mlx5_sync_reset_now_event and mlx5_sync_reset_unload_event",
        samples: &["kernel: mlx5_core 0000:4b:00.0: mlx5_sync_reset_now_event:634:(pid 1201): Sync Reset now. Device is going to reset."],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let signs = port.ending_signs(CODE);
    let failed = port.given_up_after(signs.first()?);
    let confidence = if failed.is_some() || port.netdev_appeared().is_none() { Confidence::Certain } else { Confidence::Likely };
    let finding = Finding::new(confidence)
        .shown_by(signs)
        .shown_by(failed)
        .check(kernel_lines(port))
        .check("journalctl -b --no-pager | grep -iE 'mlxfwreset|fw_updater|fwupd|flint'")
        .remedy("reboot");
    Some(finding)
}
