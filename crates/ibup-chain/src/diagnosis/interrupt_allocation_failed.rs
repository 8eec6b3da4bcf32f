//! IB0113: the driver gets no interrupts for the function.

use super::{Diagnosis, Nature};
use crate::event::EventKind;
use crate::finding::{Finding, function_option};
use crate::port::Port;
use crate::recognize::{HCA_DRIVERS, Pattern, Speaker};

const CODE: &str = "IB0113";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "interrupt-allocation-failed",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("interrupt_allocation_failed.md"),
};

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Driver(HCA_DRIVERS),
        says: "Failed to alloc IRQs",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/main.c, mlx5_load",
        samples: &["kernel: mlx5_core 0000:4b:00.0: mlx5_load:1266:(pid 1283): Failed to alloc IRQs"],
    },
    Pattern {
        speaker: Speaker::Driver(HCA_DRIVERS),
        says: "Failed to request irq. err = {number}",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/pci_irq.c, mlx5_irq_alloc",
        samples: &["kernel: mlx5_core 0000:4b:00.0: mlx5_irq_alloc:303:(pid 871): Failed to request irq. err = -28"],
    },
    Pattern {
        speaker: Speaker::Driver(HCA_DRIVERS),
        says: "failed to initialize irq table",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/main.c, mlx5_init_once",
        samples: &["kernel: mlx5_core 0000:4b:00.0: mlx5_init_once:1164:(pid 871): failed to initialize irq table"],
    },
    Pattern {
        speaker: Speaker::Driver(HCA_DRIVERS),
        says: "failed to generate interrupt (IRQ {number}), aborting",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/net/ethernet/mellanox/mlx4/main.c, mlx4_setup_hca",
        samples: &["kernel: mlx4_core 0000:03:00.0: NOP command failed to generate interrupt (IRQ 217), aborting"],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let finding = Finding::of_function(port, port.signs(CODE))?
        .check("cat /proc/interrupts")
        .check(format!("lspci -vv {}", function_option(port)));
    Some(finding)
}
