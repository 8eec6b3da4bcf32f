//! IB0403: the port is set to Ethernet, so it has no netdev of IPoIB, and somebody waits for one.

use super::{Diagnosis, Nature};
use crate::event::EventKind;
use crate::finding::{Confidence, Finding};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};

const CODE: &str = "IB0403";
/// A profile that is not of Ethernet finds no device: where there are HCAs it is one of InfiniBand.
const PROFILE: &str = "IB0403 profile";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "port-is-ethernet",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("port_is_ethernet.md"),
};

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Driver(&["mlx5_core"]),
        says: "^E-Switch: Total vports {number}",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/eswitch.c, mlx5_eswitch_init; \
                 MLX5_VPORT_MANAGER asks for an Ethernet port",
        samples: &["kernel: mlx5_core 0000:17:00.0: E-Switch: Total vports 2, per vport: max uc(128) max mc(2048)"],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "profile is not compatible with device (connection type is not \"802-3-ethernet\")",
        means: |_| EventKind::sign(PROFILE, ""),
        source: "NetworkManager, libnm-core, nm-connection.c, _nm_connection_check_main_setting; nmcli prints it on",
        samples: &["nmcli: Error: Connection activation failed: No suitable device found for this connection (device ens1f0np0 not available because profile is not compatible with device (connection type is not \"802-3-ethernet\"))."],
    },
    Pattern {
        speaker: Speaker::Driver(&["mlx4_en"]),
        says: "^Activating port:{number}",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/net/ethernet/mellanox/mlx4/en_main.c, mlx4_en_activate (before: mlx4_en_add)",
        samples: &["kernel: mlx4_en 0000:03:00.0: Activating port:1"],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    // Ethernet is what most of these cards are bought for.
    let profile = port.signs(PROFILE);
    let is_wanted = port.is_wanted() || port.is_lost() || !profile.is_empty();
    if !is_wanted || port.raised().is_some() {
        return None;
    }
    let shown = port.ethernet_instead();
    let first = shown.first()?;
    let by_class = shown.iter().any(|event| matches!(event.kind, EventKind::FunctionFound(_)));
    let confidence = if by_class { Confidence::Certain } else { Confidence::Likely };
    let asked = port.first(|kind| matches!(kind, EventKind::RaiseFoundNothing(_) | EventKind::RaiseFailed(_)));
    let finding = Finding::new(confidence)
        .shown_by(asked)
        .shown_by(profile)
        .check("cat /sys/class/infiniband/*/ports/*/link_layer")
        .shown_by(shown.iter().copied());
    Some(match first.subject.pci {
        Some(pci) => finding
            .check(format!("mlxconfig -d {pci} query LINK_TYPE_P1 LINK_TYPE_P2"))
            .remedy(format!("mlxconfig -d {pci} set LINK_TYPE_P1=1"))
            .remedy(format!("mlxfwreset -d {pci} reset")),
        None => finding,
    })
}
