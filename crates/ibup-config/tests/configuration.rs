//! A machine's configuration as a whole: what counts for a netdev, and who else claims it.

use ibup_config::configuration::{Conflict, DEFAULT_ORDER, Declined};
use ibup_config::interface::Renderer;
use ibup_config::{Configuration, InterfaceConfig, MemoryTree, Netdev, NetdevName, OnBoot, Owner, Paths};

const SCRIPTS: &str = "/etc/sysconfig/network-scripts";
const ADDRESS: &str = "80:00:00:6d:fe:80:00:00:00:00:00:00:00:02:55:00:70:33:cf:01";

fn name(text: &str) -> NetdevName {
    text.parse().unwrap()
}

fn netdev(text: &str) -> Netdev {
    Netdev::named(&name(text))
}

fn read(files: &[(&str, &str)]) -> Configuration {
    let tree = files.iter().fold(MemoryTree::new(), |tree, (path, text)| tree.with(path, text));
    Configuration::read(&tree, &Paths::default())
}

/// Reads files of network-scripts, each named without its directory.
fn scripts(files: &[(&str, &str)]) -> Configuration {
    let tree = files
        .iter()
        .fold(MemoryTree::new(), |tree, (file, text)| tree.with(&format!("{SCRIPTS}/{file}"), text));
    Configuration::read(&tree, &Paths::default())
}

fn labels<'a>(interfaces: impl IntoIterator<Item = &'a InterfaceConfig>) -> Vec<&'a str> {
    interfaces.into_iter().map(|interface| interface.label.as_str()).collect()
}

fn origin(configuration: &Configuration, netdev: &Netdev) -> Option<String> {
    configuration.find(netdev).map(|interface| interface.origin.file.rsplit('/').next().unwrap().to_owned())
}

#[test]
fn nothing_is_configured_on_an_empty_machine() {
    let configuration = read(&[]);
    assert_eq!(configuration, Configuration::default());
    assert_eq!(configuration.find(&netdev("ib0")), None);
    assert_eq!(configuration.conflicts(), []);
}

#[test]
fn a_single_file_in_the_directory_is_found() {
    let configuration = scripts(&[("ifcfg-storage", "DEVICE=\"ib0.8001\"\n")]);
    assert_eq!(origin(&configuration, &netdev("ib0.8001")).as_deref(), Some("ifcfg-storage"));
    assert_eq!(origin(&configuration, &netdev("storage")), None);
}

#[test]
fn a_childs_file_is_not_its_parents() {
    let configuration =
        scripts(&[("ifcfg-child", "DEVICE=ib0.8001\nPHYSDEV=ib0\nMASTER=bond0\nONBOOT=no\n")]);
    assert_eq!(configuration.find(&netdev("ib0")), None);
}

#[test]
fn no_other_file_of_the_directory_is_looked_into() {
    let configuration =
        scripts(&[("notes", "touch /run/x\nDEVICE=ib0\n"), ("ifcfg-ib0.rpmsave", "DEVICE=ib0\n")]);
    assert_eq!(configuration, Configuration::default());
}

#[test]
fn a_file_that_runs_something_is_reported_with_its_netdev() {
    let configuration =
        scripts(&[("ifcfg-ib0", "DEVICE=ib0\ntouch /run/x\n"), ("ifcfg-ib1", "DEVICE=ib1\n")]);
    assert_eq!(configuration.find(&netdev("ib0")), None);
    assert!(configuration.find(&netdev("ib1")).is_some());
    let ib0 = name("ib0");
    let errors: Vec<String> =
        configuration.unread_about(&ib0).map(|unread| unread.error.to_string()).collect();
    assert_eq!(
        errors,
        [
            "/etc/sysconfig/network-scripts/ifcfg-ib0:2: `touch /run/x` is a command, and configuration is not \
             executed; write the value itself"
        ]
    );
}

#[test]
fn the_stacks_on_boot_is_not_an_interfaces() {
    let configuration = read(&[
        ("/etc/infiniband/openib.conf", "ONBOOT=no\nSET_IPOIB_CM=yes\n"),
        ("/etc/sysconfig/network-scripts/ifcfg-ib0", "DEVICE=ib0\n"),
    ]);
    assert!(!configuration.openib.as_ref().unwrap().on_boot);
    let ib0 = configuration.find(&netdev("ib0")).unwrap();
    assert_eq!((ib0.on_boot, ib0.mode), (OnBoot::Yes, None));
}

