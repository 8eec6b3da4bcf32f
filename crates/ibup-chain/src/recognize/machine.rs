//! The machine as a whole: the kernel's first words, what the journal lost, the clock, modules.

use super::{Pattern, Speaker};
use crate::event::EventKind;
use crate::template::Captures;

/// Reads by how many seconds a clock was set; less than a minute changes no answer.
fn clock_set(captures: &Captures<'_>) -> Option<EventKind> {
    let seconds: f64 = captures.parse("seconds")?;
    (seconds.abs() > 60.0).then_some(EventKind::ClockSet)
}

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Kernel,
        says: "^Linux version {version=word}",
        means: |_| Some(EventKind::BootBegan),
        source: "Linux, init/version.c, linux_banner",
        samples: &["kernel: Linux version 6.1.0-56-amd64 (debian-kernel@lists.debian.org) #1 SMP"],
    },
    Pattern {
        speaker: Speaker::Program(&["systemd-journald"]),
        says: "Suppressed {number} messages from",
        means: |_| Some(EventKind::LinesLost),
        source: "systemd, src/journal/journald-server.c, server_dispatch_message",
        samples: &["systemd-journald: Suppressed 1241 messages from openibd.service"],
    },
    Pattern {
        speaker: Speaker::Program(&["systemd-journald"]),
        says: "Missed {number} kernel messages",
        means: |_| Some(EventKind::LinesLost),
        source: "systemd, src/journal/journald-kmsg.c, dev_kmsg_record",
        samples: &["systemd-journald: Missed 812 kernel messages"],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "imjournal: {number} messages lost due to rate-limiting",
        means: |_| Some(EventKind::LinesLost),
        source: "rsyslog, plugins/imjournal/imjournal.c",
        samples: &[
            "rsyslogd: imjournal: 9200 messages lost due to rate-limiting (20000 allowed within 600 seconds)",
        ],
    },
    Pattern {
        speaker: Speaker::Program(&["chronyd"]),
        says: "System clock was stepped by {seconds=word} seconds",
        means: clock_set,
        source: "chrony, reference.c, REF_SetReference by way of LCL_ApplyStepOffset",
        samples: &["chronyd: System clock was stepped by 28800.013 seconds"],
    },
    Pattern {
        speaker: Speaker::Program(&["ntpd", "ntpdate", "sntp"]),
        says: "step time server {word} offset {seconds=word} sec",
        means: clock_set,
        source: "ntp, ntpdate/ntpdate.c, clock_adjust",
        samples: &["ntpdate: step time server 10.0.0.1 offset -28799.5 sec"],
    },
    Pattern {
        speaker: Speaker::Program(&["systemd-modules-load"]),
        says: "Inserted module '{module}'",
        means: |captures| Some(EventKind::ModuleRequested(captures.get("module")?.into())),
        source: "systemd, src/shared/module-util.c, module_load_and_warn",
        samples: &["systemd-modules-load: Inserted module 'ib_ipoib'"],
    },
];
