//! udev, on netdevs it handles (whatever it says of one, the netdev exists), and systemd, on netdevs it waits for.

use super::{Pattern, Speaker};
use crate::event::EventKind;
use crate::template::Captures;

const UDEV: Speaker = Speaker::Program(&["systemd-udevd", "(udev-worker)", "udevd"]);

fn seen(captures: &Captures<'_>) -> Option<EventKind> {
    captures.parse::<crate::name::NetdevName>("netdev").map(|_| EventKind::NetdevSeen)
}

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        speaker: UDEV,
        says: "^{netdev}: Process '{command=any}' failed with exit code",
        means: seen,
        source: "systemd, src/udev/udev-spawn.c, on_spawn_sigchld",
        samples: &[
            "(udev-worker): ib0: Process '/usr/bin/killall -q -SIGHUP irqbalance' failed with exit code 1.",
        ],
    },
    Pattern {
        speaker: UDEV,
        says: "renamed network interface {from=netdev} to {netdev}",
        means: |captures| Some(EventKind::NetdevRenamed { from: captures.parse("from")? }),
        source: "udev 147 to systemd 208, src/udev/udev-event.c, rename_netif",
        samples: &["systemd-udevd: renamed network interface ib0 to ibs4f0"],
    },
    Pattern {
        speaker: Speaker::Program(&["systemd"]),
        says: "Timed out waiting for device {any}/net/devices/{netdev}",
        means: |_| Some(EventKind::RaiseFoundNothing(None)),
        source: "systemd, src/core/device.c, device_start_timeout_format, for a unit that waits for the netdev",
        samples: &[
            "systemd: Timed out waiting for device sys-subsystem-net-devices-ib0.device - /sys/subsystem/net/devices/ib0.",
        ],
    },
    Pattern {
        speaker: Speaker::Program(&["systemd"]),
        says: "Timed out waiting for device sys-subsystem-net-devices-{netdev}.device.$",
        means: |_| Some(EventKind::RaiseFoundNothing(None)),
        source: "systemd before 249, src/core/device.c, for a unit that waits for the netdev",
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
