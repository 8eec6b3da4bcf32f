//! IB0408: mlx5 has no IPoIB offloads on this function, and `ib_ipoib` does the work itself.

use super::{Diagnosis, Nature};
use crate::event::EventKind;
use crate::finding::{Confidence, Finding, interface};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};

const CODE: &str = "IB0408";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "enhanced-ipoib-unavailable",
    nature: Nature::Harmless,
    signs: SIGNS,
    judge,
    text: include_str!("enhanced_ipoib_unavailable.md"),
};

static SIGNS: &[Pattern] = &[Pattern {
    speaker: Speaker::Driver(&["mlx5_core"]),
    says: "^IPoIB enhanced offloads are not supported",
    means: |_| EventKind::sign(CODE, ""),
    source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/ipoib/ipoib.c, mlx5i_check_required_hca_cap",
    samples: &["kernel: mlx5_core 0000:17:00.0: mlx5i_check_required_hca_cap:727:(pid 1021): IPoIB enhanced offloads are not supported"],
}];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let signs = port.signs(CODE);
    signs.first()?;
    let finding = Finding::new(Confidence::Certain)
        .shown_by(signs)
        .check(format!("ethtool -i {}", interface(port)));
    Some(finding)
}
