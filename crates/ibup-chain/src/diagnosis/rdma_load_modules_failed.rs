//! IB0320: rdma-core's unit that loads ib_ipoib failed, or took longer than it may (TimeoutSec=90).

use super::{Diagnosis, Nature, module_load_failed};
use crate::event::{EventKind, Progress, StackService};
use crate::finding::{Confidence, Finding};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};

const CODE: &str = "IB0320";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "rdma-load-modules-failed",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("rdma_load_modules_failed.md"),
};

static SIGNS: &[Pattern] = &[Pattern {
    speaker: Speaker::Program(&["systemd", "init"]),
    says: "^rdma-load-modules@infiniband.service: start operation timed out",
    means: |_| EventKind::sign(CODE, ""),
    source: "systemd, src/core/service.c, service_dispatch_timer",
    samples: &["systemd: rdma-load-modules@infiniband.service: start operation timed out. Terminating."],
}];

/// Returns whether the unit failed and nothing made up for it.
pub(super) fn has_failed(port: &Port<'_>) -> bool {
    let failed = EventKind::Stack(StackService::RdmaLoadModules, Progress::Failed);
    port.boot.events().any(|event| event.kind == failed && !port.got_over(event)) || !port.signs(CODE).is_empty()
}

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let timed_out = port.signs(CODE).into_iter().find(|sign| !port.got_over(sign));
    let failed = EventKind::Stack(StackService::RdmaLoadModules, Progress::Failed);
    let failed = port.boot.events().find(|event| event.kind == failed && !port.got_over(event));
    if timed_out.is_none() && failed.is_none() {
        return None;
    }
    // Where the log tells which module failed, that is the trouble.
    if timed_out.is_none() && module_load_failed::lacks_module(port) {
        return None;
    }
    let shown = timed_out.is_some() || port.is_wanted();
    let finding = Finding::new(if shown { Confidence::Certain } else { Confidence::Likely })
        .shown_by(timed_out)
        .shown_by(failed)
        .shown_by(port.missed())
        .check("systemctl status rdma-load-modules@infiniband")
        .check("cat /etc/rdma/modules/infiniband.conf")
        .remedy("systemctl restart rdma-load-modules@infiniband")
        .remedy_raise(port);
    Some(finding)
}
