//! One entry of a journal.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use crate::skim::Passed;
use crate::stamp::Stamp;

/// One entry of a journal: who said what, and when.
///
/// Every string is clean: no control character, no terminal escape, no text-direction override.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entry<'a> {
    /// The line of the source at which the entry begins, counted from 1.
    pub line: u64,
    /// When it was written.
    pub stamp: Stamp,
    /// The host that wrote it (`_HOSTNAME`).
    pub host: Option<Cow<'a, str>>,
    /// The boot in which it was written (`_BOOT_ID`), where the form carries it.
    pub boot_id: Option<BootId>,
    /// The program or subsystem that speaks (`SYSLOG_IDENTIFIER`, else `_COMM`): `kernel`, `systemd`, `network` ...
    ///
    /// `None` where the form leaves it out (`-o cat`, lines without any stamp).
    pub identifier: Option<Cow<'a, str>>,
    /// The process that speaks.
    pub pid: Option<u32>,
    /// The systemd unit the entry belongs to or, for entries of systemd itself, is about.
    pub unit: Option<Cow<'a, str>>,
    /// What was said, one line of it.
    pub message: Cow<'a, str>,
    /// The entry as a person should see it quoted: the source's own line, or one put together from fields.
    pub text: Cow<'a, str>,
    /// The line between boots that stands before the entry, where the form has such lines.
    pub marker: Option<Marker>,
    /// What the entry stands for, where it is the last of a run that need not be read: nobody listens to any of it.
    pub passed: Option<Passed>,
}

/// A line that `journalctl` prints between two boots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Marker {
    /// `-- Boot 0123456789abcdef0123456789abcdef --`: what follows is of this boot.
    Boot(BootId),
    /// `-- Reboot --`: what follows is of another boot than what came before.
    Reboot,
}

/// A kernel's boot id: 128 random bits drawn anew at every boot (`/proc/sys/kernel/random/boot_id`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BootId(pub u128);

impl FromStr for BootId {
    type Err = std::num::ParseIntError;

    /// Reads 32 hexadecimal digits, with or without the dashes of a UUID.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        u128::from_str_radix(&text.replace('-', ""), 16).map(BootId)
    }
}

impl fmt::Display for BootId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for BootId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BootId({self})")
    }
}
