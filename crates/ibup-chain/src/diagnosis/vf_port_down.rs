//! IB0709: the port of a virtual function stays down: no GUID, a policy that keeps it down, or a subnet manager that knows
//! of no virtual ports.

use super::{Diagnosis, Nature};
use crate::boot::Boot;
use crate::event::{Event, EventKind, PhysicalState, PortState};
use crate::finding::{Confidence, Finding, device, interface};
use crate::port::Port;
use crate::recognize::{HCA_DRIVERS, Pattern, Speaker};
use crate::template::Captures;

const CODE: &str = "IB0709";
/// Said of the physical function, whose own port it does not touch.
const ENABLING: &str = "IB0709 enabling";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "vf-port-down",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("vf_port_down.md"),
};

fn not_enabled(captures: &Captures<'_>) -> Option<EventKind> {
    EventKind::sign(ENABLING, captures.get("errno").unwrap_or_default())
}

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Driver(HCA_DRIVERS),
        says: "failed to enable VF {number}",
        means: not_enabled,
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/sriov.c, mlx5_device_enable_sriov",
        samples: &[
            "kernel: mlx5_core 0000:4b:00.0: mlx5_device_enable_sriov:105:(pid 2210): failed to enable VF 0 (-22)",
            "kernel: mlx5_core 0000:4b:00.0: mlx5_sriov_init:310:(pid 871): failed to enable VF 3",
        ],
    },
    Pattern {
        speaker: Speaker::Driver(HCA_DRIVERS),
        says: "failed to restore VF {number} settings, err {errno=number}",
        means: not_enabled,
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/sriov.c, mlx5_device_enable_sriov: its GUIDs are lost",
        samples: &["kernel: mlx5_core 0000:4b:00.0: failed to restore VF 1 settings, err -22"],
    },
    Pattern {
        speaker: Speaker::Driver(HCA_DRIVERS),
        says: "failed to enable eswitch SRIOV ({errno=number})",
        means: not_enabled,
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/sriov.c, mlx5_device_enable_sriov",
        samples: &["kernel: mlx5_core 0000:4b:00.0: failed to enable eswitch SRIOV (-22)"],
    },
    Pattern {
        speaker: Speaker::Driver(HCA_DRIVERS),
        says: "mlx5_device_enable_sriov failed : {errno=number}",
        means: not_enabled,
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/sriov.c, mlx5_sriov_enable",
        samples: &["kernel: mlx5_core 0000:4b:00.0: mlx5_device_enable_sriov failed : -22"],
    },
    Pattern {
        speaker: Speaker::Driver(HCA_DRIVERS),
        says: "pci_enable_sriov failed : {errno=number}",
        means: not_enabled,
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/sriov.c, mlx5_sriov_enable",
        samples: &["kernel: mlx5_core 0000:4b:00.0: mlx5_sriov_enable:211:(pid 2210): pci_enable_sriov failed : -12"],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "node_guid: 0000:0000:0000:0000",
        means: |_| EventKind::sign(ENABLING, "guid"),
        source: "rdma-core, libibverbs/examples/devinfo.c, print_hca_cap",
        samples: &["ibv_devinfo: node_guid: 0000:0000:0000:0000"],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let enabling: Vec<_> = port.boot.events().filter(|event| is_sign(event)).collect();
    let untaken = never_taken(port, &enabling).filter(|_| port.is_virtual_function());
    let shown = match untaken {
        Some(_) => untaken,
        None if port.is_virtual_function() => without_link(port),
        None => never_enabled(port, &enabling),
    }?;
    if port.cable_out().is_some() || port.cable_failed().is_some() {
        return None;
    }
    // Nobody makes virtual functions but to use them.
    let wanted = port.is_wanted() || !port.is_beside_a_link() || untaken.is_some();
    let settled = port.has_waited_long(shown) || port.chance_shown_after(shown) || port.boot.coverage.is_filtered();
    let confidence = if wanted && settled { Confidence::Likely } else { Confidence::Possible };
    let device = device(port);
    let finding = Finding::new(confidence)
        .shown_by(enabling)
        .shown_by([shown])
        .check(format!("ibv_devinfo -d {device}"))
        .check("ip -d link show")
        .check("grep -n virt_enabled /etc/opensm/opensm.conf")
        .check(format!("ip -br link show {}", interface(port)));
    Some(finding)
}

/// Returns whether virtual functions could not be enabled on this machine.
pub(super) fn was_not_enabled(boot: &Boot) -> bool {
    boot.events().any(is_sign)
}

fn is_sign(event: &Event) -> bool {
    matches!(event.kind, EventKind::Sign { code: ENABLING, .. })
}

/// Returns what shows that the virtual function's port has no link.
fn without_link<'b>(port: &Port<'b>) -> Option<&'b Event> {
    let logical = port.logical_state().filter(|(_, state)| *state != PortState::Active).map(|(event, _)| event);
    let physical = port.physical_state().filter(|(_, state)| *state != PhysicalState::LinkUp).map(|(event, _)| event);
    logical.or(physical).or(port.awaits_carrier())
}

/// Returns the request for a netdev that never came, where virtual functions could not be enabled: it may be one of theirs.
fn never_enabled<'b>(port: &Port<'b>, enabling: &[&'b Event]) -> Option<&'b Event> {
    let missed = port.missed()?;
    (never_came(port) && !enabling.is_empty()).then_some(missed)
}

/// Returns the last word by which virtual functions could not be enabled, where this is one that the bus shows and that no
/// driver took.
fn never_taken<'b>(port: &Port<'b>, enabling: &[&'b Event]) -> Option<&'b Event> {
    let refused = enabling.iter().rfind(|sign| !matches!(&sign.kind, EventKind::Sign { detail, .. } if **detail == *"guid"));
    refused.copied().filter(|_| never_came(port))
}

fn never_came(port: &Port<'_>) -> bool {
    port.netdev_appeared().is_none() && port.driver_bound().is_none()
}
