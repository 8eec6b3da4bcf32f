//! IB0104: the function is removed soon after its driver took it up.

use super::{Diagnosis, Nature};
use crate::event::EventKind;
use crate::finding::{Confidence, Finding, function_option};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};

const CODE: &str = "IB0104";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "hca-removed-after-probe",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("hca_removed_after_probe.md"),
};

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Driver(&["mlx5_core"]),
        says: "^E-Switch: cleanup",
        means: |_| EventKind::sign(CODE, "cleanup"),
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/eswitch.c, mlx5_eswitch_cleanup",
        samples: &["kernel: mlx5_core 0000:4b:00.0: E-Switch: cleanup"],
    },
    Pattern {
        speaker: Speaker::Driver(&["mlx5_core"]),
        says: "^E-Switch: Disable: mode(LEGACY), nvfs(0)",
        means: |_| EventKind::sign(CODE, "disable"),
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/eswitch.c, mlx5_eswitch_disable_locked",
        samples: &["kernel: mlx5_core 0000:4b:00.0: E-Switch: Disable: mode(LEGACY), nvfs(0), necvfs(0), active vports(0)"],
    },
    Pattern {
        speaker: Speaker::Driver(&["pci", "pcieport"]),
        says: "Slot({word}): Link Down$",
        means: |_| EventKind::sign(CODE, "link"),
        source: "Linux, drivers/pci/hotplug/pciehp_ctrl.c, pciehp_handle_presence_or_link_change",
        samples: &["kernel: pcieport 0000:00:01.0: pciehp: Slot(4): Link Down"],
    },
    Pattern {
        speaker: Speaker::Driver(&["pci", "pcieport"]),
        says: "Slot({word}): Card not present$",
        means: |_| EventKind::sign(CODE, "card"),
        source: "Linux, drivers/pci/hotplug/pciehp_ctrl.c, pciehp_handle_presence_or_link_change",
        samples: &["kernel: pcieport 0000:00:01.0: pciehp: Slot(4): Card not present"],
    },
    Pattern {
        speaker: Speaker::Driver(&["pci"]),
        says: "^Removing from iommu group {number}",
        means: |_| EventKind::sign(CODE, "group"),
        source: "Linux, drivers/iommu/iommu.c, iommu_group_remove_device",
        samples: &["kernel: pci 0000:4b:00.0: Removing from iommu group 30"],
    },
];

/// Troubles and doings by which a driver cleans up, each a diagnosis of its own.
const EXPLAINED: &[&str] =
    &["IB0103", "IB0107", "IB0114", "IB0203", "IB0208", "IB0209", "IB0210", "IB0211", "IB0314", "IB0315", "IB0316"];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let signs = port.signs(CODE);
    let bound = port.driver_bound()?;
    let removed = signs.iter().find(|sign| sign.order > bound.order)?;
    let returned = port.events().any(|event| {
        event.order > removed.order && (event.kind == EventKind::DriverBound || event.kind == EventKind::DriverReady)
    });
    // A probe that fails cleans up, too; so does a driver that gives up a device that is not well, or that somebody resets,
    // and so does openibd where it stops the stack.
    let failed = port.last(|kind| matches!(kind, EventKind::DriverFailed { .. })).is_some();
    let is_explained = EXPLAINED.iter().any(|code| port.signs(code).iter().any(|sign| sign.order < removed.order));
    let raised = port.raised().is_some_and(|raised| raised.order < removed.order);
    if returned || failed || is_explained || raised {
        return None;
    }
    let finding = Finding::new(Confidence::Likely)
        .shown_by([bound])
        .shown_by(signs)
        .shown_by(port.missed())
        .check(format!("lspci -nn {}", function_option(port)))
        .check("journalctl -b --no-pager | grep -iE 'hotplug|pciehp|E-Switch|rmmod|mlxfwreset'")
        .remedy("ipmitool chassis power cycle");
    Some(finding)
}
