//! IB0207: the driver's probe of the function failed; the umbrella over all reasons that nothing more exact is known of.

use super::{Diagnosis, Nature};
use crate::finding::{Confidence, Finding, function_option};
use crate::port::Port;

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: "IB0207",
    name: "driver-probe-failed",
    nature: Nature::Umbrella,
    signs: &[],
    judge,
    text: include_str!("driver_probe_failed.md"),
};

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let failed = port.driver_failed()?;
    let mut finding = Finding::new(Confidence::Certain)
        .shown_by([failed])
        .check(format!("lspci -vv {}", function_option(port)));
    if let Some(pci) = port.pci {
        finding = finding
            .check(format!("journalctl -k -b --no-pager | grep -F '{pci}'"))
            .remedy(format!("echo {pci} > /sys/bus/pci/drivers_probe"));
    }
    Some(finding)
}
