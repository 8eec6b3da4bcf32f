//! IB0316: openibd wanted to take the stack down before it loads it, could not, and gave up halfway.

use super::{Diagnosis, Nature};
use crate::event::{EventKind, Progress, StackService};
use crate::finding::{Confidence, Finding};
use crate::port::Port;
use crate::recognize::Pattern;
use crate::recognize::openibd::OPENIBD;
use crate::template::Captures;

const CODE: &str = "IB0316";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "stack-start-aborted-by-stop",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("stack_start_aborted_by_stop.md"),
};

fn held(captures: &Captures<'_>) -> Option<EventKind> {
    EventKind::sign(CODE, captures.get("module").unwrap_or_default())
}

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: OPENIBD,
        says: "Module {module} is in use",
        means: held,
        source: "kmod, tools/rmmod.c, check_module_inuse, run by openibd's rm_mod",
        samples: &[
            "openibd: rmmod: ERROR: Module ib_core is in use by: rpcrdma rdma_cm",
            "openibd: rmmod: ERROR: Module mlx5_core is in use",
        ],
    },
    Pattern {
        speaker: OPENIBD,
        says: "^Unloading {module} [FAILED",
        means: held,
        source: "openibd, rm_mod",
        samples: &["openibd: Unloading ib_core                                          [FAILED]", "openibd: Unloading mlx5_core[FAILED]"],
    },
    Pattern {
        speaker: OPENIBD,
        says: "Please make sure module '{module}' is not in use and unload it",
        means: held,
        source: "openibd, check_if_ok_to_stop (before 25.04 in stop)",
        samples: &["openibd: Please make sure module 'rpcrdma' is not in use and unload it."],
    },
    Pattern {
        speaker: OPENIBD,
        says: "Please close all {kind=word} sessions and unload '{module}' module",
        means: held,
        source: "openibd, check_if_ok_to_stop (before 25.04 in stop)",
        samples: &["openibd: Please close all nvme sessions and unload 'nvme_rdma' module."],
    },
    Pattern {
        speaker: OPENIBD,
        says: "Please stop Lustre services before unloading",
        means: held,
        source: "openibd, check_if_ok_to_stop (before 25.04 in stop)",
        samples: &["openibd: Please stop Lustre services before unloading the Infiniband stack."],
    },
    Pattern {
        speaker: OPENIBD,
        says: "There are active virtual functions. Cannot continue",
        means: held,
        source: "openibd, start and check_if_ok_to_stop",
        samples: &["openibd: There are active virtual functions. Cannot continue..."],
    },
    Pattern {
        speaker: OPENIBD,
        says: "Cannot unload the Infiniband driver stack due to",
        means: held,
        source: "openibd, check_if_ok_to_stop (before 25.04 in stop)",
        samples: &["openibd: Error: Cannot unload the Infiniband driver stack due to the above issue(s)!"],
    },
    Pattern {
        speaker: OPENIBD,
        says: "and all applications running over InfiniBand",
        means: held,
        source: "openibd, check_if_ok_to_stop (before 25.04 in stop)",
        samples: &["openibd: Please stop \"opensm\" and all applications running over InfiniBand."],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let mut held = port.signs(CODE);
    held.retain(|sign| !port.overcame(sign));
    let first = held.first()?;
    let raised = |kind: &EventKind| matches!(kind, EventKind::Raised(_) | EventKind::AddressAssigned | EventKind::CarrierGained);
    if port.last(raised).is_some_and(|raised| raised.order > first.order) {
        return None;
    }
    let failed = EventKind::Stack(StackService::Openibd, Progress::Failed);
    let finding = Finding::new(Confidence::Certain)
        .shown_by(port.signs("IB0314"))
        .shown_by(port.signs("IB0315"))
        .shown_by(held.iter().copied())
        .shown_by(port.boot.first_event(|kind| *kind == failed))
        .check("lsmod | grep -E '^(mlx|ib_|rdma_)'")
        .check("lsinitrd | grep -E 'mlx|ib_' || lsinitramfs /boot/initrd.img-$(uname -r) | grep -E 'mlx|ib_'")
        .remedy("modprobe mlx5_ib")
        .remedy("modprobe ib_ipoib")
        .remedy("dracut -f || update-initramfs -u")
        .remedy_raise(port);
    Some(finding)
}
