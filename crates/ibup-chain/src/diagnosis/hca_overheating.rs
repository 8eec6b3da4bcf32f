//! IB0209: the HCA is too hot, and its firmware shuts it down.

use super::{Diagnosis, Nature};
use crate::event::EventKind;
use crate::finding::{Finding, device, function_option};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};

const CODE: &str = "IB0209";
const MLX5: Speaker = Speaker::Driver(&["mlx5_core"]);

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "hca-overheating",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("hca_overheating.md"),
};

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: MLX5,
        says: "High temperature on sensors with bit set",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/events.c, temp_warn",
        samples: &["kernel: mlx5_core 0000:4b:00.0: temp_warn:194:(pid 0): High temperature on sensors with bit set 0 1"],
    },
    Pattern {
        speaker: MLX5,
        says: "^synd {hex}: High temperature",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/health.c, hsynd_str",
        samples: &["kernel: mlx5_core 0000:4b:00.0: print_health_info:443:(pid 0): synd 0x10: High temperature"],
    },
    Pattern {
        speaker: MLX5,
        says: "^Health issue observed, High temperature",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/health.c, print_health_info",
        samples: &["kernel: mlx5_core 0000:4b:00.0: print_health_info:424:(pid 0): Health issue observed, High temperature, severity(1) ALERT:"],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let finding = Finding::of_end(port, CODE)?
        .check("sensors")
        .check(format!("mget_temp -d {}", port.pci.map_or_else(|| device(port), |pci| pci.to_string())))
        .check(format!("lspci -vv {}", function_option(port)))
        .remedy("ipmitool sdr type Fan")
        .remedy("ipmitool chassis power cycle");
    Some(finding)
}
