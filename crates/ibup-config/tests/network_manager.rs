//! Keyfiles and settings of NetworkManager.

use ibup_config::interface::InterfaceKind;
use ibup_config::network_manager::{self, Connection, Paths, connection};
use ibup_config::selector::Fit;
use ibup_config::{Child, MemoryTree, Netdev, NetdevName, OnBoot, Pkey, TransportMode};

const FILE: &str = "/etc/NetworkManager/system-connections/ib0.nmconnection";

fn name(text: &str) -> NetdevName {
    text.parse().unwrap()
}

fn read(text: &str) -> (Connection, Vec<String>) {
    let reading = connection::read(FILE, text).unwrap_or_else(|error| panic!("{error}"));
    (reading.value, reading.warnings.iter().map(|warning| warning.kind.to_string()).collect())
}

#[test]
fn a_usual_connection_is_read_whole() {
    let (connection, warnings) = read(
        "[connection]\nid=storage\\sfabric\nuuid=6c2e\ntype=infiniband\ninterface-name=ib0\n\
         autoconnect-priority=5\ncontroller=bond0\nport-type=bond\n\n\
         [infiniband]\nmac-address=80:00:00:6d:fe:80:00:00:00:00:00:00:00:02:55:00:70:33:cf:01\nmtu=65520\n\
         transport-mode=connected\n\n[ipv4]\naddress2=10.1.0.9/16\naddress1=10.0.0.9/24,10.0.0.1\nmethod=manual\n\n\
         [ipv6]\naddress1=fd00::9/64\nmethod=dhcp\n",
    );
    assert_eq!(warnings, Vec::<String>::new());
    assert_eq!(connection.id, "storage fabric");
    assert_eq!(
        (connection.kind, &connection.interface_name),
        (InterfaceKind::Infiniband, &Some(name("ib0")))
    );
    assert_eq!((connection.autoconnect, connection.priority), (true, 5));
    assert_eq!((connection.mode, connection.mtu), (Some(TransportMode::Connected), Some(65520)));
    assert_eq!(connection.hardware_address.unwrap().port_guid().unwrap().to_string(), "0x000255007033cf01");
    let addresses: Vec<String> = connection.addresses.iter().map(ToString::to_string).collect();
    assert_eq!(addresses, ["10.0.0.9/24", "10.1.0.9/16", "fd00::9/64"]);
    assert!(connection.dhcp);
    let interface = &network_manager::interfaces(&[connection])[0];
    assert_eq!((&interface.bond_master, interface.on_boot), (&Some(name("bond0")), OnBoot::Yes));
}

#[test]
fn children_are_named_by_parent_and_pkey() {
    for (text, pkey, kernel_name, warnings) in [
        ("p-key=32769\nparent=ib0", Pkey::new(0x8001), Some("ib0.8001"), &[][..]),
        ("p-key=0x8001\nparent=ib0", Pkey::new(0x8001), Some("ib0.8001"), &[]),
        ("p-key=0x1\nparent=ib0", Pkey::new(1), Some("ib0.0001"), &[]),
        ("p-key=0x8001\nparent=ibp161s0f0v3", Pkey::new(0x8001), Some("ibp161s0f0.8001"), &[]),
        ("p-key=0x8001", Pkey::new(0x8001), None, &["`infiniband.parent` is referred to and does not exist"]),
        (
            "p-key=8001\nparent=ib0",
            Pkey::new(8001),
            Some("ib0.1f41"),
            &["P_Key `8001` is decimal and means 0x1f41; hexadecimal needs 0x"],
        ),
        ("p-key=0x8000\nparent=ib0", Pkey::new(0x8000), None, &["P_Key 0x8000 names no partition"]),
    ] {
        let (connection, found) = read(&format!("[infiniband]\n{text}\n"));
        let child = connection.child.unwrap();
        assert_eq!(child.pkey, pkey, "{text}");
        assert_eq!(child.kernel_name(), kernel_name.map(name), "{text}");
        assert_eq!(found, warnings, "{text}");
    }
    assert_eq!(read("[infiniband]\np-key=-1\n").0.child, None);
    let (_, warnings) =
        read("[connection]\ninterface-name=ib-stor\n[infiniband]\np-key=0x8001\nparent=ib0\n");
    assert_eq!(warnings, ["the child named `ib-stor` gets the name `ib0.8001`"]);
}

#[test]
fn a_connection_without_a_name_is_for_every_port() {
    let (connection, _) = read("[connection]\ntype=infiniband\n");
    let interface = network_manager::interfaces(&[connection]).remove(0);
    let ib0 = Netdev::named(&name("ib0"));
    let pkey = Pkey::new(0x8001).unwrap();
    assert_eq!(interface.selector.fit(&ib0), Fit::Selected);
    assert_eq!(interface.selector.fit(&ib0.clone().as_child_of(&name("ib1"), pkey)), Fit::No);
    assert_eq!(interface.selector.fit(&Netdev { is_infiniband: false, ..ib0 }), Fit::No);
}

#[test]
fn older_and_broken_files_are_understood() {
    let (connection, warnings) = read(
        "[connection]\ntype=bond\nmaster=6c2e\nslave-type=bond\nautoconnect=false\ninterface-name=a b\n[bond]\nmtu=x\n",
    );
    assert_eq!((connection.id.as_str(), connection.autoconnect), ("ib0", false));
    assert_eq!(connection.controller.as_deref(), Some("6c2e"));
    assert_eq!(
        warnings,
        [
            "connection.interface-name=`a b` is ignored, expected the name of a netdev",
            "bond.mtu=`x` is ignored, expected a number of bytes",
        ]
    );
    let error = connection::read(FILE, "[connection\nid=x\n").unwrap_err().to_string();
    assert!(error.starts_with(&format!("{FILE}:1: `[connection` is neither a group")), "{error}");
}

