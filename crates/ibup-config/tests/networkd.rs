//! `.network` and `.netdev` files of systemd-networkd.

use ibup_config::networkd::{self, Networkd};
use ibup_config::selector::Fit;
use ibup_config::{MemoryTree, Netdev, NetdevName, OnBoot, Pkey, TransportMode};

fn name(text: &str) -> NetdevName {
    text.parse().unwrap()
}

fn read(files: &[(&str, &str)]) -> (Networkd, Vec<String>) {
    let tree = files.iter().fold(MemoryTree::new(), |tree, (path, text)| tree.with(path, text));
    let networkd = networkd::read(&tree, &networkd::directories());
    let warnings = networkd.warnings.iter().map(ToString::to_string).collect();
    (networkd, warnings)
}

#[test]
fn a_usual_file_is_read_whole() {
    let (found, warnings) = read(&[(
        "/etc/systemd/network/10-ib0.network",
        "# fabric\n[Match]\nName=ib0\n\n[Link]\nMTUBytes=64K\nRequiredForOnline=no\nActivationPolicy=always-up\n\n\
         [Network]\nAddress=10.0.0.9/24\nDHCP=ipv4\nBond=bond0\nIPoIB=ib-stor\n\n[Address]\nAddress=fd00::9/64\n\n\
         [IPoIB]\nMode=connected\nIgnoreUserspaceMulticastGroup=yes\n",
    )]);
    assert_eq!(warnings, Vec::<String>::new());
    assert_eq!(found.errors, []);
    let network = &found.networks[0];
    assert_eq!((network.mtu, network.required_for_online, network.dhcp), (Some(65536), Some(false), true));
    assert_eq!((network.mode, network.umcast), (Some(TransportMode::Connected), Some(true)));
    let addresses: Vec<String> = network.addresses.iter().map(ToString::to_string).collect();
    assert_eq!(addresses, ["10.0.0.9/24", "fd00::9/64"]);
    let interface = &networkd::interfaces(&found)[0];
    assert_eq!((&interface.name, interface.on_boot), (&Some(name("ib0")), OnBoot::Yes));
    assert_eq!((&interface.bond_master, &interface.creates), (&Some(name("bond0")), &vec![name("ib-stor")]));
    assert_eq!(interface.origin.to_string(), "/etc/systemd/network/10-ib0.network:3");
}

#[test]
fn layers_masks_and_drop_ins_are_followed() {
    let (found, _) = read(&[
        ("/usr/lib/systemd/network/80-ib.network", "[Match]\nName=ib*\n[Network]\nDHCP=yes\n"),
        ("/usr/lib/systemd/network/70-masked.network", "[Match]\nName=*\n"),
        ("/etc/systemd/network/70-masked.network", ""),
        ("/run/systemd/network/90-x.network", "[Match]\nName=x\n"),
        ("/etc/systemd/network/90-x.network", "[Match]\nName=y\n"),
        ("/usr/lib/systemd/network/80-ib.network.d/10.conf", "[Link]\nMTUBytes=1\n"),
        ("/run/systemd/network/80-ib.network.d/10.conf", "[Link]\nMTUBytes=2044\n"),
        (
            "/etc/systemd/network/80-ib.network.d/20.conf",
            "[Link]\nActivationPolicy=manual\n[Network]\nDHCP=\n",
        ),
    ]);
    let shown: Vec<_> = networkd::interfaces(&found)
        .iter()
        .map(|i| (i.label.clone(), i.mtu, i.dhcp, i.on_boot, i.name.clone()))
        .collect();
    assert_eq!(
        shown,
        [
            ("80-ib".to_owned(), Some(2044), false, OnBoot::No, None),
            ("90-x".to_owned(), None, false, OnBoot::Yes, Some(name("y"))),
        ]
    );
}

