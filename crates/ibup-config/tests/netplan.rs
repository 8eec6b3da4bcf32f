//! netplan's YAML.

use ibup_config::interface::{InterfaceKind, Renderer};
use ibup_config::netplan::{self, Netplan};
use ibup_config::selector::Fit;
use ibup_config::{InterfaceConfig, MemoryTree, Netdev, NetdevName, OnBoot, Owner, TransportMode};

fn name(text: &str) -> NetdevName {
    text.parse().unwrap()
}

fn read(files: &[(&str, &str)]) -> Netplan {
    let tree = files.iter().fold(MemoryTree::new(), |tree, (path, text)| tree.with(path, text));
    netplan::read(&tree, &netplan::directories())
}

fn interfaces(text: &str) -> (Vec<InterfaceConfig>, Vec<String>) {
    let netplan = read(&[("/etc/netplan/50.yaml", text)]);
    assert_eq!(netplan.errors, [], "{text}");
    let warnings = netplan.warnings.iter().map(ToString::to_string).collect();
    (netplan::interfaces(&netplan), warnings)
}

#[test]
fn a_usual_file_is_read_whole() {
    let (found, warnings) = interfaces(
        "# fabric
network:
  version: 2
  renderer: networkd
  ethernets:
    eth0: {dhcp4: true, optional: true}
    fabric:
      match:
        macaddress: \"a0:00:02:20:fe:80:00:00:00:00:00:00:ec:0d:9a:03:00:15:e2:c1\"
      set-name: ib0
      infiniband-mode: connected
      mtu: 65520
      addresses:
        - 10.0.0.9/24
        - \"fd00::9/64\":
            label: x
    ibs:
      match: {name: ib*, driver: [mlx5_core*, hfi1]}
      renderer: NetworkManager
      activation-mode: manual
  bonds:
    bond0:
      interfaces: [fabric]
      parameters: {mode: active-backup}
",
    );
    assert_eq!(warnings, Vec::<String>::new());
    let shown: Vec<_> = found.iter().map(|i| (i.label.as_str(), i.name.clone(), i.on_boot, i.dhcp)).collect();
    assert_eq!(
        shown,
        [
            ("eth0", Some(name("eth0")), OnBoot::Yes, true),
            ("fabric", Some(name("ib0")), OnBoot::Yes, false),
            ("ibs", None, OnBoot::No, false),
            ("bond0", Some(name("bond0")), OnBoot::Yes, false),
        ]
    );
    let fabric = &found[1];
    assert_eq!((fabric.mode, fabric.mtu), (Some(TransportMode::Connected), Some(65520)));
    let addresses: Vec<String> = fabric.addresses.iter().map(ToString::to_string).collect();
    assert_eq!(addresses, ["10.0.0.9/24", "fd00::9/64"]);
    assert_eq!(fabric.origin.to_string(), "/etc/netplan/50.yaml:8");
    assert_eq!(fabric.owner, Owner::Netplan(Renderer::Networkd));
    assert_eq!(found[2].owner, Owner::Netplan(Renderer::NetworkManager));
    let ib3 = Netdev::named(&name("ib3"));
    assert_eq!(found[2].selector.fit(&ib3.clone().with_driver("mlx5_core[ib_ipoib]")), Fit::Selected);
    assert_eq!(found[2].selector.fit(&ib3.with_driver("e1000")), Fit::No);
    assert_eq!((found[3].kind, &found[3].bond_ports), (Some(InterfaceKind::Bond), &vec![name("ib0")]));
}

#[test]
fn later_files_add_to_earlier_ones() {
    let netplan = read(&[
        (
            "/lib/netplan/10.yaml",
            "network:\n  renderer: NetworkManager\n  ethernets:\n    ib0:\n      mtu: 2044\n      dhcp4: yes\n      \
             addresses: [10.0.0.9/24]\n",
        ),
        ("/lib/netplan/20.yaml", "network: {ethernets: {ib9: {}}}"),
        ("/run/netplan/20.yaml", "network: {ethernets: {ib0: {mtu: 65520, addresses: [10.1.0.9/24]}}}"),
        ("/etc/netplan/15.yaml", "network: {ethernets: {renderer: networkd, ib0: {dhcp4: false}}}"),
        ("/etc/netplan/README", "nonsense: ["),
    ]);
    assert_eq!(netplan.errors, []);
    let found = netplan::interfaces(&netplan);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].mtu, found[0].dhcp, found[0].addresses.len()), (Some(65520), false, 2));
    assert_eq!(found[0].owner, Owner::Netplan(Renderer::Networkd));
    assert_eq!(found[0].origin.to_string(), "/lib/netplan/10.yaml:5");
}

#[test]
fn anchors_are_followed() {
    let text = "network:\n  ethernets:\n    ib0: &ib\n      mtu: 2044\n    ib1: *ib\n";
    let (found, _) = interfaces(text);
    assert_eq!((found[0].mtu, found[1].mtu), (Some(2044), Some(2044)));
}

#[test]
fn empty_files_say_nothing() {
    for text in
        ["", "# nothing\n", "network:\n", "network: ~\n", "network:\n  ethernets:\n", "other: 1\n", "---\n"]
    {
        assert_eq!(interfaces(text), (Vec::new(), Vec::new()), "{text}");
    }
}

#[test]
fn odd_values_are_ignored() {
    let (found, warnings) = interfaces(
        "network:\n  renderer: wicked\n  ethernets:\n    ib0:\n      mtu: big\n      dhcp4: [yes]\n      \
         addresses: [dhcp]\n      infiniband-mode: fast\n      set-name: a b\n    ib1: 7\n",
    );
    assert_eq!((found.len(), found[0].mtu), (2, None));
    assert_eq!(
        warnings,
        [
            "/etc/netplan/50.yaml:2: renderer=`wicked` is ignored, expected networkd or NetworkManager",
            "/etc/netplan/50.yaml:5: mtu=`big` is ignored, expected a number of bytes",
            "/etc/netplan/50.yaml:6: dhcp4=`a collection` is ignored, expected true or false",
            "/etc/netplan/50.yaml:7: addresses=`dhcp` is ignored, expected an address",
            "/etc/netplan/50.yaml:8: infiniband-mode=`fast` is ignored, expected datagram or connected",
            "/etc/netplan/50.yaml:9: set-name=`a b` is ignored, expected the name of a netdev",
        ]
    );
}

#[test]
fn broken_files_leave_the_others() {
    let netplan = read(&[
        ("/etc/netplan/1.yaml", "network: {ethernets: {ib0: {}}}"),
        ("/etc/netplan/2.yaml", "network:\n\tethernets: x\n"),
        ("/etc/netplan/3.yaml", "[1, 2]\n"),
        ("/etc/netplan/4.yaml", "\nnetwork: 3\n"),
        ("/etc/netplan/5.yaml", "network: {ethernets: [ib0]}\n"),
    ]);
    assert_eq!(netplan.definitions.len(), 1);
    let errors: Vec<String> = netplan.errors.iter().map(ToString::to_string).collect();
    assert!(errors[0].starts_with("/etc/netplan/2.yaml:2: not YAML: "), "{}", errors[0]);
    assert_eq!(
        errors[1..],
        [
            "/etc/netplan/3.yaml:1: `the file` is not a mapping",
            "/etc/netplan/4.yaml:2: `network` is not a mapping",
            "/etc/netplan/5.yaml:1: `a section` is not a mapping",
        ]
    );
}
