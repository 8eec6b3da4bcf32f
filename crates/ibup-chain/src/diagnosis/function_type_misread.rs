//! IB0409: the driver takes the function up and then treats it as one that has neither InfiniBand nor Ethernet.
//!
//! Nothing says so. What shows it is a driver and a firmware that are known not to agree on it, and that neither an RDMA
//! device nor a netdev ever comes.

use super::{Diagnosis, Nature};
use crate::event::{Event, EventKind};
use crate::finding::{Confidence, Finding, function_option};
use crate::port::Port;

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: "IB0409",
    name: "function-type-misread",
    nature: Nature::Root,
    signs: &[],
    judge,
    text: include_str!("function_type_misread.md"),
};

/// The kernel that takes a function without the newer capability for the management function of a DPU.
///
/// Source: netdev, "Potential regression/bug in net/mlx5 driver", March 2023: commit fe998a3c77b9, in 6.3.
const KERNEL: &str = "6.3";
/// The firmware of `ConnectX-4`, and the last minor number that was seen to lack the capability (12.18).
const FIRMWARE: (u32, u32) = (12, 20);

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let bound = port.driver_bound().filter(|_| is_without_device(port))?;
    let asked = port.missed();
    let confidence = if is_misread(port) { Confidence::Likely } else { Confidence::Possible };
    let has_all = port.has_working_twin() || (has_module(port, "mlx5_ib") && has_module(port, "ib_ipoib"));
    if confidence == Confidence::Possible && (!has_all || !port.is_wanted()) {
        return None;
    }
    let kernel = port.boot.first_event(|kind| *kind == EventKind::BootBegan);
    let finding = Finding::new(confidence)
        .shown_by(kernel)
        .shown_by([bound])
        .shown_by(asked)
        .check("ls /sys/class/infiniband")
        .check("ls /sys/bus/auxiliary/devices")
        .check(format!("lspci -nnk {}", function_option(port)))
        .check("lsmod | grep -E 'mlx5_ib|ib_ipoib'")
        .remedy("mlxfwmanager --online -u");
    Some(finding)
}

/// Returns whether this is a driver that misreads this firmware, and nothing came of the function: then nobody who
/// loads modules is to blame. That it is such a driver shows its version or, since distributions take changes over, that
/// it made something of another function and nothing of this one.
pub(super) fn is_misread(port: &Port<'_>) -> bool {
    let kernel = port.boot.first_event(|kind| *kind == EventKind::BootBegan);
    let kernel = kernel.and_then(|event| word_after(event, "Linux version "));
    let is_kernel = kernel.is_some_and(|version| {
        version.strip_prefix(KERNEL).is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()))
    });
    let is_old = firmware(port).is_some_and(|(major, minor)| major == FIRMWARE.0 && minor <= FIRMWARE.1);
    is_old && is_without_device(port) && (is_kernel || port.has_working_twin())
}

/// Returns whether the driver is content with an InfiniBand function, and neither RDMA device nor netdev came of it.
fn is_without_device(port: &Port<'_>) -> bool {
    let tried = port.first(|kind| kind.fails_netdev() || *kind == EventKind::DeviceRegistered).is_some();
    let is_fabric = port.first(|kind| matches!(kind, EventKind::FunctionFound(identity) if identity.is_fabric())).is_some();
    let came = port.netdev_appeared().is_some() || port.hca.is_some() || tried;
    // Where the boot is over something of the function would be there, whether or not anybody asked for it.
    let due = port.is_wanted() || port.boot.first_event(|kind| *kind == EventKind::BootFinished).is_some();
    is_fabric && due && port.driver_failed().is_none() && !came
}

fn has_module(port: &Port<'_>, wanted: &str) -> bool {
    let is_it = |kind: &EventKind| match kind {
        EventKind::ModuleRequested(module) | EventKind::ModuleLoaded { module, .. } => **module == *wanted,
        _ => false,
    };
    port.boot.first_event(is_it).is_some()
}

/// Reads the first two numbers of the firmware's version.
fn firmware(port: &Port<'_>) -> Option<(u32, u32)> {
    let version = port.events().find_map(|event| word_after(event, "firmware version: "))?;
    let mut numbers = version.split('.').map(|number| number.parse().ok());
    Some((numbers.next()??, numbers.next()??))
}

/// Returns the word that stands after others in the line an event is quoted from.
fn word_after<'e>(event: &'e Event, words: &str) -> Option<&'e str> {
    event.evidence.text.split_once(words)?.1.split_whitespace().next()
}
