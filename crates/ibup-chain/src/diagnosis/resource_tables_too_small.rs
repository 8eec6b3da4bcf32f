//! IB0213: mlx4: the tables of its resources cannot be set up.

use super::{Diagnosis, Nature};
use crate::event::EventKind;
use crate::finding::{Finding, kernel_lines};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};
use crate::template::Captures;

const CODE: &str = "IB0213";
const MLX4: Speaker = Speaker::Driver(&["mlx4_core"]);

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "resource-tables-too-small",
    nature: Nature::Umbrella,
    signs: SIGNS,
    judge,
    text: include_str!("resource_tables_too_small.md"),
};

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: MLX4,
        says: "^Failed to initialize {table=any} table, aborting",
        means: table,
        source: "Linux, drivers/net/ethernet/mellanox/mlx4/main.c, mlx4_setup_hca",
        samples: &["kernel: mlx4_core 0000:03:00.0: Failed to initialize memory region table, aborting"],
    },
    Pattern {
        speaker: MLX4,
        says: "^Failed to map {table=any} context memory, aborting",
        means: table,
        source: "Linux, drivers/net/ethernet/mellanox/mlx4/main.c, mlx4_init_icm",
        samples: &["kernel: mlx4_core 0000:03:00.0: Failed to map MTT context memory, aborting"],
    },
    Pattern {
        speaker: MLX4,
        says: "^QUERY_{table=word} command failed, aborting",
        means: table,
        source: "Linux, drivers/net/ethernet/mellanox/mlx4/main.c, mlx4_load_fw, mlx4_dev_cap, mlx4_init_hca",
        samples: &["kernel: mlx4_core 0000:03:00.0: QUERY_DEV_CAP command failed, aborting"],
    },
];

/// The table of UARs has a diagnosis of its own.
fn table(captures: &Captures<'_>) -> Option<EventKind> {
    let table = captures.get("table")?;
    if table == "user access region" { None } else { EventKind::sign(CODE, table) }
}

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let finding = Finding::of_end(port, CODE)?
        .check("grep -rE '^options +mlx4' /etc/modprobe.d")
        .check("free -m")
        .check(kernel_lines(port))
        .remedy("modprobe -r mlx4_core")
        .remedy("modprobe mlx4_core");
    Some(finding)
}
