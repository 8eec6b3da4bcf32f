//! Who a process is, by what `/proc` says of it while it lives.
//!
//! modprobe lives for milliseconds, so every answer may be missing. What `/proc` says goes before what the trace says:
//! the trace remembers names, and may remember the one a process had before it became modprobe.

use ibup_config::Tree;

use super::words::{Loader, Who};
use crate::bringup::modules::text;

/// What a service's own control groups may end in; a unit's name does.
const UNIT_TYPES: &[&str] = &[".service", ".scope", ".socket", ".mount", ".swap"];

/// The parent of all threads of the kernel.
const KTHREADD: u32 = 2;

/// A process that has the kernel load a module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Process {
    pub(super) pid: u32,
    /// Its name by the trace.
    pub(super) comm: Option<String>,
}

/// What `/proc/PID/stat` says.
struct Stat {
    comm: String,
    parent: u32,
}

impl Process {
    /// Returns who this is.
    pub(super) fn who(&self, tree: &dyn Tree) -> Who {
        let now = stat(tree, self.pid).map(|stat| stat.comm);
        let comm = now.or_else(|| self.comm.clone()).unwrap_or_else(|| "?".to_owned());
        Who::new(&comm, Some(self.pid), unit(tree, self.pid).as_deref())
    }

    /// Returns who this is and who started it; what the kernel itself started is left to the caller to explain.
    pub(super) fn loader(&self, tree: &dyn Tree) -> Loader {
        let mut loader = Loader { who: self.who(tree), ..Loader::default() };
        let Some(stat) = stat(tree, self.pid) else {
            loader.has_ended = true;
            return loader;
        };
        if is_of_kernel(tree, stat.parent) {
            loader.is_by_kernel = true;
        } else if stat.parent != 0 {
            let parent = Process { pid: stat.parent, comm: None };
            loader.parent =
                self::stat(tree, parent.pid).map(|found| Who::new(&found.comm, Some(parent.pid), None));
        }
        loader
    }

    /// Returns what the kernel told modprobe to load: its last argument (kernel/module/kmod.c, `call_modprobe`).
    pub(super) fn asked_for(&self, tree: &dyn Tree) -> Option<String> {
        let arguments = text(tree, &format!("/proc/{}/cmdline", self.pid))?;
        arguments.split('\0').rfind(|argument| !argument.is_empty()).map(str::to_owned)
    }
}

/// Returns whether this is the parent of a program that the kernel starts: a worker thread, or the parent of those.
fn is_of_kernel(tree: &dyn Tree, parent: u32) -> bool {
    parent == KTHREADD || stat(tree, parent).is_some_and(|stat| stat.parent == KTHREADD)
}

/// Reads `PID (NAME) STATE PARENT ...`. A name may hold parentheses; what follows it does not.
fn stat(tree: &dyn Tree, pid: u32) -> Option<Stat> {
    let text = text(tree, &format!("/proc/{pid}/stat"))?;
    let (head, tail) = text.rsplit_once(") ")?;
    let (_, comm) = head.split_once('(')?;
    Some(Stat { comm: comm.to_owned(), parent: tail.split(' ').nth(1)?.parse().ok()? })
}

/// Returns the unit a process belongs to: the first one on the path of its control group. What lies below a unit is of
/// the unit's own making, and may be called anything.
fn unit(tree: &dyn Tree, pid: u32) -> Option<String> {
    let groups = text(tree, &format!("/proc/{pid}/cgroup"))?;
    let is_unit = |part: &&str| UNIT_TYPES.iter().any(|ending| part.ends_with(ending));
    let on_path = |path: &str| path.split('/').find(is_unit).map(str::to_owned);
    // systemd's own hierarchy beside the old ones, or the unified one; the other may be there and mean nothing.
    let named = groups.lines().filter_map(|line| Some(line.split_once(":name=systemd:")?.1));
    let unified = groups.lines().filter_map(|line| line.strip_prefix("0::"));
    named.chain(unified).find_map(on_path)
}

