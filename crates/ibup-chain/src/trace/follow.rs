//! The follower: from lines of the trace to messages for the journal.

use std::collections::VecDeque;

use ibup_config::Tree;

use super::line::TraceLine;
use super::modules::is_of_stack;
use super::process::Process;
use super::words::{EARLIER, Loader, Who, plain};
use crate::bringup::interface::words::OWN_TAG;
use crate::bringup::modules::LoadedModules;
use crate::bringup::{Message, Priority};
use crate::notice::{self, Announced, Notice};

/// So many requests are remembered. Each waits for its modprobe, so few are open at once, and nobody can make the
/// follower grow.
const REQUESTS_MAX: usize = 64;

/// Returns the word with which following begins: what was loaded before, by whom nobody can tell any more.
pub fn began(tree: &dyn Tree) -> Message {
    let loaded = LoadedModules::read(tree);
    let names: Vec<_> =
        loaded.iter().map(|(name, _)| name).filter(|name| is_of_stack(name)).map(plain).collect();
    let text = if names.is_empty() {
        "no module of the InfiniBand stack was loaded before tracing began".to_owned()
    } else {
        format!("{EARLIER}{}", names.join(", "))
    };
    let fields = vec![("MODULES", names.join(" "))];
    message(Priority::Info, text, &notice::TRACING_BEGAN, fields)
}

/// Follows the trace.
#[derive(Debug, Default)]
pub struct Follower {
    /// What the kernel was asked for last, and on whose behalf.
    requests: VecDeque<(String, Process)>,
}

impl Follower {
    /// Takes a line in, and returns what there is to say. Who the process is, the machine's `/proc` tells.
    pub fn take(&mut self, line: &[u8], tree: &dyn Tree) -> Option<Message> {
        // A name may hold any byte; one character for each keeps the columns.
        let line: String =
            line.iter().map(|byte| if byte.is_ascii() { char::from(*byte) } else { '?' }).collect();
        match TraceLine::parse(&line)? {
            TraceLine::Load { pid, comm, module } if is_of_stack(module) => {
                let process = Process { pid, comm: comm.map(str::to_owned) };
                let mut loader = process.loader(tree);
                if loader.is_by_kernel {
                    loader.request = self.request(&process, tree);
                }
                Some(loaded(module, &loader))
            }
            TraceLine::Load { .. } => None,
            TraceLine::Request { pid, comm, name } => {
                self.requests.truncate(REQUESTS_MAX - 1);
                self.requests.push_front((name.to_owned(), Process { pid, comm: comm.map(str::to_owned) }));
                None
            }
            TraceLine::Lost { count } => Some(lost(count)),
        }
    }

    /// Returns for whom the kernel runs this modprobe, and what was asked for.
    fn request(&self, modprobe: &Process, tree: &dyn Tree) -> Option<(Who, Box<str>)> {
        let wanted = modprobe.asked_for(tree)?;
        let (name, process) = self.requests.iter().find(|(name, _)| *name == wanted)?;
        Some((process.who(tree), plain(name).into()))
    }
}

/// Says that a module is loaded, and by whom.
fn loaded(module: &str, loader: &Loader) -> Message {
    let mut fields = vec![("MODULE", module.to_owned()), ("IBUP_STAGE", "stack".to_owned())];
    let mut tell = |names: [&'static str; 3], who: &Who| {
        let pid = who.pid.map(|pid| pid.to_string());
        let values = [pid, Some(who.comm.to_string()), who.unit.as_deref().map(str::to_owned)];
        fields.extend(names.into_iter().zip(values).filter_map(|(name, value)| Some((name, value?))));
    };
    tell(["IBUP_BY_PID", "IBUP_BY_COMM", "IBUP_BY_UNIT"], &loader.who);
    if let Some(parent) = &loader.parent {
        tell(["IBUP_PARENT_PID", "IBUP_PARENT_COMM", "IBUP_PARENT_UNIT"], parent);
    }
    if let Some((who, name)) = &loader.request {
        tell(["IBUP_FOR_PID", "IBUP_FOR_COMM", "IBUP_FOR_UNIT"], who);
        fields.push(("IBUP_REQUEST", name.to_string()));
    }
    let text = format!("module {module} loaded by {loader}");
    message(Priority::Notice, text, &notice::MODULE_LOADED, fields)
}

/// Says that the kernel had no room for some of what happened.
fn lost(count: Option<u64>) -> Message {
    let count = count.map_or_else(|| "some".to_owned(), |count| count.to_string());
    let text = format!("the trace lost {count} events: who loaded a module may be among them");
    Message { tag: OWN_TAG, priority: Priority::Warning, text, interface: None, code: None, notice: None }
}

