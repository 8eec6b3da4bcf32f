//! What forecasts say of whole machines.

use ibup_config::MemoryTree;

use super::*;

const KERNEL: &str = "4.18.0-372.9.1.el8.x86_64";

/// node-9 as it stood before the boot that failed.
fn node_9() -> MemoryTree {
    let index: String = ibup_sim::world::MODULES
        .iter()
        .map(|module| format!("extra/{module}.ko: extra/mlx_compat.ko\n"))
        .chain(["extra/mlx_compat.ko:\n".to_owned()])
        .collect();
    MemoryTree::new()
        .with("/etc/hostname", "node-9\n")
        .with(&format!("/lib/modules/{KERNEL}/modules.dep"), &index)
        .with("/sys/bus/pci/devices/0000:4b:00.0/vendor", "0x15b3\n")
        .with("/sys/bus/pci/devices/0000:4b:00.0/device", "0x101b\n")
        .with("/sys/bus/pci/devices/0000:4b:00.0/class", "0x020700\n")
        .with("/usr/lib/systemd/system/openibd.service", OPENIBD)
        .with("/etc/infiniband/openib.conf", "ONBOOT=yes\nIPOIB_LOAD=yes\nSET_IPOIB_CM=auto\n")
        .with("/etc/rc.d/init.d/network", "")
        .with("/etc/rc.d/rc3.d/S10network", "")
        .with(
            "/etc/sysconfig/network-scripts/ifcfg-ib0",
            "DEVICE=ib0\nTYPE=InfiniBand\nONBOOT=yes\nNM_CONTROLLED=no\n",
        )
}

/// What bears on order in the vendor's unit.
const OPENIBD: &str = "[Unit]\nDescription=openibd\nBefore=network.target network.service networking.service\n\
                       [Service]\nType=oneshot\nRemainAfterExit=yes\n[Install]\nWantedBy=sysinit.target\n";

fn change(text: &str) -> Change {
    text.parse().unwrap()
}

#[track_caller]
fn check(tree: &MemoryTree, supposed: &[&str], expected: (ComesUp, Option<&str>)) -> InterfaceForecast {
    let supposed: Vec<Change> = supposed.iter().map(|text| change(text)).collect();
    let told = forecast(tree, &supposed);
    let ib0 = told.interfaces.into_iter().next().expect("ib0 is wanted");
    assert_eq!((ib0.comes_up, ib0.cause.as_deref()), expected, "{ib0:#?}");
    ib0
}

#[test]
fn the_case_is_foretold_with_what_would_prevent_it() {
    let ib0 = check(&node_9(), &[], (ComesUp::Never, Some("IB0301")));
    assert_eq!(ib0.shown[0], "openibd.service: not enabled");
    assert_eq!(ib0.remedies, [["enable openibd.service"], ["install ibup"]]);
}

#[test]
fn what_is_proposed_helps_when_it_is_done() {
    for remedy in ["enable openibd", "install ibup"] {
        check(&node_9(), &[remedy], (ComesUp::Always, None));
    }
}

#[test]
fn a_module_that_is_loaded_beside_the_stack_races_the_network_service() {
    // Loaded by nobody who waits for anybody: before the network service in some orders, after it in others.
    let tree = node_9()
        .with(
            "/lib/systemd/system/rdma-load-modules@.service",
            "[Unit]\nDefaultDependencies=no\n[Service]\nType=oneshot\n",
        )
        .with("/etc/rdma/modules/infiniband.conf", "ib_ipoib\n");
    let ib0 = check(&tree, &[], (ComesUp::Sometimes, Some("IB0301")));
    assert!(ib0.orders_down > 0 && ib0.orders_down < ib0.orders && !ib0.order.is_empty());
    assert!(ib0.remedies.contains(&vec!["install ibup".to_owned()]));
}

#[test]
fn the_configuration_of_the_stack_is_read() {
    let off = node_9().with("/etc/infiniband/openib.conf", "ONBOOT=no\n");
    let ib0 = check(&off, &["enable openibd"], (ComesUp::Never, Some("IB0302")));
    assert!(ib0.remedies.contains(&vec!["set /etc/infiniband/openib.conf ONBOOT=yes".to_owned()]));
    let none = node_9().with("/etc/infiniband/openib.conf", "ONBOOT=yes\nIPOIB_LOAD=no\n");
    check(&none, &["enable openibd"], (ComesUp::Never, Some("IB0304")));
}

#[test]
fn two_troubles_need_two_changes() {
    let tree = node_9().with("/etc/infiniband/openib.conf", "ONBOOT=no\n");
    let ib0 = check(&tree, &[], (ComesUp::Never, Some("IB0301")));
    let both = ["enable openibd.service", "set /etc/infiniband/openib.conf ONBOOT=yes"];
    assert!(ib0.remedies.iter().any(|changes| changes == &both), "{:?}", ib0.remedies);
}

#[test]
fn a_new_kernel_without_the_vendors_modules_is_noticed_before_the_boot() {
    let tree = node_9().with("/lib/modules/4.18.0-425.3.1.el8.x86_64/modules.dep", "kernel/fs/xfs.ko:\n");
    check(&tree, &["enable openibd"], (ComesUp::Never, Some("IB0305")));
}

#[test]
fn a_card_given_to_a_guest_does_not_come_up() {
    let tree = node_9().with("/sys/bus/pci/devices/0000:4b:00.0/uevent", "DRIVER=vfio-pci\n");
    check(&tree, &["enable openibd"], (ComesUp::Never, Some("IB0114")));
}

#[test]
fn what_nobody_wants_is_not_judged() {
    let tree =
        node_9().with("/etc/sysconfig/network-scripts/ifcfg-ib0", "DEVICE=ib0\nTYPE=InfiniBand\nONBOOT=no\n");
    let told = forecast(&tree, &[]);
    assert_eq!((told.interfaces.len(), &told.unwanted[..]), (0, &["ib0".to_owned()][..]));
    assert_eq!(told.summary(), Summary::Unknown);
}

#[test]
fn the_same_machine_gives_the_same_forecast() {
    assert_eq!(forecast(&node_9(), &[]), forecast(&node_9(), &[]));
}
