//! IB0702: the cable or module in a port that is wanted cannot be used, and the driver says why.

use super::{Diagnosis, Nature};
use crate::finding::{Confidence, Finding, device, interface};
use crate::port::Port;

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: "IB0702",
    name: "cable-error",
    nature: Nature::Root,
    signs: &[],
    judge,
    text: include_str!("cable_error.md"),
};

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let failed = port.cable_failed()?;
    // Nobody plugs a cable in for nothing; but where other ports have their link, this one may be a spare.
    let confidence = match (port.is_wanted(), port.may_be_wanted()) {
        (true, _) => Confidence::Certain,
        (false, true) => Confidence::Likely,
        (false, false) => return None,
    };
    let device = device(port);
    let mut finding = Finding::new(confidence)
        .shown_by([failed])
        .shown_by(port.awaits_carrier())
        .check(format!("mlxlink -d {device} -m"))
        .check(format!("ibstat {device}"));
    if port.is_ethernet() {
        finding = finding.check(format!("ethtool -m {}", interface(port)));
    }
    Some(finding)
}
