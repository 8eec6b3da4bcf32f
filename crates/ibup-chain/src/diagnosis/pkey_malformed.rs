//! IB0506: the `P_Key` of a child interface, as its configuration names it, is none, and the interface manager leaves
//! the child out.

use super::{Diagnosis, Nature};
use crate::event::{Event, EventKind};
use crate::finding::{Confidence, Finding, Tool};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};
use crate::template::Captures;

const CODE: &str = "IB0506";
/// What is wrong is told, and of which child it is not.
const NAMELESS: &str = "IB0506 nameless";
/// ibup speaks so too, in place of the vendor's script.
const MANAGER: Speaker = Speaker::Program(&["mlnx_interface_mgr", "ibup", "ibup-configure"]);

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "pkey-malformed",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("pkey_malformed.md"),
};

fn left_out(captures: &Captures<'_>) -> Option<EventKind> {
    EventKind::sign(CODE, captures.get("pkey")?)
}

fn nameless(captures: &Captures<'_>) -> Option<EventKind> {
    EventKind::sign(NAMELESS, captures.get("pkey")?)
}

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: MANAGER,
        says: "MSB is NOT set for pkey {pkey=word} (should be {full=any}); skipping interface {netdev}",
        means: left_out,
        source: "mlnx_interface_mgr.sh, set_pkey_interfaces",
        samples: &["mlnx_interface_mgr: Error: MSB is NOT set for pkey 0001 (should be 8001); skipping interface ib0.0001."],
    },
    Pattern {
        speaker: MANAGER,
        says: "Error: pkey {pkey=word} is not hexadecimal",
        means: nameless,
        source: "mlnx_interface_mgr.sh, set_pkey_interfaces",
        samples: &["mlnx_interface_mgr: Error: pkey 1zz is not hexadecimal (maximum 4 digits); skipping."],
    },
    Pattern {
        speaker: MANAGER,
        says: "Error: pkey {pkey=word} names no partition; skipping interface {netdev}",
        means: left_out,
        source: "ibup configure, in the words of the scripts",
        samples: &["ibup: Error: pkey 8000 names no partition; skipping interface ib0.8000."],
    },
    Pattern {
        speaker: MANAGER,
        says: ": child {netdev} is left out: P_Key {pkey=word} ",
        means: left_out,
        source: "ibup configure",
        samples: &[
            "ibup: ib0: child ib0.0001 is left out: P_Key 0001 lacks the membership bit, 8001 has it",
            "ibup: ib0: child ib0.8000 is left out: P_Key 8000 names no partition",
        ],
    },
    Pattern {
        speaker: MANAGER,
        says: ": a child is left out: P_Key {pkey=word} is not hexadecimal",
        means: nameless,
        source: "ibup configure",
        samples: &["ibup: ib0: a child is left out: P_Key 1zz is not hexadecimal (at most 4 digits)"],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let name = port.netdev.as_ref()?;
    let suffix = name.as_str().rsplit_once('.').map(|(_, suffix)| suffix.to_lowercase());
    let is_mine = |event: &&Event| {
        matches!(&event.kind, EventKind::Sign { detail, .. } if Some(detail.to_lowercase()) == suffix)
    };
    let mut signs = port.signs(CODE);
    signs.extend(port.signs(NAMELESS).into_iter().filter(is_mine));
    let last = signs.iter().max_by_key(|event| event.order)?;
    // Others make children too, and do not mind.
    if port.netdev_appeared().is_some_and(|seen| seen.order > last.order) || port.raised().is_some() {
        return None;
    }
    let (parent, _) = name.as_str().rsplit_once('.')?;
    let tool = Tool::of(port);
    let finding = Finding::new(Confidence::Certain)
        .shown_by(signs)
        .shown_by(port.first(|kind| matches!(kind, EventKind::RaiseFoundNothing(_))))
        .check(tool.look_up(name.as_str(), "DEVICE|PKEY|p-key"))
        .check("grep -v 0x0000 /sys/class/infiniband/*/ports/1/pkeys/*");
    let digits = suffix.and_then(|suffix| u16::from_str_radix(&suffix, 16).ok());
    let Some(pkey) = digits.map(|pkey| pkey | 0x8000).filter(|pkey| *pkey != 0x8000) else { return Some(finding) };
    let child = format!("{parent}.{pkey:04x}");
    let finding = finding
        .remedies(tool.rename(name.as_str(), &child))
        .remedy(format!("echo 0x{pkey:04x} > /sys/class/net/{parent}/create_child"));
    Some(finding)
}
