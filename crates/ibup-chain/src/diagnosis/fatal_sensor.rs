//! IB0210: a sensor of the device says that only a cold reset helps.

use super::{Diagnosis, Nature};
use crate::event::EventKind;
use crate::finding::{Finding, function_option, kernel_lines};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};
use crate::template::Captures;

const CODE: &str = "IB0210";
const MLX5: Speaker = Speaker::Driver(&["mlx5_core"]);

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "fatal-sensor",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("fatal_sensor.md"),
};

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: MLX5,
        says: "^Fatal error {sensor=number} detected",
        means: sensor,
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/health.c, poll_health",
        samples: &["kernel: mlx5_core 0000:4b:00.0: poll_health:818:(pid 0): Fatal error 3 detected"],
    },
    Pattern {
        speaker: MLX5,
        says: "Cold reset is required",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/health.c, print_health_info",
        samples: &["kernel: mlx5_core 0000:4b:00.0: print_health_info:475:(pid 0): Cold reset is required"],
    },
    Pattern {
        speaker: MLX5,
        says: "^NIC IFC still {state=number} after {ms=number}ms",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/health.c, mlx5_error_sw_reset; fw.c, mlx5_cmd_fast_teardown_hca",
        samples: &["kernel: mlx5_core 0000:4b:00.0: mlx5_error_sw_reset:273:(pid 215): NIC IFC still 0 after 3000ms."],
    },
];

/// The first of them means that the function does not answer on the bus, which is another trouble.
fn sensor(captures: &Captures<'_>) -> Option<EventKind> {
    let sensor = captures.get("sensor")?;
    if sensor == "1" { None } else { EventKind::sign(CODE, sensor) }
}

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let finding = Finding::of_end(port, CODE)?
        .check(kernel_lines(port))
        .check(format!("lspci -vv {}", function_option(port)))
        .remedy("ipmitool chassis power cycle");
    Some(finding)
}
