//! IB0103: the function answers nothing any more: every read gives all ones.

use super::{Diagnosis, Nature};
use crate::event::EventKind;
use crate::finding::{Finding, function_option};
use crate::port::Port;
use crate::recognize::{HCA_DRIVERS, Pattern, Speaker};

const CODE: &str = "IB0103";
/// Whoever speaks of the function or of the bridges above it.
const BUS: Speaker = Speaker::Driver(&["pci", "pcieport", "mlx5_core", "mlx4_core", "ib_mthca", "hfi1", "ib_qib", "vfio-pci"]);

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "hca-fell-off-the-bus",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("hca_fell_off_the_bus.md"),
};

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Driver(HCA_DRIVERS),
        says: "^firmware version: 65535.65535.65535",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/main.c, mlx5_function_enable (before: mlx5_function_setup)",
        samples: &["kernel: mlx5_core 0000:4b:00.0: firmware version: 65535.65535.65535"],
    },
    Pattern {
        speaker: Speaker::Driver(HCA_DRIVERS),
        says: "Waiting for FW {any}(0xffffffff)",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/main.c, wait_fw_init",
        samples: &["kernel: mlx5_core 0000:4b:00.0: wait_fw_init:199:(pid 17): Waiting for FW initialization, timeout abort in 100s (0xffffffff)"],
    },
    Pattern {
        speaker: Speaker::Driver(HCA_DRIVERS),
        says: "PCI slot is unavailable",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/health.c, print_health_info",
        samples: &["kernel: mlx5_core 0000:4b:00.0: print_health_info:447:(pid 0): PCI slot is unavailable"],
    },
    Pattern {
        speaker: Speaker::Driver(HCA_DRIVERS),
        says: "PCI channel offline, stop waiting for",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/health.c, mlx5_error_sw_reset",
        samples: &["kernel: mlx5_core 0000:4b:00.0: mlx5_error_sw_reset:252:(pid 1618): PCI channel offline, stop waiting for NIC IFC"],
    },
    Pattern {
        speaker: Speaker::Driver(HCA_DRIVERS),
        says: "health recovery flow aborted, PCI reads still not working",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/health.c, mlx5_health_try_recover",
        samples: &["kernel: mlx5_core 0000:4b:00.0: health recovery flow aborted, PCI reads still not working"],
    },
    Pattern {
        speaker: Speaker::Driver(HCA_DRIVERS),
        says: "^Fatal error 1 detected",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/health.c, poll_health (1 is MLX5_SENSOR_PCI_COMM_ERR)",
        samples: &["kernel: mlx5_core 0000:4b:00.0: poll_health:818:(pid 0): Fatal error 1 detected"],
    },
    Pattern {
        speaker: Speaker::Driver(HCA_DRIVERS),
        says: "Expected to see disabled NIC but it is has invalid value 7",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/health.c, mlx5_handle_bad_state",
        samples: &["kernel: mlx5_core 0000:4b:00.0: mlx5_handle_bad_state:317:(pid 90): Expected to see disabled NIC but it is has invalid value 7"],
    },
    Pattern {
        speaker: BUS,
        says: "Unable to change power state from {word} to D0, device inaccessible",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/pci/pci.c, pci_power_up",
        samples: &["kernel: mlx5_core 0000:4b:00.0: Unable to change power state from D3cold to D0, device inaccessible"],
    },
    Pattern {
        speaker: BUS,
        says: "an't change power state from {word} to D0 (config space inaccessible)",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/pci/pci.c, before 6.0",
        samples: &["kernel: mlx5_core 0000:4b:00.0: can't change power state from D3cold to D0 (config space inaccessible)"],
    },
    Pattern {
        speaker: Speaker::Driver(&["mlx4_core", "ib_mthca"]),
        says: "PCI device did not come back after reset, aborting",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/net/ethernet/mellanox/mlx4/reset.c, mlx4_reset",
        samples: &["kernel: mlx4_core 0000:03:00.0: PCI device did not come back after reset, aborting"],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let finding = Finding::of_function(port, port.signs(CODE))?
        .check(format!("lspci -vv {}", function_option(port)))
        .check(format!("lspci -xxx {}", function_option(port)))
        .remedy("ipmitool chassis power cycle");
    Some(finding)
}
