//! IB0217: the mlx5 driver was told to set up more than there is, and takes what there is.

use super::{Diagnosis, Nature};
use crate::event::EventKind;
use crate::finding::{Confidence, Finding};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};

const CODE: &str = "IB0217";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "devlink-profile-rejected",
    nature: Nature::Harmless,
    signs: SIGNS,
    judge,
    text: include_str!("devlink_profile_rejected.md"),
};

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Kernel,
        says: "Invalid module parameter prof_sel {value=number}",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/main.c, mlx5_core_verify_params",
        samples: &[
            "kernel: mlx5_core: WARNING: Invalid module parameter prof_sel 7, valid range 0-3, changing back to default(2)",
        ],
    },
    Pattern {
        speaker: Speaker::Driver(&["mlx5_core"]),
        says: "log_max_qp value in current profile is {value=number}, changing it to HCA capability limit",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/main.c, handle_hca_cap",
        samples: &[
            "kernel: mlx5_core 0000:4b:00.0: handle_hca_cap:529:(pid 414): log_max_qp value in current profile is 18, changing it to HCA capability limit (17)",
        ],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let signs = port.signs(CODE);
    signs.first()?;
    let finding = Finding::new(Confidence::Certain)
        .shown_by(signs)
        .check("grep -rn prof_sel /etc/modprobe.d")
        .check("cat /sys/module/mlx5_core/parameters/prof_sel");
    Some(finding)
}