#[test]
fn one_files_mtu_is_not_the_nexts() {
    let configuration =
        scripts(&[("ifcfg-ib0", "MTU=65520\nBRIDGE=br0\n"), ("ifcfg-ib0.8001", "ONBOOT=yes\n")]);
    let child = configuration.find(&netdev("ib0.8001")).unwrap();
    assert_eq!((child.mtu, &child.bridge), (None, &None));
}

#[test]
fn of_two_files_the_one_called_like_the_netdev_counts() {
    let configuration = scripts(&[("ifcfg-a", "DEVICE=ib0\n"), ("ifcfg-ib0", "DEVICE=ib0\n")]);
    assert_eq!(origin(&configuration, &netdev("ib0")).as_deref(), Some("ifcfg-ib0"));
    let conflicts = configuration.conflicts();
    assert_eq!(conflicts.len(), 1);
    assert_eq!(labels(conflicts[0].losers.iter().copied()), ["a"]);
}

#[test]
fn hardware_decides_over_names() {
    let text = format!("DEVICE=ib0\nHWADDR={ADDRESS}\n");
    let configuration = scripts(&[("ifcfg-ib0", &text)]);
    let with = |address: &str| netdev("ib0").with_hardware_address(address.parse().unwrap());
    assert!(configuration.find(&with(&ADDRESS.replace("80:00:00:6d", "80:00:11:11"))).is_some());
    let other = with(&ADDRESS.replace("cf:01", "cf:02"));
    let claims = configuration.claims(&other, DEFAULT_ORDER);
    assert_eq!(claims.winner, None);
    let reasons: Vec<Declined> = claims.declined.iter().map(|(_, reason)| *reason).collect();
    assert_eq!(reasons, [Declined::OtherHardware { is_same_port: false }]);
}

#[test]
fn several_services_that_claim_a_netdev_are_a_conflict() {
    let configuration = read(&[
        ("/etc/network/interfaces", "auto ib0\niface ib0 inet manual\n"),
        ("/etc/systemd/network/10.network", "[Match]\nName=ib*\n"),
        (
            "/etc/NetworkManager/system-connections/x.nmconnection",
            "[connection]\nid=x\ntype=infiniband\nautoconnect=no\n",
        ),
    ]);
    let conflicts: Vec<(String, Owner, Vec<Owner>)> = configuration
        .conflicts()
        .iter()
        .map(|Conflict { name, winner, losers }| {
            (name.to_string(), winner.owner, losers.iter().map(|loser| loser.owner).collect())
        })
        .collect();
    assert_eq!(conflicts, [("ib0".to_owned(), Owner::Ifupdown, vec![Owner::Networkd])]);
    let found = configuration.find_among(&netdev("ib0"), &[Owner::Networkd, Owner::Ifupdown]);
    assert_eq!(found.map(|interface| interface.owner), Some(Owner::Networkd));
    assert_eq!(configuration.find_among(&netdev("ib0"), &[Owner::Wicked]), None);
}

#[test]
fn what_netplan_wrote_is_no_second_opinion() {
    let configuration = read(&[
        ("/etc/netplan/50.yaml", "network: {ethernets: {ib0: {mtu: 2044}}}"),
        ("/run/systemd/network/10-netplan-ib0.network", "[Match]\nName=ib0\n[Link]\nMTUBytes=2044\n"),
    ]);
    let winner = configuration.find(&netdev("ib0")).unwrap();
    assert_eq!((winner.owner, winner.origin.line), (Owner::Netplan(Renderer::Networkd), 1));
    assert_eq!(configuration.conflicts(), []);
    assert_eq!(configuration.find_among(&netdev("ib0"), &[Owner::Networkd]).unwrap().mtu, Some(2044));
}

