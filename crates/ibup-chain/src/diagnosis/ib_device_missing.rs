//! IB0322: the driver has the function at work, and nobody made an RDMA device of it.

use super::{Diagnosis, Nature, function_type_misread, module_load_failed};
use crate::event::{Event, EventKind};
use crate::finding::{Confidence, Finding, function_option};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};
use crate::stage::Stage;
use crate::template::Captures;

const CODE: &str = "IB0322";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "ib-device-missing",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("ib_device_missing.md"),
};
/// Programs find no RDMA device on this machine.
const NO_DEVICES: &str = "IB0322 none";
/// The kernel has no RDMA device on this machine.
pub(super) const EMPTY: &str = "IB0322 empty";

/// Reads the name of a device that is not there. Where the first one is not, there is none; `libibumad` takes the name of the
/// oldest driver's for it.
fn absent(captures: &Captures<'_>) -> Option<EventKind> {
    let device = captures.get("device")?;
    (device.ends_with("_0") || device == "mthca0").then(|| EventKind::sign(EMPTY, ""))?
}

fn failed(captures: &Captures<'_>) -> Option<EventKind> {
    EventKind::sign(CODE, captures.get("errno").unwrap_or_default())
}

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Kernel,
        says: "^mlx5_ib.rdma: probe of mlx5_core.rdma.{number} failed with error {errno=number}",
        means: failed,
        source: "Linux 5.11 to 6.7, drivers/base/dd.c, call_driver_probe, for mlx5_ib's auxiliary device",
        samples: &["kernel: mlx5_ib.rdma: probe of mlx5_core.rdma.0 failed with error -12"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "^mlx5_ib.rdma mlx5_core.rdma.{number}: probe with driver {driver=word} failed with error {errno=number}",
        means: failed,
        source: "Linux since 6.8, drivers/base/dd.c, call_driver_probe, for mlx5_ib's auxiliary device",
        samples: &["kernel: mlx5_ib.rdma mlx5_core.rdma.0: probe with driver mlx5_ib.rdma failed with error -12"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "^infiniband {hca}: Couldn't create per-port data",
        means: failed,
        source: "Linux, drivers/infiniband/core/device.c, setup_device",
        samples: &["kernel: infiniband mlx5_0: Couldn't create per-port data"],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "No IB devices found",
        means: |_| EventKind::sign(NO_DEVICES, ""),
        source: "rdma-core, libibverbs/examples/devinfo.c and pingpong.c",
        samples: &["ibv_devinfo: No IB devices found"],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "Fatal error: device '{any}': sys files not found",
        means: |_| EventKind::sign(EMPTY, ""),
        source: "rdma-core, infiniband-diags/scripts/ibstatus, which finds nothing in /sys/class/infiniband",
        samples: &["ibstatus: Fatal error:  device '*': sys files not found (/sys/class/infiniband/*/ports)"],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "cannot access '/sys/class/infiniband",
        means: |_| EventKind::sign(EMPTY, ""),
        source: "coreutils, ls, which sites' scripts and ibdev2netdev run",
        samples: &["check-fabric: ls: cannot access '/sys/class/infiniband/': No such file or directory"],
    },
    Pattern {
        speaker: Speaker::AnyProgram,
        says: "stat of IB device '{device=any}' failed: No such file",
        means: absent,
        source: "rdma-core, infiniband-diags/ibstat.c, main",
        samples: &["ibstat: ibpanic: [2137] main: stat of IB device 'mlx5_0' failed: No such file or directory"],
    },
    Pattern {
        speaker: Speaker::AnyProgram,
        says: "'{device=any}' IB device can't be found",
        means: absent,
        source: "rdma-core, infiniband-diags/ibstat.c, main, where it is told the device",
        samples: &["ibstat: ibpanic: [5896] main: 'mlx5_0' IB device can't be found: No such file or directory"],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let bound = port.driver_bound()?;
    let device_module = port.device_module()?;
    // A child stands on its parent's device.
    let is_child = port.netdev.as_ref().is_some_and(|name| name.parent().is_some());
    let cannot_be = is_child
        || port.driver_failed().is_some()
        || port.netdev_appeared().is_some()
        || port.first(EventKind::fails_netdev).is_some()
        || module_load_failed::lacks_module(port)
        || function_type_misread::is_misread(port)
        || port.is_ethernet();
    if cannot_be {
        return None;
    }
    let failed = failures(port);
    let none = port.signs(NO_DEVICES).into_iter().chain(port.signs(EMPTY)).next();
    let asked_for = |module: &'static str| {
        port.boot.first_event(|kind| match kind {
            EventKind::ModuleRequested(asked) => **asked == *module,
            EventKind::ModuleLoaded { module: loaded, .. } => **loaded == *module,
            _ => false,
        })
    };
    // ib_ipoib makes a netdev of every RDMA device there is.
    let is_unmade = asked_for(device_module).is_none() && port.device_appeared().is_none() && !port.has_working_twin();
    let ipoib = asked_for("ib_ipoib").filter(|_| is_unmade);
    let confidence = match (failed.is_empty(), port.is_wanted() || port.seen_by_nobody().is_some()) {
        (false, _) => Confidence::Certain,
        (true, true) if none.is_some() || ipoib.is_some() => Confidence::Likely,
        _ => return None,
    };
    let finding = Finding::new(confidence)
        .shown_by([bound])
        .shown_by(failed)
        .shown_by(none)
        .shown_by(ipoib)
        .shown_by(port.seen_by_nobody())
        .shown_by(port.missed())
        .check("ls /sys/class/infiniband")
        .check(format!("lsmod | grep {device_module}"))
        .check(format!("lspci -k {}", function_option(port)))
        .remedy(format!("modprobe {device_module}"))
        .remedy_raise(port);
    Some(finding)
}

/// Returns the words by which making the RDMA device failed. What names no function is of this one where the log speaks
/// of no other.
fn failures<'b>(port: &Port<'b>) -> Vec<&'b Event> {
    let is_other = |event: &Event| {
        event.subject.pci.is_some() && event.subject.pci != port.pci && event.kind.stage() != Some(Stage::Pci)
    };
    let is_single = !port.boot.events().any(is_other);
    let mut failed = port.signs(CODE);
    failed.retain(|sign| sign.subject.hca.is_some() || is_single);
    failed
}

/// Returns whether making the RDMA device failed: then nobody who loads modules is to blame.
pub(super) fn has_failed(port: &Port<'_>) -> bool {
    !failures(port).is_empty()
}
