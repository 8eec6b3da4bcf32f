//! IB0204: the firmware is there and refuses a command that the driver cannot do without.

use super::{Diagnosis, Nature};
use crate::event::EventKind;
use crate::finding::{Confidence, Finding, function_option};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};
use crate::template::Captures;

const CODE: &str = "IB0204";
const MLX5: Speaker = Speaker::Driver(&["mlx5_core"]);
/// `EINVAL`, as probe returns it when the firmware refused.
const REFUSED: i32 = -22;

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "firmware-rejects-driver",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("firmware_rejects_driver.md"),
};

fn step(captures: &Captures<'_>) -> Option<EventKind> {
    EventKind::sign(CODE, captures.get("step").unwrap_or_default())
}

/// Reads a refused command. That of the first one, which enables the function, has a diagnosis of its own.
fn command(captures: &Captures<'_>) -> Option<EventKind> {
    if captures.get("step")?.starts_with("ENABLE_HCA(") { None } else { step(captures) }
}

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: MLX5,
        says: "^handle_hca_cap{step=word} failed",
        means: step,
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/main.c, set_hca_cap",
        samples: &["kernel: mlx5_core 0000:4b:00.0: set_hca_cap:704:(pid 871): handle_hca_cap_atomic failed"],
    },
    Pattern {
        speaker: MLX5,
        says: "^handle_hca_cap failed",
        means: step,
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/main.c, set_hca_cap",
        samples: &["kernel: mlx5_core 0000:4b:00.0: set_hca_cap:698:(pid 871): handle_hca_cap failed"],
    },
    Pattern {
        speaker: MLX5,
        says: "^set_hca_{step=word} failed",
        means: step,
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/main.c, mlx5_function_open (set_hca_ctrl, set_hca_cap)",
        samples: &["kernel: mlx5_core 0000:4b:00.0: mlx5_function_setup:1128:(pid 871): set_hca_cap failed"],
    },
    Pattern {
        speaker: MLX5,
        says: "^init hca failed",
        means: step,
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/main.c, mlx5_function_open (before: mlx5_function_setup)",
        samples: &["kernel: mlx5_core 0000:4b:00.0: mlx5_function_setup:1140:(pid 871): init hca failed"],
    },
    Pattern {
        speaker: MLX5,
        says: "^failed to set issi",
        means: step,
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/main.c, mlx5_function_enable",
        samples: &["kernel: mlx5_core 0000:4b:00.0: mlx5_function_setup:1074:(pid 871): failed to set issi"],
    },
    Pattern {
        speaker: MLX5,
        says: "^Failed to create {step=any}EQs",
        means: step,
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/eq.c, mlx5_eq_table_create",
        samples: &["kernel: mlx5_core 0000:4b:00.0: mlx5_load:1244:(pid 871): Failed to create async EQs"],
    },
    Pattern {
        speaker: MLX5,
        says: "^Failed to create EQs",
        means: step,
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/main.c, mlx5_load",
        samples: &["kernel: mlx5_core 0000:4b:00.0: mlx5_load:1244:(pid 871): Failed to create EQs"],
    },
    Pattern {
        speaker: MLX5,
        // Also said of optional registers that a firmware does not have; only with a failed probe it counts.
        says: "{step=word} op_mod({hex}) failed, status",
        means: command,
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/cmd.c, mlx5_cmd_out_err (before: mlx5_cmd_check)",
        samples: &[
            "kernel: mlx5_core 0000:4b:00.0: mlx5_cmd_check:810:(pid 923): SET_HCA_CAP(0x109) op_mod(0x0) failed, status bad parameter(0x3), syndrome (0x5add95)",
            "kernel: mlx5_core 0000:4b:00.0: mlx5_cmd_out_err:838:(pid 1): CREATE_EQ(0x301) op_mod(0x0) failed, status bad resource state(0x9), syndrome (0x1fe20), err(-22)",
        ],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let signs = port.signs(CODE);
    let failed = port.driver_failed()?;
    if signs.is_empty() {
        return None;
    }
    let refused = failed.kind == EventKind::DriverFailed { errno: Some(REFUSED) };
    let confidence = if refused { Confidence::Certain } else { Confidence::Likely };
    let function = function_option(port);
    let finding = Finding::new(confidence)
        .shown_by(signs)
        .shown_by([failed])
        .check(format!("lspci -nn {function}"))
        .check("modinfo -F version mlx5_core")
        .check("mlxfwmanager --query")
        .remedy("mlxfwmanager --update");
    Some(finding)
}
