//! IB0611: cloud-init or netplan stumbles over the InfiniBand interface, and the network is not configured.

use super::{Diagnosis, Nature};
use crate::event::EventKind;
use crate::finding::{Confidence, Finding, Tool, interface};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};

const CODE: &str = "IB0611";
/// It is told of the interface: no trouble by itself.
const ASKED: &str = "IB0611 asked";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "cloud-init-dropped-interface",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("cloud_init_dropped_interface.md"),
};

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Anyone,
        says: "duplicate mac found! both {any} have mac",
        means: |_| EventKind::sign(CODE, ""),
        source: "cloud-init, cloudinit/net/__init__.py, get_interfaces_by_mac_on_linux",
        samples: &["cloud-init: RuntimeError: duplicate mac found! both 'eth1' and 'ib0' have mac '00:15:5d:33:ff:16'."],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "failed stage init-local",
        means: |_| EventKind::sign(CODE, "stage"),
        source: "cloud-init, cloudinit/cmd/main.py, status_wrapper",
        samples: &["cloud-init: 2023-07-18 09:21:10,413 - util.py[DEBUG]: failed stage init-local"],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "failed run of stage init-local",
        means: |_| EventKind::sign(CODE, "stage"),
        source: "cloud-init, cloudinit/cmd/main.py, status_wrapper, on the console",
        samples: &["cloud-init: failed run of stage init-local"],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "No handler found for {any} 'infiniband'",
        means: |_| EventKind::sign(CODE, ""),
        source: "cloud-init, cloudinit/net/network_state.py, parse_config_v1, before it knew the type",
        samples: &["cloud-init: RuntimeError: No handler found for  command 'infiniband'"],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "Not all expected physical devices present",
        means: |_| EventKind::sign(CODE, ""),
        source: "cloud-init, cloudinit/distros/networking.py, wait_for_physdevs",
        samples: &["cloud-init: RuntimeError: Not all expected physical devices present: {'80:00:02:08:fe:80:00:00:00:00:00:00:f4:52:14:03:00:8d:52:11'}"],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "KeyError: 'infiniband'",
        means: |_| EventKind::sign(CODE, ""),
        source: "cloud-init, a renderer that does not know the type",
        samples: &["cloud-init: KeyError: 'infiniband'"],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "Error in network definition: {any}",
        means: |_| EventKind::sign(CODE, ""),
        source: "netplan, src/error.c (before: src/parse.c), yaml_error",
        samples: &["netplan: /etc/netplan/50-cloud-init.yaml:9:7: Error in network definition: unknown key 'infiniband-mode'"],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "'type': 'infiniband'",
        means: |_| EventKind::sign(ASKED, ""),
        source: "cloud-init, cloudinit/stages.py, apply_network_config",
        samples: &["cloud-init: stages.py[INFO]: Applying network configuration from ds bringup=False: {'config': [{'type': 'infiniband', 'name': 'ib0'}]}"],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    if port.raised().is_some() || port.missed().is_some() {
        return None;
    }
    let (signs, asked) = (port.signs(CODE), port.signs(ASKED));
    let begun = port.first(|kind| matches!(kind, EventKind::RaiseBegan(_) | EventKind::RaiseFailed(_)));
    let dropped = asked.first().is_some_and(|asked| port.chance_shown_after(asked));
    if begun.is_some() || (signs.is_empty() && !dropped) {
        return None;
    }
    let confidence = if signs.is_empty() { Confidence::Likely } else { Confidence::Certain };
    let name = interface(port);
    let finding = Finding::new(confidence)
        .shown_by(asked)
        .shown_by(signs)
        .check(format!("grep -rn {name} /etc/netplan"))
        .check("cloud-init status --long")
        .check("grep -nE 'WARNING|ERROR|Traceback' /var/log/cloud-init.log")
        .remedies(Tool::netplan().change(&name));
    Some(finding)
}
