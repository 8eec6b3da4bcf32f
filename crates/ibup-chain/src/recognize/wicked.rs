//! SUSE's wicked.

use super::{Pattern, Speaker};
use crate::event::{EventKind, NetworkStack};

const WICKED: Speaker = Speaker::Program(&["wicked", "wickedd", "wickedd-nanny"]);
const STACK: Option<NetworkStack> = Some(NetworkStack::Wicked);

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        speaker: WICKED,
        says: "^{netdev} up$",
        means: |_| Some(EventKind::Raised(STACK)),
        source: "wicked, client/ifup.c, the summary of wicked ifup",
        samples: &["wicked: ib0             up"],
    },
    Pattern {
        speaker: WICKED,
        says: "^{netdev} no-device$",
        means: |_| Some(EventKind::RaiseFoundNothing(STACK)),
        source: "wicked, client/ifstatus.c, the summary of wicked ifup",
        samples: &["wicked: ib0             no-device"],
    },
    Pattern {
        speaker: WICKED,
        says: "^{netdev} device-not-running$",
        means: |_| Some(EventKind::CarrierMissing(STACK)),
        source: "wicked, client/ifstatus.c, the summary of wicked ifup: no carrier",
        samples: &["wicked: ib0             device-not-running"],
    },
    Pattern {
        speaker: WICKED,
        says: "^{netdev} no-carrier$",
        means: |_| Some(EventKind::CarrierMissing(STACK)),
        source: "wicked, client/ifstatus.c, ni_ifstatus_code_name",
        samples: &["wicked: ib0             no-carrier"],
    },
    Pattern {
        speaker: WICKED,
        says: "^{netdev} setup-in-progress$",
        means: |_| Some(EventKind::RaiseFailed(STACK)),
        source: "wicked, client/ifstatus.c, the summary of wicked ifup: it gave up waiting",
        samples: &["wicked: ib0             setup-in-progress"],
    },
    Pattern {
        speaker: WICKED,
        says: "^{netdev} enslaved$",
        means: |_| Some(EventKind::Raised(STACK)),
        source: "wicked, client/ifstatus.c, ni_ifstatus_code_name: up, in a bond",
        samples: &["wicked: ib0             enslaved"],
    },
    Pattern {
        speaker: WICKED,
        says: "^{netdev} device-ready$",
        means: |_| Some(EventKind::Lowered),
        source: "wicked, client/ifdown.c, the summary of wicked ifdown",
        samples: &["wicked: ib0             device-ready"],
    },
];
