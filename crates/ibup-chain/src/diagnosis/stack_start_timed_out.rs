//! IB0317: openibd took longer than its unit may (TimeoutSec=180), and systemd killed it.

use super::{Diagnosis, Nature, module_load_failed};
use crate::event::{Event, EventKind, Progress, StackService};
use crate::finding::{Confidence, Finding};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};

const CODE: &str = "IB0317";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "stack-start-timed-out",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("stack_start_timed_out.md"),
};

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Program(&["systemd", "init"]),
        says: "^openibd.service: start operation timed out",
        means: |_| EventKind::sign(CODE, ""),
        source: "systemd, src/core/service.c, service_dispatch_timer",
        samples: &["systemd: openibd.service: start operation timed out. Terminating."],
    },
    Pattern {
        speaker: Speaker::Program(&["systemd", "init"]),
        says: "^openibd.service start operation timed out",
        means: |_| EventKind::sign(CODE, ""),
        source: "systemd before 229, src/core/service.c, service_dispatch_timer",
        samples: &["systemd: openibd.service start operation timed out. Terminating."],
    },
    Pattern {
        speaker: Speaker::Program(&["systemd", "init"]),
        says: "^ibup.service: start operation timed out",
        means: |_| EventKind::sign(CODE, ""),
        source: "systemd, src/core/service.c, service_dispatch_timer",
        samples: &["systemd: ibup.service: start operation timed out. Terminating."],
    },
    Pattern {
        speaker: Speaker::Program(&["systemd", "init"]),
        says: "^openibd.service: State '{state=any}' timed out",
        means: |_| EventKind::sign(CODE, ""),
        source: "systemd, src/core/service.c, service_dispatch_timer: openibd does not end at the first signal",
        samples: &["systemd: openibd.service: State 'stop-sigterm' timed out. Killing."],
    },
];

/// Returns whether systemd says that the service failed by taking too long.
fn is_timeout(event: &Event) -> bool {
    event.kind == EventKind::Stack(StackService::Openibd, Progress::Failed) && event.evidence.text.contains("result 'timeout'")
}

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let mut signs = port.signs(CODE);
    signs.extend(port.boot.events().find(|event| is_timeout(event)));
    signs.retain(|sign| !port.got_over(sign));
    signs.first()?;
    if module_load_failed::lacks_module(port) {
        return None;
    }
    let finding = Finding::new(Confidence::Certain)
        .shown_by(signs)
        .shown_by(port.missed())
        .check("journalctl -b -u openibd --no-pager")
        .check("systemctl show -p TimeoutStartUSec openibd")
        .remedy("systemctl restart openibd")
        .remedy_raise(port);
    Some(finding)
}
