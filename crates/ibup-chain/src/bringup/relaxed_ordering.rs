//! Relaxed packet ordering of mlx5 HCAs: a switch in debugfs, wished per device in mlx5.conf.
//!
//! Devices are wished by RDMA device or by netdev. What is wished for `all` is wished for every mlx5 device there
//! is, whatever it is called and whether or not it has a netdev.

use ibup_config::{NetdevName, RelaxedOrdering, Tree};

use super::action::{Action, Message, Priority};
use super::interface::facts::{NETDEVS, read};
use super::interface::words::{self, Voice};
use super::plan::{Plan, Step};

/// Where RDMA devices are.
pub const DEVICES: &str = "/sys/class/infiniband";
const DEBUGFS: &str = "/sys/kernel/debug/mlx5";
const PCI: &str = "/sys/bus/pci/devices";

/// What is to be done, and whether something stands in its way.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ordering {
    /// The steps.
    pub plan: Plan,
    /// Whether something that is needed is missing.
    pub is_impossible: bool,
}

/// Plans the ordering of the named devices or netdevs.
pub fn for_names(tree: &dyn Tree, wishes: &RelaxedOrdering, names: &[String], voice: Voice) -> Ordering {
    let mut ordering = Ordering::default();
    if !ordering.has_driver(tree, voice) {
        return ordering;
    }
    for name in names {
        let Some(device) = ordering.device(tree, name, voice) else { continue };
        if let Some(on) = wishes.wish(&[&device, name]) {
            ordering.set(tree, &device, on, voice);
        } else {
            let text = format!("INFO: No configurations found for {device}, skipping.");
            ordering.say(voice, Priority::Info, text);
        }
    }
    ordering
}

/// Plans the ordering of all devices that something is wished for.
pub fn for_all(tree: &dyn Tree, wishes: &RelaxedOrdering, file: &str, voice: Voice) -> Ordering {
    let mut ordering = Ordering::default();
    if !ordering.has_driver(tree, voice) {
        return ordering;
    }
    if wishes.is_empty() {
        ordering.cannot(voice, format!("Error: Nothing is set in {file}"));
        return ordering;
    }
    let words: Vec<&String> = wishes.on.names.iter().chain(&wishes.off.names).collect();
    let mut met = Vec::new();
    for device in sorted(tree, DEVICES) {
        let names = [vec![device.clone()], netdevs_of(tree, &device)].concat();
        // `all` speaks of the devices that have the switch; a device that is named had better have it.
        let is_meant = names.iter().any(|name| words.contains(&name)) || is_mlx5(tree, &device);
        let names_as_text: Vec<&str> = names.iter().map(String::as_str).collect();
        if let Some(on) = wishes.wish(&names_as_text).filter(|_| is_meant) {
            ordering.set(tree, &device, on, voice);
        }
        met.extend(names);
    }
    // What is left are children, whose device is their parent's, and names of nothing.
    for name in words.into_iter().filter(|name| !met.contains(name)) {
        let Some(device) = ordering.device(tree, name, voice) else { continue };
        if let Some(on) = wishes.wish(&[&device, name]) {
            ordering.set(tree, &device, on, voice);
        }
    }
    ordering
}

/// Returns whether a word may name a device: what the script takes, and whatever exists.
pub fn is_device_word(tree: &dyn Tree, word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    let exists = |directory: &str| tree.list(directory).iter().any(|name| name == word);
    let is_plain = !word.contains('/') && !word.starts_with(['-', '.']);
    is_plain && (lower.starts_with("mlx") || lower.contains("ib") || exists(DEVICES) || exists(NETDEVS))
}

impl Ordering {
    fn has_driver(&mut self, tree: &dyn Tree, voice: Voice) -> bool {
        let has_driver = !tree.list(DEVICES).is_empty();
        if !has_driver {
            self.cannot(voice, "Driver is not loaded".to_owned());
        }
        has_driver
    }

