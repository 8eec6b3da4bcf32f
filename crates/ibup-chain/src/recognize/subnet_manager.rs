//! `OpenSM`, where this machine runs it, on how it stands. What it says when it cannot run is for a diagnosis.
//!
//! Through syslog it speaks as `OpenSM`, and rsyslog writes the line feeds that end its messages as `#012`.

use super::{Pattern, Speaker};
use crate::event::{EventKind, Progress};
use crate::template::Captures;

/// Under these names it speaks, and whoever starts it for it.
pub(crate) const OPENSM: Speaker = Speaker::Program(&["OpenSM", "opensm", "opensmd", "opensm-launch"]);

fn at_work(_: &Captures<'_>) -> Option<EventKind> {
    Some(EventKind::SubnetManager(Progress::Done))
}

fn spoke(_: &Captures<'_>) -> Option<EventKind> {
    Some(EventKind::SubnetManager(Progress::Spoke))
}

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        speaker: OPENSM,
        says: "Entering MASTER state",
        means: at_work,
        source: "opensm, opensm/osm_sm_state_mgr.c, osm_report_sm_state, by way of osm_log to syslog",
        samples: &["OpenSM: Entering MASTER state#012"],
    },
    Pattern {
        speaker: OPENSM,
        says: "Entering STANDBY state",
        means: at_work,
        source: "opensm, opensm/osm_sm_state_mgr.c, osm_report_sm_state, by way of osm_log to syslog: there is another one, which is master",
        samples: &["OpenSM: Entering STANDBY state"],
    },
    Pattern {
        speaker: OPENSM,
        says: "SUBNET UP",
        means: at_work,
        source: "opensm, opensm/osm_state_mgr.c, state_mgr_up_msg",
        samples: &["OpenSM: SUBNET UP#012"],
    },
    Pattern {
        speaker: OPENSM,
        says: "SM port is up",
        means: at_work,
        source: "opensm, opensm/osm_state_mgr.c, do_sweep",
        samples: &["OpenSM: SM port is up"],
    },
    Pattern {
        speaker: OPENSM,
        says: "Entering DISCOVERING state",
        means: spoke,
        source: "opensm, opensm/osm_sm_state_mgr.c, osm_report_sm_state, by way of osm_log to syslog",
        samples: &["OpenSM: Entering DISCOVERING state#012"],
    },
];
