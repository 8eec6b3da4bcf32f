//! SUSE's wicked.

use super::{Pattern, Speaker};
use crate::event::{EventKind, NetworkStack};

pub(super) static PATTERNS: &[Pattern] = &[Pattern {
    speaker: Speaker::Program(&["wicked", "wickedd", "wickedd-nanny"]),
    says: "^{netdev} up$",
    means: |_| Some(EventKind::Raised(Some(NetworkStack::Wicked))),
    source: "wicked, client/ifup.c, the summary of wicked ifup",
    samples: &["wicked: ib0             up"],
}];
