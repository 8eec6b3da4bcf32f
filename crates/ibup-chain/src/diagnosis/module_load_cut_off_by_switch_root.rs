//! IB0319: the initrd loaded the modules, and was left while one of them was still making its netdevs.

use super::{Diagnosis, Nature};
use crate::event::{Event, EventKind};
use crate::finding::{Confidence, Finding};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};

const CODE: &str = "IB0319";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "module-load-cut-off-by-switch-root",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("module_load_cut_off_by_switch_root.md"),
};
/// A netdev has no workqueue, for this or another reason.
const NO_QUEUE: &str = "IB0319 queue";
/// The initrd is left.
const SWITCH_ROOT: &str = "IB0319 switch-root";

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Kernel,
        says: "workqueue: Failed to create a rescuer kthread for wq {queue=word} -EINTR",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux since 5.19, kernel/workqueue.c, init_rescuer: whoever loads the module has a signal pending",
        samples: &["kernel: workqueue: Failed to create a rescuer kthread for wq \"ipoib_wq\": -EINTR"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{netdev}: failed to allocate device WQ",
        means: |_| EventKind::sign(NO_QUEUE, ""),
        source: "Linux, drivers/infiniband/ulp/ipoib/ipoib_main.c, ipoib_dev_init (before 4.13 ipoib_verbs.c)",
        samples: &["kernel: ib1: failed to allocate device WQ", "kernel: ipoib: failed to allocate device WQ"],
    },
    Pattern {
        speaker: Speaker::Program(&["systemd"]),
        says: "^Switching root",
        means: |_| EventKind::sign(SWITCH_ROOT, ""),
        source: "systemd, src/core/main.c, as the initrd is left",
        samples: &["systemd: Switching root."],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let is_failure = |event: &&Event| {
        let no_queue = matches!(event.kind, EventKind::Sign { code: NO_QUEUE, .. });
        no_queue || event.kind.fails_netdev()
    };
    let cut = port.signs(CODE);
    let failed = port.events().rfind(is_failure);
    let interrupted = cut.iter().find(|cut| failed.is_some_and(|failed| failed.order > cut.order)).copied();
    let alone = port.signs(NO_QUEUE).into_iter().next_back().filter(|event| event.subject.netdev.is_some());
    let switch = port.signs(SWITCH_ROOT).first().copied();
    let (confidence, trouble) = match (interrupted, alone, cut.last()) {
        (Some(_), _, _) => (Confidence::Certain, failed?),
        (None, Some(alone), _) => (Confidence::Likely, alone),
        (None, None, Some(cut)) if switch.is_some() && port.is_wanted() && port.netdev_appeared().is_none() => {
            (Confidence::Likely, *cut)
        }
        _ => return None,
    };
    if port.last(EventKind::shows_netdev).is_some_and(|seen| seen.order > trouble.order) {
        return None;
    }
    let finding = Finding::new(confidence)
        .shown_by(interrupted)
        .shown_by([trouble])
        .shown_by(switch)
        .check("journalctl -b --no-pager | grep -E 'rescuer kthread|Switching root|Load RDMA modules'")
        .check("lsinitrd | grep rdma-load-modules || lsinitramfs /boot/initrd.img-$(uname -r) | grep rdma-load-modules")
        .remedy("modprobe -r ib_ipoib")
        .remedy("modprobe ib_ipoib")
        .remedy_raise(port);
    Some(finding)
}
