//! IB0216: the kernel stumbles in the RDMA stack.

use super::{Diagnosis, Nature};
use crate::event::EventKind;
use crate::finding::{Confidence, Finding};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};
use crate::template::Captures;

const CODE: &str = "IB0216";
/// Modules of the stack, and of the drivers below it.
const MODULES: &[&str] = &[
    "mlx5_core", "mlx5_ib", "mlx4_core", "mlx4_ib", "ib_core", "ib_ipoib", "ib_cm", "ib_sa", "ib_mad", "ib_uverbs", "ib_umad",
    "rdma_cm", "rdma_ucm", "rdmavt", "hfi1", "ib_qib", "ib_mthca", "mlx_compat",
];

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "kernel-oops-in-rdma-stack",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("kernel_oops_in_rdma_stack.md"),
};

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Kernel,
        says: "IP: {place=any} [{module=module}]",
        means: of_stack,
        source: "Linux, arch/x86/kernel/dumpstack.c, show_iret_regs (before 4.15 show_regs), in the form of lib/vsprintf.c, %pB",
        samples: &["kernel: RIP: 0010:mlx5_rdma_setup_rn+0x5a/0x140 [mlx5_core]", "kernel: IP: [<ffffffffc06d1b2c>] ipoib_open+0x2c/0x130 [ib_ipoib]"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "^pc : {place=any} [{module=module}]",
        means: of_stack,
        source: "Linux, arch/arm64/kernel/process.c, show_regs",
        samples: &["kernel: pc : ib_get_cached_port_state+0x1c/0x70 [ib_core]"],
    },
];

fn of_stack(captures: &Captures<'_>) -> Option<EventKind> {
    let module = captures.get("module")?;
    if MODULES.contains(&module) { EventKind::sign(CODE, module) } else { None }
}

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let signs = port.ending_signs(CODE);
    signs.first()?;
    // The kernel names no function: it is this one's trouble where its climb ended, and somebody waits for it.
    let confidence = if port.is_wanted() { Confidence::Certain } else { Confidence::Likely };
    let finding = Finding::new(confidence)
        .shown_by(signs)
        .check("journalctl -k -b --no-pager | grep -A 40 -E 'BUG:|Oops|Unable to handle'")
        .check("uname -r")
        .check("modinfo -n ib_core ib_ipoib mlx5_core")
        .remedy("reboot");
    Some(finding)
}
