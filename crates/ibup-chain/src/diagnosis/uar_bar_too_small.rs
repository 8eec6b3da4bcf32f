//! IB0212: mlx4: the UAR BAR holds too few pages of this kernel.

use super::{Diagnosis, Nature};
use crate::event::EventKind;
use crate::finding::{Finding, function_option};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};

const CODE: &str = "IB0212";
const MLX4: Speaker = Speaker::Driver(&["mlx4_core"]);

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "uar-bar-too-small",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("uar_bar_too_small.md"),
};

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: MLX4,
        says: "^Only {pages=number} UAR pages (need more than",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/net/ethernet/mellanox/mlx4/pd.c, mlx4_init_uar_table",
        samples: &["kernel: mlx4_core 0000:03:00.0: Only 64 UAR pages (need more than 128)"],
    },
    Pattern {
        speaker: MLX4,
        says: "^Failed to initialize user access region table",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/net/ethernet/mellanox/mlx4/main.c, mlx4_setup_hca",
        samples: &["kernel: mlx4_core 0000:03:00.0: Failed to initialize user access region table, aborting"],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let finding = Finding::of_end(port, CODE)?
        .check("getconf PAGESIZE")
        .check("grep -r enable_4k_uar /etc/modprobe.d")
        .check(format!("lspci -vv {}", function_option(port)))
        .remedy("modprobe -r mlx4_core")
        .remedy("modprobe mlx4_core enable_4k_uar=1");
    Some(finding)
}
