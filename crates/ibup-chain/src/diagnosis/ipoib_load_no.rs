//! IB0304: openibd loaded the stack without ib_ipoib, as its configuration says.
//!
//! No line says so: openibd succeeds. What is left is that it was done, that nothing failed, and that no netdev came.

use super::{Diagnosis, Nature, function_type_misread, mad_agents_failed, module_load_failed};
use crate::event::{EventKind, StackService};
use crate::fact::FactKind;
use crate::finding::{Confidence, Finding};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};

const CODE: &str = "IB0304";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "ipoib-load-no",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("ipoib_load_no.md"),
};

static SIGNS: &[Pattern] = &[Pattern {
    speaker: Speaker::Trace(&["openibd"]),
    says: "^IPOIB_LOAD={value=word}",
    // openibd compares with the exact word: whatever is not `yes` means no.
    means: |captures| if captures.get("value")? == "yes" { None } else { EventKind::sign(CODE, "") },
    source: "openibd traced by its shell, as it reads its configuration",
    samples: &["openibd: ++ IPOIB_LOAD=no"],
}];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let mut signs = port.signs(CODE);
    signs.extend(port.boot.fact(FactKind::IpoibLeftOut));
    let done = port.boot.stack_done(StackService::Openibd);
    // openibd that left at once reports success, too.
    let left_at_once = !port.signs("IB0302").is_empty() || !port.signs("IB0303").is_empty();
    let cannot_be = left_at_once
        || port.driver_bound().is_none()
        || port.driver_failed().is_some()
        || port.boot.requested_ipoib()
        || module_load_failed::lacks_module(port)
        || mad_agents_failed::failed_agents(port).is_some()
        // No module makes an IPoIB netdev of these.
        || !port.ethernet_instead().is_empty()
        || function_type_misread::is_misread(port);
    if port.netdev_appeared().is_some() || port.boot.has_ipoib() || cannot_be || (signs.is_empty() && done.is_none()) {
        return None;
    }
    let absent = port.seen_by_nobody();
    let confidence = match (signs.is_empty(), port.is_wanted() || absent.is_some()) {
        (false, _) => Confidence::Certain,
        (true, true) => Confidence::Likely,
        (true, false) => Confidence::Possible,
    };
    let asked = port.first(|kind| matches!(kind, EventKind::RaiseFoundNothing(_)));
    let finding = Finding::new(confidence)
        .shown_by(signs)
        .shown_by(done)
        .shown_by(asked)
        .shown_by(port.waited_for())
        .shown_by(absent)
        .check("grep -n IPOIB_LOAD /etc/infiniband/openib.conf")
        .check("lsmod | grep ib_ipoib")
        .check("cat /sys/class/infiniband/*/ports/*/link_layer")
        .remedy("sed -i 's/^IPOIB_LOAD=.*/IPOIB_LOAD=yes/' /etc/infiniband/openib.conf")
        .remedy("modprobe ib_ipoib")
        .remedy_raise(port);
    Some(finding)
}
