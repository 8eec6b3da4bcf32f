//! IB0112: virtual functions with a device number other than 0 are not reached.

use super::{Diagnosis, Nature};
use crate::event::{Event, EventKind};
use crate::finding::{Confidence, Finding};
use crate::port::Port;

const CODE: &str = "IB0112";
/// `ETIMEDOUT`.
const TIMED_OUT: i32 = -110;

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "ari-forwarding-off",
    nature: Nature::Root,
    signs: &[],
    judge,
    text: include_str!("ari_forwarding_off.md"),
};

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let pci = port.pci.filter(|pci| pci.needs_ari())?;
    let failed = port.driver_failed()?;
    let is_timeout = |event: &&Event| event.evidence.text.contains("ENABLE_HCA(0x104) timeout");
    let timeouts: Vec<_> = port.events().filter(is_timeout).collect();
    // A driver that timed out, and did not wait for the firmware before, had no answer to its first command.
    let has_timed_out = failed.kind == EventKind::DriverFailed { errno: Some(TIMED_OUT) };
    if timeouts.is_empty() && (!has_timed_out || !port.signs("IB0201").is_empty()) {
        return None;
    }
    let finding = Finding::new(Confidence::Likely)
        .shown_by(timeouts)
        .shown_by([failed])
        .check(format!("lspci -vv -s {pci}"))
        .check("lspci -vv | grep -E '^[0-9a-f]|ARIFwd'");
    Some(finding)
}
