//! ibup itself, on the interfaces it configures and raises. What it says is in `bringup/interface/words/own.rs`.

use super::{Pattern, Speaker};
use crate::event::EventKind;

const IBUP: Speaker = Speaker::Program(&["ibup", "ibup-configure", "ibup-raise"]);
const SOURCE: &str = "ibup configure and ibup raise";

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        speaker: IBUP,
        says: "^{netdev}: looked at$",
        means: |_| Some(EventKind::NetdevSeen),
        source: SOURCE,
        samples: &["ibup: ib0: looked at"],
    },
    Pattern {
        speaker: IBUP,
        says: "^{netdev}: raised$",
        means: |_| Some(EventKind::Raised(None)),
        source: SOURCE,
        samples: &["ibup: ib0: raised"],
    },
    Pattern {
        speaker: IBUP,
        says: "^{netdev}: could not be raised",
        means: |_| Some(EventKind::RaiseFailed(None)),
        source: SOURCE,
        samples: &["ibup: ib0: could not be raised"],
    },
    Pattern {
        speaker: IBUP,
        says: "^{netdev}: its {what=word} {master=word} could not be raised",
        means: |_| Some(EventKind::MasterFailed),
        source: SOURCE,
        samples: &[
            "ibup: ib0: its bond bond0 could not be raised",
            "ibup: ib0: its bridge br0 could not be raised",
        ],
    },
    Pattern {
        speaker: IBUP,
        says: "^{netdev}: could not be made a port of bond",
        means: |_| Some(EventKind::MasterFailed),
        source: SOURCE,
        samples: &["ibup: ib0: could not be made a port of bond bond0"],
    },
    Pattern {
        speaker: IBUP,
        says: "^{netdev}: its bond {bond=word} raised$",
        means: |_| Some(EventKind::Raised(None)),
        source: SOURCE,
        samples: &["ibup: ib0: its bond bond0 raised"],
    },
    Pattern {
        speaker: IBUP,
        says: "^{netdev}: the machine is booting: left to the network service",
        means: |_| Some(EventKind::HandOffDeferred),
        source: "ibup raise, by the reference policy",
        samples: &["ibup: ib0: the machine is booting: left to the network service"],
    },
];
