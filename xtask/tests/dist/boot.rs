//! The units under a real systemd and udevd: a small boot in namespaces.

use super::*;

/// Boots a machine with the package on it; returns what was written down.
fn boot(package: &Path, machine: &str, program: &Path) -> Vec<String> {
    let folder = TempDir::new().unwrap();
    let scripts = root().join("xtask/tests/dist");
    let log = succeed(
        Command::new("unshare")
            .args(["--mount", "--net", "--uts", "--ipc", "--cgroup", "sh"])
            .arg(scripts.join("boot.sh"))
            .arg(packaged(package, "deb"))
            .arg(folder.path())
            .arg(scripts.join(machine))
            .env("PROGRAM", program)
            .env("SCRIPTS", &scripts),
    );
    log.lines().map(str::to_owned).collect()
}

/// Returns the real program, built if it is not.
fn program() -> PathBuf {
    succeed(Command::new(env!("CARGO")).args(["build", "--quiet", "--package", "ibup"]).current_dir(root()));
    Path::new(env!("CARGO_BIN_EXE_xtask")).with_file_name("ibup")
}

#[test]
fn systemd_keeps_the_hand_off() {
    let log = boot(PACKAGES.path(), "hand_off.sh", Path::new("/usr/bin/true"));
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
    assert_eq!(log, expected);
}

#[test]
fn an_interface_that_the_network_service_missed_is_raised_when_it_appears() {
    let log = boot(PACKAGES.path(), "late_netdev.sh", &program());
    let expected = [
        // The boot's only try for ib0, before anybody has loaded ib_ipoib; ibup.service is not enabled.
        "MISSED ib0",
        "NETWORK failed",
        // ib0 appears, and the program raises it through the scripts that own it. Once.
        "IFUP ib0",
        // Configured before it was up, through netlink.
        "MTU 2044",
        "RAISE success",
        "END",
    ];
    assert_eq!(log, expected);
}

#[test]
fn an_interface_of_a_started_stack_is_up_before_the_network_is_online() {
    let log = boot(PACKAGES.path(), "netdev_in_time.sh", &program());
    // ifup runs once: the network service finds ib0, and raising finds it up.
    assert_eq!(log, ["MODPROBE ib_ipoib", "IFUP ib0", "ONLINE 192.0.2.9", "END"]);
}

#[test]
fn the_trace_is_switched_on_tells_who_loads_and_is_switched_off() {
    let log = boot(PACKAGES.path(), "trace.sh", &program());
    let expected = [
        "BEFORE off",
        // systemd holds the start until the program says that it is at work.
        "ON on (enabled, running)",
        "1",
        // From inside its confinement it sees who others are.
        "module ib_ipoib loaded by sh[PID] of probe.service, started by systemd[1]",
        "\"IBUP_BY_UNIT\":\"probe.service\"",
        "KILLED on (enabled, running)",
        "OFF off",
        "END",
    ];
    assert_eq!(log, expected);
}
