//! Services that touch the stack: whether one runs is asked of its control group, without systemd.

use ibup_config::Tree;

use super::super::modules::word;

/// Where control groups of services are: the unified tree, or systemd's own beside the old ones.
const TREES: &[&str] = &["/sys/fs/cgroup", "/sys/fs/cgroup/unified", "/sys/fs/cgroup/systemd"];

/// Returns whether a service has processes.
pub fn is_running(tree: &dyn Tree, unit: &str) -> bool {
    let has_processes =
        |base: &&str| word(tree, &format!("{base}/system.slice/{unit}/cgroup.procs")).is_some();
    TREES.iter().any(has_processes)
}

/// Returns the service a process belongs to.
pub fn of_process(tree: &dyn Tree, process: &str) -> Option<String> {
    let groups = word(tree, &format!("/proc/{process}/cgroup"))?;
    let unit = |group: &str| group.rsplit('/').find(|part| part.ends_with(".service")).map(str::to_owned);
    groups.lines().find_map(unit)
}

#[cfg(test)]
mod tests {
    use ibup_config::MemoryTree;

    use super::*;

    #[test]
    fn a_service_runs_while_its_group_has_processes() {
        let tree = MemoryTree::new()
            .with("/sys/fs/cgroup/system.slice/ibacm.service/cgroup.procs", "812\n")
            .with("/sys/fs/cgroup/system.slice/srp_daemon.service/cgroup.procs", "")
            .with("/proc/812/cgroup", "0::/system.slice/ibacm.service\n");
        assert!(is_running(&tree, "ibacm.service"));
        assert!(!is_running(&tree, "srp_daemon.service"));
        assert!(!is_running(&tree, "rdma-ndd.service"));
        assert_eq!(of_process(&tree, "812").as_deref(), Some("ibacm.service"));
        assert_eq!(of_process(&tree, "1"), None);
    }
}
