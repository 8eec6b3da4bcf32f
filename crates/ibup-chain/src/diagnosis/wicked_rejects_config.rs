//! IB0610: wicked does not take the configuration, or the interface does not come to be set up.

use super::{Diagnosis, Nature};
use crate::event::{EventKind, NetworkStack};
use crate::finding::{Confidence, Finding, Tool, interface};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};

const CODE: &str = "IB0610";
/// The interface was to be a bond, and its name is none for bonds.
const BOND: &str = "IB0610 bond";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "wicked-rejects-config",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("wicked_rejects_config.md"),
};

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Program(&["wicked", "wickedd", "wickedd-nanny"]),
        says: "^ifcfg-{netdev}: bond config is using infiniband interface name",
        means: |captures| if captures.get("netdev")?.starts_with("ib") { EventKind::sign(BOND, "") } else { None },
        source: "wicked, client/suse/compat-suse.c, try_infiniband, as seen in openSUSE/wicked issue 840",
        samples: &["wicked: ifcfg-ibbond1: bond config is using infiniband interface name"],
    },
    Pattern {
        speaker: Speaker::Program(&["wicked", "wickedd", "wickedd-nanny"]),
        says: "^ifcfg-{bond=netdev}: bond config is using infiniband interface name",
        means: |captures| if captures.get("bond")?.starts_with("ib") { None } else { EventKind::sign(CODE, "") },
        source: "wicked, client/suse/compat-suse.c, try_infiniband, as seen in openSUSE/wicked issue 840",
        samples: &["wicked: ifcfg-bond0: bond config is using infiniband interface name"],
    },
    Pattern {
        speaker: Speaker::Program(&["wicked", "wickedd", "wickedd-nanny"]),
        says: "^ifcfg-{netdev}: {complaint=any}",
        means: |captures| if captures.get("complaint")?.contains("bond config is using") { None } else { EventKind::sign(CODE, "") },
        source: "wicked, client/suse/compat-suse.c, which names the file first",
        samples: &["wicked: ifcfg-ib0: Cannot parse infiniband interface configuration"],
    },
    Pattern {
        speaker: Speaker::Program(&["wicked", "wickedd", "wickedd-nanny"]),
        says: "^{netdev} no-config$",
        means: |_| EventKind::sign(CODE, ""),
        source: "wicked, client/ifstatus.c, ni_ifstatus_code_name",
        samples: &["wicked: ib0             no-config"],
    },
    Pattern {
        speaker: Speaker::Program(&["wicked", "wickedd", "wickedd-nanny"]),
        says: "^{netdev} device-unconfigured$",
        means: |_| EventKind::sign(CODE, ""),
        source: "wicked, client/ifstatus.c, ni_ifstatus_code_name",
        samples: &["wicked: ib0             device-unconfigured"],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let raised = port.last(|kind| matches!(kind, EventKind::Raised(_) | EventKind::AddressAssigned | EventKind::CarrierGained));
    if port.missed().is_some() {
        return None;
    }
    let failed = port.last(|kind| matches!(kind, EventKind::RaiseFailed(Some(NetworkStack::Wicked)) | EventKind::CarrierMissing(Some(NetworkStack::Wicked))));
    let signs: Vec<_> = [CODE, BOND].iter().flat_map(|code| port.signs(code)).collect();
    let last = signs.last().copied().into_iter().chain(failed).max_by_key(|event| event.order)?;
    if raised.is_some() && (failed.is_none() || raised.is_some_and(|raised| raised.order > last.order)) {
        return None;
    }
    let confidence = match (signs.is_empty(), port.has_later_trouble()) {
        (false, _) => Confidence::Certain,
        (true, false) => Confidence::Likely,
        (true, true) => Confidence::Possible,
    };
    let name = interface(port);
    // What follows from a configuration that was refused shows nothing, where the hardware has its link.
    let failed = failed.filter(|_| signs.is_empty() || port.lacks_link().is_some());
    let finding = Finding::new(confidence)
        .shown_by(signs)
        .shown_by(failed)
        .check(format!("wicked ifstatus --verbose {name}"))
        .check(Tool::of(port).look_up(&name, "STARTMODE|IPOIB_MODE|BONDING"))
        .remedy_edit(port);
    Some(finding)
}
