//! `P_Key` children: netdevs for further partitions of a port, created because somebody configures them.
//!
//! A child is told by its parent and its partition. What its name looks like in the configuration decides nothing:
//! the kernel writes `P_Key`s in lower case and cuts long parents, and whoever renames a child may.

use std::collections::BTreeSet;

use ibup_config::pkey::PkeyError;
use ibup_config::{Child, Configuration, InterfaceConfig, NetdevName, Owner, Pkey, Tree, interface};

use super::action::Action;
use super::interface::facts::{Facts, NETDEVS, parent_of, path, read};
use super::interface::words::{Saying, Voice};
use super::plan::{Plan, Step};

/// How often a child is tried again, a second apart: its parent may not have all its resources yet.
const RETRIES: u32 = 10;

/// Plans the creation of a parent's children, as far as these services configure them and do not create them.
pub fn plan(
    tree: &dyn Tree,
    parent: &Facts,
    configuration: &Configuration,
    owners: &[Owner],
    voice: Voice,
) -> Plan {
    let path = parent.path("create_child");
    // Even root may not read it, so it is looked for by name.
    let has_attribute = tree.list(&parent.path("")).iter().any(|name| name == "create_child");
    if !parent.is_infiniband || !has_attribute {
        return Plan::default();
    }
    let mut steps = Vec::new();
    let mut planned = BTreeSet::new();
    for wanted in wanted(tree, parent, configuration, owners) {
        match wanted.pkey {
            Err(error) => steps.push(refuse(parent, &wanted.name, &error, voice)),
            Ok(pkey) if !planned.insert(pkey.full()) || exists(tree, parent, pkey) => {}
            Ok(pkey) => steps.push(create(&path, &wanted.name, pkey)),
        }
    }
    Plan { steps }
}

/// A child that somebody wants, under the name it is wanted by.
struct Wanted {
    name: String,
    pkey: Result<Pkey, PkeyError>,
}

fn wanted(tree: &dyn Tree, parent: &Facts, configuration: &Configuration, owners: &[Owner]) -> Vec<Wanted> {
    let known = configuration.children_of(&parent.question(tree)).into_iter().filter_map(|config| {
        let Child { pkey, .. } = config.child.as_ref()?;
        Some((config, pkey.clone()))
    });
    // A child's name with a long parent's in front is longer than a netdev's name may be, and still a child's.
    let overlong = configuration.interfaces.iter().filter(|config| config.name.is_none());
    let overlong = overlong.filter_map(|config| {
        let suffix = config.label.strip_prefix(parent.name.as_str())?.strip_prefix('.')?;
        suffix.starts_with(|c: char| c.is_ascii_hexdigit()).then(|| (config, Pkey::from_name_suffix(suffix)))
    });
    let wanted =
        known.chain(overlong).filter(|(config, _)| owners.contains(&config.owner) && !creates(config));
    wanted.map(|(config, pkey)| Wanted { name: name_of(config), pkey }).collect()
}

fn name_of(config: &InterfaceConfig) -> String {
    config.name.as_ref().map_or_else(|| config.label.clone(), NetdevName::to_string)
}

/// Returns whether a service creates its children by itself, however late the parent comes. One made beforehand
/// would stand in the way of a child it names otherwise.
fn creates(config: &InterfaceConfig) -> bool {
    matches!(config.owner, Owner::Networkd | Owner::Netplan(interface::Renderer::Networkd))
}

/// Returns whether the parent has a child of this partition, whatever it is called.
fn exists(tree: &dyn Tree, parent: &Facts, pkey: Pkey) -> bool {
    let kernel_name = pkey.full().child_name(&parent.name);
    let is_of_partition = |name: &NetdevName| {
        let text = read(tree, &path(name, "pkey"));
        text.and_then(|text| text.parse::<Pkey>().ok()).is_some_and(|found| found.full() == pkey.full())
    };
    tree.list(NETDEVS).iter().filter_map(|name| name.parse::<NetdevName>().ok()).any(|name| {
        if name == kernel_name {
            // A child of another parent may have the name where both parents' names begin alike.
            parent_of(tree, &name).is_none_or(|found| found == parent.name)
        } else {
            is_of_partition(&name) && parent_of(tree, &name).as_ref() == Some(&parent.name)
        }
    })
}

