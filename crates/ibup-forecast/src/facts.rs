//! Facts: what the files of a machine say that bears on a boot that has been: whether the stack is enabled, and which
//! interfaces are to be up.
//!
//! Each names the line that says so. What no line says, such as that nothing configures an interface, is no fact: a report
//! need not hold every file.
//!
//! Source: systemctl(1), `list-unit-files` and the states of `is-enabled`.

use ibup_chain::bringup::interface::configured;
use ibup_chain::bringup::modules::text;
use ibup_chain::fact::{Fact, FactKind};
use ibup_config::configuration::Configuration;
use ibup_config::interface::{InterfaceConfig, Owner};
use ibup_config::place::quoted;
use ibup_config::{Netdev, Paths, Tree};

use crate::survey::units;

/// Where a sosreport has the output of `systemctl list-unit-files`.
const UNIT_FILES: &str = "/sos_commands/systemd/systemctl_list-unit-files";
const OPENIB_CONF: &str = "/etc/infiniband/openib.conf";

/// The services that load the stack, whichever a machine has.
const STACK_UNITS: [&str; 2] = ["openibd.service", "ibup.service"];

/// Returns what the files of a machine say, where all of them are there: units by their own files, too.
pub fn facts_of_machine(tree: &dyn Tree) -> Vec<Fact> {
    let told = stack(tree).is_none().then(|| STACK_UNITS.iter().find_map(|unit| stack_unit(tree, unit)));
    told.flatten().into_iter().chain(facts(tree)).collect()
}

/// Returns what the files of a machine say, some of which may be missing.
pub fn facts(tree: &dyn Tree) -> Vec<Fact> {
    let configuration = Configuration::read(tree, &Paths::default());
    let mut found: Vec<Fact> = stack(tree).into_iter().collect();
    if configuration.openib.as_ref().is_some_and(|openib| openib.load.ipoib == Some(false)) {
        found.extend(fact(tree, FactKind::IpoibLeftOut, OPENIB_CONF, &["IPOIB_LOAD="]));
    }
    for name in configured::ports(&configuration) {
        let question = Netdev { is_infiniband: true, ..Netdev::named(&name) };
        let Some(interface) = configuration.find(&question) else { continue };
        let kind = if configured::is_wanted(interface) { FactKind::Wanted } else { FactKind::NotWanted };
        let netdev = name.as_str().parse().ok();
        let told = fact(tree, kind, &interface.origin.file, &words(interface));
        found.extend(told.map(|fact| Fact { netdev, ..fact }));
    }
    found
}

/// Returns what is told of openibd's unit.
fn stack(tree: &dyn Tree) -> Option<Fact> {
    let printed = text(tree, UNIT_FILES)?;
    let (index, line) = printed
        .lines()
        .enumerate()
        .find(|(_, line)| line.split_whitespace().next() == Some("openibd.service"))?;
    let kind = match line.split_whitespace().nth(1)? {
        "enabled" | "enabled-runtime" | "alias" => FactKind::StackEnabled,
        "disabled" => FactKind::StackDisabled,
        "masked" | "masked-runtime" => FactKind::StackMasked,
        _ => return None,
    };
    Some(Fact { kind, netdev: None, file: UNIT_FILES.to_owned(), line: index as u64 + 1, text: quoted(line) })
}

/// Returns what the files of a unit tell: that it is masked, the link by which a target wants it, or the line that says which
/// target would.
fn stack_unit(tree: &dyn Tree, unit: &str) -> Option<Fact> {
    let (file, text) = units::file(tree, unit)?;
    let told = |kind, file: String, line: usize, text: &str| {
        Some(Fact { kind, netdev: None, file, line: line as u64 + 1, text: quoted(text) })
    };
    if text.trim().is_empty() {
        return told(FactKind::StackMasked, file, 0, &format!("{unit} -> /dev/null"));
    }
    if let Some(link) = units::wanting_link(tree, unit) {
        return told(FactKind::StackEnabled, link.clone(), 0, &format!("{link} -> {file}"));
    }
    let (line, text) = text.lines().enumerate().find(|(_, line)| line.starts_with("WantedBy="))?;
    told(FactKind::StackDisabled, file, line, text)
}

/// Returns the words by which a service is told whether to raise an interface, and then those that name it: of some
/// services silence means yes.
fn words(interface: &InterfaceConfig) -> Vec<&str> {
    let name = interface.name.as_ref().map_or("", |name| name.as_str());
    match interface.owner {
        Owner::NetworkScripts => vec!["ONBOOT=", "DEVICE="],
        Owner::Wicked => vec!["STARTMODE=", "BOOTPROTO="],
        Owner::NetworkManager => vec!["autoconnect=", "interface-name="],
        Owner::Ifupdown => vec!["auto ", "allow-hotplug ", "iface "],
        Owner::Networkd => vec!["ActivationPolicy=", "Unmanaged=", "Name="],
        Owner::Netplan(_) => vec![name],
    }
}

