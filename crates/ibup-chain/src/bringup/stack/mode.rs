//! Who asks: the boot, or a person. Three state files tell others, who still go by them.

use ibup_config::{Configuration, Paths, Tree};

use super::super::modules::word;
use super::console::{message, remark};
use crate::bringup::{Action, Message, Priority, Step};

/// The boot ID of the last call by systemd, or `manual` after an installation.
pub const LAST_CALL: &str = "/run/openibd.bootid";
/// When the start of this boot began: it is running.
pub const BOOT_WINDOW: &str = "/run/mlx_os_booting";
/// The boot ID at the last start by a person: the boot is over.
pub const MANUAL: &str = "/run/mlx_ifc.manual";

/// How the program was called.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Call {
    /// By a person.
    #[default]
    ByHand,
    /// By systemd, with this boot's ID as it knows it.
    OfBoot(String),
}

/// Whether the machine is booting as far as this call goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The first call by systemd in a boot; the scripts call it auto.
    Boot,
    /// Any other.
    Manual {
        /// The first one after an installation.
        is_first: bool,
    },
}

impl Mode {
    /// Returns what a call amounts to: systemd's first one in a boot is the boot's, whoever makes the others.
    pub fn of(tree: &dyn Tree, call: &Call) -> Self {
        let Call::OfBoot(boot_id) = call else { return Self::Manual { is_first: false } };
        match word(tree, LAST_CALL).as_deref() {
            Some("manual") => Self::Manual { is_first: true },
            Some(last) if last == boot_id => Self::Manual { is_first: false },
            _ => Self::Boot,
        }
    }

    /// Returns what is said of it.
    pub fn messages(self) -> Vec<Message> {
        let texts: &[&str] = match self {
            Self::Boot => &["running in auto mode"],
            Self::Manual { is_first: false } => &["running in manual mode"],
            Self::Manual { is_first: true } => {
                &["first manual run after installation", "running in manual mode"]
            }
        };
        texts.iter().map(|text| message(Priority::Info, *text)).collect()
    }

    /// Returns the steps that tell others.
    pub fn announce(self, tree: &dyn Tree, wall_clock: i64) -> Vec<Step> {
        match self {
            Self::Boot => {
                let reason = "tells that the stack is being started because the system boots";
                state(tree, BOOT_WINDOW, &wall_clock.to_string(), reason).into_iter().collect()
            }
            Self::Manual { .. } => announce_manual(tree),
        }
    }
}

/// Returns the step that remembers a call by systemd.
pub fn remember(tree: &dyn Tree, call: &Call) -> Option<Step> {
    let Call::OfBoot(boot_id) = call else { return None };
    state(tree, LAST_CALL, boot_id, "the next call in this boot is somebody's, not the boot's")
}

/// Returns the step that ends the window of the boot; one left behind by a start that was killed ends with it.
pub fn close_window(tree: &dyn Tree, mode: Mode) -> Option<Step> {
    let is_open = mode == Mode::Boot || tree.read(BOOT_WINDOW).is_some();
    let remove = Action::RemoveState { path: BOOT_WINDOW.to_owned() };
    is_open.then(|| Step::new(remove, "the start is over"))
}

fn announce_manual(tree: &dyn Tree) -> Vec<Step> {
    let Some(boot_id) = word(tree, "/proc/sys/kernel/random/boot_id").map(|id| id.replace('-', "")) else {
        return Vec::new();
    };
    let seen = configured(tree).into_iter().filter_map(|name| {
        let path = format!("/run/mlx_ifc-{name}.bootid");
        state(tree, &path, &boot_id, "the boot is over for this interface")
    });
    let manual = state(tree, MANUAL, &boot_id, "the boot is over: somebody starts the stack by hand");
    seen.chain(manual).collect()
}

/// Returns the interfaces that any network service is told about, by name.
fn configured(tree: &dyn Tree) -> Vec<String> {
    let configuration = Configuration::read(tree, &Paths::default());
    let names = configuration.interfaces.iter().filter_map(|interface| interface.name.as_ref());
    let mut names: Vec<String> = names.map(ToString::to_string).collect();
    names.sort();
    names.dedup();
    names
}

/// Returns the step that writes a word into a state file, unless it is there already.
fn state(tree: &dyn Tree, path: &str, word: &str, reason: &str) -> Option<Step> {
    let text = format!("{word}\n");
    let is_there = super::super::modules::text(tree, path).is_some_and(|found| found == text);
    let write = Action::WriteState { path: path.to_owned(), text };
    let failed = remark(Priority::Warning, format!("{path} was not written:"));
    let step = Step { on_failure_say: Some(failed), ..Step::new(write, reason) };
    (!is_there).then_some(step)
}

#[cfg(test)]
mod tests {
    use ibup_config::MemoryTree;

    use super::*;

    #[test]
    fn the_first_call_by_systemd_in_a_boot_is_the_boots() {
        let of_boot = Call::OfBoot("aa".to_owned());
        for (last, call, expected) in [
            (None, &of_boot, Mode::Boot),
            (Some("\n"), &of_boot, Mode::Boot),
            (Some("bb\n"), &of_boot, Mode::Boot),
            (Some("aa\n"), &of_boot, Mode::Manual { is_first: false }),
            (Some("manual\n"), &of_boot, Mode::Manual { is_first: true }),
            (None, &Call::ByHand, Mode::Manual { is_first: false }),
        ] {
            let tree = last.iter().fold(MemoryTree::new(), |tree, last| tree.with(LAST_CALL, last));
            assert_eq!(Mode::of(&tree, call), expected, "{last:?}");
        }
    }

    #[test]
    fn a_manual_start_tells_that_the_boot_is_over() {
        let tree = MemoryTree::new()
            .with("/proc/sys/kernel/random/boot_id", "11111111-2222-3333-4444-555555555555\n")
            .with("/etc/network/interfaces", "auto ib1\niface ib1 inet dhcp\n")
            .with("/etc/sysconfig/network-scripts/ifcfg-ib0", "DEVICE=ib0\n")
            .with("/run/mlx_ifc-ib1.bootid", "11111111222233334444555555555555\n");
        let steps = Mode::Manual { is_first: false }.announce(&tree, 0);
        let paths: Vec<String> = steps.iter().map(|step| step.action.to_string()).collect();
        assert_eq!(paths, ["write /run/mlx_ifc-ib0.bootid", "write /run/mlx_ifc.manual"]);
    }

    #[test]
    fn a_window_left_behind_is_closed_by_any_start() {
        let tree = MemoryTree::new().with(BOOT_WINDOW, "999\n");
        assert!(close_window(&tree, Mode::Manual { is_first: false }).is_some());
        assert!(close_window(&MemoryTree::new(), Mode::Manual { is_first: false }).is_none());
        assert!(close_window(&MemoryTree::new(), Mode::Boot).is_some());
    }
}
