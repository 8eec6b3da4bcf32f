//! IB0207: the driver's probe of the function failed; the umbrella over all reasons that nothing more exact is known of.
//!
//! Where only the error number is left, it decides what is worth looking at.

use super::{Diagnosis, Nature};
use crate::event::EventKind;
use crate::finding::{Confidence, Finding, function_option, kernel_lines};
use crate::port::Port;

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: "IB0207",
    name: "driver-probe-failed",
    nature: Nature::Umbrella,
    signs: &[],
    judge,
    text: include_str!("driver_probe_failed.md"),
};

/// Shows what the bus and the IOMMU complained of.
const BUS_ERRORS: &str = "journalctl -k -b --no-pager | grep -E 'AER|DMAR|AMD-Vi|IO_PAGE_FAULT'";
/// Takes the power from the card, which a reboot does not.
const POWER_CYCLE: &str = "ipmitool chassis power cycle";

/// Returns the commands that confirm, and the one that repairs, what an error number suggests.
///
/// Source of the numbers: Linux, include/uapi/asm-generic/errno-base.h and errno.h.
fn suggested_by(errno: Option<i32>) -> (&'static [&'static str], Option<&'static str>) {
    match errno {
        // ETIMEDOUT: the firmware does not answer, or reads over the bus get lost.
        Some(-110) => (&[BUS_ERRORS], Some(POWER_CYCLE)),
        // EINVAL: firmware and driver do not agree.
        Some(-22) => (&["modinfo -F version mlx5_core", "mlxfwmanager --query"], Some("mlxfwmanager --update")),
        // ENOMEM: memory, or room in the IOMMU.
        Some(-12) => (&["free -m", "cat /proc/cmdline", BUS_ERRORS], None),
        // EBUSY: the device is dead or was not reset, or something else holds its resources.
        Some(-16) => (&["grep -i -E 'vfio|mlx' /proc/iomem"], Some(POWER_CYCLE)),
        // EIO: the bus.
        Some(-5) => (&[BUS_ERRORS], Some(POWER_CYCLE)),
        // ENOENT, EEXIST, ENODEV: what was looked for is not there, or is there already: modules of two stacks.
        Some(-2 | -17 | -19) => {
            (&["lsmod | grep -E '^(mlx|ib_|rdma)'", "modinfo -n mlx5_core mlx5_ib ib_core"], None)
        }
        _ => (&[], None),
    }
}

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let failed = port.driver_failed()?;
    let EventKind::DriverFailed { errno } = failed.kind else { return None };
    let mut finding = Finding::new(Confidence::Certain)
        .shown_by([failed])
        .check(format!("lspci -vv {}", function_option(port)))
        .check(kernel_lines(port));
    let (checks, remedy) = suggested_by(errno);
    for check in checks {
        finding = finding.check(*check);
    }
    if let Some(pci) = port.pci {
        finding = finding.remedy(format!("echo {pci} > /sys/bus/pci/drivers_probe"));
    }
    Some(match remedy {
        Some(remedy) => finding.remedy(remedy),
        None => finding,
    })
}
