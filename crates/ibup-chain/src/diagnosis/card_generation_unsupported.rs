//! IB0215: the installed OFED has no driver any more for a card of this generation.

use super::{Diagnosis, Nature, ofed_module_missing_for_kernel};
use crate::event::{Event, EventKind};
use crate::finding::{Confidence, Finding, function_option};
use crate::port::Port;

const CODE: &str = "IB0215";
/// The driver of ConnectX to ConnectX-3.
const DRIVER: &str = "mlx4_core";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "card-generation-unsupported",
    nature: Nature::Root,
    signs: &[],
    judge,
    text: include_str!("card_generation_unsupported.md"),
};

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let missing = dropped_modules(port);
    missing.first()?;
    let finding = Finding::new(Confidence::Certain)
        .shown_by(missing)
        .check(format!("lspci -nn {}", function_option(port)))
        .check("ofed_info -s")
        .check(format!("modinfo -n {DRIVER}"))
        .remedy("/usr/sbin/ofed_uninstall.sh")
        .remedy(format!("modprobe {DRIVER}"));
    Some(finding)
}

/// Returns the signs that the driver of the port's card is missing, where every module that is missing is one of that
/// driver's: a stack that was not built for the kernel misses others too.
pub(super) fn dropped_modules<'b>(port: &Port<'b>) -> Vec<&'b Event> {
    const MISSING: &str = ofed_module_missing_for_kernel::CODE;
    let module = |event: &Event| match &event.kind {
        EventKind::Sign { detail, .. } => detail.replace('-', "_"),
        _ => String::new(),
    };
    let is_of_driver = |event: &&Event| module(event).starts_with("mlx4_");
    let lacking = port.all_lacking(MISSING);
    let is_old = port.driver_module() == Some(DRIVER) && lacking.iter().any(|event| module(event) == DRIVER);
    let is_alone = port.signs(MISSING).iter().all(is_of_driver);
    if is_old && is_alone { lacking } else { Vec::new() }
}
