//! Node descriptions: what the HCAs of a node call themselves on the fabric, such as `node-9 HCA-1`.

use std::cmp::Ordering;

use ibup_config::Tree;
use ibup_config::openib::NodeDescription;

use super::modules::word;
use super::stack::{ports, service};
use super::{Action, Message, Priority, Step};

/// The service of rdma-core that writes descriptions and keeps them up to date.
const OTHER_WRITER: &str = "rdma-ndd.service";
/// Bytes a description may have (`IB_DEVICE_NODE_DESC_MAX`).
const BYTES_MAX: usize = 64;

/// Returns whether rdma-core's service writes the descriptions.
pub fn is_written_by_other(tree: &dyn Tree) -> bool {
    service::is_running(tree, OTHER_WRITER)
}

/// Returns the description that the machine's name makes of a setting, if the machine has one.
pub fn resolve(tree: &dyn Tree, setting: &NodeDescription) -> Option<String> {
    let hostname = word(tree, "/proc/sys/kernel/hostname").filter(|name| name != "(none)")?;
    Some(setting.resolve(&hostname))
}

/// Returns the steps that write descriptions, counting devices from 1; one that says so already is left alone.
pub fn steps(tree: &dyn Tree, description: &str) -> Vec<Step> {
    let numbered = ports::devices(tree).into_iter().zip(1_u32..);
    numbered.filter_map(|(device, number)| step(tree, &device.name, description, number)).collect()
}

fn step(tree: &dyn Tree, device: &str, description: &str, number: u32) -> Option<Step> {
    let path = format!("/sys/class/infiniband/{device}/node_desc");
    let value = bounded(description, &format!(" HCA-{number}"));
    if word(tree, &path).as_deref() == Some(value.trim()) {
        return None;
    }
    let said = |priority, text| Message {
        tag: "openibd",
        priority,
        text,
        interface: None,
        code: None,
        notice: None,
    };
    let on_success = said(Priority::Info, format!("Set node_desc for {device}: {value}"));
    let on_failure = said(Priority::Warning, format!("ERROR: Failed to set node_desc for {device}:"));
    let action = Action::WriteAttribute { path, value };
    let step = Step::new(action, "the fabric's tools show the node by this name");
    Some(Step { on_success: Some(on_success), on_failure_say: Some(on_failure), ..step })
}

/// Shortens a description so that the number behind it is not what the kernel cuts off.
fn bounded(description: &str, number: &str) -> String {
    let mut end = description.len().min(BYTES_MAX.saturating_sub(number.len()));
    while !description.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{number}", &description[..end])
}

/// Compares names so that numbers in them count as numbers: `mlx5_9` comes before `mlx5_10`.
pub fn natural_order(a: &str, b: &str) -> Ordering {
    pieces(a).cmp(&pieces(b)).then_with(|| a.cmp(b))
}

/// Cuts a name into words and numbers. A number too long for a machine word counts as the largest.
fn pieces(name: &str) -> Vec<(&str, u64)> {
    let mut pieces = Vec::new();
    let mut rest = name;
    while !rest.is_empty() {
        let word = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        let (word, behind) = rest.split_at(word);
        let digits = behind.find(|c: char| !c.is_ascii_digit()).unwrap_or(behind.len());
        let (digits, behind) = behind.split_at(digits);
        pieces.push((word, if digits.is_empty() { 0 } else { digits.parse().unwrap_or(u64::MAX) }));
        rest = behind;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use ibup_config::MemoryTree;

    use super::*;

    #[test]
    fn devices_are_counted_in_natural_order() {
        let mut tree = MemoryTree::new();
        for index in [0, 1, 9, 10] {
            tree = tree.with(&format!("/sys/class/infiniband/mlx5_{index}/node_desc"), "mlx5\n");
        }
        let actions: Vec<String> =
            steps(&tree, "node-9").iter().map(|step| step.action.to_string()).collect();
        let expected = [(0, 1), (1, 2), (9, 3), (10, 4)].map(|(index, number)| {
            format!("echo node-9 HCA-{number} > /sys/class/infiniband/mlx5_{index}/node_desc")
        });
        assert_eq!(actions, expected);
    }

    #[test]
    fn a_description_that_stands_is_left_alone() {
        let tree = MemoryTree::new().with("/sys/class/infiniband/mlx5_0/node_desc", "node-9 HCA-1\n");
        assert_eq!(steps(&tree, "node-9"), []);
    }

    #[test]
    fn a_long_description_keeps_its_number() {
        let tree = MemoryTree::new().with("/sys/class/infiniband/mlx5_0/node_desc", "\n");
        let steps = steps(&tree, &"é".repeat(60));
        let Action::WriteAttribute { value, .. } = &steps[0].action else {
            panic!("an attribute is written")
        };
        assert!(value.len() <= BYTES_MAX && value.ends_with("é HCA-1"), "{value}");
    }

    #[test]
    fn names_are_ordered_as_people_count() {
        let mut names = ["ib10", "ib2", "ibp9s0", "ib", "ib02", "ibp75s0f1", "ibp75s0f0"];
        names.sort_by(|a, b| natural_order(a, b));
        assert_eq!(names, ["ib", "ib02", "ib2", "ib10", "ibp9s0", "ibp75s0f0", "ibp75s0f1"]);
    }
}
