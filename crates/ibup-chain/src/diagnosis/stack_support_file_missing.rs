//! IB0323: openibd, or the file with its functions, is not there.

use super::{Diagnosis, Nature};
use crate::event::EventKind;
use crate::finding::{Confidence, Finding};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};

const CODE: &str = "IB0323";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "stack-support-file-missing",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("stack_support_file_missing.md"),
};

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Anyone,
        says: "Error: missing functions file {path=word}",
        means: |captures| captures.get("path")?.contains("mod_load_funcs").then(|| EventKind::sign(CODE, ""))?,
        source: "openibd of OFED since 25.04, at its start",
        samples: &[
            "openibd: /etc/init.d/openibd: Error: missing functions file /usr/share/mlnx_ofed/mod_load_funcs. Aborting",
        ],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "openibd.service: {word} to locate executable {path=word}",
        means: |_| EventKind::sign(CODE, ""),
        source: "systemd 252, src/core/execute.c, exec_child; newer ones are `Unable` to",
        samples: &[
            "(openibd): openibd.service: Failed to locate executable /etc/init.d/openibd: No such file or directory",
            "(openibd): openibd.service: Unable to locate executable '/etc/init.d/openibd': No such file or directory",
        ],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "openibd.service: Failed at step EXEC spawning {path=word}",
        means: |_| EventKind::sign(CODE, ""),
        source: "systemd, src/core/execute.c, exec_spawn",
        samples: &["systemd: openibd.service: Failed at step EXEC spawning /etc/init.d/openibd: No such file or directory"],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let mut signs = port.signs(CODE);
    signs.retain(|sign| !port.got_over(sign));
    signs.first()?;
    let finding = Finding::new(Confidence::Certain)
        .shown_by(signs)
        .check("ls -l /etc/init.d/openibd /usr/share/mlnx_ofed/mod_load_funcs")
        .check("rpm -V mlnx-ofa_kernel || dpkg -V mlnx-ofed-kernel-utils")
        .remedy("dnf reinstall mlnx-ofa_kernel || apt-get install --reinstall mlnx-ofed-kernel-utils")
        .remedy("systemctl restart openibd")
        .remedy_raise(port);
    Some(finding)
}
