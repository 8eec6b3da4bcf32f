//! `ifcfg` files of wicked.

use ibup_config::interface::ChildForm;
use ibup_config::suse::{self, StartMode};
use ibup_config::{Child, NetdevName, OnBoot, Pkey, TransportMode};

fn name(text: &str) -> NetdevName {
    text.parse().unwrap()
}

fn suse(file: &str, text: &str) -> (suse::SuseIfcfg, Vec<String>) {
    let reading = suse::read(&format!("/etc/sysconfig/network/{file}"), text).unwrap();
    (reading.value, reading.warnings.iter().map(|warning| warning.kind.to_string()).collect())
}

#[test]
fn wicked_names_netdevs_by_file() {
    let (ifcfg, warnings) = suse(
        "ifcfg-ib0",
        "STARTMODE='auto'\nBOOTPROTO='static'\nIPADDR='10.0.0.9/24'\nIPADDR_2='10.1.0.9'\nPREFIXLEN_2='16'\n\
         NETMASK_2='255.0.0.0'\nMTU='2044'\nIPOIB_MODE='datagram'\nIPOIB_UMCAST='allowed'\nDEVICE=ib7\n",
    );
    assert_eq!(warnings, Vec::<String>::new());
    assert_eq!(ifcfg.name, Some(name("ib0")));
    let addresses: Vec<String> = ifcfg.addresses.iter().map(ToString::to_string).collect();
    assert_eq!(addresses, ["10.0.0.9/24", "10.1.0.9/16"]);
    assert_eq!(
        (ifcfg.mtu, ifcfg.mode, ifcfg.umcast),
        (Some(2044), Some(TransportMode::Datagram), Some(true))
    );
    assert_eq!(ifcfg.interface().on_boot, OnBoot::Yes);
}

#[test]
fn wicked_raises_by_start_mode() {
    for (text, mode, on_boot) in [
        ("", StartMode::Manual, OnBoot::No),
        ("STARTMODE=auto", StartMode::Auto, OnBoot::Yes),
        ("STARTMODE=onboot", StartMode::Auto, OnBoot::Yes),
        ("STARTMODE=hotplug", StartMode::Hotplug, OnBoot::Hotplug),
        ("STARTMODE=ifplugd", StartMode::Ifplugd, OnBoot::Hotplug),
        ("STARTMODE=nfsroot", StartMode::Nfsroot, OnBoot::Yes),
        ("STARTMODE=off", StartMode::Off, OnBoot::No),
        ("STARTMODE=perhaps", StartMode::Manual, OnBoot::No),
    ] {
        let (ifcfg, _) = suse("ifcfg-ib0", text);
        assert_eq!((ifcfg.start_mode, ifcfg.interface().on_boot), (mode, on_boot), "{text}");
    }
}

#[test]
fn wicked_states_partitions_bonds_and_vlans() {
    let (ifcfg, warnings) = suse("ifcfg-storage", "IPOIB_DEVICE=ib0\nIPOIB_PKEY=0x8001\n");
    assert_eq!(ifcfg.child, Some(Child::stated(Some(name("ib0")), Pkey::new(0x8001))));
    assert_eq!(warnings, Vec::<String>::new());
    let (_, warnings) = suse("ifcfg-storage", "IPOIB_DEVICE=ib0\nIPOIB_PKEY=0x0001\n");
    assert_eq!(warnings, ["P_Key 0x0001 lacks the membership bit (should be 0x8001)"]);
    assert_eq!(
        suse("ifcfg-ib0.8001", "").0.child,
        Some(Child { parent: Some(name("ib0")), pkey: Pkey::new(0x8001), form: ChildForm::Named })
    );
    assert_eq!(suse("ifcfg-eth0.100", "ETHERDEVICE=eth0").0.child, None);
    let (bond, _) = suse("ifcfg-bond0", "BONDING_MASTER=yes\nBONDING_SLAVE_0=ib0\nBONDING_SLAVE_1=ib1\n");
    assert_eq!((bond.is_bond, bond.bond_ports), (true, vec![name("ib0"), name("ib1")]));
}
