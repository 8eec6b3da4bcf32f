//! Debian's ifupdown, and iproute2 in its service.

use super::{Pattern, Speaker};
use crate::event::{EventKind, NetworkStack};

const IFUPDOWN: Option<NetworkStack> = Some(NetworkStack::Ifupdown);
/// ifupdown runs iproute2, whose complaints reach the journal under the name of whoever started it.
const IFUP: Speaker = Speaker::Program(&["ifup", "networking", "sh", "ip"]);

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        // Sites have units and scripts of their own that use iproute2.
        speaker: Speaker::Anyone,
        says: "Cannot find device \"{netdev}\"",
        means: |_| Some(EventKind::RaiseFoundNothing(IFUPDOWN)),
        source: "iproute2, lib/utils.c, nodev",
        samples: &["ifup: Cannot find device \"ib0\"", "rc.local: Cannot find device \"ib0\""],
    },
    Pattern {
        speaker: IFUP,
        says: "^ip: can't find device '{netdev}'",
        means: |_| Some(EventKind::RaiseFoundNothing(IFUPDOWN)),
        source: "busybox, networking/libiproute/ll_map.c, xll_name_to_index",
        samples: &["ifup: ip: can't find device 'ib0'"],
    },
    Pattern {
        speaker: IFUP,
        says: "^{netdev}: ERROR while getting interface flags: No such device",
        means: |_| Some(EventKind::RaiseFoundNothing(IFUPDOWN)),
        source: "net-tools, ifconfig.c, set_flag",
        samples: &["ifup: ib0: ERROR while getting interface flags: No such device"],
    },
    Pattern {
        speaker: IFUP,
        says: "ifup: failed to bring up {netdev}",
        means: |_| Some(EventKind::RaiseFailed(IFUPDOWN)),
        source: "ifupdown, main.c, do_interface",
        samples: &["ifup: ifup: failed to bring up ib0"],
    },
    Pattern {
        speaker: IFUP,
        says: "failed to change interface {netdev} state to",
        means: |_| Some(EventKind::RaiseFailed(IFUPDOWN)),
        source: "ifupdown-ng, cmd/ifupdown.c, change_interface",
        samples: &["ifup: ifup: failed to change interface ib0 state to 'up'"],
    },
    Pattern {
        speaker: IFUP,
        says: "warning: {netdev}: interface not recognized",
        means: |_| Some(EventKind::RaiseFoundNothing(IFUPDOWN)),
        source: "ifupdown2, ifupdown/ifupdownmain.py, check_running_configuration: the netdev is not there",
        samples: &[
            "networking: warning: ib0: interface not recognized - please check interface configuration",
        ],
    },
    Pattern {
        speaker: IFUP,
        says: "^error: {netdev}: {any}",
        means: |_| Some(EventKind::RaiseFailed(IFUPDOWN)),
        source: "ifupdown2, log.py: errors begin so and name the interface",
        samples: &["networking: error: ib0: cmd '/bin/ip link set dev ib0 up' failed: returned 2"],
    },
];
