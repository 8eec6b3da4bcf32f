//! IB0805: the interface asks for an address by DHCP and nobody answers.

use super::{Diagnosis, Nature};
use crate::event::{Event, EventKind};

use crate::finding::{Confidence, Finding, Tool, interface};
use crate::port::Port;
use crate::recognize::{DHCLIENT, Pattern, Speaker};
use crate::template::Captures;

const CODE: &str = "IB0805";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "no-dhcp-answer",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("no_dhcp_answer.md"),
};

fn unanswered(_: &Captures<'_>) -> Option<EventKind> {
    EventKind::sign(CODE, "")
}

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: DHCLIENT,
        says: "^No DHCPOFFERS received",
        means: unanswered,
        source: "ISC DHCP, client/dhclient.c, state_panic, which names no interface",
        samples: &["dhclient: No DHCPOFFERS received."],
    },
    Pattern {
        speaker: Speaker::Program(&["NetworkManager"]),
        says: "dhcp4 ({netdev}): request timed out",
        means: unanswered,
        source: "NetworkManager before 1.36, src/dhcp/nm-dhcp-client.c, transaction_timeout",
        samples: &["NetworkManager: <warn>  [1650739812.0765] dhcp4 (ib0): request timed out"],
    },
    Pattern {
        speaker: Speaker::Program(&["NetworkManager"]),
        says: "dhcp4 ({netdev}): state changed {from=word} -> timeout",
        means: unanswered,
        source: "NetworkManager before 1.36, src/dhcp/nm-dhcp-client.c, nm_dhcp_client_set_state",
        samples: &["NetworkManager: <info>  [1650739812.0766] dhcp4 (ib0): state changed unknown -> timeout"],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let signs = port.address_signs(CODE);
    let gave_up = gave_up(port);
    if (signs.is_empty() && gave_up.is_none()) || !port.signs("IB0801").is_empty() {
        return None;
    }
    let confidence = match (port.lacks_link(), signs.is_empty()) {
        (Some(_), _) => Confidence::Possible,
        (None, false) => Confidence::Certain,
        (None, true) => Confidence::Likely,
    };
    let name = interface(port);
    let finding = Finding::new(confidence)
        .shown_by(port.address_requested())
        .shown_by(signs)
        .shown_by(gave_up)
        .check(format!("ip -br link show {name}"))
        .check(format!("tcpdump -ni {name} port 67 or port 68"))
        .check(Tool::of(port).look_up(&name, "client-id|dhcp|DHCP"))
        .remedy_raise(port);
    Some(finding)
}

/// Returns the word by which whoever raises the interface gave up over its address, having asked for one by DHCP.
fn gave_up<'b>(port: &Port<'b>) -> Option<&'b Event> {
    let over_address = |event: &&'b Event| {
        let asked = || port.address_requested().is_some_and(|asked| asked.order < event.order);
        let text = &*event.evidence.text;
        matches!(event.kind, EventKind::RaiseFailed(_))
            && (text.contains("Determining IP information")
                || (text.contains("ip-config-unavailable") && asked()))
    };
    port.events().rfind(over_address).filter(|failed| !port.address_came_after(failed))
}
