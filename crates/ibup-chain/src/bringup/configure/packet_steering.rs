//! Receive packet steering: one receive queue, spread over the processors near the HCA.
//!
//! IPoIB netdevs with a single queue handle every packet on one processor unless told otherwise; netdevs with
//! several queues spread them already.

use ibup_config::Tree;

use super::super::action::Action;
use super::super::interface::facts::{Facts, is_file, read};
use super::super::interface::words::{Saying, Voice};
use super::super::plan::{Plan, Step};

const ATTRIBUTE: &str = "queues/rx-0/rps_cpus";

/// What is to be done, and whether it can be done at all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Steering {
    /// The steps.
    pub plan: Plan,
    /// Whether something that is needed is missing.
    pub is_impossible: bool,
}

/// Plans the steering of a netdev; with `only_changes`, nothing where it is as it should be.
pub fn plan(tree: &dyn Tree, netdev: &Facts, voice: Voice, only_changes: bool) -> Steering {
    let queues = tree.list(&netdev.path("queues")).into_iter().filter(|name| name.contains("rx-")).count();
    if !netdev.is_infiniband || queues != 1 {
        return Steering::default();
    }
    let impossible = |saying| {
        let say = voice.say(&netdev.name, saying, "received packets stay on one processor");
        Steering { plan: Plan { steps: vec![say] }, is_impossible: true }
    };
    let path = netdev.path(ATTRIBUTE);
    if !is_file(tree, &path) {
        return impossible(Saying::SteeringAttributeMissing);
    }
    let Some(mask) = near_processors(tree, netdev) else {
        return impossible(Saying::ProcessorsUnknown);
    };
    if only_changes && read(tree, &path).is_some_and(|current| bits(&current) == bits(&mask)) {
        return Steering::default();
    }
    let write = Action::WriteAttribute { path, value: format!("{mask}\n") };
    let step = Step {
        on_success: Some(voice.message(&netdev.name, Saying::SteeringSet(&mask))),
        on_failure_say: Some(voice.message(&netdev.name, Saying::SteeringNotSet(&mask))),
        ..Step::new(write, "its one receive queue is spread over the processors near the HCA")
    };
    Steering { plan: Plan { steps: vec![step] }, is_impossible: false }
}

fn near_processors(tree: &dyn Tree, netdev: &Facts) -> Option<String> {
    let mut directories = netdev.device_directories().into_iter();
    let mask = directories.find_map(|directory| read(tree, &format!("{directory}/local_cpus")))?;
    (!mask.is_empty()).then_some(mask)
}

/// Returns the digits that count: the kernel writes zeros in front and commas in between.
fn bits(mask: &str) -> String {
    mask.replace(',', "").trim_start_matches('0').to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use ibup_config::MemoryTree;

    use super::*;

    fn steering(tree: &MemoryTree, only_changes: bool) -> Steering {
        plan(tree, &Facts::of(tree, &"ib0".parse().unwrap()), Voice::Scripts, only_changes)
    }

    fn ib0() -> MemoryTree {
        MemoryTree::new()
            .with("/sys/class/net/ib0/type", "32\n")
            .with("/sys/class/net/ib0/queues/rx-0/rps_cpus", "00000000,00000000\n")
            .with("/sys/class/net/ib0/device/local_cpus", "00000000,0000ffff\n")
    }

    #[test]
    fn one_queue_is_spread_over_the_processors_near_the_hca() {
        let found = steering(&ib0(), true);
        let expected = "echo 00000000,0000ffff > /sys/class/net/ib0/queues/rx-0/rps_cpus";
        assert_eq!(found.plan.steps[0].action.to_string(), expected);
    }

    #[test]
    fn a_mask_that_is_set_is_not_set_again() {
        let tree = ib0().with("/sys/class/net/ib0/queues/rx-0/rps_cpus", "ffff\n");
        assert_eq!(steering(&tree, true), Steering::default());
        assert_eq!(steering(&tree, false).plan.steps.len(), 1);
    }

    #[test]
    fn several_queues_need_no_help() {
        let tree = ib0().with("/sys/class/net/ib0/queues/rx-1/rps_cpus", "0\n");
        assert_eq!(steering(&tree, false), Steering::default());
    }

    #[test]
    fn without_processors_or_attribute_it_is_impossible() {
        let tree = ib0().with("/sys/class/net/ib0/device/local_cpus", "\n");
        assert!(steering(&tree, false).is_impossible);
        let tree = MemoryTree::new().with("/sys/class/net/ib0/queues/rx-0/rps_flow_cnt", "0\n");
        assert!(steering(&tree, false).is_impossible);
    }
}
