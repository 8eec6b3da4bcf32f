//! IB0714: the core of the stack cannot speak to the subnet manager by way of this port: its agents could not be set up.

use super::{Diagnosis, Nature};
use crate::event::{Event, EventKind};
use crate::finding::{Confidence, Finding, device};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};
use crate::template::Captures;

const CODE: &str = "IB0714";
/// Said of no device in particular, when an event of a port is handled.
const MOMENT: &str = "IB0714 moment";
/// The detail of the words after which the port has no agents for good.
const NO_AGENTS: &str = "agents";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "mad-agents-failed",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("mad_agents_failed.md"),
};

fn failed(_: &Captures<'_>) -> Option<EventKind> {
    EventKind::sign(CODE, "")
}

/// The agents of a port are not made anew; what the cache could not read it reads again at the next event.
fn no_agents(_: &Captures<'_>) -> Option<EventKind> {
    EventKind::sign(CODE, NO_AGENTS)
}

fn momentary(_: &Captures<'_>) -> Option<EventKind> {
    EventKind::sign(MOMENT, "")
}

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Kernel,
        says: "^infiniband {hca}: Couldn't open port {port=number}",
        means: no_agents,
        source: "Linux, drivers/infiniband/core/mad.c, ib_mad_init_device",
        samples: &[
            "kernel: infiniband mlx5_0: Couldn't open port 1",
            "kernel: infiniband mlx5_0: Couldn't open port 1 for agents",
        ],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "^infiniband {hca}: Couldn't start port",
        means: no_agents,
        source: "Linux, drivers/infiniband/core/mad.c, ib_mad_port_open",
        samples: &["kernel: infiniband mlx5_0: Couldn't start port"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "^ib_mad: Couldn't open {hca} port {port=number}",
        means: no_agents,
        source: "Linux before 3.15, drivers/infiniband/core/mad.c, ib_mad_init_device",
        samples: &["kernel: ib_mad: Couldn't open mlx4_0 port 1"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "^infiniband {hca}: ib_query_port failed ({errno=number})",
        means: failed,
        source: "Linux, drivers/infiniband/core/cache.c, ib_cache_update",
        samples: &["kernel: infiniband mlx5_0: ib_query_port failed (-5)"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "^infiniband {hca}: ib_query_pkey failed ({errno=number})",
        means: failed,
        source: "Linux, drivers/infiniband/core/cache.c, ib_cache_update",
        samples: &["kernel: infiniband mlx5_0: ib_query_pkey failed (-5) for index 3"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "^infiniband {hca}: query_gid failed ({errno=number})",
        means: failed,
        source: "Linux, drivers/infiniband/core/cache.c, config_non_roce_gid_cache",
        samples: &["kernel: infiniband mlx5_0: query_gid failed (-5) for index 0"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "ib_query_port failed ({errno=number}) for {hca}",
        means: failed,
        source: "Linux before 4.19, drivers/infiniband/core/cache.c, ib_cache_update",
        samples: &["kernel: ib_query_port failed (-5) for mlx5_0"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "^infiniband {hca}: Couldn't set up InfiniBand P_Key/GID cache",
        means: failed,
        source: "Linux, drivers/infiniband/core/device.c, ib_register_device",
        samples: &["kernel: infiniband mlx5_0: Couldn't set up InfiniBand P_Key/GID cache"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "^infiniband {hca}: Couldn't register device with driver model",
        means: failed,
        source: "Linux, drivers/infiniband/core/device.c, ib_register_device",
        samples: &["kernel: infiniband mlx5_0: Couldn't register device with driver model"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "Couldn't query port$",
        means: momentary,
        source: "Linux, drivers/infiniband/core/sa_query.c, update_sm_ah",
        samples: &["kernel: Couldn't query port"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "Couldn't create new SM AH",
        means: momentary,
        source: "Linux, drivers/infiniband/core/sa_query.c, update_sm_ah",
        samples: &["kernel: Couldn't create new SM AH"],
    },
];

/// Returns the last word by which the agents of this port could not be set up, if neither netdev nor link came after.
pub(super) fn failed_agents<'b>(port: &Port<'b>) -> Option<&'b Event> {
    let failed = port.last(|kind| matches!(kind, EventKind::Sign { code: CODE, .. }))?;
    let raised = port.raised().is_some_and(|raised| raised.order > failed.order);
    let came = port.link_came_after(failed) || (raised && port.awaits_carrier().is_none() && port.logical_state().is_none());
    (!came).then_some(failed)
}

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let failed = failed_agents(port);
    let moment = port.signs(MOMENT).into_iter().rfind(|sign| !port.link_came_after(sign));
    let (shown, confidence) = match (failed, moment) {
        (Some(failed), _) => (failed, Confidence::Likely),
        (None, Some(moment)) if port.awaits_carrier().or(port.link_broken()).is_some() => {
            (moment, Confidence::Likely)
        }
        _ => return None,
    };
    let is_for_good = |kind: &EventKind| matches!(kind, EventKind::Sign { code: CODE, detail } if **detail == *NO_AGENTS);
    let is_minded = if port.first(is_for_good).is_some() {
        port.may_be_wanted()
    } else {
        port.is_wanted() || !port.is_beside_a_link()
    };
    if port.driver_failed().is_some() || !is_minded {
        return None;
    }
    let device = device(port);
    let finding = Finding::new(confidence)
        .shown_by(port.signs(CODE))
        .shown_by([shown])
        .shown_by(port.awaits_carrier())
        .check("ls /sys/class/infiniband_mad /dev/infiniband")
        .check(format!("ibstat {device}"))
        .check(format!("journalctl -k -b --no-pager | grep -F '{device}'"))
        .remedy("systemctl restart openibd");
    Some(finding)
}
