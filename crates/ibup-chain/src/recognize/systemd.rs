//! systemd, on units.
//!
//! Its lines are verb and unit, the unit by description (`Started openibd - configure Mellanox devices.`), by name
//! and description (since 249: `Started openibd.service - openibd - configure …`), or by name and what became of it
//! (`openibd.service: Failed with result 'timeout'.`). Verbs and units are two small tables here rather than
//! patterns for every pair.
//!
//! Source: systemd, src/core/job.c (`job_start_message_format`, `job_done_message_format`) and src/core/unit.c
//! (`unit_log_success`, `unit_log_failure`, `unit_log_process_exit`).

use super::{Recognized, Utterance};
use crate::event::{EventKind, NetworkStack, Progress, StackService, Subject};
use crate::name::NetdevName;

/// Under which names systemd speaks.
pub(super) const NAMES: &[&str] = &["systemd", "init"];

/// What systemd said of a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct UnitChange {
    unit: Unit,
    progress: Progress,
}

/// A unit, as far as the chain cares.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Unit {
    /// Loads the driver stack.
    Stack(StackService),
    /// Raises interfaces.
    Network(NetworkStack),
    /// Manages the subnet, where this machine does that.
    SubnetManager,
    /// The interface manager's instance for a netdev.
    Manager(NetdevName),
    /// A unit of somebody's for an `IPoIB` netdev, which it names.
    ForNetdev(NetdevName),
    /// Such a unit, where it is not started for want of another.
    DroppedForNetdev(NetdevName),
    /// Waits for the network to be there.
    OnlineWait,
    /// The target at which the boot is over.
    BootTarget,
    /// A target of the way down.
    ShutdownTarget,
    /// Any other. That its line is there tells that the log holds what systemd says.
    Other,
}

/// How a line begins on a unit that is not started for want of another.
const DROPPED: &str = "Dependency failed for ";

/// How a line begins, and how far the unit has come by it. `Reached target` of most targets is [`Unit::Other`].
const VERBS: &[(&str, Progress)] = &[
    ("Starting ", Progress::Started),
    ("Started ", Progress::Done),
    ("Finished ", Progress::Done),
    ("Failed to start ", Progress::Failed),
    (DROPPED, Progress::Failed),
    ("Reached target ", Progress::Done),
    ("Startup finished in ", Progress::Done),
    ("Stopping ", Progress::Spoke),
    ("Stopped target ", Progress::Failed),
    ("Stopped ", Progress::Spoke),
    ("Created slice ", Progress::Spoke),
    ("Mounted ", Progress::Spoke),
    ("Mounting ", Progress::Spoke),
    ("Listening on ", Progress::Spoke),
    ("Reloading ", Progress::Spoke),
];

/// What systemd says after `NAME: ` when a unit took longer than it may.
const TIMED_OUT: &str = "start operation timed out";

/// What systemd says after `NAME: `.
const OUTCOMES: &[(&str, Progress)] = &[
    ("Failed with result ", Progress::Failed),
    (TIMED_OUT, Progress::Failed),
    ("Unit entered failed state", Progress::Failed),
    ("Triggering OnFailure", Progress::Spoke),
    ("Main process exited", Progress::Spoke),
    ("Control process exited", Progress::Spoke),
    ("main process exited", Progress::Spoke),
    ("control process exited", Progress::Spoke),
    ("Succeeded", Progress::Spoke),
    ("Deactivated successfully", Progress::Spoke),
    ("Consumed ", Progress::Spoke),
];

