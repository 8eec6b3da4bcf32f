//! The clock: the time since the kernel started, and the time on the wall.
//!
//! The time since the kernel started is `CLOCK_MONOTONIC`, not `CLOCK_BOOTTIME`: it is the clock of the kernel's log,
//! of the journal's monotonic stamps and of systemd's own times, so that what was decided can be held against what
//! they say. The two differ only by the time a machine was suspended, and a deadline should not expire in its sleep.

use std::time::Duration;

use ibup_config::tree::Content;
use rustix::time::{ClockId, clock_gettime};

use crate::root::Root;
use crate::tree;

/// Where the time since the kernel started comes from.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Clock {
    /// The kernel.
    Kernel,
    /// The `/proc/uptime` of a tree, which stands still; the time since the tree was opened is added, so that
    /// deadlines pass.
    Tree {
        /// The kernel's time when the tree was opened.
        opened: Duration,
    },
    /// Stands still and is moved by waiting.
    Held(Duration),
}

impl Clock {
    /// Returns the clock of a machine.
    pub(crate) fn of(root: &Root) -> Self {
        if root.is_this_machine() { Self::Kernel } else { Self::Tree { opened: monotonic() } }
    }

    /// Returns the time since the kernel started.
    pub(crate) fn now(self, root: &Root) -> Duration {
        match self {
            Self::Kernel => monotonic(),
            Self::Tree { opened } => {
                uptime(root).map_or_else(monotonic, |uptime| uptime + monotonic().saturating_sub(opened))
            }
            Self::Held(now) => now,
        }
    }
}

/// Returns the kernel's time.
pub(crate) fn monotonic() -> Duration {
    Duration::try_from(clock_gettime(ClockId::Monotonic)).unwrap_or_default()
}

/// Returns the seconds since 1970.
pub(crate) fn wall() -> i64 {
    clock_gettime(ClockId::Realtime).tv_sec
}

/// Reads the first number of `/proc/uptime`: `84.21 320.90`.
fn uptime(root: &Root) -> Option<Duration> {
    let Some(Content::Text(text)) = tree::read(root, "/proc/uptime") else { return None };
    let seconds: f64 = text.split_whitespace().next()?.parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_has_its_own_uptime_and_it_goes_on() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::create_dir(directory.path().join("proc")).unwrap();
        std::fs::write(directory.path().join("proc/uptime"), "1e9 3.00\n").unwrap();
        let root = Root::new(directory.path().to_owned());
        let opened = monotonic().checked_sub(Duration::from_secs(5)).expect("the kernel is older than that");
        let now = Clock::Tree { opened }.now(&root);
        let expected = Duration::from_secs(1_000_000_005);
        assert!(now >= expected && now < expected + Duration::from_mins(1), "{now:?}");
    }

    #[test]
    fn without_a_sensible_uptime_the_kernels_own_is_taken() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::create_dir(directory.path().join("proc")).unwrap();
        let root = Root::new(directory.path().to_owned());
        for text in ["", "soon", "-1", "NaN", "1e99"] {
            std::fs::write(directory.path().join("proc/uptime"), text).unwrap();
            assert_eq!(uptime(&root), None, "{text}");
        }
        let before = monotonic();
        assert!(Clock::of(&root).now(&root) >= before);
    }

    #[test]
    fn a_held_clock_stands_still() {
        let root = Root::new("/".into());
        assert_eq!(Clock::Held(Duration::from_secs(7)).now(&root), Duration::from_secs(7));
    }
}