#[cfg(test)]
mod tests {
    use ibup_config::MemoryTree;

    use super::*;

    fn machine() -> MemoryTree {
        MemoryTree::new()
            .with("/proc/414/stat", "414 (modprobe) R 400 400 400 0 -1 4194304 97 0 0 0 0 0 0 0 20 0 1 0\n")
            .with("/proc/414/cgroup", "0::/system.slice/late-load.service\n")
            .with("/proc/400/stat", "400 (sh (x) y) S 1 400 400 0 -1 4194304\n")
    }

    fn words(tree: &MemoryTree, pid: u32, comm: Option<&str>) -> String {
        Process { pid, comm: comm.map(str::to_owned) }.loader(tree).to_string()
    }

    #[test]
    fn unit_and_parent_are_told() {
        assert_eq!(
            words(&machine(), 414, Some("sh")),
            r"modprobe[414] of late-load.service, started by sh\x20(x)\x20y[400]"
        );
    }

    #[test]
    fn a_process_that_has_ended_is_called_what_the_trace_called_it() {
        let tree = MemoryTree::new();
        assert_eq!(words(&tree, 414, Some("modprobe")), "modprobe[414], which has ended");
        assert_eq!(words(&tree, 414, None), "?[414], which has ended");
    }

    #[test]
    fn a_parent_that_has_ended_is_not_mentioned() {
        let tree = MemoryTree::new().with("/proc/9/stat", "9 (modprobe) R 8 9 9\n");
        assert_eq!(words(&tree, 9, None), "modprobe[9]");
    }

    #[test]
    fn what_the_kernel_starts_is_told_from_what_a_process_starts() {
        let worker = "77 (kworker/u8:3) I 2 0 0\n";
        for (parent, stat) in [(77, worker), (2, "2 (kthreadd) S 0 0 0\n")] {
            let tree = MemoryTree::new()
                .with("/proc/9/stat", &format!("9 (modprobe) R {parent} 9 9\n"))
                .with(&format!("/proc/{parent}/stat"), stat)
                .with("/proc/9/cgroup", "0::/\n")
                .with("/proc/9/cmdline", "/sbin/modprobe\0-q\0--\0rtnl-link-ipoib\0");
            assert_eq!(words(&tree, 9, None), "modprobe[9], started by the kernel");
            let process = Process { pid: 9, comm: None };
            assert_eq!(process.asked_for(&tree).as_deref(), Some("rtnl-link-ipoib"));
        }
    }

    #[test]
    fn the_unit_is_the_first_of_the_path() {
        let unit = |groups: &str| unit(&MemoryTree::new().with("/proc/9/cgroup", groups), 9);
        let check =
            |groups: &str, expected: Option<&str>| assert_eq!(unit(groups).as_deref(), expected, "{groups}");
        check("0::/system.slice/systemd-udevd.service/udev\n", Some("systemd-udevd.service"));
        check(
            "0::/system.slice/system-rdma\\x2dload.slice/rdma-load@a.service\n",
            Some("rdma-load@a.service"),
        );
        check("0::/user.slice/user-0.slice/session-3.scope\n", Some("session-3.scope"));
        // Below his own manager a user may call a group what he likes.
        check(
            "0::/user.slice/user-7.slice/user@7.service/app.slice/openibd.service\n",
            Some("user@7.service"),
        );
        check("4:memory:/a.service\n1:name=systemd:/system.slice/b.service\n0::/\n", Some("b.service"));
        check("9:name=systemd:/\n0::/system.slice/b.service\n", Some("b.service"));
        check("0::/\n", None);
        check("", None);
    }

    #[test]
    fn odd_files_tell_nothing() {
        for stat in ["", "9", "9 (x", "9 (x) R", "9 (x) R y"] {
            let tree = MemoryTree::new().with("/proc/9/stat", stat);
            assert_eq!(words(&tree, 9, Some("a")), "a[9], which has ended", "{stat}");
        }
    }
}