/// Units by name and by description.
const UNITS: &[(&str, &str, Unit)] = &[
    ("openibd.service", "openibd - configure", Unit::Stack(StackService::Openibd)),
    ("ibup.service", "Load the InfiniBand driver stack", Unit::Stack(StackService::Openibd)),
    (
        "rdma-load-modules@infiniband.service",
        "Load RDMA modules from /etc/rdma/modules/infiniband.conf",
        Unit::Stack(StackService::RdmaLoadModules),
    ),
    (
        "rdma.service",
        "Initialize the iWARP/InfiniBand/RDMA stack",
        Unit::Stack(StackService::RdmaLoadModules),
    ),
    ("network.service", "LSB: Bring up/down networking", Unit::Network(NetworkStack::NetworkScripts)),
    ("networking.service", "Raise network interfaces", Unit::Network(NetworkStack::Ifupdown)),
    ("NetworkManager-wait-online.service", "Network Manager Wait Online", Unit::OnlineWait),
    ("systemd-networkd-wait-online.service", "Wait for Network ", Unit::OnlineWait),
    ("ifupdown-wait-online.service", "Wait for network to be configured by ifupdown", Unit::OnlineWait),
    ("NetworkManager-dispatcher.service", "Network Manager Script Dispatcher", Unit::Other),
    ("systemd-networkd.socket", "Network Service Netlink Socket", Unit::Other),
    ("systemd-networkd.service", "Network Service", Unit::Network(NetworkStack::Networkd)),
    ("networking.service", "LSB: Raise network interfaces", Unit::Network(NetworkStack::Ifupdown)),
    ("networking.service", "ifupdown2 networking initialization", Unit::Network(NetworkStack::Ifupdown)),
    ("networking.service", "ifupdown-ng networking initialization", Unit::Network(NetworkStack::Ifupdown)),
    ("NetworkManager.service", "Network Manager", Unit::Network(NetworkStack::NetworkManager)),
    ("systemd-networkd.service", "Network Configuration", Unit::Network(NetworkStack::Networkd)),
    ("wicked.service", "wicked managed network interfaces", Unit::Network(NetworkStack::Wicked)),
    ("multi-user.target", "Multi-User System", Unit::BootTarget),
    ("graphical.target", "Graphical Interface", Unit::BootTarget),
    ("shutdown.target", "Shutdown", Unit::ShutdownTarget),
    ("reboot.target", "Reboot", Unit::ShutdownTarget),
    ("poweroff.target", "Power-Off", Unit::ShutdownTarget),
    ("umount.target", "Unmount All Filesystems", Unit::ShutdownTarget),
];

/// Suffixes of unit names.
const UNIT_TYPES: &[&str] =
    &[".service", ".target", ".socket", ".mount", ".device", ".timer", ".slice", ".path", ".swap", ".scope"];

/// Reads a line of systemd's.
pub(super) fn read(utterance: &Utterance<'_>) -> Option<UnitChange> {
    if !utterance.is_by_systemd() {
        return None;
    }
    let text = &*utterance.text;
    for (verb, progress) in VERBS {
        if let Some(what) = text.strip_prefix(verb) {
            let unit = match (*verb, unit(what)) {
                ("Startup finished in ", _) => Unit::BootTarget,
                (DROPPED, Unit::ForNetdev(netdev)) => Unit::DroppedForNetdev(netdev),
                (_, unit) => unit,
            };
            return Some(UnitChange { unit, progress: *progress });
        }
    }
    if let Some(name) =
        text.strip_prefix("Unit ").and_then(|rest| rest.strip_suffix(" entered failed state."))
    {
        // So until systemd 229.
        return Some(UnitChange { unit: unit(name), progress: Progress::Failed });
    }
    let (name, outcome) = text.split_once(": ")?;
    if name.contains(' ') || !UNIT_TYPES.iter().any(|suffix| name.ends_with(suffix)) {
        return None;
    }
    let progress =
        OUTCOMES.iter().find(|(words, _)| outcome.starts_with(words)).map(|(_, progress)| *progress)?;
    let unit = unit(name);
    // What nobody knows here may be a diagnosis's sign; that a stack service took too long is one. That it failed by
    // that is said in a line of its own.
    let is_sign = matches!(unit, Unit::Stack(_)) && outcome.starts_with(TIMED_OUT);
    (!is_sign).then_some(UnitChange { unit, progress })
}

/// Returns words of which each line on a unit has one that means something to the chain, beside the names of netdevs.
pub(super) fn words() -> impl Iterator<Item = &'static str> + use<> {
    let of_units = UNITS.iter().flat_map(|(name, description, _)| [*name, *description]);
    of_units.chain(["Startup finished in ", "opensm", "OpenSM", "mlnx_interface_mgr"])
}

/// Returns whether a message may be on a unit.
pub(super) fn is_on_unit(message: &str) -> bool {
    VERBS.iter().any(|(verb, _)| message.starts_with(verb))
        || message
            .split_once(": ")
            .is_some_and(|(_, outcome)| OUTCOMES.iter().any(|(words, _)| outcome.starts_with(words)))
}

