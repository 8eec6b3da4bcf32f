//! IB0107: errors on the PCIe link that nothing corrects.

use super::{Diagnosis, Nature};
use crate::event::{Event, EventKind};
use crate::finding::{Finding, function_option};
use crate::port::Port;
use crate::recognize::{HCA_DRIVERS, Pattern, Speaker};

const CODE: &str = "IB0107";
/// The driver took the function up again after an error.
const RESUMED: &str = "IB0107 resumed";
/// The driver let go of the function because of an error.
const STOPPED: &str = "stopped";
/// Whoever speaks of the function or of the bridges above it.
const BUS: Speaker = Speaker::Driver(&["pci", "pcieport", "mlx5_core", "mlx4_core", "ib_mthca", "hfi1", "ib_qib", "vfio-pci"]);

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "pcie-uncorrectable-errors",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("pcie_uncorrectable_errors.md"),
};

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: BUS,
        says: "PCIe Bus Error: severity=Uncorrect{any}(",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/pci/pcie/aer.c, aer_print_error",
        samples: &["kernel: mlx5_core 0000:4b:00.0: PCIe Bus Error: severity=Uncorrected (Fatal), type=Transaction Layer, (Receiver ID)", "kernel: pcieport 0000:00:01.0: AER: PCIe Bus Error: severity=Uncorrectable (Non-Fatal), type=Inaccessible, (Unregistered Agent ID)"],
    },
    Pattern {
        speaker: BUS,
        says: "Fatal) error received: {pci}",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/pci/pcie/aer.c, aer_print_port_info",
        samples: &["kernel: pcieport 0000:00:01.0: AER: Uncorrected (Fatal) error received: 0000:4b:00.0"],
    },
    Pattern {
        speaker: BUS,
        says: "Fatal) error message received from {pci}",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/pci/pcie/aer.c, aer_print_source",
        samples: &["kernel: pcieport 0000:00:01.0: AER: Multiple Uncorrectable (Non-Fatal) error message received from 0000:4b:00.0"],
    },
    Pattern {
        speaker: BUS,
        says: "containment event, status",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/pci/pcie/dpc.c, dpc_process_error",
        samples: &["kernel: pcieport 0000:00:01.0: DPC: containment event, status:0x1f01 source:0x0000"],
    },
    Pattern {
        speaker: BUS,
        says: "aer_uncor_severity: {hex}",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/pci/pcie/aer.c, pci_print_aer (before: cper_print_aer), of errors that the firmware reports",
        samples: &["kernel: mlx5_core 0000:4b:00.0: AER: aer_uncor_severity: 0x00462030"],
    },
    Pattern {
        speaker: Speaker::Driver(HCA_DRIVERS),
        says: "_pci_err_detected",
        means: |_| EventKind::sign(CODE, STOPPED),
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/main.c and mlx4/main.c",
        samples: &["kernel: mlx5_core 0000:4b:00.0: mlx5_pci_err_detected Device state = 1 health sensors: 1 pci_status: 1. Enter, pci channel state = 2", "kernel: mlx4_core 0000:03:00.0: mlx4_pci_err_detected was called"],
    },
    Pattern {
        speaker: Speaker::Driver(HCA_DRIVERS),
        says: "_pci_resume",
        means: |_| EventKind::sign(RESUMED, ""),
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/main.c and mlx4/main.c",
        samples: &["kernel: mlx5_core 0000:4b:00.0: mlx5_pci_resume Device state = 1 pci_status: 1. Exit, err = 0, device recovered", "kernel: mlx4_core 0000:03:00.0: mlx4_pci_resume was called"],
    },
    Pattern {
        speaker: Speaker::Driver(&["mlx4_core"]),
        says: "Internal error detected",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/net/ethernet/mellanox/mlx4/catas.c, dump_err_buf and poll_catas",
        samples: &["kernel: mlx4_core 0000:03:00.0: Internal error detected:"],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let mut signs = port.signs(CODE);
    signs.extend(port.signs_on_empty_bridges(CODE));
    // Errors that the driver lives with say nothing.
    let is_unharmed = port.driver_failed().is_none() && port.missed().is_none() && !is_stopped(port);
    let works = port.driver_ready().is_some() && is_unharmed;
    if works {
        return None;
    }
    let finding = Finding::of_function(port, signs)?
        .check("ras-mc-ctl --errors")
        .check(format!("lspci -vv {}", function_option(port)))
        .remedy("ipmitool chassis power cycle");
    Some(finding)
}

/// Returns whether the driver let go of the function and did not take it up again.
fn is_stopped(port: &Port<'_>) -> bool {
    let is_stop = |event: &&Event| matches!(&event.kind, EventKind::Sign { code: CODE, detail } if **detail == *STOPPED);
    let Some(stopped) = port.events().rfind(is_stop) else { return false };
    let resumed = port.signs(RESUMED).iter().any(|resumed| resumed.order > stopped.order);
    !resumed && port.ended_by(stopped)
}
