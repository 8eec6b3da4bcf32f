//! IB0503: no configuration file names the interface.

use super::{
    Diagnosis, Nature, bond_mode_unsupported, cloud_init_dropped_interface, hwaddr_mismatch, interface_unmanaged,
    network_wait_gave_up, profile_for_vanished_name, type_infiniband_missing,
};
use crate::event::{EventKind, NetworkStack};
use crate::finding::{Confidence, Finding, Tool, interface};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};

const CODE: &str = "IB0503";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "interface-config-missing",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("interface_config_missing.md"),
};

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Program(&["mlnx_interface_mgr"]),
        says: "^No configuration found for {netdev}",
        means: |_| EventKind::sign(CODE, ""),
        source: "mlnx_interface_mgr.sh, bring_up",
        samples: &["mlnx_interface_mgr: No configuration found for ib0"],
    },
    Pattern {
        speaker: Speaker::Program(&["ibup"]),
        says: "^{netdev}: nothing configures it: left alone",
        means: |_| EventKind::sign(CODE, ""),
        source: "ibup raise",
        samples: &["ibup: ib0: nothing configures it: left alone"],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let signs = port.signs(CODE);
    signs.first()?;
    // The manager reads ifcfg and interfaces(5) only: an interface that another service raised has its configuration
    // elsewhere. And where other interfaces came up, this one may simply be unused.
    if port.raised().is_some() || is_configured_elsewhere(port) {
        return None;
    }
    let unused = port.has_raised_sibling() && !port.is_wanted();
    // A service that reads other files could do nothing without a link, and NetworkManager says nothing of one that it
    // waits for carrier with.
    let reads_others = matches!(
        port.network_stack(),
        Some(NetworkStack::NetworkManager | NetworkStack::Networkd | NetworkStack::Wicked)
    );
    let is_open = (reads_others && port.lacks_link().is_some()) || interface_unmanaged::waits_for_carrier(port);
    let confidence = if unused || is_open { Confidence::Possible } else { Confidence::Likely };
    let (tool, name) = (Tool::of(port), interface(port));
    let finding = Finding::new(confidence)
        .shown_by(signs)
        .check(format!("grep -rn '{name}' {}", tool.places()))
        .remedy(tool.configure(&name))
        .remedy_raise(port);
    Some(finding)
}

/// Returns whether the interface has a configuration where the manager does not look: somebody tried to raise it by one,
/// or says what is wrong with it.
fn is_configured_elsewhere(port: &Port<'_>) -> bool {
    const FAULTS: &[&Diagnosis] = &[
        &hwaddr_mismatch::DIAGNOSIS,
        &profile_for_vanished_name::DIAGNOSIS,
        &type_infiniband_missing::DIAGNOSIS,
        &cloud_init_dropped_interface::DIAGNOSIS,
        &bond_mode_unsupported::DIAGNOSIS,
    ];
    let is_found = |fault: &&Diagnosis| (fault.judge)(port).is_some_and(|finding| finding.confidence >= Confidence::Likely);
    let tried = port.first(|kind| matches!(kind, EventKind::RaiseBegan(_) | EventKind::RaiseFailed(_)));
    tried.is_some()
        || network_wait_gave_up::is_dropped(port)
        || interface_unmanaged::is_unmanaged(port)
        || FAULTS.iter().any(is_found)
}