/// Finds the unit that stands as `NAME - DESCRIPTION`, `DESCRIPTION` or `NAME`.
fn unit(what: &str) -> Unit {
    let what = what.trim_end_matches('.');
    let (name, description) = match what.split_once(" - ") {
        Some((name, description)) if is_unit_name(name) => (name, description),
        _ => (what, what),
    };
    for (known_name, known_description, unit) in UNITS {
        if name == *known_name || description.starts_with(known_description) {
            return unit.clone();
        }
    }
    if is_subnet_manager(name, description) {
        return Unit::SubnetManager;
    }
    let managed = managed_netdev(name, description).map(Unit::Manager);
    managed.or_else(|| named_netdev(name, description).map(Unit::ForNetdev)).unwrap_or(Unit::Other)
}

/// Returns the `IPoIB` netdev that a unit is for: the instance of its name, a part of it, or a word of its description.
fn named_netdev(name: &str, description: &str) -> Option<NetdevName> {
    let instance = name.split_once('@').and_then(|(_, rest)| rest.strip_suffix(".service"));
    let stem = name.strip_suffix(".service").unwrap_or_default();
    let words = description.split([' ', '(', ')', ',', ':']);
    let mut named = instance.into_iter().chain(words).chain(stem.split(['-', '_']));
    named.find_map(|word| word.replace("\\x2d", "-").parse().ok().filter(NetdevName::looks_like_ipoib))
}

/// Returns whether this is a unit of `OpenSM`. Distributions call it `opensm`, `opensmd` or `opensm@PORT`, and describe it
/// each in words of their own.
fn is_subnet_manager(name: &str, description: &str) -> bool {
    name.starts_with("opensm") || ["OpenSM", "opensm"].iter().any(|word| description.contains(word))
}

fn is_unit_name(name: &str) -> bool {
    !name.contains(' ') && UNIT_TYPES.iter().any(|suffix| name.ends_with(suffix))
}

/// Returns the netdev of an interface manager's instance.
fn managed_netdev(name: &str, description: &str) -> Option<NetdevName> {
    let instance = ["mlnx_interface_mgr@", "ibup-configure@", "ibup-raise@"]
        .iter()
        .find_map(|template| name.strip_prefix(template)?.strip_suffix(".service"));
    if let Some(instance) = instance {
        return instance.replace("\\x2d", "-").parse().ok();
    }
    description.strip_prefix("mlnx_interface_mgr - configure ")?.parse().ok()
}

impl UnitChange {
    /// Returns what the change means to the chain, if anything.
    pub(super) fn meaning(self) -> Option<Recognized> {
        let mut subject = Subject::default();
        let kind = match (self.unit, self.progress) {
            (Unit::Stack(service), progress) => EventKind::Stack(service, progress),
            (Unit::Network(stack), progress) => EventKind::Network(stack, progress),
            // That it was started is not that it manages anything.
            (Unit::SubnetManager, Progress::Done) => EventKind::SubnetManager(Progress::Spoke),
            (Unit::SubnetManager, progress) => EventKind::SubnetManager(progress),
            (Unit::Manager(netdev), progress) => {
                subject.netdev = Some(netdev);
                match progress {
                    Progress::Started | Progress::Done => EventKind::NetdevSeen,
                    Progress::Spoke => EventKind::ManagerSpoke,
                    Progress::Failed => EventKind::ManagerFailed,
                }
            }
            (Unit::ForNetdev(netdev), Progress::Failed) => {
                subject.netdev = Some(netdev);
                EventKind::FoundDown
            }
            (Unit::DroppedForNetdev(netdev), Progress::Failed) => {
                subject.netdev = Some(netdev);
                EventKind::Sign { code: "IB0608 dropped", detail: "".into() }
            }
            (Unit::OnlineWait, Progress::Failed) => EventKind::OnlineWaitFailed,
            (Unit::BootTarget, Progress::Done) => EventKind::BootFinished,
            // Only on the way down is a target of the boot stopped.
            (Unit::BootTarget, Progress::Failed) | (Unit::ShutdownTarget, Progress::Done) => {
                EventKind::BootEnded
            }
            (
                Unit::ForNetdev(_)
                | Unit::DroppedForNetdev(_)
                | Unit::OnlineWait
                | Unit::BootTarget
                | Unit::ShutdownTarget
                | Unit::Other,
                _,
            ) => return None,
        };
        Some(Recognized { kind, subject, speaker: Some("systemd".into()) })
    }
}

#[cfg(test)]
mod tests {
    use ibup_journal::Entry;

    use super::*;

