//! Programs that tell the state of ports: the tools of rdma-core and iproute2, which sites run at boot for the record,
//! and their own scripts that wait for a port.
//!
//! `ibstat` and `ibstatus` name the device once, above lines that name nothing; which device is meant then is the boot's
//! to know.

use super::{Pattern, Speaker};
use crate::event::{EventKind, PhysicalState, PortState};
use crate::template::Captures;

const ANYONE: Speaker = Speaker::Anyone;

fn shown(_: &Captures<'_>) -> Option<EventKind> {
    Some(EventKind::DeviceShown)
}

/// Reads the logical states as `ibstat`, sysfs and `ibv_devinfo` write them.
fn logical(word: &str) -> Option<PortState> {
    Some(match word.trim_start_matches("PORT_") {
        "Down" | "DOWN" => PortState::Down,
        "Initializing" | "INIT" => PortState::Init,
        "Armed" | "ARMED" => PortState::Armed,
        "Active" | "ACTIVE" => PortState::Active,
        _ => return None,
    })
}

/// Reads the physical states as `ibstat`, sysfs and `rdma` write them.
fn physical(word: &str) -> Option<PhysicalState> {
    Some(match word {
        "Polling" | "POLLING" => PhysicalState::Polling,
        "Disabled" | "DISABLED" => PhysicalState::Disabled,
        "PortConfigurationTraining" | "PORT_CONFIGURATION_TRAINING" => PhysicalState::Training,
        "LinkUp" | "LINK_UP" => PhysicalState::LinkUp,
        "Offline" => PhysicalState::Offline,
        _ => return None,
    })
}

fn state(captures: &Captures<'_>) -> Option<EventKind> {
    logical(captures.get("state")?).map(EventKind::PortChanged)
}

fn physical_state(captures: &Captures<'_>) -> Option<EventKind> {
    physical(captures.get("state")?).map(EventKind::PhysicalChanged)
}

/// Reads what a script waits for a port to be, in either kind of state.
fn either_state(captures: &Captures<'_>) -> Option<EventKind> {
    physical_state(captures).or_else(|| state(captures))
}

/// Returns whether a word is the name of an RDMA device rather than any other word.
fn is_device(word: &str) -> bool {
    let name = word.trim_end_matches([':', ',', '/']);
    let by_kernel = ["mlx", "mthca", "hfi1_", "qib"].iter().any(|prefix| name.starts_with(prefix));
    by_kernel && name.ends_with(|c: char| c.is_ascii_digit())
}

/// Reads the physical state of a device that the sentence begins with.
fn physical_state_of(captures: &Captures<'_>) -> Option<EventKind> {
    if is_device(captures.get("hca")?) { in_sentence(captures, captures.get("between")?) } else { None }
}

/// Reads the physical state in a sentence that names no device.
fn physical_state_of_any(captures: &Captures<'_>) -> Option<EventKind> {
    let before = captures.get("before")?;
    if before.split(' ').any(is_device) { None } else { in_sentence(captures, before) }
}

/// Reads the physical state; where the link is there, the logical state says more, if the words before tell it.
fn in_sentence(captures: &Captures<'_>, before: &str) -> Option<EventKind> {
    let physical = physical(captures.get("state")?.trim_end_matches(['.', ',', ';', ')']))?;
    let logical = before.split(|c: char| !c.is_ascii_alphanumeric()).find_map(logical);
    Some(match (physical, logical) {
        (PhysicalState::LinkUp, Some(logical)) => EventKind::PortChanged(logical),
        _ => EventKind::PhysicalChanged(physical),
    })
}

