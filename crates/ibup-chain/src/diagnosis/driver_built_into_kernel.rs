//! IB0313: the driver of the HCA is part of the kernel, so that no other can take its place.

use super::{Diagnosis, Nature, inbox_module_refused, module_load_failed, ofed_module_missing_for_kernel, stale_module_already_loaded};
use super::driver_stack_not_started::is_vendor_stack;
use crate::event::{Event, EventKind};
use crate::finding::{Confidence, Finding};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};
use crate::template::Captures;

const CODE: &str = "IB0313";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "driver-built-into-kernel",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("driver_built_into_kernel.md"),
};
/// The kernel is done with itself and starts the first program: what drives a function by now is not a module.
const FIRST_PROGRAM: &str = "IB0313 first program";

fn built_in(captures: &Captures<'_>) -> Option<EventKind> {
    EventKind::sign(CODE, captures.get("module")?)
}

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Kernel,
        says: "^Run {program=word} as init process",
        means: |_| EventKind::sign(FIRST_PROGRAM, ""),
        source: "Linux, init/main.c, run_init_process",
        samples: &["kernel: Run /init as init process"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "^Freeing unused kernel {what=any}emory: {size=any}",
        means: |_| EventKind::sign(FIRST_PROGRAM, ""),
        source: "Linux, include/linux/mm.h, free_initmem_default, and mm/page_alloc.c, free_reserved_area",
        samples: &[
            "kernel: Freeing unused kernel image (initmem) memory: 2724K",
            "kernel: Freeing unused kernel memory: 1844k freed",
        ],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "Module {module} is builtin",
        means: built_in,
        source: "kmod, tools/modprobe.c and rmmod.c",
        samples: &["openibd: modprobe: FATAL: Module mlx5_core is builtin."],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "^Module '{module}' is built in",
        means: built_in,
        source: "systemd, src/shared/module-util.c, module_load_and_warn",
        samples: &["systemd-modules-load: Module 'mlx5_core' is built in"],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "mlx5_core{words=any}(builtin)",
        means: |_| EventKind::sign(CODE, "mlx5_core"),
        source: "kmod, tools/modinfo.c, the file name of what is no module",
        samples: &["openibd: mlx5_core: filename: (builtin)"],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "mlx4_core{words=any}(builtin)",
        means: |_| EventKind::sign(CODE, "mlx4_core"),
        source: "kmod, tools/modinfo.c, the file name of what is no module",
        samples: &["openibd: mlx4_core -> (builtin)"],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let driver = port.driver_module().unwrap_or("mlx5_core");
    let names_driver = |event: &&Event| matches!(&event.kind, EventKind::Sign { detail, .. } if **detail == *driver);
    let said = port.signs(CODE).into_iter().find(names_driver);
    let first_program = port.signs(FIRST_PROGRAM).first().copied();
    let early = port.driver_bound().filter(|bound| first_program.is_some_and(|first| bound.order < first.order));
    if said.is_none() && early.is_none() {
        return None;
    }
    if port.netdev_appeared().is_some() && port.missed().is_none() {
        return None;
    }
    let refused = [inbox_module_refused::CODE, ofed_module_missing_for_kernel::CODE, stale_module_already_loaded::CODE];
    let refused = refused.iter().flat_map(|code| port.signs(code)).find(|sign| !port.got_over(sign));
    // A driver in the kernel serves the distribution's stack well.
    if refused.is_none() && !(is_vendor_stack(port) && module_load_failed::lacks_module(port)) {
        return None;
    }
    let finding = Finding::new(Confidence::Certain)
        .shown_by(early)
        .shown_by(said)
        .shown_by(refused)
        .check(format!("modinfo -n {driver}"))
        .check("grep -E 'MLX[45]_CORE|INFINIBAND_IPOIB' /boot/config-$(uname -r)")
        .remedy("modprobe ib_ipoib")
        .remedy_raise(port);
    Some(finding)
}
