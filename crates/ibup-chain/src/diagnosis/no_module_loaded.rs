//! IB0307: openibd had nothing to load: its configuration, or what it concluded for lack of one, says no to every module.

use super::{Diagnosis, Nature, module_load_failed};
use crate::event::EventKind;
use crate::finding::{Confidence, Finding};
use crate::port::Port;
use crate::recognize::openibd::OPENIBD;
use crate::recognize::Pattern;

const CODE: &str = "IB0307";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "no-module-loaded",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("no_module_loaded.md"),
};

static SIGNS: &[Pattern] = &[Pattern {
    speaker: OPENIBD,
    says: "No HCA kernel modules loaded",
    means: |_| EventKind::sign(CODE, ""),
    source: "openibd of OFED since 24.10, mod_load_funcs, start",
    samples: &["openibd: No HCA kernel modules loaded:  [FAILED]", "openibd: No HCA kernel modules loaded: [FAILED]"],
}];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let sign = port.signs(CODE).into_iter().find(|sign| !port.got_over(sign))?;
    // The same is said where every module was tried and failed; then the modules are the trouble.
    if module_load_failed::names_any_module(port) {
        return None;
    }
    let finding = Finding::new(Confidence::Certain)
        .shown_by([sign])
        .check("grep -n _LOAD= /etc/infiniband/openib.conf")
        .check("modinfo -F depends mlx5_core")
        .remedy("modprobe mlx5_ib")
        .remedy("modprobe ib_ipoib")
        .remedy_raise(port);
    Some(finding)
}