/// Reads a line that tells both states: where there is no physical link, the physical one says more.
fn both_states(captures: &Captures<'_>) -> Option<EventKind> {
    match physical(captures.get("physical")?) {
        Some(PhysicalState::LinkUp) | None => state(captures),
        Some(physical) => Some(EventKind::PhysicalChanged(physical)),
    }
}

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        speaker: ANYONE,
        says: "^CA '{hca}'$",
        means: shown,
        source: "rdma-core, infiniband-diags/ibstat.c, ca_dump",
        samples: &["ibstat: CA 'mlx5_0'"],
    },
    Pattern {
        speaker: ANYONE,
        says: "^Port {port=number}:$",
        means: shown,
        source: "rdma-core, infiniband-diags/ibstat.c, port_dump",
        samples: &["ibstat: Port 1:"],
    },
    Pattern {
        speaker: ANYONE,
        says: "^State: {state=word}$",
        means: state,
        source: "rdma-core, infiniband-diags/ibstat.c, port_dump",
        samples: &["ibstat: State: Initializing"],
    },
    Pattern {
        speaker: ANYONE,
        says: "^Physical state: {state=word}$",
        means: physical_state,
        source: "rdma-core, infiniband-diags/ibstat.c, port_dump",
        samples: &["ibstat: Physical state: Disabled"],
    },
    Pattern {
        speaker: ANYONE,
        says: "^Infiniband device '{hca}' port {port=number} status:",
        means: shown,
        source: "rdma-core, infiniband-diags/scripts/ibstatus",
        samples: &["ibstatus: Infiniband device 'mlx5_0' port 1 status:"],
    },
    Pattern {
        speaker: ANYONE,
        says: "^state: {number}: {state=word}$",
        means: state,
        source: "rdma-core, infiniband-diags/scripts/ibstatus, from sysfs",
        samples: &["ibstatus: state: 2: INIT"],
    },
    Pattern {
        speaker: ANYONE,
        says: "^phys state: {number}: {state=word}$",
        means: physical_state,
        source: "rdma-core, infiniband-diags/scripts/ibstatus, from sysfs",
        samples: &["ibstatus: phys state: 3: Disabled"],
    },
    Pattern {
        speaker: ANYONE,
        says: "^hca_id: {hca}$",
        means: shown,
        source: "rdma-core, libibverbs/examples/devinfo.c, print_hca_cap",
        samples: &["ibv_devinfo: hca_id: mlx5_0"],
    },
    Pattern {
        speaker: ANYONE,
        says: "^state: PORT_{state=word} (",
        means: state,
        source: "rdma-core, libibverbs/examples/devinfo.c, print_hca_cap",
        samples: &["ibv_devinfo: state: PORT_INIT (2)"],
    },
    Pattern {
        speaker: ANYONE,
        says: "^link {hca}/{port=number} {any} state {state=word} physical_state {physical=word}",
        means: both_states,
        source: "iproute2, rdma/link.c, link_one_show, of an InfiniBand device",
        samples: &[
            "rdma: link mlx5_0/1 subnet_prefix fe80:0000:0000:0000 lid 65535 sm_lid 0 lmc 0 state DOWN physical_state DISABLED",
        ],
    },
    Pattern {
        speaker: ANYONE,
        says: "^link {hca}/{port=number} state {state=word} physical_state {physical=word}",
        means: both_states,
        source: "iproute2, rdma/link.c, link_one_show",
        samples: &["rdma: link mlx5_0/1 state INIT physical_state LINK_UP"],
    },
    Pattern {
        speaker: ANYONE,
        says: "waiting for {hca} card to register within the fabric: {state=word}",
        means: either_state,
        source: "a site's script that waits for the port, as a vendor of clusters publishes it",
        samples: &["ib-wait: waiting for mlx5_0 card to register within the fabric: Polling"],
    },
    Pattern {
        speaker: ANYONE,
        says: "/infiniband/{hca}/ports/{port=number}/state:{number}: {state=word}",
        means: state,
        source: "Linux, drivers/infiniband/core/sysfs.c, state_show, by grep over several files",
        samples: &["port-record: /sys/class/infiniband/mlx5_0/ports/1/state:2: INIT"],
    },
    Pattern {
        speaker: ANYONE,
        says: "/infiniband/{hca}/ports/{port=number}/phys_state:{number}: {state=word}",
        means: physical_state,
        source: "Linux, drivers/infiniband/core/sysfs.c, phys_state_show, by grep over several files",
        samples: &["port-record: /sys/class/infiniband/mlx5_0/ports/1/phys_state:3: Disabled"],
    },
    Pattern {
        speaker: ANYONE,
        says: "{hca} {between=any} Physical state: {state=word}",
        means: physical_state_of,
        source: "sites' scripts, with the words of rdma-core, infiniband-diags/ibstat.c, port_dump",
        samples: &["ib-check: mlx5_1 port 1: State: Down, Physical state: Disabled"],
    },
    Pattern {
        speaker: ANYONE,
        says: "{hca}: {between=any} Physical state: {state=word}",
        means: physical_state_of,
        source: "sites' scripts, with the words of rdma-core, infiniband-diags/ibstat.c, port_dump",
        samples: &["ib-check: mlx5_1: State: Down, Physical state: Disabled"],
    },
    Pattern {
        speaker: ANYONE,
        says: "{hca} {between=any} physical_state {state=word}",
        means: physical_state_of,
        source: "sites' scripts, with the words of iproute2, rdma/link.c, link_one_show",
        samples: &["ib-check: mlx5_1 port 1: state DOWN physical_state DISABLED"],
    },
    Pattern {
        speaker: ANYONE,
        says: "{before=any} Physical state: {state=word}",
        means: physical_state_of_any,
        source: "sites' scripts, with the words of rdma-core, infiniband-diags/ibstat.c, port_dump",
        samples: &["ib-check: State: Down, Physical state: Disabled"],
    },
];
