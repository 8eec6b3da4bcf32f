//! IB0110: the slot gives the card too little power, and the card closed its ports.

use super::{Diagnosis, Nature};
use crate::event::{Event, EventKind, PortState};
use crate::finding::{Confidence, Finding, function_option};
use crate::port::Port;
use crate::recognize::{HCA_DRIVERS, Pattern, Speaker};

const CODE: &str = "IB0110";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "slot-power-too-small",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("slot_power_too_small.md"),
};

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Driver(HCA_DRIVERS),
        says: "Detected insufficient power on the PCIe slot",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/events.c, mlx5_pcie_event",
        samples: &["kernel: mlx5_core 0000:4b:00.0: mlx5_pcie_event:329:(pid 586): Detected insufficient power on the PCIe slot (27W)."],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let warned = port.signs(CODE);
    let is_closed = |event: &&Event| {
        matches!(&event.kind, EventKind::CableFailed(reason) if reason.contains("insufficient/unadvertised power"))
    };
    let closed: Vec<_> = port.events().filter(is_closed).collect();
    let is_linked = |kind: &EventKind| matches!(kind, EventKind::CarrierGained | EventKind::PortChanged(PortState::Active));
    let linked = port.last(is_linked);
    let confidence = match closed.last() {
        Some(closed) if linked.is_none_or(|linked| linked.order < closed.order) => Confidence::Certain,
        // Cards say so in many a slot in which they work.
        None if !warned.is_empty() => Confidence::Possible,
        _ => return None,
    };
    let finding = Finding::new(confidence)
        .shown_by(closed)
        .shown_by(warned)
        .check(format!("lspci -vv {} | grep -i powerlimit", function_option(port)));
    Some(finding)
}