#[test]
fn conditions_select_netdevs() {
    let ib0 = Netdev::named(&name("ib0")).with_driver("mlx5_core").with_hardware_address(
        "80:00:00:6d:fe:80:00:00:00:00:00:00:00:02:55:00:70:33:cf:01".parse().unwrap(),
    );
    for (text, expected) in [
        ("Name=ib0", Some(Fit::Selected)),
        ("Name=eth0 ib*", Some(Fit::Selected)),
        ("Name=eth0\nName=ib0", Some(Fit::Selected)),
        ("Name=ib0\nName=\nName=eth0", Some(Fit::No)),
        ("Name=!ib0 ib1", Some(Fit::No)),
        ("Name=!eth*", Some(Fit::Selected)),
        ("Type=infiniband", Some(Fit::Selected)),
        ("Type=ether", Some(Fit::No)),
        ("Type=!ether", Some(Fit::Selected)),
        ("Type=ether infiniband", Some(Fit::Selected)),
        ("Kind=ipoib", Some(Fit::Selected)),
        ("Kind=bond", Some(Fit::No)),
        ("Kind=!bond", Some(Fit::Selected)),
        ("MACAddress=none", None),
        ("Driver=mlx5_*", Some(Fit::Selected)),
        ("Driver=hfi1", Some(Fit::No)),
        ("MACAddress=80:00:00:6d:fe:80:00:00:00:00:00:00:00:02:55:00:70:33:cf:01", Some(Fit::Selected)),
        (
            "Name=ib0\nMACAddress=80:00:11:11:fe:80:00:00:00:00:00:00:00:02:55:00:70:33:cf:01",
            Some(Fit::OtherHardware { is_same_port: true }),
        ),
        ("Name=ib0\nPath=pci-0000:4b:00.0", Some(Fit::CannotTell)),
        ("Name=eth0\nPath=pci-0000:4b:00.0", Some(Fit::No)),
        ("Name=", None),
        ("", None),
    ] {
        let (found, _) = read(&[("/etc/systemd/network/x.network", &format!("[Match]\n{text}\n"))]);
        let fit = found.networks[0].selector.as_ref().map(|selector| selector.fit(&ib0));
        assert_eq!(fit, expected, "{text}");
    }
}

#[test]
fn children_are_made_of_two_files() {
    let netdev = "[NetDev]\nName=ib-stor\nKind=ipoib\n[IPoIB]\nPartitionKey=0x8001\nMode=datagram\n";
    let parent = "[Match]\nName=ib0\n[Network]\nIPoIB=ib-stor\n";
    let own = "[Match]\nName=ib-stor\n[Network]\nAddress=10.8.0.9/24\n";
    let (found, warnings) = read(&[
        ("/etc/systemd/network/10-ib0.network", parent),
        ("/etc/systemd/network/20-stor.netdev", netdev),
        ("/etc/systemd/network/20-stor.network", own),
        ("/etc/systemd/network/30-bond.netdev", "[NetDev]\nName=bond0\nKind=bond\n"),
    ]);
    assert_eq!(warnings, Vec::<String>::new());
    let interfaces = networkd::interfaces(&found);
    assert_eq!(interfaces.len(), 2);
    let child = interfaces[1].child.as_ref().unwrap();
    assert!(child.is(&name("ib0"), Pkey::new(1).unwrap()));
    assert_eq!((interfaces[1].mode, interfaces[1].addresses.len()), (Some(TransportMode::Datagram), 1));

    let (found, _) = read(&[
        ("/etc/systemd/network/10-all.network", "[Match]\nName=ib*\n[Network]\nIPoIB=ib-stor\n"),
        ("/etc/systemd/network/20-stor.netdev", netdev),
    ]);
    let interfaces = networkd::interfaces(&found);
    let child = interfaces[1].child.as_ref().unwrap();
    assert_eq!((&child.parent, &child.pkey, interfaces[1].on_boot), (&None, &Pkey::new(0x8001), OnBoot::No));
}

#[test]
fn what_is_odd_is_noted() {
    let (found, warnings) = read(&[
        ("/etc/systemd/network/1.network", "[Network]\nDHCP=yes\n"),
        (
            "/etc/systemd/network/2.network",
            "stray\n[Match]\nName=ib0\nHost=node-9\nMACAddress=x\n[Link]\nMTUBytes=big\n[Network]\nAddress=dhcp\n",
        ),
        ("/etc/systemd/network/3.netdev", "[NetDev]\nName=a b\nKind=ipoib\n[IPoIB]\nPartitionKey=0x8000\n"),
        ("/etc/systemd/network/4.netdev", "[NetDev]\nName=x\nKind=ipoib\n[IPoIB]\nPartitionKey=8001\n"),
        ("/etc/systemd/network/5.network", "[Match\nName=ib0\n"),
    ]);
    assert_eq!(
        warnings,
        [
            "/etc/systemd/network/1.network: the file has no effect: [Match] states no condition",
            "/etc/systemd/network/2.network:1: `stray` is not evaluated: the line is passed over",
            "/etc/systemd/network/2.network:4: `Host=node-9` is not evaluated: whether it holds is not known",
            "/etc/systemd/network/2.network:5: [Match] MACAddress=`x` is ignored, expected hardware addresses",
            "/etc/systemd/network/2.network:7: [Link] MTUBytes=`big` is ignored, expected a number of bytes",
            "/etc/systemd/network/2.network:9: [Network] Address=`dhcp` is ignored, expected an address and the length \
             of its prefix",
            "/etc/systemd/network/3.netdev:2: [NetDev] Name=`a b` is ignored, expected the name of a netdev",
            "/etc/systemd/network/4.netdev:5: P_Key `8001` is decimal and means 0x1f41; hexadecimal needs 0x",
        ]
    );
    let errors: Vec<String> = found.errors.iter().map(ToString::to_string).collect();
    assert_eq!(errors, ["/etc/systemd/network/5.network:1: `[Match` is no section"]);
}
