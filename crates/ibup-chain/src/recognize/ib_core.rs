//! The InfiniBand core, on ports.

use super::{HCA_DRIVERS, Pattern, Speaker};
use crate::event::{EventKind, PortState};
use crate::template::Captures;

/// Reads the names of `ib_port_state_to_str` (drivers/infiniband/core/cache.c).
fn port_state(captures: &Captures<'_>) -> Option<EventKind> {
    Some(EventKind::PortChanged(match captures.get("state")? {
        "DOWN" | "NOP" => PortState::Down,
        "INIT" => PortState::Init,
        "ARMED" => PortState::Armed,
        "ACTIVE" | "ACTIVE_DEFER" => PortState::Active,
        _ => return None,
    }))
}

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Driver(HCA_DRIVERS),
        says: "^Port: {port=number} Link {state=word}",
        means: port_state,
        source: "Linux, drivers/infiniband/core/cache.c, ib_cache_update (since 6.13), after ibdev_info's prefix",
        samples: &[
            "kernel: mlx4_core 0000:c3:00.0 ibp195s0: Port: 1 Link ACTIVE",
            "kernel: mlx5_core 0000:08:00.0 mlx5_0: Port: 1 Link DOWN",
        ],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "^infiniband {hca}: Port: {port=number} Link {state=word}",
        means: port_state,
        source: "Linux, drivers/infiniband/core/cache.c, ib_cache_update (since 6.13)",
        samples: &["kernel: infiniband mlx5_0: Port: 1 Link INIT"],
    },
];
