//! hfi1, the driver of Omni-Path adapters, on the link of its port.
//!
//! On its way up a link is `OFFLINE`, `POLL`, `TRAINING`, `LINKUP`; then, logically, `INIT`, `ARMED`, `ACTIVE`, which
//! the core of the kernel says in its place since 6.13.

use super::{Pattern, Speaker};
use crate::event::{EventKind, PhysicalState, PortState};
use crate::template::Captures;

/// Reads the names of `opa_pstate_name` (drivers/infiniband/hw/hfi1/chip.c), less `PHYS_`.
fn physical_state(captures: &Captures<'_>) -> Option<EventKind> {
    Some(EventKind::PhysicalChanged(match captures.get("state")? {
        "POLL" => PhysicalState::Polling,
        "DISABLED" => PhysicalState::Disabled,
        "TRAINING" => PhysicalState::Training,
        "LINKUP" => PhysicalState::LinkUp,
        "OFFLINE" => PhysicalState::Offline,
        _ => return None,
    }))
}

/// Reads the names of `opa_lstate_name` (drivers/infiniband/hw/hfi1/chip.c), less `PORT_`.
fn logical_state(captures: &Captures<'_>) -> Option<EventKind> {
    Some(EventKind::PortChanged(match captures.get("state")? {
        "DOWN" => PortState::Down,
        "INIT" => PortState::Init,
        "ARMED" => PortState::Armed,
        "ACTIVE" => PortState::Active,
        _ => return None,
    }))
}

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Kernel,
        says: "{hca}: physical state changed to PHYS_{state=word}",
        means: physical_state,
        source: "Linux, drivers/infiniband/hw/hfi1/chip.c, log_state_transition",
        samples: &["kernel: hfi1 0000:d8:00.0: hfi1_0: physical state changed to PHYS_POLL (0x2), phy 0x20"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{hca}: logical state changed to PORT_{state=word}",
        means: logical_state,
        source: "Linux, drivers/infiniband/hw/hfi1/chip.c, update_statusp (before 6.13)",
        samples: &["kernel: hfi1 0000:d8:00.0: hfi1_0: logical state changed to PORT_INIT (0x2)"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{hca}: handle_qsfp_int: QSFP module removed",
        means: |_| Some(EventKind::CableUnplugged),
        source: "Linux, drivers/infiniband/hw/hfi1/chip.c, handle_qsfp_int",
        samples: &["kernel: hfi1 0000:d8:00.0: hfi1_0: handle_qsfp_int: QSFP module removed"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{hca}: handle_qsfp_int: QSFP module inserted",
        means: |_| Some(EventKind::CablePlugged),
        source: "Linux, drivers/infiniband/hw/hfi1/chip.c, handle_qsfp_int",
        samples: &["kernel: hfi1 0000:d8:00.0: hfi1_0: handle_qsfp_int: QSFP module inserted"],
    },
];
