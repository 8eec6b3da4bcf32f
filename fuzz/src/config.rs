//! Readers of configuration: what they complain of can be shown as it stands.

use ibup_config::{Configuration, MemoryTree, Netdev, NetdevName, Paths};
use ibup_config::{ifcfg, ifupdown, mlx5, netplan, network_manager, networkd, openib, suse};

use crate::is_clean;

/// openib.conf, mlx5.conf and `ifcfg` files.
pub fn assignments(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let _ = openib::read("f", &text);
    let _ = mlx5::read("f", &text);
    let _ = ifcfg::read("/x/ifcfg-ib0", &text).map(|reading| reading.value.interface());
    let _ = suse::read("/x/ifcfg-ib0", &text).map(|reading| reading.value.interface());
    whole(
        &text,
        &[
            "/etc/infiniband/openib.conf",
            "/etc/infiniband/mlx5.conf",
            "/etc/sysconfig/network-scripts/ifcfg-ib0",
            "/etc/sysconfig/network/ifcfg-ib0",
        ],
    );
}

/// interfaces(5), with a file that it may include: itself.
pub fn interfaces(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let tree =
        MemoryTree::new().with("/etc/network/interfaces", &text).with("/etc/network/interfaces.d/x", &text);
    let _ = ifupdown::read(&tree, "/etc/network/interfaces").interfaces();
    whole(&text, &["/etc/network/interfaces", "/etc/network/interfaces.d/x"]);
}

/// NetworkManager's keyfiles and its own configuration.
pub fn keyfile(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let _ = network_manager::connection::read("f", &text);
    let _ = network_manager::Settings::default().add("f", &text);
    whole(
        &text,
        &["/etc/NetworkManager/NetworkManager.conf", "/etc/NetworkManager/system-connections/x.nmconnection"],
    );
}

/// systemd-networkd's files.
pub fn networkd(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let paths = ["/etc/systemd/network/x.network", "/etc/systemd/network/x.netdev"];
    let tree = paths.iter().fold(MemoryTree::new(), |tree, path| tree.with(path, &text));
    let _ = networkd::interfaces(&networkd::read(&tree, &networkd::directories()));
    whole(&text, &paths);
}

/// netplan.
pub fn netplan(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let paths = ["/etc/netplan/x.yaml", "/run/netplan/y.yaml"];
    let tree = paths.iter().fold(MemoryTree::new(), |tree, path| tree.with(path, &text));
    let _ = netplan::interfaces(&netplan::read(&tree, &netplan::directories()));
    whole(&text, &paths);
}

/// Reads the configuration of a machine whose files all hold the same, and asks it about a netdev.
fn whole(text: &str, paths: &[&str]) {
    let tree = paths.iter().fold(MemoryTree::new(), |tree, path| tree.with(path, text));
    let configuration = Configuration::read(&tree, &Paths::default());
    let _ = configuration.conflicts();
    let ib0: NetdevName = "ib0".parse().expect("it is a name");
    let netdev = Netdev::named(&ib0);
    let _ = configuration.children_of(&netdev);
    let _ = configuration.find(&netdev);
    let warnings = configuration.warnings.iter().map(ToString::to_string);
    let errors = configuration.unread.iter().map(|unread| unread.error.to_string());
    for line in warnings.chain(errors) {
        assert!(is_clean(&line) && !line.contains('\n'), "{line:?}");
    }
}
