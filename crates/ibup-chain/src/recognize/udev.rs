//! udev, on netdevs it handles (whatever it says of one, the netdev exists), and systemd, on netdevs it waits for.

use super::{Pattern, Speaker};
use crate::event::EventKind;
use crate::template::Captures;

const UDEV: Speaker = Speaker::Program(&["systemd-udevd", "(udev-worker)", "udevd"]);

fn seen(captures: &Captures<'_>) -> Option<EventKind> {
    captures.parse::<crate::name::NetdevName>("netdev").map(|_| EventKind::NetdevSeen)
}

/// Reads the name that a netdev should have got. A rename to the name it has is none.
fn rename_failed(captures: &Captures<'_>) -> Option<EventKind> {
    let to = captures.parse("to")?;
    (captures.parse("netdev").as_ref() != Some(&to)).then_some(EventKind::NetdevRenameFailed { to })
}

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        speaker: UDEV,
        says: "^{netdev}: Process '{command=any}' failed with exit code",
        means: seen,
        source: "systemd, src/udev/udev-spawn.c (before 253 udev-event.c), on_spawn_sigchld",
        samples: &[
            "(udev-worker): ib0: Process '/usr/bin/killall -q -SIGHUP irqbalance' failed with exit code 1.",
        ],
    },
    Pattern {
        // udev wrote this into the kernel's log, under names of its own.
        speaker: Speaker::Anyone,
        says: "renamed network interface {from=netdev} to {netdev}",
        means: |captures| Some(EventKind::NetdevRenamed { from: captures.parse("from")? }),
        source: "udev 128 to systemd 208, udev-event.c, rename_netif_kernel_log and rename_netif",
        samples: &[
            "systemd-udevd: renamed network interface ib0 to ibs4f0",
            "kernel: udev: renamed network interface ib0 to ib2",
            "udevd: udevd[512]: renamed network interface ib0 to ib2",
        ],
    },
    Pattern {
        speaker: UDEV,
        says: "Failed to rename network interface {number} from '{netdev}' to '{to=netdev}'",
        means: rename_failed,
        source: "systemd since 240, src/udev/udev-event.c, rename_netif",
        samples: &[
            "systemd-udevd: ib1: Failed to rename network interface 5 from 'ib1' to 'ibs4f1': File exists",
            "systemd-udevd: ib1: Failed to rename network interface 5 from 'ib1' to 'ib0': Device or resource busy",
        ],
    },
    Pattern {
        speaker: UDEV,
        says: "Network interface '{netdev}' is already up, cannot rename to '{to=netdev}'",
        means: rename_failed,
        source: "systemd 252, src/udev/udev-event.c, rename_netif: what newer versions say of EBUSY",
        samples: &["(udev-worker): ib0: Network interface 'ib0' is already up, cannot rename to 'ibp23s0'."],
    },
    Pattern {
        speaker: UDEV,
        says: "rror changing net interface name '{netdev}' to '{to=netdev}'",
        means: rename_failed,
        source: "systemd 209 to 239, src/udev/udev-event.c, rename_netif (and eudev, without the quotes)",
        samples: &["systemd-udevd: Error changing net interface name 'ib1' to 'ib0': File exists"],
    },
    Pattern {
        speaker: UDEV,
        says: "rror changing net interface name {netdev} to {to=netdev}: ",
        means: rename_failed,
        source: "udev 107 to systemd 208, udev-event.c, rename_netif",
        samples: &[
            "udevd: error changing net interface name ib1 to ib0: Device or resource busy",
            "systemd-udevd: Error changing net interface name ib1 to ibs4f1: File exists",
        ],
    },
    Pattern {
        speaker: UDEV,
        says: "ould not rename interface '{number}' from '{netdev}' to '{to=netdev}'",
        means: rename_failed,
        source: "systemd 209 to 239, src/udev/udev-event.c, udev_event_execute_rules",
        samples: &["systemd-udevd: could not rename interface '5' from 'ib1' to 'ib0': File exists"],
    },
    Pattern {
        speaker: Speaker::Program(&["systemd"]),
        says: "Timed out waiting for device {any}/net/devices/{netdev}",
        means: |_| Some(EventKind::RaiseFoundNothing(None)),
        source: "systemd, src/core/device.c, device_vtable, for a unit that waits for the netdev",
        samples: &[
            "systemd: Timed out waiting for device sys-subsystem-net-devices-ib0.device - /sys/subsystem/net/devices/ib0.",
        ],
    },
    Pattern {
        speaker: Speaker::Program(&["systemd"]),
        says: "Timed out waiting for device sys-subsystem-net-devices-{netdev}.device.$",
        means: |_| Some(EventKind::RaiseFoundNothing(None)),
        source: "systemd before 249, src/core/device.c, device_vtable, for a unit that waits for the netdev",
        samples: &["systemd: Timed out waiting for device sys-subsystem-net-devices-ib0.device."],
    },
    Pattern {
        speaker: Speaker::Program(&["systemd"]),
        says: "^sys-subsystem-net-devices-{netdev}.device: Job {any} timed out",
        means: |_| Some(EventKind::RaiseFoundNothing(None)),
        source: "systemd, src/core/job.c, job_dispatch_timer",
        samples: &[
            "systemd: sys-subsystem-net-devices-ib0.device: Job sys-subsystem-net-devices-ib0.device/start timed out.",
        ],
    },
];