fn message(
    priority: Priority,
    text: String,
    notice: &'static Notice,
    fields: Vec<(&'static str, String)>,
) -> Message {
    let notice = Some(Announced { notice, fields });
    Message { tag: OWN_TAG, priority, text, interface: None, code: None, notice }
}

#[cfg(test)]
mod tests {
    use ibup_config::MemoryTree;

    use super::*;

    fn machine() -> MemoryTree {
        MemoryTree::new()
            .with("/proc/414/stat", "414 (modprobe) R 400 400\n")
            .with("/proc/414/cgroup", "0::/system.slice/late-load.service\n")
            .with("/proc/400/stat", "400 (sh) S 1 400\n")
            .with("/proc/500/stat", "500 (modprobe) R 77 400\n")
            .with("/proc/500/cmdline", "/sbin/modprobe\0-q\0--\0rtnl-link-ipoib\0")
            .with("/proc/77/stat", "77 (kworker/u8:3) I 2 0\n")
            .with("/proc/812/stat", "812 (ip) D 800 812\n")
            .with("/proc/812/cgroup", "0::/user.slice/user-0.slice/session-3.scope\n")
    }

    fn line(comm: &str, pid: u32, event: &str) -> Vec<u8> {
        format!("{comm:>16}-{pid:<7} [001] .....     7.113943: {event}").into_bytes()
    }

    fn fields(message: &Message) -> Vec<String> {
        let announced = message.notice.as_ref().expect("it has an identifier of its own");
        announced.fields.iter().map(|(name, value)| format!("{name}={value}")).collect()
    }

    #[test]
    fn a_load_is_told_with_process_unit_and_parent() {
        let said =
            Follower::default().take(&line("modprobe", 414, "module_load: ib_ipoib OE"), &machine()).unwrap();
        assert_eq!(
            said.text,
            "module ib_ipoib loaded by modprobe[414] of late-load.service, started by sh[400]"
        );
        assert_eq!(
            fields(&said),
            [
                "MODULE=ib_ipoib",
                "IBUP_STAGE=stack",
                "IBUP_BY_PID=414",
                "IBUP_BY_COMM=modprobe",
                "IBUP_BY_UNIT=late-load.service",
                "IBUP_PARENT_PID=400",
                "IBUP_PARENT_COMM=sh",
            ]
        );
    }

    #[test]
    fn of_what_the_kernel_loads_it_is_told_for_whom() {
        let mut follower = Follower::default();
        let request = "module_request: rtnl-link-ipoib wait=1 call_site=rtnl_newlink";
        assert_eq!(follower.take(&line("ip", 812, request), &machine()), None);
        let said = follower.take(&line("modprobe", 500, "module_load: ib_core "), &machine()).unwrap();
        assert_eq!(
            said.text,
            "module ib_core loaded by modprobe[500], started by the kernel for ip[812] of somebody's session \
             (session-3.scope), which asked for rtnl-link-ipoib"
        );
        assert!(fields(&said).contains(&"IBUP_FOR_UNIT=session-3.scope".to_owned()));
        assert!(fields(&said).contains(&"IBUP_REQUEST=rtnl-link-ipoib".to_owned()));
        // Without a request that fits, nobody is named.
        let said =
            Follower::default().take(&line("modprobe", 500, "module_load: ib_core "), &machine()).unwrap();
        assert_eq!(said.text, "module ib_core loaded by modprobe[500], started by the kernel");
    }

    #[test]
    fn other_modules_are_not_mentioned() {
        assert_eq!(Follower::default().take(&line("modprobe", 414, "module_load: nvme "), &machine()), None);
    }

    #[test]
    fn requests_do_not_pile_up() {
        let mut follower = Follower::default();
        for number in 0..10_000 {
            let request = format!("module_request: net-pf-{number} wait=1 call_site=x");
            follower.take(&line("x", 1, &request), &MemoryTree::new());
        }
        assert_eq!(follower.requests.len(), REQUESTS_MAX);
        assert_eq!(follower.requests[0].0, "net-pf-9999");
    }

    #[test]
    fn lost_events_are_told() {
        let said = Follower::default().take(b"CPU:1 [LOST 12 EVENTS]", &machine()).unwrap();
        assert_eq!(said.text, "the trace lost 12 events: who loaded a module may be among them");
    }

    #[test]
    fn a_name_of_any_bytes_keeps_the_columns() {
        let line = b"          \xff\xfe\xc3\nm-414     [001] .....     7.113943: module_load: ib_cm ";
        let said = Follower::default().take(line, &MemoryTree::new());
        assert_eq!(said, None, "a line feed ends a line");
        let line = b"             \xff\xfem-414     [001] .....     7.113943: module_load: ib_cm ";
        let said = Follower::default().take(line, &MemoryTree::new()).unwrap();
        assert_eq!(said.text, "module ib_cm loaded by ??m[414], which has ended");
    }

    #[test]
    fn following_begins_with_what_is_there() {
        let tree = MemoryTree::new()
            .with("/proc/modules", "nvme 1 0 - Live 0x0\nmlx5_core 1 0 - Live 0x0\nib_core 1 0 - Live 0x0\n");
        assert_eq!(began(&tree).text, "modules loaded before tracing began: ib_core, mlx5_core");
        assert_eq!(fields(&began(&tree)), ["MODULES=ib_core mlx5_core"]);
        let none = began(&MemoryTree::new());
        assert_eq!(none.text, "no module of the InfiniBand stack was loaded before tracing began");
    }
}
