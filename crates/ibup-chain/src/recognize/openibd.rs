//! openibd: the vendor's service that loads the driver stack, and the shell it traces.
//!
//! It speaks twice: through `logger` (the prefix `openibd: ` is off already) and on its standard output, which the
//! journal records with the colours gone.

use super::{Pattern, Speaker};
use crate::event::{EventKind, Progress, StackService};
use crate::template::Captures;

/// openibd, and ibup in its place.
pub(crate) const OPENIBD: Speaker = Speaker::Program(&["openibd", "ibup"]);
const TRACE: Speaker = Speaker::Trace(&["openibd"]);

fn spoke(_: &Captures<'_>) -> Option<EventKind> {
    Some(EventKind::Stack(StackService::Openibd, Progress::Spoke))
}

fn started(_: &Captures<'_>) -> Option<EventKind> {
    Some(EventKind::Stack(StackService::Openibd, Progress::Started))
}

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        speaker: OPENIBD,
        // With ONBOOT=no the line goes on and means the opposite; that is a sign of its own.
        says: "^running in {mode=word} mode$",
        means: started,
        source: "openibd, at its start",
        samples: &["root: openibd: running in manual mode", "openibd: running in auto mode"],
    },
    Pattern {
        speaker: OPENIBD,
        says: "Loading HCA driver and Access Layer: [ OK ]",
        means: |_| Some(EventKind::Stack(StackService::Openibd, Progress::Done)),
        source: "openibd, at the end of start",
        samples: &[
            "openibd: Loading HCA driver and Access Layer:  [  OK  ]",
            "openibd: Loading HCA driver and Access Layer:[  OK  ]",
        ],
    },
    Pattern {
        speaker: OPENIBD,
        says: "^Loading inbox modules ({module=word}",
        means: spoke,
        source: "openibd, load_module, where inbox modules are allowed",
        samples: &["openibd: Loading inbox modules (ib_umad)  [WARNING]"],
    },
    Pattern {
        speaker: OPENIBD,
        says: "mod_load_funcs: line {number}:",
        means: spoke,
        source: "openibd's shell, on a command it cannot run",
        samples: &["openibd: /usr/share/mlnx_ofed/mod_load_funcs: line 853: lspci: command not found"],
    },
    Pattern {
        speaker: OPENIBD,
        says: "^grep: /etc/modprobe.d/{any}",
        means: spoke,
        source: "grep, run by openibd for its module options",
        samples: &["openibd: grep: /etc/modprobe.d/ib_ipoib.conf: No such file or directory"],
    },
    Pattern {
        speaker: OPENIBD,
        says: "^Set node_desc for {hca}:",
        means: spoke,
        source: "openibd, in the background after start",
        samples: &["root: openibd: Set node_desc for mlx5_0: node-9 HCA-1"],
    },
    Pattern {
        speaker: TRACE,
        says: "modprobe {module=word}",
        means: |captures| Some(EventKind::ModuleRequested(captures.get("module")?.into())),
        source: "openibd traced by its shell",
        samples: &["openibd: + /sbin/modprobe ib_ipoib"],
    },
    Pattern {
        speaker: TRACE,
        says: "^IPOIB_LOAD=yes",
        means: spoke,
        source: "openibd traced by its shell, as it reads its configuration",
        samples: &["openibd: ++ IPOIB_LOAD=yes"],
    },
    Pattern {
        speaker: TRACE,
        says: "openib.conf",
        means: started,
        source: "openibd traced by its shell, as it looks for its configuration and reads it",
        samples: &[
            "openibd: + '[' '!' -f /etc/infiniband/openib.conf ']'",
            "openibd: + . /etc/infiniband/openib.conf",
        ],
    },
];
