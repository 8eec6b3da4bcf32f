//! IB0208: the firmware reports that the device is not well, and the driver shuts it down.

use super::{Diagnosis, Nature};
use crate::event::EventKind;
use crate::finding::{Finding, function_option, kernel_lines};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};
use crate::template::Captures;

const CODE: &str = "IB0208";
const MLX5: Speaker = Speaker::Driver(&["mlx5_core"]);

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "device-health-compromised",
    nature: Nature::Umbrella,
    signs: SIGNS,
    judge,
    text: include_str!("device_health_compromised.md"),
};

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: MLX5,
        says: "device's health compromised - reached miss count",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/health.c, poll_health",
        samples: &["kernel: mlx5_core 0000:4b:00.0: poll_health:834:(pid 0): device's health compromised - reached miss count"],
    },
    Pattern {
        speaker: MLX5,
        says: "^Health issue observed, {issue=any}, severity(",
        means: issue,
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/health.c, print_health_info",
        samples: &["kernel: mlx5_core 0000:4b:00.0: print_health_info:424:(pid 0): Health issue observed, unrecoverable hardware error, severity(3) ERROR:"],
    },
    Pattern {
        speaker: MLX5,
        says: "^synd {syndrome=hex}: {issue=any}",
        means: issue,
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/health.c, print_health_info",
        samples: &["kernel: mlx5_core 0000:4b:00.0: print_health_info:443:(pid 0): synd 0x8: unrecoverable hardware error"],
    },
    Pattern {
        speaker: MLX5,
        says: "health recovery failed",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/health.c, mlx5_fw_fatal_reporter_err_work",
        samples: &["kernel: mlx5_core 0000:4b:00.0: mlx5_fw_fatal_reporter_err_work:690:(pid 303): health recovery failed"],
    },
    Pattern {
        speaker: MLX5,
        says: "Driver is in error state. Unloading",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/health.c, mlx5_fw_fatal_reporter_err_work",
        samples: &["kernel: mlx5_core 0000:4b:00.0: mlx5_fw_fatal_reporter_err_work:685:(pid 303): Driver is in error state. Unloading"],
    },
    Pattern {
        speaker: MLX5,
        says: "^handling bad device here",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/health.c, mlx5_handle_bad_state and mlx5_health_try_recover",
        samples: &["kernel: mlx5_core 0000:4b:00.0: mlx5_health_try_recover:330:(pid 303): handling bad device here"],
    },
];

/// Heat has a diagnosis of its own, and a syndrome of zero is none.
fn issue(captures: &Captures<'_>) -> Option<EventKind> {
    let issue = captures.get("issue")?;
    let is_none = captures.get("syndrome") == Some("0x0") || issue.contains("igh temperature");
    if is_none { None } else { EventKind::sign(CODE, issue) }
}

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let finding = Finding::of_end(port, CODE)?
        .check(kernel_lines(port))
        .check(format!("lspci -vv {}", function_option(port)))
        .check("devlink health show")
        .remedy("ipmitool chassis power cycle")
        .remedy("mlxfwmanager --query");
    Some(finding)
}
