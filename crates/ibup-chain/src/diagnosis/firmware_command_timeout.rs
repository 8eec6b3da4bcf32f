//! IB0203: the firmware does not answer a command of the driver in time.

use super::{Diagnosis, Nature};
use crate::event::EventKind;
use crate::finding::{Confidence, Finding, function_option, kernel_lines};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};
use crate::template::Captures;

const CODE: &str = "IB0203";
/// Later commands find no place any more: what follows from one that timed out, and a trouble of its own where none did.
const STALLED: &str = "IB0203 stalled";
const MLX5: Speaker = Speaker::Driver(&["mlx5_core"]);
const MLX4: Speaker = Speaker::Driver(&["mlx4_core"]);

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "firmware-command-timeout",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("firmware_command_timeout.md"),
};

fn timed_out(captures: &Captures<'_>) -> Option<EventKind> {
    EventKind::sign(CODE, captures.get("command")?)
}

fn stalled(captures: &Captures<'_>) -> Option<EventKind> {
    EventKind::sign(STALLED, captures.get("command").unwrap_or_default())
}

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: MLX5,
        says: "^{command=module}({hex}) timeout. Will cause a leak",
        means: timed_out,
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/cmd.c, wait_func",
        samples: &[
            "kernel: mlx5_core 0000:4b:00.0: wait_func:1136:(pid 1020): ENABLE_HCA(0x104) timeout. Will cause a leak of a command resource",
            "kernel: mlx5_core 0000:03:00.0: 0000:03:00.0:wait_func:722:(pid 671): 2RST_QP(0x50a) timeout. Will cause a leak of a command resource",
        ],
    },
    Pattern {
        speaker: MLX5,
        says: "{command=module}({hex}) Async, timeout",
        means: timed_out,
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/cmd.c, cb_timeout_handler",
        samples: &[
            "kernel: mlx5_core 0000:4b:00.0: cb_timeout_handler:879:(pid 233): cmd[3]: CREATE_MKEY(0x200) Async, timeout. Will cause a leak of a command resource",
        ],
    },
    Pattern {
        speaker: MLX5,
        says: "{command=module}({hex}) No done completion",
        means: timed_out,
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/cmd.c, wait_func_handle_exec_timeout",
        samples: &[
            "kernel: mlx5_core 0000:06:00.0: wait_func_handle_exec_timeout:1128:(pid 185911): cmd[-22]: CREATE_UCTX(0xa04) No done completion",
        ],
    },
    Pattern {
        speaker: MLX5,
        says: "^{command=module}({hex}) canceled on out of queue timeout",
        means: stalled,
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/cmd.c, wait_func",
        samples: &[
            "kernel: mlx5_core 0000:4b:00.0: wait_func:1140:(pid 871): QUERY_HCA_CAP(0x100) canceled on out of queue timeout.",
        ],
    },
    Pattern {
        speaker: MLX5,
        says: "^{command=module}({hex}) timed out while waiting for a slot",
        means: stalled,
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/cmd.c, cmd_work_handler",
        samples: &[
            "kernel: mlx5_core 0000:4b:00.0: cmd_work_handler:983:(pid 871): MANAGE_PAGES(0x108) timed out while waiting for a slot.",
        ],
    },
    Pattern {
        speaker: MLX5,
        says: "^{command=module}({hex}) timeout while waiting for command semaphore",
        means: stalled,
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/cmd.c, wait_func",
        samples: &[
            "kernel: mlx5_core 0000:4b:00.0: wait_func:1182:(pid 871): QUERY_ISSI(0x10a) timeout while waiting for command semaphore.",
        ],
    },
    Pattern {
        speaker: MLX5,
        says: "^All CMD slots are stalled",
        means: stalled,
        source: "OFED 25.10, drivers/net/ethernet/mellanox/mlx5/core/cmd.c, mlx5_cmd_invoke",
        samples: &[
            "kernel: mlx5_core 0000:4b:00.0: mlx5_cmd_invoke:1294:(pid 871): All CMD slots are stalled, aborting command",
        ],
    },
    Pattern {
        speaker: MLX5,
        says: "^failed to allocate command entry",
        means: stalled,
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/cmd.c, cmd_work_handler",
        samples: &[
            "kernel: mlx5_core 0000:4b:00.0: cmd_work_handler:891:(pid 233): failed to allocate command entry",
        ],
    },
    Pattern {
        speaker: MLX4,
        says: "^command {command=hex} timed out",
        means: timed_out,
        source: "Linux, drivers/net/ethernet/mellanox/mlx4/cmd.c, mlx4_cmd_poll and mlx4_cmd_wait",
        samples: &["kernel: mlx4_core 0000:03:00.0: command 0x4 timed out (go bit not cleared)"],
    },
    Pattern {
        speaker: MLX4,
        says: "ommunication channel command {command=hex} {fate=any} out$",
        means: timed_out,
        source: "Linux, drivers/net/ethernet/mellanox/mlx4/cmd.c, mlx4_comm_cmd_poll and mlx4_comm_cmd_wait: a VF that \
                 asks its PF",
        samples: &[
            "kernel: mlx4_core 0000:03:00.1: communication channel command 0x5 (op=0x5) timed out",
            "kernel: mlx4_core 0000:03:00.1: Communication channel command 0x5 timed out",
        ],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let mut signs = port.ending_signs(CODE);
    let has_timed_out = !signs.is_empty();
    signs.extend(port.ending_signs(STALLED));
    signs.sort_by_key(|sign| sign.order);
    let failed = port.given_up_after(signs.first()?);
    if !has_timed_out && failed.is_none() {
        return None;
    }
    let confidence = if failed.is_some() { Confidence::Certain } else { Confidence::Likely };
    let finding = Finding::new(confidence)
        .shown_by(signs)
        .shown_by(failed)
        .check(kernel_lines(port))
        .check(format!("lspci -vv {}", function_option(port)))
        .check("journalctl -k -b --no-pager | grep -E 'AER|DMAR|AMD-Vi|IO_PAGE_FAULT'")
        .remedy("ipmitool chassis power cycle")
        .remedy("mlxfwmanager --query");
    Some(finding)
}
