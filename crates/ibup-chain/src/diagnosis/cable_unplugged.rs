//! IB0701: there is no cable in a port that somebody wants up.

use super::{Diagnosis, Nature};
use crate::finding::{Confidence, Finding, device, function_option};
use crate::port::Port;

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: "IB0701",
    name: "cable-unplugged",
    nature: Nature::Root,
    signs: &[],
    judge,
    text: include_str!("cable_unplugged.md"),
};

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let unplugged = port.cable_out()?;
    // Cards say so of ports that are empty on purpose, too.
    if !port.is_wanted() {
        return None;
    }
    let device = device(port);
    let finding = Finding::new(Confidence::Certain)
        .shown_by([unplugged])
        .check(format!("ibstat {device}"))
        .check(format!("mlxlink -d {device} -m"))
        .check(format!("lspci {}", function_option(port)));
    Some(finding)
}
