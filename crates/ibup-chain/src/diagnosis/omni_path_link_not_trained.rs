//! IB0715: the link of an Omni-Path adapter does not train.

use super::{Diagnosis, Nature, link_stays_polling};
use crate::event::{Event, EventKind, PhysicalState};
use crate::finding::{Confidence, Finding, device};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};

const CODE: &str = "IB0715";
/// Why a link went down, or what it failed over: by itself no more than that it did so once.
const REASON: &str = "IB0715 reason";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "omni-path-link-not-trained",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("omni_path_link_not_trained.md"),
};

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Kernel,
        says: "{hca}: Link down reason: {reason=any}",
        means: |captures| EventKind::sign(REASON, captures.get("reason")?),
        source: "Linux, drivers/infiniband/hw/hfi1/chip.c, handle_link_down",
        samples: &[
            "kernel: hfi1 0000:d8:00.0: hfi1_0: Link down reason: Unexpected link down",
            "kernel: hfi1 0000:d8:00.0: hfi1_0: Link down reason: Neighbor link down message 39, Disconnected",
        ],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{hca}: 8051 info error: {flags=any}",
        means: |captures| EventKind::sign(REASON, captures.get("flags")?),
        source: "Linux, drivers/infiniband/hw/hfi1/chip.c, handle_8051_interrupt, with the names of dc8051_info_err_flags",
        samples: &["kernel: hfi1 0000:d8:00.0: hfi1_0: 8051 info error: Failed LNI(VerifyCap_1)"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{hca}: Link speed active {speed=hex} is outside enabled {enabled=hex}, downing link",
        means: |_| EventKind::sign(REASON, "speed"),
        source: "Linux, drivers/infiniband/hw/hfi1/chip.c, handle_link_up",
        samples: &["kernel: hfi1 0000:d8:00.0: hfi1_0: Link speed active 0x1 is outside enabled 0x2, downing link"],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    if !port.is_omni_path() || port.cable_out().is_some() {
        return None;
    }
    let (down, confidence) = link_stays_polling::no_physical_link(port).or_else(|| never_came(port))?;
    // Whoever reads a link down while the others have theirs may look at a spare one.
    let confidence = match (port.is_wanted(), port.may_be_wanted()) {
        (true, _) => confidence,
        (false, true) => Confidence::Likely,
        (false, false) => return None,
    };
    let device = device(port);
    let finding = Finding::new(confidence)
        .shown_by(port.signs(REASON))
        .shown_by([down])
        .shown_by(port.awaits_carrier())
        .check("opainfo")
        .check(format!("ibstat {device}"))
        .check(format!("journalctl -k -b --no-pager | grep '{device}: .*state changed'"));
    Some(finding)
}

/// Returns the word by which the port is switched off, where it had no link before: hfi1 itself does so with a link that
/// cannot be, for its module or over its training, and nobody has a reason to at boot. A link that was there somebody
/// else switched off.
///
/// Source: Linux, drivers/infiniband/hw/hfi1/chip.c, `set_link_state`; platform.c, `tune_serdes`.
pub(super) fn never_came<'b>(port: &Port<'b>) -> Option<(&'b Event, Confidence)> {
    let (disabled, PhysicalState::Disabled) = port.physical_state()? else { return None };
    let was_there = port.first(|kind| *kind == EventKind::PhysicalChanged(PhysicalState::LinkUp)).is_some();
    (port.is_omni_path() && !was_there).then_some((disabled, Confidence::Likely))
}
