//! IB0205: firmware and driver do not speak the same revision of the command interface.

use super::{Diagnosis, Nature};
use crate::event::EventKind;
use crate::finding::{Confidence, Finding, function_option};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};

const CODE: &str = "IB0205";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "command-interface-mismatch",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("command_interface_mismatch.md"),
};

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Driver(&["mlx5_core"]),
        says: "Driver cmdif rev({driver=number}) differs from firmware's({firmware=number})",
        means: |captures| EventKind::sign(CODE, captures.get("firmware")?),
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/cmd.c, mlx5_cmd_enable (before: mlx5_cmd_init)",
        samples: &[
            "kernel: mlx5_core 0000:4b:00.0: mlx5_cmd_init:2095:(pid 871): Driver cmdif rev(5) differs from firmware's(4)",
        ],
    },
    Pattern {
        speaker: Speaker::Driver(&["mlx4_core"]),
        says: "Installed FW has unsupported command interface revision {firmware=number}",
        means: |captures| EventKind::sign(CODE, captures.get("firmware")?),
        source: "Linux, drivers/net/ethernet/mellanox/mlx4/fw.c, mlx4_QUERY_FW",
        samples: &["kernel: mlx4_core 0000:03:00.0: Installed FW has unsupported command interface revision 1"],
    },
    Pattern {
        speaker: Speaker::Driver(&["mlx4_core"]),
        says: "This driver version supports only revisions {lowest=number} to {highest=number}",
        means: |captures| EventKind::sign(CODE, captures.get("lowest")?),
        source: "Linux, drivers/net/ethernet/mellanox/mlx4/fw.c, mlx4_QUERY_FW",
        samples: &["kernel: mlx4_core 0000:03:00.0: This driver version supports only revisions 2 to 3"],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let signs = port.ending_signs(CODE);
    let failed = port.given_up_after(signs.first()?);
    let finding = Finding::new(Confidence::Certain)
        .shown_by(signs)
        .shown_by(failed)
        .check(format!("lspci -nn {}", function_option(port)))
        .check("mlxfwmanager --query")
        .remedy("mlxfwmanager --update");
    Some(finding)
}
