//! Users: processes that hold a device of the stack open, or that live by it.

use ibup_config::Tree;

use super::modules::word;
use super::stack::service;

/// Returns where a symbolic link points, word for word. The caller owns the files, and a [`Tree`] gives no links.
pub type Links<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Where the devices of the stack are.
const DEVICES: &str = "/dev/infiniband/";

/// A process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Process {
    /// Its number.
    pub id: u32,
    /// Its name, as the kernel keeps it.
    pub name: String,
    /// The service it belongs to.
    pub unit: Option<String>,
}

/// A process that holds a device open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceUser {
    /// The process.
    pub process: Process,
    /// Whose process it is, by name where the machine knows one.
    pub user: String,
    /// The device.
    pub device: String,
}

/// Returns the processes, by number.
pub fn processes(tree: &dyn Tree) -> Vec<Process> {
    let mut ids: Vec<u32> = tree.list("/proc").iter().filter_map(|name| name.parse().ok()).collect();
    ids.sort_unstable();
    let process = |id: u32| {
        let name = word(tree, &format!("/proc/{id}/comm"))?;
        Some(Process { id, name, unit: service::of_process(tree, &id.to_string()) })
    };
    ids.into_iter().filter_map(process).collect()
}

/// Returns who holds which device of the stack open, each pair once.
pub fn device_users(tree: &dyn Tree, links: Links<'_>, processes: &[Process]) -> Vec<DeviceUser> {
    let mut users = Vec::new();
    for process in processes {
        let directory = format!("/proc/{}/fd", process.id);
        let files = tree.list(&directory);
        let mut devices: Vec<String> =
            files.iter().filter_map(|file| links(&format!("{directory}/{file}"))).filter(is_device).collect();
        devices.sort();
        devices.dedup();
        let user = if devices.is_empty() { String::new() } else { owner(tree, process.id) };
        users.extend(devices.into_iter().map(|device| DeviceUser {
            process: process.clone(),
            user: user.clone(),
            device,
        }));
    }
    users
}

#[expect(clippy::ptr_arg, reason = "a predicate over strings")]
fn is_device(target: &String) -> bool {
    target.starts_with(DEVICES)
}

/// Returns who owns a process: `Uid:` of its status, by name where passwd(5) has one.
fn owner(tree: &dyn Tree, process: u32) -> String {
    let status = word(tree, &format!("/proc/{process}/status")).unwrap_or_default();
    let id = status.lines().find_map(|line| line.strip_prefix("Uid:")?.split_whitespace().next());
    let Some(id) = id else { return "unknown".to_owned() };
    let accounts = word(tree, "/etc/passwd").unwrap_or_default();
    let name = accounts.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)? == id).then(|| name.to_owned())
    });
    name.unwrap_or_else(|| id.to_owned())
}

#[cfg(test)]
mod tests {
    use ibup_config::MemoryTree;

    use super::*;

    #[test]
    fn who_holds_a_device_open_is_named_once() {
        let tree = MemoryTree::new()
            .with("/etc/passwd", "root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\n")
            .with("/proc/812/comm", "ib_write_bw\n")
            .with("/proc/812/status", "Name:\tib_write_bw\nUid:\t1000\t1000\t1000\t1000\n")
            .with("/proc/812/fd/3", "")
            .with("/proc/812/fd/4", "")
            .with("/proc/812/fd/5", "")
            .with("/proc/813/comm", "bash\n")
            .with("/proc/813/fd/0", "");
        let links = |path: &str| match path {
            "/proc/812/fd/3" | "/proc/812/fd/4" => Some("/dev/infiniband/uverbs0".to_owned()),
            _ => Some("/dev/null".to_owned()),
        };
        let users = device_users(&tree, &links, &processes(&tree));
        let [user] = users.as_slice() else { panic!("one process holds one device: {users:?}") };
        assert_eq!(
            (user.process.name.as_str(), user.process.id, user.user.as_str()),
            ("ib_write_bw", 812, "alice")
        );
        assert_eq!(user.device, "/dev/infiniband/uverbs0");
    }
}
