//! IB0201: the firmware never leaves initialization, and the driver gives the function up.

use super::{Diagnosis, Nature};
use crate::event::EventKind;
use crate::finding::{Confidence, Finding, function_option};
use crate::port::Port;
use crate::recognize::{HCA_DRIVERS, Pattern, Speaker};

const CODE: &str = "IB0201";
/// The driver says how long it will wait: by itself no failure.
const WAITING: &str = "IB0201 waiting";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "firmware-never-ready",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("firmware_never_ready.md"),
};

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Driver(HCA_DRIVERS),
        says: "Firmware over {ms=number} MS in {state=word} state, aborting",
        means: |captures| EventKind::sign(CODE, captures.get("state")?),
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/main.c, mlx5_function_enable",
        samples: &["kernel: mlx5_core 0000:4b:00.0: mlx5_function_enable:1050:(pid 512): Firmware over 120000 MS in pre-initializing state, aborting"],
    },
    Pattern {
        speaker: Speaker::Driver(HCA_DRIVERS),
        says: "Waiting for FW {state=any}, timeout abort in {seconds=number}s ({word=hex})",
        // All ones: the function answers nothing at all, which is another trouble.
        means: |captures| if captures.get("word")? == "0xffffffff" { None } else { EventKind::sign(WAITING, captures.get("state")?) },
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/main.c, wait_fw_init",
        samples: &[
            "kernel: mlx5_core 0000:4b:00.0: wait_fw_init:199:(pid 17): Waiting for FW initialization, timeout abort in 100s (0x80000000)",
            "kernel: mlx5_core 0000:4b:00.0: wait_fw_init:210:(pid 17): Waiting for FW pre-initializing, timeout abort in 100s (0x80000000)",
        ],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let (aborted, waited) = (port.signs(CODE), port.signs(WAITING));
    let last = aborted.last().or(waited.last())?;
    if port.overcame(last) {
        return None;
    }
    let confidence = match (aborted.is_empty(), port.driver_failed()) {
        (false, _) => Confidence::Certain,
        (true, Some(_)) => Confidence::Likely,
        (true, None) => return None,
    };
    let function = function_option(port);
    let finding = Finding::new(confidence)
        .shown_by(aborted)
        .shown_by(waited)
        .shown_by(port.driver_failed())
        .check(format!("lspci -vv {function}"))
        .check("dmesg | grep -E 'mlx5_core.*(FW|irmware)'")
        .remedy("ipmitool chassis power cycle");
    Some(finding)
}
