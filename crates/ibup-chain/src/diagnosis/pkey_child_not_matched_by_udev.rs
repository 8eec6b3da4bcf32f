//! IB0509: the udev rule that starts the interface manager for children knows only names like `ib0.8001`, so a child of
//! a renamed parent is created and never handled.

use super::{Diagnosis, Nature};
use crate::event::{Event, EventKind};
use crate::finding::{Confidence, Finding, interface};
use crate::name::NetdevName;
use crate::port::Port;

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: "IB0509",
    name: "pkey-child-not-matched-by-udev",
    nature: Nature::Root,
    signs: &[],
    judge,
    text: include_str!("pkey_child_not_matched_by_udev.md"),
};

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let child = port.netdev.as_ref()?;
    let parent = child.parent()?;
    if is_matched(child) || port.raised().is_some() {
        return None;
    }
    // Only the vendor's rules: where the manager came for the parent, it would have come for the child.
    let handled = port.boot.events().find(|event| is_manager(event) && event.subject.netdev.as_ref() == Some(&parent))?;
    if port.boot.events().any(|event| is_manager(event) && event.subject.netdev.as_ref() == Some(child)) {
        return None;
    }
    let asked = port.first(|kind| matches!(kind, EventKind::RaiseFoundNothing(_)));
    let seen = port.netdev_appeared();
    // Somebody who tried and failed has a reason of his own.
    let failed = port.last(|kind| matches!(kind, EventKind::RaiseFailed(_)));
    let confidence = match (asked, failed) {
        (_, Some(_)) => Confidence::Possible,
        (Some(_), None) => Confidence::Certain,
        (None, None) => Confidence::Likely,
    };
    let name = interface(port);
    let rule = "SUBSYSTEM==\"net\", ACTION==\"add\", ATTR{type}==\"32\", ENV{SYSTEMD_WANTS}+=\"mlnx_interface_mgr@%k.service\", TAG+=\"systemd\"";
    let finding = Finding::new(confidence)
        .shown_by([handled])
        .shown_by(asked)
        .shown_by(seen)
        .check(format!("ip -d link show {name}"))
        .check(format!("systemctl status 'mlnx_interface_mgr@{name}' --no-pager"))
        .check("grep -rn mlnx_interface_mgr /lib/udev/rules.d /etc/udev/rules.d")
        .remedy(format!("echo '{rule}' > /etc/udev/rules.d/91-ib-children.rules"))
        .remedy_raise(port);
    Some(finding)
}

/// Returns whether the vendor's rule for children matches the name: `ib[0-9]*\.*` or `*nfiniband[0-9]*\.*`.
///
/// Source: 90-ib.rules of OFED since 4.3.
fn is_matched(name: &NetdevName) -> bool {
    let begins_with_digit = |rest: &str| rest.starts_with(|c: char| c.is_ascii_digit());
    let name = name.as_str();
    let by_kernel = name.strip_prefix("ib").is_some_and(begins_with_digit);
    by_kernel || name.match_indices("nfiniband").any(|(at, word)| begins_with_digit(&name[at + word.len()..]))
}

/// Returns whether this is of the vendor's interface manager, or systemd's word on its unit.
fn is_manager(event: &Event) -> bool {
    let speaks = event.speaker.as_deref() == Some("mlnx_interface_mgr");
    let is_unit = event.speaker.as_deref() == Some("systemd") && event.evidence.text.contains("mlnx_interface_mgr");
    let is_word = matches!(
        event.kind,
        EventKind::NetdevSeen | EventKind::HandOffDeferred | EventKind::ManagerSpoke | EventKind::ManagerFailed
    );
    speaks || (is_unit && is_word)
}