#[test]
fn all_files_make_one_whole() {
    let keyfile = |uuid: &str, interface: &str, more: &str| {
        format!("[connection]\nuuid={uuid}\ntype=infiniband\ninterface-name={interface}\n{more}")
    };
    let tree = MemoryTree::new()
        .with(
            "/etc/NetworkManager/system-connections/a.nmconnection",
            &keyfile("1", "ib0", "master=9\nslave-type=bond\n"),
        )
        .with("/etc/NetworkManager/system-connections/a.nmconnection~", &keyfile("2", "ib9", ""))
        .with("/run/NetworkManager/system-connections/b.nmconnection", &keyfile("1", "ib1", "controller=9\n"))
        .with("/usr/lib/NetworkManager/system-connections/c.nmconnection", &keyfile("9", "bond0", ""))
        .with("/usr/lib/NetworkManager/system-connections/d.nmconnection", &keyfile("4", "ib4", ""))
        .with("/run/NetworkManager/system-connections/d.nmconnection", "")
        .with("/etc/NetworkManager/system-connections/e.nmconnection", "nonsense")
        .with_unreadable("/etc/NetworkManager/system-connections/f.nmconnection", "permission denied");
    let found = network_manager::read(&tree, &Paths::default());
    let interfaces = network_manager::interfaces(&found.connections);
    let shown: Vec<_> = interfaces.iter().map(|i| (i.name.clone(), i.bond_master.clone())).collect();
    assert_eq!(shown, [(Some(name("ib1")), Some(name("bond0"))), (Some(name("bond0")), None)]);
    let errors: Vec<String> = found.errors.iter().map(ToString::to_string).collect();
    assert_eq!(
        errors,
        [
            "/etc/NetworkManager/system-connections/e.nmconnection:1: `nonsense` is neither a group, nor a key and its \
             value, nor a comment",
            "/etc/NetworkManager/system-connections/f.nmconnection: cannot be read: permission denied",
        ]
    );
}

#[test]
fn settings_are_laid_over_each_other() {
    let tree = MemoryTree::new()
        .with(
            "/usr/lib/NetworkManager/conf.d/10.conf",
            "[main]\nplugins=keyfile\n[keyfile]\nunmanaged-devices=eth0\n",
        )
        .with("/usr/lib/NetworkManager/conf.d/20.conf", "[keyfile]\nunmanaged-devices=*\n")
        .with(
            "/run/NetworkManager/conf.d/20.conf",
            "[.config]\nenable=false\n[keyfile]\nunmanaged-devices=*\n",
        )
        .with("/etc/NetworkManager/NetworkManager.conf", "[main]\nplugins+=ifcfg-rh\nno-auto-default=*\n")
        .with("/etc/NetworkManager/conf.d/05.conf", "[keyfile]\nunmanaged-devices+=interface-name:ib*\n")
        .with(
            "/etc/NetworkManager/conf.d/50.conf",
            "[device]\nmanaged=1\n[device-x]\nmatch-device=ib9\nmanaged=0\n",
        );
    let settings = network_manager::read(&tree, &Paths::default()).settings;
    assert_eq!(settings.plugins, ["keyfile", "ifcfg-rh"]);
    let is_unmanaged = |text: &str| settings.is_unmanaged(&Netdev::named(&name(text)));
    assert_eq!(is_unmanaged("eth0"), Some(true));
    assert_eq!(is_unmanaged("ib0"), Some(true));
    assert_eq!(is_unmanaged("stor0"), Some(false));

    let tree = MemoryTree::new().with(
        "/etc/NetworkManager/conf.d/1.conf",
        "[device]\nmanaged=1\n[device-x]\nmatch-device=ib9\nmanaged=0\n",
    );
    let settings = network_manager::read(&tree, &Paths::default()).settings;
    assert_eq!(settings.is_unmanaged(&Netdev::named(&name("ib9"))), Some(true));
    assert_eq!(settings.is_unmanaged(&Netdev::named(&name("ib0"))), Some(false));
}

#[test]
fn several_connections_are_in_the_order_of_choice() {
    let connection =
        |id: &str, more: &str| read(&format!("[connection]\nid={id}\ntype=infiniband\n{more}")).0;
    let interfaces = network_manager::interfaces(&[
        connection("never", "autoconnect=no\nautoconnect-priority=99\n"),
        connection("plain", ""),
        connection("first", "autoconnect-priority=1\n"),
    ]);
    let labels: Vec<&str> = interfaces.iter().map(|i| i.label.as_str()).collect();
    assert_eq!(labels, ["first", "plain", "never"]);
}

#[test]
fn an_ethernet_connection_is_not_for_a_port() {
    let (connection, _) = read("[connection]\ntype=ethernet\n[ethernet]\nmtu=9000\n");
    assert_eq!(connection.mtu, Some(9000));
    let interface = network_manager::interfaces(&[connection]).remove(0);
    assert_eq!(interface.selector.fit(&Netdev::named(&name("ib0"))), Fit::No);
    assert_eq!(interface.child, None::<Child>);
}
