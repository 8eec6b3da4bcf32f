//! IB0206: the driver has no memory to lend to the firmware.

use super::{Diagnosis, Nature};
use crate::event::EventKind;
use crate::finding::{Confidence, Finding};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};

const CODE: &str = "IB0206";
/// The pages could not be handed over: for want of memory, or for another reason that the driver does not tell.
const HAND_OVER: &str = "IB0206 hand-over";
const MLX5: Speaker = Speaker::Driver(&["mlx5_core"]);
/// `ENOMEM`, as probe returns it.
const NO_MEMORY: i32 = -12;

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "no-memory-for-firmware-pages",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("no_memory_for_firmware_pages.md"),
};

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: MLX5,
        says: "^failed to allocate {stage=word} pages",
        means: |captures| match captures.get("stage")? {
            stage @ ("boot" | "init") => EventKind::sign(HAND_OVER, stage),
            _ => None,
        },
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/main.c, mlx5_function_enable and mlx5_function_open \
                 (before: mlx5_function_setup, mlx5_load_one)",
        samples: &[
            "kernel: mlx5_core 0000:4b:00.0: mlx5_function_setup:1083:(pid 871): failed to allocate boot pages",
            "kernel: mlx5_core 0000:4b:00.0: mlx5_function_open:1457:(pid 871): failed to allocate init pages",
        ],
    },
    Pattern {
        speaker: MLX5,
        says: "^failed to allocate page$",
        means: |_| EventKind::sign(CODE, "page"),
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/pagealloc.c, alloc_system_page",
        samples: &["kernel: mlx5_core 0000:4b:00.0: alloc_system_page:275:(pid 871): failed to allocate page"],
    },
    Pattern {
        speaker: MLX5,
        says: "^failed dma mapping page",
        means: |_| EventKind::sign(CODE, "mapping"),
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/pagealloc.c, alloc_system_page",
        samples: &["kernel: mlx5_core 0000:4b:00.0: alloc_system_page:281:(pid 871): failed dma mapping page"],
    },
    Pattern {
        speaker: Speaker::Driver(&["mlx4_core", "ib_mthca"]),
        says: "^Couldn't allocate {what=word} {part=word}, aborting",
        means: |captures| match captures.get("what")? {
            what @ ("FW" | "aux") => EventKind::sign(CODE, what),
            _ => None,
        },
        source: "Linux, drivers/net/ethernet/mellanox/mlx4/main.c, mlx4_load_fw and mlx4_init_icm; \
                 drivers/infiniband/hw/mthca/mthca_main.c, mthca_load_fw and mthca_init_icm",
        samples: &[
            "kernel: mlx4_core 0000:03:00.0: Couldn't allocate FW area, aborting",
            "kernel: ib_mthca 0000:04:00.0: Couldn't allocate aux memory, aborting.",
        ],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let (short, hand_over) = (port.ending_signs(CODE), port.ending_signs(HAND_OVER));
    let first = short.iter().chain(&hand_over).min_by_key(|sign| sign.order)?;
    let failed = port.given_up_after(first);
    let says_no_memory = failed.is_some_and(|failed| {
        failed.kind == EventKind::DriverFailed { errno: Some(NO_MEMORY) }
    });
    let is_shown = says_no_memory || (failed.is_some() && !short.is_empty());
    let finding = Finding::new(if is_shown { Confidence::Certain } else { Confidence::Likely })
        .shown_by(short)
        .shown_by(hand_over)
        .shown_by(failed)
        .check("free -m")
        .check("cat /proc/cmdline")
        .check("journalctl -k -b --no-pager | grep -E 'page allocation failure|crashkernel|DMAR|AMD-Vi|swiotlb'")
        .check("grep -rE '^options +mlx' /etc/modprobe.d");
    Some(match port.pci {
        Some(pci) => finding.remedy(format!("echo {pci} > /sys/bus/pci/drivers_probe")),
        None => finding,
    })
}
