//! Children of a parent: every form in which they are configured, however they are spelled.

use ibup_config::pkey::PkeyError;
use ibup_config::{Configuration, InterfaceConfig, MemoryTree, Netdev, NetdevName, Owner, Paths, Pkey};

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

fn labels<'a>(interfaces: impl IntoIterator<Item = &'a InterfaceConfig>) -> Vec<&'a str> {
    interfaces.into_iter().map(|interface| interface.label.as_str()).collect()
}

/// Returns the label of what counts for a netdev.
fn found(configuration: &Configuration, netdev: &Netdev) -> Option<String> {
    configuration.find(netdev).map(|interface| interface.label.clone())
}

#[test]
fn children_are_found_in_every_form() {
    let configuration = read(&[
        ("/etc/sysconfig/network-scripts/ifcfg-ib0.8001", "ONBOOT=yes\n"),
        ("/etc/sysconfig/network-scripts/ifcfg-storage", "DEVICE=ib0.8002\n"),
        ("/etc/sysconfig/network-scripts/ifcfg-p3", "DEVICE=ib0.8003\nPKEY=yes\nPKEY_ID=0x3\nPHYSDEV=ib0\n"),
        ("/etc/sysconfig/network-scripts/ifcfg-ib0.0009", "ONBOOT=yes\n"),
        ("/etc/sysconfig/network-scripts/ifcfg-ib1.8001", "ONBOOT=yes\n"),
        ("/etc/sysconfig/network/ifcfg-ibstor", "IPOIB_DEVICE=ib0\nIPOIB_PKEY=0x8004\n"),
        ("/etc/network/interfaces", "iface ib0.8005 inet manual\niface ib0.8001 inet manual\n"),
        (
            "/etc/NetworkManager/system-connections/c6",
            "[connection]\nid=c6\ntype=infiniband\n[infiniband]\np-key=0x8006\nparent=ib0\n",
        ),
        ("/etc/systemd/network/10.network", "[Match]\nName=ib*\n[Network]\nIPoIB=seven\n"),
        (
            "/etc/systemd/network/20.netdev",
            "[NetDev]\nName=seven\nKind=ipoib\n[IPoIB]\nPartitionKey=0x8007\n",
        ),
        (
            "/etc/systemd/network/30.netdev",
            "[NetDev]\nName=eight\nKind=ipoib\n[IPoIB]\nPartitionKey=0x8008\n",
        ),
    ]);
    let children = configuration.children_of(&netdev("ib0"));
    let shown: Vec<_> = children
        .iter()
        .map(|interface| {
            let pkey = interface.child.as_ref().unwrap().pkey.clone();
            (interface.owner, interface.label.as_str(), pkey.map(Pkey::number))
        })
        .collect();
    let limited = PkeyError::LimitedMember { pkey: Pkey::new(9).unwrap() };
    assert_eq!(
        shown,
        [
            (Owner::Ifupdown, "ib0.8005", Ok(0x8005)),
            (Owner::Ifupdown, "ib0.8001", Ok(0x8001)),
            (Owner::NetworkScripts, "ib0.0009", Err(limited)),
            (Owner::NetworkScripts, "p3", Ok(0x8003)),
            (Owner::NetworkScripts, "storage", Ok(0x8002)),
            (Owner::Wicked, "ibstor", Ok(0x8004)),
            (Owner::NetworkManager, "c6", Ok(0x8006)),
            (Owner::Networkd, "20", Ok(0x8007)),
        ]
    );
    assert_eq!(labels(configuration.children_of(&netdev("ib1"))), ["ib1.8001", "20"]);
    assert_eq!(
        configuration.children_of(&Netdev { is_infiniband: false, ..netdev("ib0") }),
        Vec::<&InterfaceConfig>::new()
    );
}

#[test]
fn children_are_recognized_however_they_are_spelled() {
    let configuration = read(&[
        ("/etc/sysconfig/network-scripts/ifcfg-ib0.FFFE", "ONBOOT=yes\n"),
        (
            "/etc/sysconfig/network-scripts/ifcfg-long",
            "DEVICE=ibp161s0f0.8001\nPKEY=yes\nPKEY_ID=1\nPHYSDEV=ibp161s0f0v3\n",
        ),
    ]);
    let fffe = netdev("ib0.fffe").as_child_of(&name("ib0"), Pkey::new(0xfffe).unwrap());
    assert_eq!(found(&configuration, &fffe).as_deref(), Some("ib0.FFFE"));
    let long = netdev("renamed").as_child_of(&name("ibp161s0f0v3"), Pkey::new(0x8001).unwrap());
    assert_eq!(found(&configuration, &long).as_deref(), Some("long"));
    let other = netdev("renamed").as_child_of(&name("ibp161s0f0v3"), Pkey::new(0x8002).unwrap());
    assert_eq!(found(&configuration, &other), None);
}