/// Returns the fact with the line of the file that has one of the words, the first word first; the file's first line where
/// none has.
fn fact(tree: &dyn Tree, kind: FactKind, file: &str, words: &[&str]) -> Option<Fact> {
    let text = text(tree, file)?;
    let place = |word: &&str| text.lines().position(|line| line.trim_start().starts_with(*word));
    let index = words.iter().find_map(place).unwrap_or(0);
    let line = quoted(text.lines().nth(index)?.trim());
    Some(Fact { kind, netdev: None, file: file.to_owned(), line: index as u64 + 1, text: line })
}

#[cfg(test)]
mod tests {
    use ibup_config::MemoryTree;

    use super::*;

    fn told(tree: &MemoryTree) -> Vec<String> {
        let netdev = |fact: &Fact| fact.netdev.as_ref().map(ToString::to_string).unwrap_or_default();
        let line = |fact: &Fact| {
            format!("{} {} {}:{}: {}", fact.kind.name(), netdev(fact), fact.file, fact.line, fact.text)
        };
        facts(tree).iter().map(line).collect()
    }

    #[test]
    fn units_and_interfaces_are_told_with_their_lines() {
        let tree = MemoryTree::new()
            .with(
                UNIT_FILES,
                "UNIT FILE              STATE    VENDOR PRESET\nopenibd.service-x enabled\nopenibd.service  disabled  enabled\n",
            )
            .with(OPENIB_CONF, "# Load\nONBOOT=yes\nIPOIB_LOAD=no\n")
            .with("/etc/sysconfig/network-scripts/ifcfg-ib0", "DEVICE=ib0\nTYPE=InfiniBand\nONBOOT=yes\n")
            .with("/etc/sysconfig/network-scripts/ifcfg-ib1", "DEVICE=ib1\nTYPE=InfiniBand\nONBOOT=no\n")
            .with("/etc/sysconfig/network-scripts/ifcfg-eno1", "DEVICE=eno1\nONBOOT=yes\n")
            .with(
                "/etc/NetworkManager/system-connections/ib2.nmconnection",
                "[connection]\nid=ib2\ntype=infiniband\ninterface-name=ib2\n",
            );
        assert_eq!(
            told(&tree),
            [
                "stack-disabled  /sos_commands/systemd/systemctl_list-unit-files:3: openibd.service  disabled  enabled",
                "ipoib-left-out  /etc/infiniband/openib.conf:3: IPOIB_LOAD=no",
                "configured-up ib0 /etc/sysconfig/network-scripts/ifcfg-ib0:3: ONBOOT=yes",
                "configured-down ib1 /etc/sysconfig/network-scripts/ifcfg-ib1:3: ONBOOT=no",
                "configured-up ib2 /etc/NetworkManager/system-connections/ib2.nmconnection:4: interface-name=ib2",
            ]
        );
    }

    #[test]
    fn a_unit_of_a_whole_machine_is_told_by_its_own_files() {
        let told = |tree: &MemoryTree| {
            let facts = facts_of_machine(tree);
            facts
                .iter()
                .map(|fact| format!("{} {}:{}", fact.kind.name(), fact.file, fact.line))
                .collect::<Vec<_>>()
        };
        let unit = "/lib/systemd/system/openibd.service";
        let tree = MemoryTree::new().with(unit, "[Unit]\n\n[Install]\nWantedBy=sysinit.target\n");
        assert_eq!(told(&tree), ["stack-disabled /lib/systemd/system/openibd.service:4"]);
        assert!(facts(&tree).is_empty());
        let link = "/etc/systemd/system/sysinit.target.wants/openibd.service";
        assert_eq!(told(&tree.clone().with(link, "[Unit]\n")), [format!("stack-enabled {link}:1")]);
        let masked = tree.with("/etc/systemd/system/openibd.service", "");
        assert_eq!(told(&masked), ["stack-masked /etc/systemd/system/openibd.service:1"]);
    }

    #[test]
    fn what_no_line_says_is_no_fact() {
        assert!(facts(&MemoryTree::new()).is_empty());
        let tree = MemoryTree::new().with(UNIT_FILES, "openibd.service static -\n");
        assert!(facts(&tree).is_empty());
    }
}
