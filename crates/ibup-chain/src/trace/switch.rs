//! Switching the trace on and off, and whether it is on. systemd does the switching; here is what it is told, and why it
//! could not work.

use std::fmt;

use ibup_config::Tree;

use crate::bringup::Action;
use crate::bringup::modules::text;
use crate::bringup::stack::service;
use crate::bringup::stack::start::systemctl;

/// The service that follows the trace.
pub const UNIT: &str = "ibup-trace.service";

/// Where systemd keeps what is enabled: for good, and until the next boot.
const WANTED: &[&str] =
    &["/etc/systemd/system/sysinit.target.wants", "/run/systemd/system/sysinit.target.wants"];

/// Why nothing can be switched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// Whoever asks is not root.
    NotRoot,
    /// systemd does not run here.
    NoSystemd,
    /// The kernel has no tracing.
    NoTracing,
}

/// Whether the trace is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    /// It will be on at the next boot.
    pub is_enabled: bool,
    /// It is on now.
    pub is_running: bool,
}

/// Returns what switches the trace on, now and for every boot.
pub fn on(tree: &dyn Tree) -> Result<Action, Trouble> {
    let enable = ask_systemd(tree, "enable")?;
    // A kernel tells what file systems it knows (fs/filesystems.c). Where it does not, the service will find out.
    let known = text(tree, "/proc/filesystems");
    let has_tracing = |known: String| known.split_whitespace().any(|name| name == "tracefs");
    if known.is_none_or(has_tracing) { Ok(enable) } else { Err(Trouble::NoTracing) }
}

/// Returns what switches it off.
pub fn off(tree: &dyn Tree) -> Result<Action, Trouble> {
    ask_systemd(tree, "disable")
}

fn ask_systemd(tree: &dyn Tree, verb: &str) -> Result<Action, Trouble> {
    if !is_root(tree) {
        return Err(Trouble::NotRoot);
    }
    // sd_booted(3).
    let runs = tree.list("/run/systemd").iter().any(|name| name == "system");
    let program = systemctl(tree).filter(|_| runs).ok_or(Trouble::NoSystemd)?;
    let arguments = [verb, "--now", UNIT].map(str::to_owned).to_vec();
    Ok(Action::Run { program: program.to_owned(), arguments })
}

/// Returns whether the effective user is root, or nobody can tell (`/proc/self/status`: real, effective, ...).
fn is_root(tree: &dyn Tree) -> bool {
    let status = text(tree, "/proc/self/status").unwrap_or_default();
    let user = status.lines().find_map(|line| line.strip_prefix("Uid:")?.split_whitespace().nth(1));
    user.is_none_or(|user| user == "0")
}

impl Status {
    /// Looks, without asking systemd: for the link that enabling makes, and for a process in the service's control group.
    pub fn read(tree: &dyn Tree) -> Self {
        let is_wanted = |directory: &&str| tree.list(directory).iter().any(|name| name == UNIT);
        Self { is_enabled: WANTED.iter().any(is_wanted), is_running: service::is_running(tree, UNIT) }
    }

    /// Returns whether loads are recorded now, and will be at the next boot.
    pub fn is_on(self) -> bool {
        self.is_enabled && self.is_running
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match (self.is_enabled, self.is_running) {
            (true, true) => "on (enabled, running): who loads modules is recorded, now and at every boot",
            (true, false) => {
                "enabled, not running: it will be recorded from the next boot on; \
                 `journalctl -u ibup-trace` may say why not now"
            }
            (false, true) => {
                "running, not enabled: it is recorded until the machine goes down, and not at the next boot"
            }
            (false, false) => "off: nobody records who loads modules; `ibup trace on` does",
        })
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotRoot => "only root can switch the trace on or off",
            Self::NoSystemd => "systemd does not run here, and it is what runs the trace",
            Self::NoTracing => "this kernel has no tracing (it was built without CONFIG_TRACING)",
        })
    }
}

impl std::error::Error for Trouble {}

#[cfg(test)]
mod tests {
    use ibup_config::MemoryTree;

    use super::*;

    fn machine() -> MemoryTree {
        MemoryTree::new()
            .with("/run/systemd/system/x", "")
            .with("/usr/bin/systemctl", "")
            .with("/proc/self/status", "Name:\tibup\nUid:\t1000\t0\t0\t0\n")
            .with("/proc/filesystems", "nodev\tsysfs\nnodev\ttracefs\n")
    }

    #[test]
    fn systemd_is_told_to_enable_and_to_start() {
        let said = |action: Result<Action, Trouble>| action.unwrap().to_string();
        assert_eq!(said(on(&machine())), "/usr/bin/systemctl enable --now ibup-trace.service");
        assert_eq!(said(off(&machine())), "/usr/bin/systemctl disable --now ibup-trace.service");
    }

    #[test]
    fn what_cannot_work_is_said_before_anything_is_done() {
        let user = machine().with("/proc/self/status", "Uid:\t1000\t1000\t1000\t1000\n");
        assert_eq!((on(&user), off(&user)), (Err(Trouble::NotRoot), Err(Trouble::NotRoot)));
        assert_eq!(on(&MemoryTree::new().with("/usr/bin/systemctl", "")), Err(Trouble::NoSystemd));
        assert_eq!(on(&MemoryTree::new().with("/run/systemd/system/x", "")), Err(Trouble::NoSystemd));
        let bare = machine().with("/proc/filesystems", "nodev\tsysfs\n");
        assert_eq!(on(&bare), Err(Trouble::NoTracing));
        assert!(off(&bare).is_ok());
    }

    #[test]
    fn on_is_enabled_and_running() {
        let enabled = machine().with("/etc/systemd/system/sysinit.target.wants/ibup-trace.service", "");
        let procs = "/sys/fs/cgroup/system.slice/ibup-trace.service/cgroup.procs";
        let check = |tree: &MemoryTree, begins: &str, is_on: bool| {
            let status = Status::read(tree);
            assert!(status.to_string().starts_with(begins), "{status}");
            assert_eq!(status.is_on(), is_on);
        };
        check(&machine(), "off", false);
        check(&enabled, "enabled, not running", false);
        check(&machine().with(procs, "812\n"), "running, not enabled", false);
        check(&enabled.with(procs, "812\n"), "on", true);
    }
}
