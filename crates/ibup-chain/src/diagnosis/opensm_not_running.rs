//! IB0710: this machine is to run the subnet manager, and it does not run.

use super::{Diagnosis, Nature, link_stays_polling};
use crate::event::{Event, EventKind, Progress};
use crate::finding::{Confidence, Finding, device};
use crate::port::Port;
use crate::recognize::{OPENSM, Pattern};
use crate::template::Captures;

const CODE: &str = "IB0710";
/// Its port is down: so it says at every start, before it says that it is up.
const PORT: &str = "IB0710 port";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "opensm-not-running",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("opensm_not_running.md"),
};

fn failing(_: &Captures<'_>) -> Option<EventKind> {
    EventKind::sign(CODE, "")
}

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: OPENSM,
        says: "SM port is down",
        means: |_| EventKind::sign(PORT, ""),
        source: "opensm, opensm/osm_state_mgr.c, do_sweep",
        samples: &["OpenSM: SM port is down#012"],
    },
    Pattern {
        speaker: OPENSM,
        says: "No local ports detected",
        means: failing,
        source: "opensm, opensm/main.c, get_port_guid",
        samples: &["opensm: No local ports detected!"],
    },
    Pattern {
        speaker: OPENSM,
        says: "Error: Could not get port guid",
        means: failing,
        source: "opensm, as a published log shows it; the main of opensm 3.3.23 ends without a word there",
        samples: &["opensm: Error: Could not get port guid"],
    },
    Pattern {
        speaker: OPENSM,
        says: "Error from osm_opensm_bind",
        means: failing,
        source: "opensm, opensm/main.c, main: the port that it was told to use is not there, or another one uses it",
        samples: &["opensm: Error from osm_opensm_bind (0x2A)"],
    },
    Pattern {
        speaker: OPENSM,
        says: "Exiting SM",
        means: failing,
        source: "opensm, opensm/osm_sm.c, osm_sm_destroy",
        samples: &["OpenSM: Exiting SM#012"],
    },
];

/// Returns the words by which the subnet manager of this machine does not run, if it did not come to work after. One whose
/// port stays down is of no use either.
pub(super) fn failed<'b>(port: &Port<'b>) -> Option<Vec<&'b Event>> {
    let gave_up = || port.boot.manager_failed();
    let without_port = || {
        let down = port.signs(PORT).into_iter().next_back()?;
        let is_last = !port.boot.manager_works_after(down);
        (is_last && port.has_waited_long(down)).then_some(down)
    };
    let last = gave_up().or_else(without_port)?;
    let by_unit = port.boot.events().filter(|event| event.kind == EventKind::SubnetManager(Progress::Failed));
    let mut words: Vec<_> = by_unit.chain(port.signs(CODE)).chain([last]).collect();
    words.sort_by_key(|event| event.order);
    words.dedup_by_key(|event| event.order);
    Some(words)
}

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let failed = failed(port)?;
    let last = *failed.last()?;
    // Another subnet manager may be at work, and a port without a physical link has no use for any.
    let broken = port.cable_out().or(port.cable_failed()).is_some() || link_stays_polling::no_physical_link(port).is_some();
    if port.link_came_after(last) || had_link(port) || broken || port.is_ethernet() || port.link_trouble().is_some() {
        return None;
    }
    let waits = port.logical_state().map(|(event, _)| event).or(port.awaits_carrier());
    let confidence = match (waits, port.is_wanted()) {
        (Some(_), _) => Confidence::Certain,
        (None, true) if port.raised().is_none() || port.link_broken().is_some() => Confidence::Likely,
        _ => Confidence::Possible,
    };
    let finding = Finding::new(confidence)
        .shown_by(port.signs(PORT))
        .shown_by(failed)
        .shown_by(waits)
        .check("systemctl status opensm --no-pager")
        .check("tail -n 50 /var/log/opensm.log")
        .check("ls /dev/infiniband/umad*")
        .check(format!("ibstat {}", device(port)))
        .remedy("modprobe ib_umad")
        .remedy("systemctl restart opensm");
    Some(finding)
}

/// Returns whether the port had its link before: another subnet manager is there.
fn had_link(port: &Port<'_>) -> bool {
    port.first(|kind| *kind == EventKind::CarrierGained).is_some()
}
