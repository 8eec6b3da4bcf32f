//! IB0609: ifupdown began to raise the interface and failed.

use super::{Diagnosis, Nature};
use crate::event::{EventKind, NetworkStack};
use crate::finding::{Confidence, Finding, interface};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};

const CODE: &str = "IB0609";
const UNKNOWN: &str = "IB0609 unknown";
const SCRIPT: &str = "IB0609 script";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "ifupdown-failed",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("ifupdown_failed.md"),
};

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Program(&["ifup", "networking", "sh"]),
        says: "unknown interface {netdev}",
        means: |_| EventKind::sign(UNKNOWN, ""),
        source: "ifupdown, main.c, do_interface",
        samples: &["ifup: ifup: unknown interface ib0"],
    },
    Pattern {
        speaker: Speaker::Program(&["ifup", "networking", "sh"]),
        says: "couldn't read interfaces file",
        means: |_| EventKind::sign(CODE, ""),
        source: "ifupdown, main.c, select_interfaces",
        samples: &["ifup: ifup: couldn't read interfaces file \"/etc/network/interfaces\""],
    },
    Pattern {
        speaker: Speaker::Program(&["ifup", "networking", "sh"]),
        says: "{file=word}:{line=number}: misplaced option",
        means: |_| EventKind::sign(CODE, ""),
        source: "ifupdown, config.c, read_interfaces_defn",
        samples: &["ifup: /etc/network/interfaces:12: misplaced option"],
    },
    Pattern {
        speaker: Speaker::Program(&["ifup", "networking", "sh"]),
        says: "pre-up script failed",
        means: |_| EventKind::sign(SCRIPT, ""),
        source: "ifupdown, main.c, do_pre_all: what /etc/network/if-pre-up.d holds, before `ifup -a` begins with the first interface",
        samples: &["ifup: ifup: pre-up script failed"],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    if port.raised().is_some() || port.missed().is_some() {
        return None;
    }
    let failed = port.last(|kind| *kind == EventKind::RaiseFailed(Some(NetworkStack::Ifupdown)));
    let (signs, unknown) = (port.signs(CODE), port.signs(UNKNOWN));
    if failed.is_none() && signs.is_empty() && unknown.is_empty() {
        return None;
    }
    let confidence = match (failed.is_some() || !signs.is_empty(), port.has_later_trouble()) {
        (_, true) => Confidence::Possible,
        (true, false) => Confidence::Certain,
        (false, false) => Confidence::Likely,
    };
    let name = interface(port);
    let finding = Finding::new(confidence)
        .shown_by(signs)
        .shown_by(unknown)
        .shown_by(port.signs(SCRIPT))
        .shown_by(failed)
        .check(format!("ifup -v {name}"))
        .check("journalctl -b -u networking --no-pager")
        .remedy_edit(port)
        .remedy_raise(port);
    Some(finding)
}
