//! IB0306: openibd found the distribution's module where it wants the vendor's, and left it alone.

use super::{Diagnosis, Nature};
use crate::event::EventKind;
use crate::finding::{Confidence, Finding};
use crate::port::Port;
use crate::recognize::openibd::OPENIBD;
use crate::recognize::Pattern;
use crate::template::Captures;

pub(super) const CODE: &str = "IB0306";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "inbox-module-refused",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("inbox_module_refused.md"),
};

fn refused(captures: &Captures<'_>) -> Option<EventKind> {
    EventKind::sign(CODE, captures.get("module")?)
}

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: OPENIBD,
        // The outcome at column 60 may be written over the end.
        says: "Module {module} belong to {package=word}",
        means: refused,
        source: "openibd of OFED up to 23.04, load_module, where rpm knows whose file it is",
        samples: &[
            "openibd: Module ib_ipoib belong to kernel which is not a part of MLNX[FAILED]kipping...",
            "openibd: Module mlx5_core belong to kernel-modules-core which is not [FAILED] MLNX_OFED, skipping...",
            "root: openibd: ERROR: Module mlx5_ib belong to kernel-modules which is not a part of MLNX_OFED, skipping...",
        ],
    },
    Pattern {
        speaker: OPENIBD,
        says: "Module {module} does not belong to MLNX",
        means: refused,
        source: "openibd of OFED up to 23.04, load_module, where no package or no directory of DKMS's holds the file",
        samples: &[
            "openibd: Module ib_ipoib does not belong to MLNX_OFED, skipping...  [FAILED]",
            "root: openibd: ERROR: Module ib_ipoib does not belong to MLNX_OFED, skipping...",
        ],
    },
    Pattern {
        speaker: OPENIBD,
        says: "Avoid loading inbox module: {module}",
        means: refused,
        source: "openibd of OFED since 24.04, load_module",
        samples: &[
            "openibd: Avoid loading inbox module: ib_ipoib  [FAILED]",
            "openibd: Avoid loading inbox module: mlx5_ib[FAILED]",
        ],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let refused = port.all_lacking(CODE);
    let EventKind::Sign { detail: module, .. } = &refused.first()?.kind else { return None };
    let finding = Finding::new(Confidence::Certain)
        .shown_by(refused.iter().copied())
        .check(format!("modinfo -n {module}"))
        .check(format!("modinfo -F depends {module}"))
        .check("dkms status")
        .remedy("dkms autoinstall")
        .remedy("systemctl restart openibd")
        .remedy_raise(port);
    Some(finding)
}
