//! IB0309: modules of two stacks are mixed, and what one exports is not what the other was built against.

use super::{Diagnosis, Nature, module_load_failed};
use crate::event::EventKind;
use crate::finding::{Confidence, Finding};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};
use crate::template::Captures;

pub(super) const CODE: &str = "IB0309";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "mixed-inbox-and-ofed-modules",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("mixed_inbox_and_ofed_modules.md"),
};

fn misfit(captures: &Captures<'_>) -> Option<EventKind> {
    EventKind::sign(CODE, captures.get("module")?)
}

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Kernel,
        says: "{module}: disagrees about version of symbol {symbol=word}",
        means: misfit,
        source: "Linux, kernel/module/version.c, check_version (before 5.18 in kernel/module.c)",
        samples: &["kernel: ib_ipoib: disagrees about version of symbol ib_register_client"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{module}: Unknown symbol {symbol=word}",
        means: misfit,
        source: "Linux, kernel/module/main.c, simplify_symbols (before 5.18 in kernel/module.c; before 2.6.33 without the error)",
        samples: &[
            "kernel: ib_ipoib: Unknown symbol ib_register_client (err -22)",
            "kernel: mlx5_ib: Unknown symbol ib_dealloc_device",
        ],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{module}: exports duplicate symbol {symbol=word} (owned by {owner=any})",
        means: misfit,
        source: "Linux, kernel/module/main.c, verify_exported_symbols",
        samples: &["kernel: mlx_compat: exports duplicate symbol backport_dependency_symbol (owned by compat)"],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let misfits = port.all_lacking(CODE);
    let EventKind::Sign { detail: module, .. } = &misfits.first()?.kind else { return None };
    let module = module.clone();
    let finding = Finding::new(Confidence::Certain)
        .shown_by(misfits)
        .shown_by(port.lacking(module_load_failed::CODE))
        .check(format!("modinfo -n {module} ib_core ib_ipoib"))
        .check("for m in ib_core mlx5_core mlx5_ib ib_ipoib; do echo $m $(cat /sys/module/$m/srcversion) $(modinfo -F srcversion $m); done")
        .check("lsinitrd | grep -E 'mlx|ib_core' || lsinitramfs /boot/initrd.img-$(uname -r) | grep -E 'mlx|ib_core'")
        .remedy("depmod -a")
        .remedy("dracut -f || update-initramfs -u")
        .remedy("reboot");
    Some(finding)
}
