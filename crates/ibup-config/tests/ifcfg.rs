//! `ifcfg` files of network-scripts.

use ibup_config::ifcfg::{self, Ifcfg, Protocol};
use ibup_config::interface::{ChildForm, InterfaceKind};
use ibup_config::pkey::PkeyError;
use ibup_config::selector::Fit;
use ibup_config::{Child, Netdev, NetdevName, OnBoot, Pkey, TransportMode};

fn name(text: &str) -> NetdevName {
    text.parse().unwrap()
}

fn read(file: &str, text: &str) -> (Ifcfg, Vec<String>) {
    let path = format!("/etc/sysconfig/network-scripts/{file}");
    let reading = ifcfg::read(&path, text).unwrap_or_else(|error| panic!("{error}"));
    let warnings = reading.warnings.iter().map(|warning| warning.kind.to_string()).collect();
    (reading.value, warnings)
}

fn named(parent: &str, pkey: Result<Pkey, PkeyError>) -> Child {
    Child { parent: Some(name(parent)), pkey, form: ChildForm::Named }
}

#[test]
fn a_usual_file_is_read_whole() {
    let (ifcfg, warnings) = read(
        "ifcfg-ib0",
        "# storage\nTYPE=InfiniBand\nNAME=\"ib0\"\nDEVICE=ib0\nONBOOT=yes\nBOOTPROTO=none\nIPADDR=10.0.0.9\n\
         PREFIX=24\nIPADDR1=10.1.0.9\nNETMASK1=255.255.0.0\nIPADDR2=10.2.0.9/8\nIPV6ADDR=fd00::9/64\n\
         MTU=65520\nCONNECTED_MODE=yes\nMASTER=bond0\nSLAVE=yes\nNM_CONTROLLED=no\nUSERCTL=no\n",
    );
    assert_eq!(warnings, Vec::<String>::new());
    assert_eq!(ifcfg.device, Some(name("ib0")));
    assert_eq!(ifcfg.kind, Some(InterfaceKind::Infiniband));
    assert_eq!((ifcfg.on_boot, ifcfg.nm_controlled), (true, false));
    assert_eq!(ifcfg.protocol, Protocol::Static);
    let addresses: Vec<String> = ifcfg.addresses.iter().map(ToString::to_string).collect();
    assert_eq!(addresses, ["10.0.0.9/24", "10.1.0.9/16", "10.2.0.9/8", "fd00::9/64"]);
    assert_eq!((ifcfg.mtu, ifcfg.mode), (Some(65520), Some(TransportMode::Connected)));
    assert_eq!((&ifcfg.master, &ifcfg.bridge, &ifcfg.child), (&Some(name("bond0")), &None, &None));
    assert_eq!(ifcfg.raw["USERCTL"].as_text(), Some("no"));

    let interface = ifcfg.interface();
    assert_eq!((interface.on_boot, interface.dhcp, interface.label.as_str()), (OnBoot::Yes, false, "ib0"));
    assert_eq!((interface.name, interface.is_open_to_network_manager), (Some(name("ib0")), false));
    assert_eq!(interface.origin.to_string(), "/etc/sysconfig/network-scripts/ifcfg-ib0");
}

#[test]
fn the_device_goes_before_the_name_of_the_file() {
    for (file, text, expected) in [
        ("ifcfg-ib0", "", Some("ib0")),
        ("ifcfg-ib0", "DEVICE=ib1", Some("ib1")),
        ("ifcfg-storage", "DEVICE=\"ib0.8001\"", Some("ib0.8001")),
        ("ifcfg-Wired-ib0.8003", "DEVICE=ib0.8003", Some("ib0.8003")),
        ("ifcfg-a-name-longer-than-a-netdev", "", None),
        ("ifcfg-ib0", "HWADDR=80:00:00:6d:fe:80:00:00:00:00:00:00:00:02:55:00:70:33:cf:01", None),
    ] {
        assert_eq!(read(file, text).0.device, expected.map(name), "{file} {text}");
    }
}

#[test]
fn a_port_is_found_by_the_end_of_its_address() {
    let (ifcfg, _) =
        read("ifcfg-fabric", "HWADDR=80:00:00:6D:FE:80:00:00:00:00:00:00:00:02:55:00:70:33:CF:01");
    let ib5 = |address: &str| Netdev::named(&name("ib5")).with_hardware_address(address.parse().unwrap());
    let fit = |address| ifcfg.selector().fit(&ib5(address));
    assert_eq!(fit("a0:00:11:11:fe:80:00:00:00:00:00:01:00:02:55:00:70:33:cf:01"), Fit::Selected);
    assert_eq!(fit("80:00:00:6d:fe:80:00:00:00:00:00:00:00:02:55:00:70:33:cf:02"), Fit::No);
}

#[test]
fn on_boot_is_yes_unless_it_says_no() {
    for (text, expected, warnings) in [
        ("", true, 0),
        ("ONBOOT=yes", true, 0),
        ("ONBOOT=no", false, 0),
        ("ONBOOT=NO", false, 0),
        ("ONBOOT=\"no\" # for now", false, 0),
        ("ONBOOT=off", false, 0),
        ("ONBOOT=later", true, 1),
        ("ONBOOT=", true, 0),
    ] {
        let (ifcfg, found) = read("ifcfg-ib0", text);
        assert_eq!((ifcfg.on_boot, found.len()), (expected, warnings), "{text}");
    }
}

