//! IB0314: modules of another build were loaded before openibd, which takes everything down first, and is late.

use super::{Diagnosis, Nature};
use crate::event::{Event, EventKind, NetworkStack};
use crate::finding::{Confidence, Finding};
use crate::port::Port;
use crate::recognize::Pattern;
use crate::recognize::openibd::OPENIBD;

pub(super) const CODE: &str = "IB0314";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "stale-module-already-loaded",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("stale_module_already_loaded.md"),
};

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: OPENIBD,
        says: "Detected loaded old version of module '{module}'",
        means: |captures| EventKind::sign(CODE, captures.get("module")?),
        source: "openibd, start, before 25.04; mod_load_funcs, are_old_modules_loaded",
        samples: &[
            "root: openibd: start(): Detected loaded old version of module 'mlx5_core'.",
            "root: openibd: start(): Detected loaded old version of module 'mlx5_core', calling stop...",
        ],
    },
    Pattern {
        speaker: OPENIBD,
        says: "^Calling stop...",
        means: |_| EventKind::sign(CODE, "stop"),
        source: "openibd of OFED since 25.04, mod_load_funcs, start",
        samples: &["root: openibd: Calling stop..."],
    },
    Pattern {
        speaker: OPENIBD,
        says: "Unloading HCA driver: [ OK ]",
        means: |_| EventKind::sign("IB0314 unloaded", ""),
        source: "openibd, at the end of stop",
        samples: &["openibd: Unloading HCA driver:[  OK  ]"],
    },
];

/// Returns whether taking the stack down for a reload cost this port its interface: it was not there when the network
/// service had its turn, never came back, or came back and nobody raised it again.
pub(super) fn was_harmed_by(port: &Port<'_>, reload: &Event) -> bool {
    if let Some(away) = port.taken_away() {
        return port.raised().is_none() && port.chance_shown_after(away);
    }
    let raised = |kind: &EventKind| matches!(kind, EventKind::Raised(_) | EventKind::AddressAssigned | EventKind::CarrierGained);
    if port.last(raised).is_some_and(|raised| raised.order > reload.order) {
        return false;
    }
    if port.missed().is_some_and(|missed| missed.order > reload.order) {
        return true;
    }
    let back = port.events().find(|event| event.kind.shows_netdev() && event.order > reload.order);
    let Some(back) = back else {
        return port.is_wanted();
    };
    // Daemons take up what comes late; these have one turn.
    port.boot.events().any(|event| {
        let one_turn = matches!(
            event.kind,
            EventKind::Network(NetworkStack::NetworkScripts | NetworkStack::Ifupdown | NetworkStack::Wicked, _)
        );
        one_turn && (reload.order..back.order).contains(&event.order)
    })
}

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let signs = port.signs(CODE);
    let reload = signs.first()?;
    if !was_harmed_by(port, reload) {
        return None;
    }
    let finding = Finding::new(Confidence::Likely)
        .shown_by(signs)
        .shown_by(port.taken_away())
        .shown_by(port.missed())
        .check("lsinitrd | grep -E 'mlx|ib_' || lsinitramfs /boot/initrd.img-$(uname -r) | grep -E 'mlx|ib_'")
        .check("cat /sys/module/mlx5_core/srcversion; modinfo -F srcversion mlx5_core")
        .remedy("dracut -f || update-initramfs -u")
        .remedy_raise(port);
    Some(finding)
}
