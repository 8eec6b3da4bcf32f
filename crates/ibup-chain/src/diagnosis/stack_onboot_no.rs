//! IB0302: openibd was started at boot and told by its configuration to do nothing.

use super::{Diagnosis, Nature};
use crate::event::EventKind;
use crate::finding::{Confidence, Finding};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};

const CODE: &str = "IB0302";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "stack-onboot-no",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("stack_onboot_no.md"),
};

static SIGNS: &[Pattern] = &[Pattern {
    speaker: Speaker::Program(&["openibd"]),
    says: "^running in auto mode and ONBOOT=no",
    means: |_| EventKind::sign(CODE, ""),
    source: "openibd, at its start",
    samples: &["root: openibd: running in auto mode and ONBOOT=no --> exiting"],
}];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let signs = port.signs(CODE);
    let told = signs.first()?;
    if port.netdev_appeared().is_some_and(|netdev| netdev.order < told.order) {
        return None;
    }
    let finding = Finding::new(Confidence::Certain)
        .shown_by(signs)
        .check("grep -n ONBOOT /etc/infiniband/openib.conf")
        .remedy("sed -i 's/^ONBOOT=.*/ONBOOT=yes/' /etc/infiniband/openib.conf")
        .remedy("systemctl restart openibd")
        .remedy_raise(port);
    Some(finding)
}