fn create(path: &str, name: &str, pkey: Pkey) -> Step {
    let action = Action::WriteAttribute { path: path.to_owned(), value: format!("{}\n", pkey.full()) };
    Step { retries: RETRIES, ..Step::new(action, format!("{name} is configured and does not exist")) }
}

fn refuse(parent: &Facts, name: &str, error: &PkeyError, voice: Voice) -> Step {
    let suffix = name.rsplit('.').next().unwrap_or(name).to_ascii_lowercase();
    let full;
    let saying = match error {
        PkeyError::LimitedMember { pkey } => {
            full = format!("{:04x}", pkey.full().number());
            Saying::PkeyOfLimitedMember(&suffix, &full, name)
        }
        PkeyError::NoPartition { .. } => Saying::PkeyOfNoPartition(&suffix, name),
        PkeyError::NotHexadecimal { .. } | PkeyError::NotNumber { .. } => Saying::PkeyNotHexadecimal(&suffix),
    };
    voice.say(
        &parent.name,
        saying,
        "the kernel refuses this P_Key, or it means another partition than it seems to",
    )
}

#[cfg(test)]
mod tests {
    use ibup_config::{MemoryTree, Paths};

    use super::*;

    const OWNERS: &[Owner] = &[Owner::NetworkScripts, Owner::NetworkManager, Owner::Networkd];

    fn planned(tree: &MemoryTree, parent: &str) -> Vec<String> {
        let configuration = Configuration::read(tree, &Paths::default());
        let facts = Facts::of(tree, &parent.parse().unwrap());
        let plan = plan(tree, &facts, &configuration, OWNERS, Voice::Scripts);
        plan.steps.iter().map(|step| step.action.to_string()).collect()
    }

    fn parent(name: &str, child: &str) -> MemoryTree {
        MemoryTree::new()
            .with(&format!("/sys/class/net/{name}/type"), "32\n")
            .with(&format!("/sys/class/net/{name}/create_child"), "")
            .with(&format!("/etc/sysconfig/network-scripts/ifcfg-{child}"), &format!("DEVICE={child}\n"))
    }

    #[test]
    fn a_child_is_known_by_parent_and_partition_whatever_it_is_called() {
        let create = ["echo 0x8001 > /sys/class/net/ib0/create_child"];
        assert_eq!(planned(&parent("ib0", "ib0.8001"), "ib0"), create);
        let renamed = parent("ib0", "ib0.8001")
            .with("/sys/class/net/storage/parent", "ib0\n")
            .with("/sys/class/net/storage/pkey", "0x8001\n");
        assert_eq!(planned(&renamed, "ib0"), Vec::<String>::new());
        let upper = parent("ib0", "ib0.FFFE").with("/sys/class/net/ib0.fffe/type", "32\n");
        assert_eq!(planned(&upper, "ib0"), Vec::<String>::new());
    }

    #[test]
    fn a_long_parent_is_cut_as_the_kernel_cuts_it() {
        let tree = parent("ibp161s0f0v3", "ibp161s0f0v3.8001");
        let create = ["echo 0x8001 > /sys/class/net/ibp161s0f0v3/create_child"];
        assert_eq!(planned(&tree, "ibp161s0f0v3"), create);
        let there = tree.clone().with("/sys/class/net/ibp161s0f0.8001/type", "32\n");
        assert_eq!(planned(&there, "ibp161s0f0v3"), Vec::<String>::new());
        let anothers = there.with("/sys/class/net/ibp161s0f0.8001/parent", "ibp161s0f0v2\n");
        assert_eq!(planned(&anothers, "ibp161s0f0v3"), create);
    }

    #[test]
    fn a_keyfile_wants_a_child_and_systemd_networkd_makes_its_own() {
        let keyfile = "[connection]\nid=storage\ntype=infiniband\n[infiniband]\nparent=ib0\np-key=32770\n";
        let tree = parent("ib0", "ib1.8001")
            .with("/etc/NetworkManager/system-connections/storage.nmconnection", keyfile)
            .with(
                "/etc/systemd/network/a.netdev",
                "[NetDev]\nName=fast\nKind=ipoib\n[IPoIB]\nPartitionKey=0x8005\n",
            )
            .with("/etc/systemd/network/b.network", "[Match]\nName=ib0\n[Network]\nIPoIB=fast\n");
        assert_eq!(planned(&tree, "ib0"), ["echo 0x8002 > /sys/class/net/ib0/create_child"]);
    }
}
