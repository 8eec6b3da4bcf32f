//! IB0315: a module was loaded with other options than modprobe.d says, so openibd takes the stack down and loads it anew.

use super::{Diagnosis, Nature, stale_module_already_loaded};
use crate::event::EventKind;
use crate::finding::{Confidence, Finding};
use crate::port::Port;
use crate::recognize::Pattern;
use crate::recognize::openibd::OPENIBD;

const CODE: &str = "IB0315";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "module-options-differ",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("module_options_differ.md"),
};

static SIGNS: &[Pattern] = &[Pattern {
    speaker: OPENIBD,
    says: "Detected '{module}' loaded with '{real=any}' instead of '{wanted=any}",
    means: |captures| EventKind::sign(CODE, captures.get("module")?),
    source: "openibd, start, before 25.04; mod_load_funcs, check_loaded_modules_parameters",
    samples: &[
        "root: openibd: start(): Detected 'mlx5_core' loaded with 'prof_sel=2' instead of 'prof_sel=3' as configured under /etc/modprobe.d/, calling stop...",
        "root: openibd: start(): Detected 'mlx4_core' loaded with 'log_num_mgm_entry_size=' instead of 'log_num_mgm_entry_size=-1' as configured under /etc/modprobe.d/, calling stop...",
    ],
}];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let signs = port.signs(CODE);
    let reload = signs.first()?;
    if !stale_module_already_loaded::was_harmed_by(port, reload) {
        return None;
    }
    let EventKind::Sign { detail: module, .. } = &reload.kind else { return None };
    let finding = Finding::new(Confidence::Likely)
        .shown_by(signs.iter().copied())
        .shown_by(port.taken_away())
        .shown_by(port.missed())
        .check(format!("grep -rn 'options  *{module}' /etc/modprobe.d"))
        .check(format!("grep . /sys/module/{module}/parameters/*"))
        .remedy("dracut -f || update-initramfs -u")
        .remedy_raise(port);
    Some(finding)
}