    /// Returns the device of a name, or says why it has none.
    fn device(&mut self, tree: &dyn Tree, name: &str, voice: Voice) -> Option<String> {
        match device_of(tree, name) {
            Ok(device) => Some(device),
            Err(why) => {
                self.cannot(voice, format!("Error: find_ib_dev: {why}"));
                None
            }
        }
    }

    fn set(&mut self, tree: &dyn Tree, device: &str, on: bool, voice: Voice) {
        let about = format!("set_relaxed_packet_ordering ({device})");
        let Some(pci) = pci_of(tree, device) else {
            return self.cannot(voice, format!("Error: {about}: Failed to get PCI bus."));
        };
        let path = format!("{DEBUGFS}/{pci}/ooo/enable");
        let Some(current) = read(tree, &path) else {
            return self.cannot(voice, format!("Error: {about}: Path does not exist '{path}'"));
        };
        let value = u8::from(on).to_string();
        if voice == Voice::Own && current == value {
            return;
        }
        self.say(voice, Priority::Notice, format!("INFO: {about}: Setting {path} to {value}"));
        let failed = format!("Error: {about}: Failed to set Relaxed Packet Ordering.");
        let write = Action::WriteAttribute { path, value: format!("{value}\n") };
        self.plan.steps.push(Step {
            on_failure_say: Some(message(voice, Priority::Error, failed)),
            ..Step::new(write, format!("mlx5.conf wishes it for {device}"))
        });
    }

    fn cannot(&mut self, voice: Voice, text: String) {
        self.is_impossible = true;
        self.say(voice, Priority::Error, text);
    }

    fn say(&mut self, voice: Voice, priority: Priority, text: String) {
        self.plan.steps.push(words::say(message(voice, priority, text), "so that it can be followed"));
    }
}

fn message(voice: Voice, priority: Priority, text: String) -> Message {
    Message { tag: voice.device_tag(), priority, text, interface: None, code: None, notice: None }
}

fn sorted(tree: &dyn Tree, directory: &str) -> Vec<String> {
    let mut names = tree.list(directory);
    names.sort();
    names
}

/// Returns the RDMA device of a name: that of the netdev, else that of its parent, else the name itself.
fn device_of(tree: &dyn Tree, name: &str) -> Result<String, String> {
    let of_netdev =
        |name: &NetdevName| sorted(tree, &format!("{NETDEVS}/{name}/device/infiniband")).into_iter().next();
    let netdev: Option<NetdevName> = name.parse().ok();
    let parent = netdev.as_ref().and_then(|name| read(tree, &format!("{NETDEVS}/{name}/parent")));
    let is_netdev = tree.list(NETDEVS).iter().any(|found| found == name);
    let device = netdev.as_ref().and_then(&of_netdev).or_else(|| of_netdev(&parent?.parse().ok()?));
    let device = match device {
        Some(device) => device,
        None if is_netdev => return Err(format!("Failed to get IB device name of {name}")),
        None => name.to_owned(),
    };
    let exists = tree.list(DEVICES).contains(&device);
    if exists { Ok(device) } else { Err(format!("Cannot find IB device for {name}")) }
}

fn netdevs_of(tree: &dyn Tree, device: &str) -> Vec<String> {
    sorted(tree, &format!("{DEVICES}/{device}/device/net"))
}

/// Returns the PCI function of a device: what the device says, else the function that has this device alone.
fn pci_of(tree: &dyn Tree, device: &str) -> Option<String> {
    let uevent = read(tree, &format!("{DEVICES}/{device}/device/uevent"));
    let said =
        uevent.as_deref().and_then(|text| text.lines().find_map(|line| line.strip_prefix("PCI_SLOT_NAME=")));
    let only = |function: &String| tree.list(&format!("{PCI}/{function}/infiniband")) == [device];
    said.map(str::to_owned).or_else(|| sorted(tree, PCI).into_iter().find(only))
}

