//! Tells the lines of `journalctl -o short-monotonic` from those of `dmesg`.
//!
//! Both begin with `[   13.409473] `. What follows is `host identifier[pid]: message` in the one and free text in the
//! other, and free text may look much like it (`pci 0000:4b:00.0: ...`, `usb 1-1: ...`). So a line is taken for
//! journalctl's only if its second word can hardly stand in a kernel message (`kernel:`, `systemd[1]:`), or if its
//! first word was the host of such a line before.

use crate::form::speaker::{self, Speaker};

/// The hosts of the lines that were certainly journalctl's.
#[derive(Debug, Default)]
pub(crate) struct Monotonic {
    hosts: Vec<String>,
    /// Whether there were lines of `journalctl --no-hostname`.
    is_without_host: bool,
}

/// How many hosts are remembered. The lines of more are told by their shape alone.
const HOSTS_MAX: usize = 64;

/// The longest name of a host that is remembered (`HOST_NAME_MAX`).
const HOST_LENGTH_MAX: usize = 64;

impl Monotonic {
    /// Reads what follows the stamp, if it is journalctl's.
    pub(super) fn read(&mut self, line: &str, at: usize) -> Option<Speaker> {
        let speaker = speaker::with_host(line, at);
        let identifier = speaker.identifier.map(|identifier| identifier.of(line));
        let is_kernel = identifier == Some("kernel") && speaker.pid.is_none();
        let Some(host) = speaker.host.map(|host| host.of(line)) else {
            self.is_without_host |= is_kernel;
            return (self.is_without_host && (is_kernel || speaker.pid.is_some())).then_some(speaker);
        };
        if self.hosts.iter().any(|known| known == host) {
            return Some(speaker);
        }
        let is_process = speaker.pid.is_some() && identifier.is_some_and(|name| !name.contains([' ', ':']));
        // Kernel modules have underscores in their names, hosts have not.
        let is_certain = is_host(host) && (is_kernel || is_process && !host.contains('_'));
        if is_certain && self.hosts.len() < HOSTS_MAX && host.len() <= HOST_LENGTH_MAX {
            self.hosts.push(host.to_owned());
        }
        is_certain.then_some(speaker)
    }
}

fn is_host(word: &str) -> bool {
    word == "(none)" || word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte))
}
