//! What the units promise, line by line: order, bounds, and what is not in them on purpose.

use super::*;

/// Returns all words that a unit gives to a key.
fn words(name: &str, key: &str) -> Vec<String> {
    let unit = unit(name);
    let values = unit.lines().filter_map(|line| line.strip_prefix(key)?.strip_prefix('='));
    values.flat_map(str::split_whitespace).map(str::to_owned).collect()
}

/// Returns the values a unit gives to a key, whole.
fn values(name: &str, key: &str) -> Vec<String> {
    let unit = unit(name);
    let values = unit.lines().filter_map(|line| line.strip_prefix(key)?.strip_prefix('='));
    values.map(str::to_owned).collect()
}

#[track_caller]
fn has(name: &str, key: &str, wanted: &[&str]) {
    let found = words(name, key);
    for word in wanted {
        assert!(found.iter().any(|found| found == word), "{name}: {key}= lacks {word}: {found:?}");
    }
}

#[test]
fn the_stack_is_loaded_before_the_network_and_whatever_manages_it() {
    has("ibup.service", "After", &["local-fs.target"]);
    has("ibup.service", "Wants", &["network-pre.target"]);
    has("ibup.service", "Before", &["network-pre.target", "network.target", "remote-fs-pre.target"]);
    has("ibup.service", "Before", &["network.service", "networking.service", "wicked.service"]);
    has("ibup.service", "Before", &["NetworkManager.service", "systemd-networkd.service"]);
    assert_eq!(values("ibup.service", "WantedBy"), ["sysinit.target", "ibup-hca.target"]);
    assert_eq!(values("ibup.service", "DefaultDependencies"), ["no"]);
}

#[test]
fn the_stack_is_loaded_once_within_a_bound_and_only_if_it_may_be() {
    assert_eq!(values("ibup.service", "Type"), ["oneshot"]);
    assert_eq!(values("ibup.service", "RemainAfterExit"), ["yes"]);
    assert_eq!(values("ibup.service", "TimeoutStartSec"), ["180"]);
    assert_eq!(values("ibup.service", "ExecCondition"), ["/usr/bin/ibup start --boot --check"]);
    assert_eq!(values("ibup.service", "ExecStart"), ["/usr/bin/ibup start --boot"]);
}

#[test]
fn who_stops_or_applies_again_says_so_and_is_not_taken_for_the_boot() {
    assert_eq!(values("ibup.service", "ExecStop"), ["/usr/bin/ibup stop"]);
    assert_eq!(values("ibup.service", "ExecReload"), ["/usr/bin/ibup start"]);
}

#[test]
fn a_shutdown_does_not_unload_the_stack_under_remote_file_systems() {
    assert_eq!(words("ibup.service", "Conflicts"), Vec::<String>::new());
}

#[test]
fn nothing_the_boot_needs_waits_for_the_stack_and_the_stack_waits_for_no_target_of_the_boot() {
    for key in ["RequiredBy", "Requires", "Requisite"] {
        assert_eq!(words("ibup.service", key), Vec::<String>::new(), "{key}=");
    }
    assert!(!words("ibup.service", "After").contains(&"sysinit.target".to_owned()));
}

#[test]
fn an_instance_lives_and_goes_with_its_netdev() {
    for name in ["ibup-configure@.service", "ibup-raise@.service"] {
        assert_eq!(values(name, "Type"), ["oneshot"], "{name}");
        has(name, "BindsTo", &["sys-subsystem-net-devices-%i.device"]);
        has(name, "After", &["sys-subsystem-net-devices-%i.device"]);
    }
}

#[test]
fn raising_comes_after_configuring_and_after_every_network_service() {
    has("ibup-raise@.service", "After", &["ibup-configure@%i.service"]);
    has("ibup-raise@.service", "After", &["network.service", "networking.service", "wicked.service"]);
    has("ibup-raise@.service", "After", &["NetworkManager.service", "systemd-networkd.service"]);
}

#[test]
fn the_trace_is_ready_before_anybody_loads_modules_and_is_never_waited_for_long() {
    let name = "ibup-trace.service";
    has(name, "Before", &["systemd-modules-load.service", "systemd-udev-trigger.service", "ibup.service"]);
    has(name, "After", &["sys-kernel-tracing.mount", "sys-kernel-debug.mount"]);
    assert_eq!(values(name, "DefaultDependencies"), ["no"]);
    assert_eq!(values(name, "Type"), ["notify"]);
    assert_eq!(values(name, "TimeoutStartSec"), ["5"]);
    for key in ["RequiredBy", "Requires", "Requisite"] {
        assert_eq!(words(name, key), Vec::<String>::new(), "{key}=");
    }
    assert!(!unit("ibup.service").contains(name), "nothing is ordered or made to want it");
}

#[test]
fn the_trace_needs_no_capability_and_leaves_nothing_behind() {
    let name = "ibup-trace.service";
    assert_eq!(values(name, "CapabilityBoundingSet"), [""]);
    assert_eq!(values(name, "ExecStopPost"), ["/usr/bin/ibup trace forget"]);
}

#[test]
fn only_a_person_switches_the_trace_on() {
    let preset = unit("50-ibup.preset");
    let lines: Vec<_> = preset.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(lines, ["enable ibup.service", "disable ibup-trace.service", "disable ibup-textfile.timer"]);
}