#[test]
fn services_are_told_to_leave_netdevs_alone() {
    let keyfile = "[connection]\nid=x\ntype=infiniband\ninterface-name=ib0\n";
    let configuration = read(&[
        ("/etc/NetworkManager/system-connections/x.nmconnection", keyfile),
        ("/etc/NetworkManager/conf.d/x.conf", "[keyfile]\nunmanaged-devices=interface-name:ib*\n"),
        ("/etc/systemd/network/10.network", "[Match]\nName=ib0\n[Link]\nUnmanaged=yes\n"),
        ("/etc/systemd/network/20.network", "[Match]\nName=ib*\n"),
    ]);
    let ib0 = netdev("ib0");
    let claims = configuration.claims(&ib0, DEFAULT_ORDER);
    assert_eq!((claims.winner, &claims.losers), (None, &Vec::new()));
    let declined: Vec<_> = claims.declined.iter().map(|(i, reason)| (i.label.as_str(), *reason)).collect();
    assert_eq!(declined, [("x", Declined::Unmanaged), ("10", Declined::Unmanaged)]);
    assert_eq!(labels(configuration.find(&netdev("ib1"))), ["20"]);
}

#[test]
fn bonds_tell_their_ports() {
    let configuration = read(&[
        (
            "/etc/network/interfaces",
            "auto bond0\niface bond0 inet manual\n bond-slaves ib0 ib1\niface ib0 inet manual\n",
        ),
        ("/etc/sysconfig/network/ifcfg-bond1", "BONDING_MASTER=yes\nBONDING_SLAVE_0=ib2\n"),
        ("/etc/sysconfig/network/ifcfg-ib2", "STARTMODE=hotplug\n"),
        ("/etc/netplan/1.yaml", "network: {ethernets: {ib4: {}}, bonds: {bond2: {interfaces: [ib4]}}}"),
    ]);
    let bond =
        |text: &str| configuration.find(&netdev(text)).and_then(|interface| interface.bond_master.clone());
    assert_eq!(bond("ib0"), Some(name("bond0")));
    assert_eq!(bond("ib2"), Some(name("bond1")));
    assert_eq!(bond("ib4"), Some(name("bond2")));
    assert_eq!(bond("bond0"), None);
}

#[test]
fn what_cannot_be_read_leaves_the_rest() {
    let tree = MemoryTree::new()
        .with_unreadable("/etc/infiniband/openib.conf", "permission denied")
        .with("/etc/infiniband/mlx5.conf", "X=`id`\n")
        .with(
            "/etc/network/interfaces",
            "auto ib0\niface ib0 inet manual\nauto x\nnonsense here\niface ib1 inet manual\n",
        )
        .with("/etc/netplan/1.yaml", "network: [")
        .with("/etc/sysconfig/network-scripts/ifcfg-ib2", "");
    let tree = tree.with("/etc/sysconfig/network-scripts/ifcfg-big", &"#".repeat(2 << 20));
    let configuration = Configuration::read(&tree, &Paths::default());
    assert_eq!((configuration.openib.is_none(), configuration.mlx5.is_none()), (true, true));
    assert_eq!(labels(&configuration.interfaces), ["ib2", "ib0"]);
    let errors: Vec<String> = configuration.unread.iter().map(|unread| unread.error.to_string()).collect();
    assert_eq!(
        errors[..3],
        [
            "/etc/infiniband/openib.conf: cannot be read: permission denied",
            "/etc/infiniband/mlx5.conf:1: ``id`` is a command substitution, and configuration is not executed; write \
             the value itself",
            "/etc/sysconfig/network-scripts/ifcfg-big: 2097152 bytes are more than the 1048576 a configuration file \
             may have",
        ]
    );
    assert_eq!(errors.len(), 5);
}

#[test]
fn configuration_that_its_service_refuses_is_for_nothing() {
    let configuration = read(&[
        (
            "/etc/NetworkManager/system-connections/a",
            "[connection]\ntype=infiniband\n[infiniband]\nmac-address=none\n",
        ),
        ("/etc/NetworkManager/system-connections/b", "[connection]\ntype=infiniband\ninterface-name=a b\n"),
        ("/etc/systemd/network/1.network", "[Match]\nMACAddress=none\n"),
        ("/etc/netplan/1.yaml", "network: {ethernets: {x: {match: {macaddress: none}}}}"),
        (
            "/etc/network/interfaces",
            "auto a-name-longer-than-a-netdev\niface a-name-longer-than-a-netdev inet dhcp\n",
        ),
    ]);
    let ib0 = netdev("ib0").with_hardware_address(ADDRESS.parse().unwrap());
    let claims = configuration.claims(&ib0, DEFAULT_ORDER);
    assert_eq!((claims.winner, claims.losers, claims.declined), (None, Vec::new(), Vec::new()));
    assert_eq!(configuration.interfaces.len(), 4);
}
