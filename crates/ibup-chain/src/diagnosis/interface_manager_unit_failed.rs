//! IB0510: the interface manager's unit failed before it decided on the interface.

use super::{Diagnosis, Nature};
use crate::event::EventKind;
use crate::finding::{Confidence, Finding, ifcfg, interface};
use crate::port::{Outcome, Port};
use crate::recognize::{Pattern, Speaker};
use crate::template::Captures;

const CODE: &str = "IB0510";
/// The configuration manager complains; the interface manager goes on all the same.
const SETTINGS: &str = "IB0510 settings";
const DEVICE_MANAGER: Speaker = Speaker::Program(&["mlnx_conf_mgr", "mlnx_interface_mgr"]);

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "interface-manager-unit-failed",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("interface_manager_unit_failed.md"),
};

fn not_run(_: &Captures<'_>) -> Option<EventKind> {
    EventKind::sign(CODE, "")
}

fn settings(_: &Captures<'_>) -> Option<EventKind> {
    EventKind::sign(SETTINGS, "")
}

static SIGNS: &[Pattern] = &[
    Pattern {
        // systemd says it from the process that should have become the script, whose name varies.
        speaker: Speaker::Anyone,
        says: "mlnx_interface_mgr@{netdev}.service: Failed at step {step=word} spawning",
        means: not_run,
        source: "systemd, src/core/execute.c, exec_spawn (since 2023: src/core/exec-invoke.c)",
        samples: &["systemd: mlnx_interface_mgr@ib0.service: Failed at step EXEC spawning /bin/mlnx_interface_mgr.sh: No such file or directory"],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "mlnx_interface_mgr@{netdev}.service: {word} to locate executable",
        means: not_run,
        source: "systemd 252, src/core/execute.c, exec_child; newer ones are `Unable` to",
        samples: &[
            "(ce_mgr.sh): mlnx_interface_mgr@ib0.service: Failed to locate executable /bin/mlnx_interface_mgr.sh: No such file or directory",
            "(ce_mgr.sh): mlnx_interface_mgr@ib0.service: Unable to locate executable '/bin/mlnx_interface_mgr.sh': No such file or directory",
        ],
    },
    Pattern {
        speaker: DEVICE_MANAGER,
        says: "No MLX5 InfiniBand configuration found at",
        means: settings,
        source: "mlnx_conf_mgr.sh, where mlx5.conf is missing",
        samples: &["mlnx_interface_mgr: No MLX5 InfiniBand configuration found at /etc/infiniband/mlx5.conf"],
    },
    Pattern {
        speaker: DEVICE_MANAGER,
        says: "Error: find_ib_dev: {any} of {netdev}",
        means: settings,
        source: "mlnx_conf_mgr.sh, find_ib_dev",
        samples: &["mlnx_conf_mgr: Error: find_ib_dev: Failed to get IB device name of ib0"],
    },
    Pattern {
        speaker: DEVICE_MANAGER,
        says: "Error: find_ib_dev: Cannot find IB device for {netdev}",
        means: settings,
        source: "mlnx_conf_mgr.sh, find_ib_dev",
        samples: &["mlnx_conf_mgr: Error: find_ib_dev: Cannot find IB device for ib0"],
    },
    Pattern {
        speaker: DEVICE_MANAGER,
        says: "^Driver is not loaded",
        means: settings,
        source: "mlnx_conf_mgr.sh, where there is no /sys/class/infiniband",
        samples: &["mlnx_conf_mgr: Driver is not loaded"],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let (not_run, settings) = (port.signs(CODE), port.signs(SETTINGS));
    let failed = port.last(|kind| *kind == EventKind::ManagerFailed);
    let last = failed.or(not_run.last().copied());
    if port.outcome() == Outcome::Up {
        return None;
    }
    let confidence = match last {
        // What the configuration manager complains of keeps no interface down.
        None if settings.is_empty() => return None,
        None => Confidence::Possible,
        // A decision that fell before leaves nothing undone that the unit's failure explains.
        Some(last) if was_decided_before(port, last.order) => Confidence::Possible,
        Some(_) if port.has_raised_sibling() && !port.is_wanted() => Confidence::Possible,
        Some(_) => Confidence::Certain,
    };
    let name = interface(port);
    let finding = Finding::new(confidence)
        .shown_by(not_run)
        .shown_by(failed)
        .shown_by(settings)
        .check(format!("systemctl status 'mlnx_interface_mgr@{name}' --no-pager"))
        .check(format!("journalctl -b --no-pager -u 'mlnx_interface_mgr@{name}'"))
        .check("ls -l /bin/mlnx_interface_mgr.sh /bin/mlnx_conf_mgr.sh")
        .check(format!("bash -n {}", ifcfg(&name)))
        .remedy(format!("systemctl restart 'mlnx_interface_mgr@{name}'"))
        .remedy_raise(port);
    Some(finding)
}

/// Returns whether the manager said what it does with the interface before this place in the log.
fn was_decided_before(port: &Port<'_>, order: u64) -> bool {
    let decides = |kind: &EventKind| match kind {
        EventKind::HandOffDeferred | EventKind::Raised(_) | EventKind::RaiseFailed(_) => true,
        EventKind::Sign { code, .. } => matches!(*code, "IB0502" | "IB0503" | "IB0504"),
        _ => false,
    };
    port.first(decides).is_some_and(|decided| decided.order < order)
}
