//! IB0310: a module was built for another kernel than the one that runs.

use super::{Diagnosis, Nature, mixed_inbox_and_ofed_modules, module_load_failed};
use crate::event::EventKind;
use crate::finding::{Confidence, Finding};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};

pub(super) const CODE: &str = "IB0310";
/// modprobe's word for it, which it also has for files that are no modules at all.
pub(super) const SAID: &str = "IB0310 said";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "wrong-vermagic",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("wrong_vermagic.md"),
};

static SIGNS: &[Pattern] = &[Pattern {
    speaker: Speaker::Kernel,
    says: "{module}: version magic '{built=any}' should be '{running=any}'",
    means: |captures| EventKind::sign(CODE, captures.get("module")?),
    source: "Linux, kernel/module/main.c, check_modinfo (before 5.18 in kernel/module.c)",
    samples: &[
        "kernel: ib_core: version magic '5.14.0-362.8.1.el9_3.x86_64 SMP preempt mod_unload modversions ' should be '5.14.0-427.13.1.el9_4.x86_64 SMP preempt mod_unload modversions '",
    ],
}];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let by_kernel = port.lacking(CODE);
    let sign = by_kernel.or_else(|| port.lacking(SAID))?;
    // Where the kernel says what else is wrong with the format, that is it.
    if by_kernel.is_none() && port.lacking(mixed_inbox_and_ofed_modules::CODE).is_some() {
        return None;
    }
    let EventKind::Sign { detail: module, .. } = &sign.kind else { return None };
    let confidence = if by_kernel.is_some() { Confidence::Certain } else { Confidence::Likely };
    let finding = Finding::new(confidence)
        .shown_by(port.all_lacking(CODE))
        .shown_by(port.lacking(SAID))
        .shown_by(port.lacking(module_load_failed::CODE))
        .check(format!("modinfo -F vermagic {module}"))
        .check("uname -r")
        .check("dkms status")
        .remedy("dkms autoinstall")
        .remedy("systemctl restart openibd")
        .remedy_raise(port);
    Some(finding)
}
