//! The real machine: the only library that touches Linux. It carries out and decides nothing.
//!
//! ```text
//! Tree:  read, list ------> root (where a path leads) -> tree
//! Host:  now, wall_clock -> clock
//!        wait ------------> uevent (rtnetlink, uevents)
//!        perform ---------> perform -> process | state | netlink | journal
//! beside it:  lock, trace, readiness
//! ```
//!
//! Every path lies below a root. `/` is this machine; any other directory is a tree of plain files that stands for a
//! machine, and the same calls act on those files. Programs of such a tree are run as they are, not confined to it.
//!
//! ```
//! use ibup_chain::bringup::{Action, LinkChange};
//! use ibup_chain::host::Host;
//! use ibup_config::tree::{Content, Tree};
//! use ibup_linux::LinuxHost;
//!
//! let root = tempfile::tempdir()?;
//! std::fs::create_dir_all(root.path().join("sys/class/net/ib0"))?;
//! std::fs::write(root.path().join("sys/class/net/ib0/flags"), "0x1002\n")?;
//!
//! let mut host = LinuxHost::new(root.path());
//! host.perform(&Action::SetLink { netdev: "ib0".parse()?, change: LinkChange::Up })?;
//! assert_eq!(host.read("/sys/class/net/ib0/flags"), Some(Content::Text("0x1003\n".into())));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # When the power fails, or somebody kills us
//!
//! State files are whole or not there; locks end with their holder; attributes and links are changed by the kernel in
//! one step. Between two actions nothing is kept in memory that would be missed: the next run reads what is.
//!
//! Deliberately absent: threads, signals, D-Bus, and anything that outlives a call.

mod clock;
mod error;
mod netlink;
mod perform;
mod process;
mod root;
mod state;
mod trace;
mod tree;
mod uevent;

pub mod journal;
pub mod lock;
pub mod readiness;

use std::path::{Path, PathBuf};
use std::time::Duration;

use ibup_chain::bringup::{Action, ActionError};
use ibup_chain::host::Host;
use ibup_chain::trace::Recipe;
use ibup_config::Tree;
use ibup_config::tree::Content;

use clock::Clock;
use process::Limits;
use root::Root;
use uevent::Announcements;

pub use lock::{Lock, LockError};
pub use trace::{Trace, TraceError};

/// How long a program may take: longer than an ifup waits for its lease, or modprobe for healthy firmware.
const TIME_LIMIT: Duration = Duration::from_mins(2);
/// How long a program has to end once it was asked to.
const GRACE: Duration = Duration::from_secs(5);
/// How long a lock is waited for: longer than its holder may wait for one program.
const LOCK_LIMIT: Duration = Duration::from_mins(3);

/// This machine, or a tree of plain files that stands for one.
#[derive(Debug)]
pub struct LinuxHost {
    root: Root,
    clock: Clock,
    wall_clock: Option<i64>,
    announcements: Announcements,
    limits: Limits,
    lock_limit: Duration,
}

impl LinuxHost {
    /// Takes the machine whose files lie below a directory; `/` is this one.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        let root = Root::new(root.into());
        let announcements =
            if root.is_this_machine() { Announcements::open() } else { Announcements::default() };
        Self {
            clock: Clock::of(&root),
            root,
            wall_clock: None,
            announcements,
            limits: Limits { time: TIME_LIMIT, grace: GRACE },
            lock_limit: LOCK_LIMIT,
        }
    }

    /// Holds the clock on the wall at so many seconds since 1970.
    #[must_use]
    pub fn with_wall_clock(mut self, seconds: i64) -> Self {
        self.wall_clock = Some(seconds);
        self
    }

    /// Holds the time since the kernel started: it stands still, and waiting moves it instead of taking time.
    #[must_use]
    pub fn with_held_clock(mut self, now: Duration) -> Self {
        self.clock = Clock::Held(now);
        self
    }

    /// Sets how long a program may take before it is stopped. It is two minutes otherwise.
    #[must_use]
    pub fn with_time_limit(mut self, limit: Duration) -> Self {
        self.limits.time = limit;
        self
    }

    /// Sets how long a lock is waited for. It is three minutes otherwise.
    #[must_use]
    pub fn with_lock_limit(mut self, limit: Duration) -> Self {
        self.lock_limit = limit;
        self
    }

    /// Returns the directory below which the machine's files lie.
    pub fn root(&self) -> &Path {
        self.root.path()
    }

    /// Takes the lock of a name, waiting for it if somebody else holds it. It ends with the value or the process.
    ///
    /// Whoever changes a netdev holds the lock of its name, so that two events never race for it. A lock is not
    /// counted: taking it twice at once waits for oneself.
    pub fn lock(&self, name: &str) -> Result<Lock, LockError> {
        lock::take(&self.root, name, self.lock_limit)
    }

    /// Opens the kernel's tracing as a recipe says. What was switched on stays so until it is forgotten.
    pub fn trace(&self, recipe: &Recipe) -> Result<Trace, TraceError> {
        trace::open(&self.root, recipe)
    }

    /// Removes what [`trace`](Self::trace) has made; nothing is left of it, unless somebody still reads it.
    pub fn forget_trace(&self, recipe: &Recipe) {
        trace::forget(&self.root, recipe);
    }
}

impl Tree for LinuxHost {
    fn read(&self, path: &str) -> Option<Content> {
        tree::read(&self.root, path)
    }

    fn list(&self, directory: &str) -> Vec<String> {
        tree::list(&self.root, directory)
    }
}

impl Host for LinuxHost {
    fn now(&self) -> Duration {
        self.clock.now(&self.root)
    }

    fn wall_clock(&self) -> i64 {
        self.wall_clock.unwrap_or_else(clock::wall)
    }

    fn wait(&mut self, at_most: Duration) {
        match &mut self.clock {
            Clock::Held(now) => *now = now.saturating_add(at_most),
            Clock::Kernel | Clock::Tree { .. } => self.announcements.wait(at_most),
        }
    }

    fn perform(&mut self, action: &Action) -> Result<(), ActionError> {
        perform::perform(self, action)
    }
}