#[test]
fn partitions_are_read_from_names() {
    let limited = |number| Err(PkeyError::LimitedMember { pkey: Pkey::new(number).unwrap() });
    let no_hex = |text: &str| Err(PkeyError::NotHexadecimal { text: text.to_owned() });
    let none = Err(PkeyError::NoPartition { number: 0x8000 });
    for (device, expected) in [
        ("ib0.8001", Some(named("ib0", Pkey::new(0x8001)))),
        ("ib0.FFFE", Some(named("ib0", Pkey::new(0xfffe)))),
        ("ibp75s0.8001", Some(named("ibp75s0", Pkey::new(0x8001)))),
        ("ib0.0001", Some(named("ib0", limited(1)))),
        ("ib0.80", Some(named("ib0", limited(0x80)))),
        ("ib0.1zz", Some(named("ib0", no_hex("1zz")))),
        ("ib0.08001", Some(named("ib0", no_hex("08001")))),
        ("ib0.8000", Some(named("ib0", none))),
        ("ib0.", None),
        ("ib0.vlan", None),
        ("ib0", None),
    ] {
        let (ifcfg, _) = read("ifcfg-x", &format!("DEVICE={device}"));
        assert_eq!(ifcfg.child, expected, "{device}");
    }
    assert_eq!(read("ifcfg-ib0.8001", "").0.child, Some(named("ib0", Pkey::new(0x8001))));
    assert_eq!(read("ifcfg-eth0.100", "VLAN=yes").0.child, None);
    assert_eq!(read("ifcfg-eth0.100", "TYPE=Vlan").0.child, None);
}

#[test]
fn partitions_are_read_from_pkey_variables() {
    for (text, pkey, warnings) in [
        ("PKEY_ID=0x8001", Pkey::new(0x8001), &[][..]),
        ("PKEY_ID=2", Pkey::new(0x8002), &["the child named `ib0.8001` gets the name `ib0.8002`"]),
        ("PKEY_ID_NM=0x8001", Pkey::new(0x8001), &[]),
        (
            "PKEY_ID=8001",
            Pkey::new(0x9f41),
            &[
                "P_Key `8001` is decimal and means 0x9f41; hexadecimal needs 0x",
                "the child named `ib0.8001` gets the name `ib0.9f41`",
            ],
        ),
        (
            "PKEY_ID=0x8000",
            Err(PkeyError::NoPartition { number: 0x8000 }),
            &["P_Key 0x8000 names no partition"],
        ),
    ] {
        let (ifcfg, mut found) =
            read("ifcfg-ib0.8001", &format!("{text}\nPKEY=yes\nPHYSDEV=ib0\nDEVICE=ib0.8001\n"));
        found.sort();
        assert_eq!(ifcfg.child, Some(Child::stated(Some(name("ib0")), pkey)), "{text}");
        assert_eq!(found, warnings, "{text}");
    }
    let (ifcfg, warnings) = read("ifcfg-ib0.8001", "PKEY=yes\nDEVICE=ib0.8001\n");
    assert_eq!(ifcfg.child, None);
    assert_eq!(
        warnings,
        ["`PHYSDEV` is referred to and does not exist", "`PKEY_ID` is referred to and does not exist"]
    );
}

#[test]
fn children_of_long_parents_get_short_names() {
    let text = "PKEY=yes\nPHYSDEV=ibp161s0f0v3\nPKEY_ID=0x8001\nDEVICE=ibp161s0f0.8001\n";
    let (ifcfg, warnings) = read("ifcfg-storage", text);
    assert_eq!(ifcfg.child.unwrap().kernel_name(), Some(name("ibp161s0f0.8001")));
    assert_eq!(warnings, Vec::<String>::new());
}

#[test]
fn a_file_that_runs_something_is_an_error() {
    for text in
        ["touch /run/x\n", "IPADDR=$(cat /etc/ip)\n", "[ -f /x ] && ONBOOT=no\n", "exit 3\n", ". /etc/x\n"]
    {
        let error = ifcfg::read("ifcfg-ib0", text).unwrap_err().to_string();
        assert!(error.starts_with("ifcfg-ib0:1: `") && error.ends_with("write the value itself"), "{error}");
    }
}

#[test]
fn values_that_are_none_are_ignored() {
    let (ifcfg, warnings) = read(
        "ifcfg-ib0",
        "DEVICE=../x\nMTU=big\nCONNECTED_MODE=perhaps\nMASTER='a b'\nIPADDR=10.0.0\nIPADDR1=10.0.0.1\nPREFIX1=99\n\
         BRIDGE=$(hostname)\nHWADDR=\n",
    );
    assert_eq!((ifcfg.device, ifcfg.mtu, ifcfg.mode, ifcfg.master), (None, None, None, None));
    assert_eq!(ifcfg.addresses.len(), 1);
    assert_eq!(
        warnings,
        [
            "DEVICE=`../x` is ignored, expected the name of a netdev",
            "MTU=`big` is ignored, expected a number of bytes",
            "CONNECTED_MODE=`perhaps` is ignored, expected yes or no",
            "MASTER=`a b` is ignored, expected the name of a bond",
            "IPADDR=`10.0.0` is ignored, expected an IP address",
            "PREFIX1=`99` is ignored, expected a prefix length or a netmask",
            "BRIDGE=`$(hostname)` is ignored, expected a value that does not depend on the host",
        ]
    );
}

#[test]
fn a_file_for_no_netdev_is_for_none() {
    for (file, text) in [
        ("ifcfg-a-name-longer-than-a-netdev", ""),
        ("ifcfg-ib0", "HWADDR=none\n"),
        ("ifcfg-ib0", "DEVICE='a b'\nHWADDR=none\n"),
    ] {
        assert_eq!(read(file, text).0.selector().fit(&Netdev::named(&name("ib0"))), Fit::No, "{file} {text}");
    }
}
