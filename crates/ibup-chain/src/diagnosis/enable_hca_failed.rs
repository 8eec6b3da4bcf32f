//! IB0202: the firmware is up and does not let the driver enable the function.

use super::{Diagnosis, Nature};
use crate::event::EventKind;
use crate::finding::{Finding, function_option, kernel_lines};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};

const CODE: &str = "IB0202";
const MLX5: Speaker = Speaker::Driver(&["mlx5_core"]);

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "enable-hca-failed",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("enable_hca_failed.md"),
};

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: MLX5,
        says: "^enable hca failed",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/main.c, mlx5_function_enable \
                 (before: mlx5_function_setup, mlx5_load_one)",
        samples: &[
            "kernel: mlx5_core 0000:00:03.0: mlx5_function_enable:1200:(pid 519): enable hca failed",
            "kernel: mlx5_core 0000:03:00.0: 0000:03:00.0:mlx5_load_one:1107:(pid 671): enable hca failed",
        ],
    },
    Pattern {
        speaker: MLX5,
        says: "^ENABLE_HCA({hex}) op_mod({hex}) failed, status {status=any}, syndrome",
        means: |captures| EventKind::sign(CODE, captures.get("status")?),
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/cmd.c, mlx5_cmd_out_err (before: mlx5_cmd_check)",
        samples: &[
            "kernel: mlx5_core 0000:4b:00.2: mlx5_cmd_check:810:(pid 923): ENABLE_HCA(0x104) op_mod(0x0) failed, status bad system state(0x4), syndrome (0x3b8e11)",
        ],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let mut finding = Finding::of_end(port, CODE)?
        .check(kernel_lines(port))
        .check(format!("lspci -vv {}", function_option(port)));
    if let Some(pci) = port.pci {
        finding = finding.remedy(format!("echo {pci} > /sys/bus/pci/drivers_probe"));
    }
    Some(finding.remedy("ipmitool chassis power cycle"))
}
