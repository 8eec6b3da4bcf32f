//! The units under a real systemd: a small boot in namespaces, with a stand-in for the program.

use super::*;

#[test]
fn systemd_keeps_the_hand_off() {
    let folder = TempDir::new().unwrap();
    let log = succeed(
        Command::new("unshare")
            .args(["--mount", "--net", "--uts", "--ipc", "--cgroup", "sh"])
            .arg(root().join("xtask/tests/dist/boot.sh"))
            .arg(packaged(PACKAGES.path(), "deb"))
            .arg(folder.path()),
    );
    let expected = [
        // Without hardware, and before the network service is even started.
        "CALL start --boot --check",
        "CALL start --boot",
        // The sandbox of configuring: links, attributes and state can be written, and nothing else.
        "CALL configure -- ib-s0",
        // The netdev is there while the network service starts, and raising waits for it.
        "NETWORK is through",
        "CALL raise -- ib-s0",
        // The netdev is late, and raising waits for nobody.
        "CALL configure -- ib1.8001",
        "CALL raise -- ib1.8001",
        // What raising leaves behind, as ifup leaves a DHCP client, lives on.
        "LEFT BEHIND 2",
        // A netdev that goes takes its unit along.
        "CALL configure -- ib-gone",
        "END",
    ];
    assert_eq!(log.lines().collect::<Vec<_>>(), expected);
}