    #[track_caller]
    fn check(message: &str, expected: Option<&EventKind>) {
        let entry = Entry { identifier: Some("systemd".into()), message: message.into(), ..Entry::default() };
        let change = read(&Utterance::of(&entry)).expect("systemd says so");
        let meant = change.meaning().map(|meant| meant.kind);
        assert_eq!(meant.as_ref(), expected, "{message}");
    }

    #[test]
    fn units_are_known_by_name_and_by_description() {
        let started = EventKind::Stack(StackService::Openibd, Progress::Started);
        check("Starting openibd.service - openibd - configure Mellanox devices...", Some(&started));
        check("Starting openibd - configure Mellanox devices...", Some(&started));
        let failed = EventKind::Network(NetworkStack::Ifupdown, Progress::Failed);
        check("Failed to start networking.service - Raise network interfaces.", Some(&failed));
        check("Failed to start Raise network interfaces.", Some(&failed));
        check("networking.service: Failed with result 'exit-code'.", Some(&failed));
        check(
            "Starting LSB: Bring up/down networking...",
            Some(&EventKind::Network(NetworkStack::NetworkScripts, Progress::Started)),
        );
    }

    #[test]
    fn an_instance_of_the_interface_manager_tells_its_netdev() {
        for message in [
            "Started mlnx_interface_mgr - configure ib0.",
            "Started mlnx_interface_mgr@ib0.service - mlnx_interface_mgr - configure ib0.",
        ] {
            let entry =
                Entry { identifier: Some("systemd".into()), message: message.into(), ..Entry::default() };
            let meant = read(&Utterance::of(&entry)).and_then(UnitChange::meaning).unwrap();
            assert_eq!(meant.kind, EventKind::NetdevSeen);
            assert_eq!(meant.subject.netdev, "ib0".parse().ok());
        }
        check("mlnx_interface_mgr@ib0.service: Succeeded.", Some(&EventKind::ManagerSpoke));
        check(
            "mlnx_interface_mgr@ib0.service: Failed with result 'exit-code'.",
            Some(&EventKind::ManagerFailed),
        );
    }

    #[test]
    fn a_unit_that_is_for_a_netdev_wants_it() {
        check("ifup@ib0.service: Failed with result 'exit-code'.", Some(&EventKind::FoundDown));
        check("Failed to start Bring up ibp75s0.", Some(&EventKind::FoundDown));
        check("Failed to start Bring up ib0 for storage.", Some(&EventKind::FoundDown));
        check("fabric-ib0.service: Failed with result 'exit-code'.", Some(&EventKind::FoundDown));
        let dropped = EventKind::Sign { code: "IB0608 dropped", detail: "".into() };
        check("Dependency failed for Bring up ib0 for storage.", Some(&dropped));
        check("Started ifup@ib0.service - ifup for ib0.", None);
        check("Failed to start Daily apt upgrade and clean activities.", None);
    }

    #[test]
    fn the_end_of_the_boot_is_noticed() {
        check("Reached target Multi-User System.", Some(&EventKind::BootFinished));
        check(
            "Startup finished in 3.2s (kernel) + 22.3s (userspace) = 25.5s.",
            Some(&EventKind::BootFinished),
        );
    }

    #[test]
    fn the_way_down_is_noticed() {
        check("Stopped target multi-user.target - Multi-User System.", Some(&EventKind::BootEnded));
        check("Reached target Shutdown.", Some(&EventKind::BootEnded));
    }

    #[test]
    fn the_subnet_manager_is_known_by_all_its_names() {
        let failed = EventKind::SubnetManager(Progress::Failed);
        check("opensm.service: Failed with result 'exit-code'.", Some(&failed));
        check("Failed to start LSB: Start opensm subnet manager..", Some(&failed));
        check(
            "Failed to start opensm.service - Starts the OpenSM InfiniBand fabric Subnet Manager.",
            Some(&failed),
        );
        let spoke = EventKind::SubnetManager(Progress::Spoke);
        check("Started opensm@0x0002c903003f02f2.service.", Some(&spoke));
    }

    #[test]
    fn other_units_mean_nothing_to_the_chain() {
        check("Started D-Bus System Message Bus.", None);
        check("Reached target basic.target - Basic System.", None);
    }

    #[test]
    fn words_of_other_programs_are_left_alone() {
        let entry = Entry {
            identifier: Some("network".into()),
            message: "Starting openibd - configure".into(),
            ..Entry::default()
        };
        assert_eq!(read(&Utterance::of(&entry)), None);
    }
}
