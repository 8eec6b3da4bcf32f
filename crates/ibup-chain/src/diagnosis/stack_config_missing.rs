//! IB0303: openib.conf does not exist, so openibd and the interface manager end at once, successfully.

use super::{Diagnosis, Nature};
use crate::event::EventKind;
use crate::finding::{Confidence, Finding};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};

const CODE: &str = "IB0303";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "stack-config-missing",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("stack_config_missing.md"),
};

static SIGNS: &[Pattern] = &[Pattern {
    speaker: Speaker::Program(&["openibd", "mlnx_interface_mgr"]),
    says: "No InfiniBand configuration found",
    means: |_| EventKind::sign(CODE, ""),
    source: "openibd and mlnx_interface_mgr.sh, where /etc/infiniband/openib.conf cannot be read",
    samples: &[
        "openibd: No InfiniBand configuration found",
        "mlnx_interface_mgr.sh: No InfiniBand configuration found",
    ],
}];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let signs = port.signs(CODE);
    if signs.is_empty() {
        return None;
    }
    let finding = Finding::new(Confidence::Certain)
        .shown_by(signs)
        .check("ls -l /etc/infiniband/openib.conf")
        .check("rpm -V mlnx-ofa_kernel || dpkg -V mlnx-ofed-kernel-utils")
        .remedy("dnf reinstall mlnx-ofa_kernel || apt-get install --reinstall -o Dpkg::Options::=--force-confmiss mlnx-ofed-kernel-utils")
        .remedy("systemctl restart openibd")
        .remedy_raise(port);
    Some(finding)
}
