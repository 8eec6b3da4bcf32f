//! The kernel's first words, and the journal's own words on what it lost.

use super::{Pattern, Speaker};
use crate::event::EventKind;

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
];