fn is_mlx5(tree: &dyn Tree, device: &str) -> bool {
    pci_of(tree, device).is_some_and(|pci| read(tree, &format!("{DEBUGFS}/{pci}/ooo/enable")).is_some())
        || device.starts_with("mlx5")
}

#[cfg(test)]
mod tests {
    use ibup_config::MemoryTree;

    use super::*;

    fn machine() -> MemoryTree {
        let device = |tree: MemoryTree, device: &str, netdev: &str, pci: &str| {
            tree.with(
                &format!("/sys/class/infiniband/{device}/device/uevent"),
                &format!("PCI_SLOT_NAME={pci}\n"),
            )
            .with(&format!("/sys/class/infiniband/{device}/device/net/{netdev}/type"), "32\n")
            .with(&format!("/sys/class/net/{netdev}/device/infiniband/{device}/hca_type"), "MT4123\n")
            .with(&format!("/sys/kernel/debug/mlx5/{pci}/ooo/enable"), "x\n")
        };
        let tree = device(MemoryTree::new(), "mlx5_0", "ib0", "0000:4b:00.0");
        device(tree, "rocep1s0f0", "ib1", "0000:4b:00.1").with("/sys/class/net/ib0.8001/parent", "ib0\n")
    }

    fn wishes(text: &str) -> RelaxedOrdering {
        ibup_config::mlx5::read("mlx5.conf", text).unwrap().value
    }

    fn writes(ordering: &Ordering) -> Vec<String> {
        let steps = ordering.plan.steps.iter().filter(|step| !matches!(step.action, Action::Log(_)));
        steps.map(|step| step.action.to_string()).collect()
    }

    #[test]
    fn all_means_every_device_whatever_it_is_called_and_also_off() {
        let off = for_all(&machine(), &wishes("MLX5_RELAXED_PACKET_ORDERING_OFF=all\n"), "f", Voice::Scripts);
        assert_eq!(
            writes(&off),
            [
                "echo 0 > /sys/kernel/debug/mlx5/0000:4b:00.0/ooo/enable",
                "echo 0 > /sys/kernel/debug/mlx5/0000:4b:00.1/ooo/enable"
            ]
        );
        assert!(!off.is_impossible);
    }

    #[test]
    fn a_child_means_its_parents_device() {
        let on = wishes("MLX5_RELAXED_PACKET_ORDERING_ON=\"mlx5_0\"\n");
        let ordering = for_names(&machine(), &on, &["ib0.8001".to_owned()], Voice::Scripts);
        assert_eq!(writes(&ordering), ["echo 1 > /sys/kernel/debug/mlx5/0000:4b:00.0/ooo/enable"]);
    }

    #[test]
    fn a_word_is_a_whole_name_and_unknown_names_are_failures() {
        let on = wishes("MLX5_RELAXED_PACKET_ORDERING_ON=mlx5_1\n");
        let skipped = for_names(&machine(), &on, &["mlx5_0".to_owned()], Voice::Scripts);
        assert!(writes(&skipped).is_empty() && !skipped.is_impossible);
        assert!(for_names(&machine(), &on, &["mlx5_1".to_owned()], Voice::Scripts).is_impossible);
        assert!(for_all(&machine(), &on, "f", Voice::Scripts).is_impossible);
        assert!(for_all(&machine(), &wishes(""), "f", Voice::Scripts).is_impossible);
        assert!(for_all(&MemoryTree::new(), &on, "f", Voice::Scripts).is_impossible);
    }

    #[test]
    fn words_that_may_be_devices() {
        for (word, expected) in [
            ("mlx5_0", true),
            ("MLX4_0", true),
            ("ib0", true),
            ("rocep1s0f0", true),
            ("eth9", false),
            ("../ib", false),
        ] {
            assert_eq!(is_device_word(&machine(), word), expected, "{word}");
        }
    }
}
