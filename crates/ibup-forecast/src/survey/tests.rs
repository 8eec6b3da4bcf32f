//! What surveys see.

use ibup_config::MemoryTree;

use super::*;

/// RHEL with the vendor's stack, as node-9 is.
fn node_9() -> MemoryTree {
    MemoryTree::new()
        .with("/etc/hostname", "node-9\n")
        .with("/proc/sys/kernel/osrelease", "4.18.0-372.9.1.el8.x86_64\n")
        .with(
            "/lib/modules/4.18.0-372.9.1.el8.x86_64/modules.dep",
            "extra/ib_ipoib.ko: extra/mlx_compat.ko\nextra/mlx_compat.ko:\n",
        )
        .with("/sys/bus/pci/devices/0000:4b:00.0/vendor", "0x15b3\n")
        .with("/sys/bus/pci/devices/0000:4b:00.0/class", "0x020700\n")
        .with("/usr/lib/systemd/system/openibd.service", "[Install]\nWantedBy=sysinit.target\n")
        .with("/etc/infiniband/openib.conf", "ONBOOT=yes\n")
        .with("/etc/rc.d/init.d/network", "")
        .with("/etc/rc.d/rc3.d/S10network", "")
        .with("/etc/sysconfig/network-scripts/ifcfg-ib0", "DEVICE=ib0\nTYPE=InfiniBand\nONBOOT=yes\n")
}

#[test]
fn the_machine_of_the_case_is_seen_as_it_is() {
    let survey = Survey::of(&node_9());
    assert_eq!((survey.host.as_str(), survey.policy), ("node-9", PolicyName::Reference));
    assert_eq!(survey.stack.kind, StackKind::Vendor);
    assert_eq!((survey.stack.service, survey.stack.is_enabled), (Some("openibd.service"), false));
    assert!(!survey.stack.is_missing && survey.loaders.is_empty());
    let [ib0] = &survey.interfaces[..] else { panic!("{:?}", survey.interfaces) };
    assert!(ib0.is_wanted && ib0.is_served);
    assert_eq!((ib0.owner, ib0.service), (Owner::NetworkScripts, "network.service"));
    assert_eq!(ib0.function.as_ref().map(|function| function.address.as_str()), Some("0000:4b:00.0"));
}

#[test]
fn whoever_loads_the_module_is_found_with_the_line() {
    let tree = node_9()
        .with("/etc/modules-load.d/ib.conf", "# early\nib_umad\nib_ipoib\n")
        .with("/lib/systemd/system/rdma-load-modules@.service", "[Unit]\n")
        .with("/etc/rdma/modules/infiniband.conf", "# IPoIB\n#ib_ipoib\n");
    let places: Vec<_> = Survey::of(&tree).loaders.into_iter().map(|loader| loader.place).collect();
    assert_eq!(places, ["/etc/modules-load.d/ib.conf:3"]);
}

#[test]
fn a_list_of_modules_hides_its_namesakes_in_weaker_directories() {
    let packaged = node_9().with("/usr/lib/modules-load.d/ib.conf", "ib_ipoib\n");
    assert_eq!(Survey::of(&packaged).loaders.len(), 1);
    let masked = packaged.with("/etc/modules-load.d/ib.conf", "");
    assert!(Survey::of(&masked).loaders.is_empty());
}

#[test]
fn an_interface_that_nobody_serves_is_seen() {
    let tree = node_9().with(
        "/etc/sysconfig/network-scripts/ifcfg-ib0",
        "DEVICE=ib0\nTYPE=InfiniBand\nONBOOT=yes\nNM_CONTROLLED=no\n",
    );
    let mut overlay = crate::Overlay::new(&tree);
    crate::Change::Disable("network.service".to_owned()).apply(&mut overlay);
    crate::Change::Enable("NetworkManager.service".to_owned()).apply(&mut overlay);
    let survey = Survey::of(&overlay);
    assert_eq!((survey.interfaces[0].service, survey.interfaces[0].is_served), ("network.service", false));
}

#[test]
fn a_name_that_spells_the_address_is_bound_by_it() {
    let tree = node_9()
        .with("/sys/bus/pci/devices/0000:17:00.0/vendor", "0x15b3\n")
        .with("/sys/bus/pci/devices/0000:17:00.0/class", "0x020700\n")
        .with(
            "/etc/sysconfig/network-scripts/ifcfg-ibp75s0",
            "DEVICE=ibp75s0\nTYPE=InfiniBand\nONBOOT=yes\n",
        );
    let survey = Survey::of(&tree);
    let bound: Vec<_> = survey
        .interfaces
        .iter()
        .map(|interface| {
            (interface.name.as_str(), interface.function.as_ref().map(|function| &*function.address))
        })
        .collect();
    assert_eq!(bound, [("ib0", Some("0000:17:00.0")), ("ibp75s0", Some("0000:4b:00.0"))]);
}
