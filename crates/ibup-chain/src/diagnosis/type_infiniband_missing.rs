//! IB0604: the profile does not say that the interface is InfiniBand.

use super::{Diagnosis, Nature, profile_for_vanished_name};
use crate::event::EventKind;
use crate::finding::{Confidence, Finding, ifcfg, interface};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};

const CODE: &str = "IB0604";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "type-infiniband-missing",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("type_infiniband_missing.md"),
};

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Anyone,
        says: "No suitable device found for this connection.",
        means: |_| EventKind::sign(CODE, ""),
        source: "NetworkManager before 1.16, src/nm-manager.c, impl_manager_activate_connection",
        samples: &["nmcli: Error: Connection activation failed: No suitable device found for this connection."],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "Bringing up interface {netdev}: Error: Connection activation failed: No suitable device found for this connection$",
        means: |_| EventKind::sign(CODE, ""),
        source: "initscripts, network-scripts/ifup, which prints what nmcli says",
        samples: &["network: Bringing up interface ib0:  Error: Connection activation failed: No suitable device found for this connection"],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "device {netdev} not available because profile is not compatible with device (connection type is not \"infiniband\")",
        means: |_| EventKind::sign(CODE, ""),
        source: "NetworkManager, libnm-core, nm-connection.c, _nm_connection_check_main_setting; nmcli prints it on",
        samples: &["nmcli: Error: Connection activation failed: No suitable device found for this connection (device ib0 not available because profile is not compatible with device (connection type is not \"infiniband\"))."],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "on device {netdev} because profile is not compatible with device (connection type is not \"infiniband\")",
        means: |_| EventKind::sign(CODE, ""),
        source: "NetworkManager, libnm-core, nm-connection.c, _nm_connection_check_main_setting; nmcli prints it on",
        samples: &["nmcli: Error: Connection activation failed: Connection 'ib0' is not available on device ib0 because profile is not compatible with device (connection type is not \"infiniband\")"],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "The connection was not an InfiniBand connection",
        means: |_| EventKind::sign(CODE, ""),
        source: "NetworkManager before 1.14, src/devices/nm-device-infiniband.c, check_connection_compatible",
        samples: &["nmcli: Error: Connection activation failed: The connection was not an InfiniBand connection."],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    if port.raised().is_some() || port.missed().is_some() {
        return None;
    }
    let mut signs = port.signs(CODE);
    // Where the name is right the type is not.
    if !profile_for_vanished_name::is_for_another_name(port) {
        signs.extend(profile_for_vanished_name::misfits(port));
    }
    signs.first()?;
    // A profile of a netdev that is not there fails with the same words.
    port.netdev_appeared()?;
    // A keyfile has a type, or is none.
    let file = ifcfg(&interface(port));
    let finding = Finding::new(Confidence::Likely)
        .shown_by(signs)
        .check(format!("grep -n TYPE {file}"))
        .check("nmcli -f NAME,DEVICE,TYPE connection show")
        .remedy(format!("echo TYPE=InfiniBand >> {file}"))
        .remedy("nmcli connection reload")
        .remedy_raise(port);
    Some(finding)
}
