//! The transport mode of IPoIB: who wishes which, whether the HCA can, and how it is changed.
//!
//! The kernel changes the mode of a netdev only while it is down, and taking it down drops its routes and IPv6
//! addresses. So it is taken down for nothing less than a mode that really changes, and it comes up again if it was
//! up, whatever became of the change.

use ibup_config::openib::ConnectedMode;
use ibup_config::{InterfaceConfig, OpenibConf, TransportMode, Tree};

use super::super::action::{Action, ActionError, LinkChange};
use super::super::interface::facts::{Facts, read};
use super::super::interface::policy::Policy;
use super::super::interface::words::{Saying, Voice};
use super::super::plan::{OnFailure, Plan, Report, Step};

/// Errors by which a file says that it may not be written to: EPERM, EACCES, EROFS.
const NOT_WRITABLE: &[i32] = &[1, 13, 30];

/// What is wished for a netdev, weighed against what it can.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// Nothing changes.
    Nothing,
    /// It changes to this mode.
    Change(TransportMode),
    /// The HCA is said to have no connected mode.
    Unsupported,
    /// The kernel has no attribute for it.
    NoAttribute,
}

/// Works out what is wished. The reference policy knows no way back to datagram mode.
pub fn wish(
    tree: &dyn Tree,
    netdev: &Facts,
    config: Option<&InterfaceConfig>,
    openib: &OpenibConf,
    policy: Policy,
) -> Wish {
    let own = config.and_then(|config| config.mode);
    let mode = match (own, openib.connected_mode) {
        _ if !netdev.is_infiniband => return Wish::Nothing,
        (Some(TransportMode::Datagram), _) if policy == Policy::Reference => return Wish::Nothing,
        (Some(mode), _) => mode,
        (None, ConnectedMode::No) => return Wish::Nothing,
        (None, ConnectedMode::Yes) => TransportMode::Connected,
        (None, ConnectedMode::Auto) => match can_connect(tree, netdev) {
            None => return Wish::Nothing,
            Some(false) => return Wish::Unsupported,
            Some(true) => TransportMode::Connected,
        },
    };
    match &netdev.mode {
        Some(current) if *current == mode.to_string() => Wish::Nothing,
        Some(_) => Wish::Change(mode),
        // A netdev that can only do datagrams is as wished without saying so.
        None if mode == TransportMode::Datagram => Wish::Nothing,
        None => Wish::NoAttribute,
    }
}

/// Tells whether a device has connected mode; `None` for drivers that nothing is known about.
fn can_connect(tree: &dyn Tree, netdev: &Facts) -> Option<bool> {
    if netdev.driver.as_deref() != Some("mlx5_core") {
        return None;
    }
    let types = netdev.device_directories().into_iter().flat_map(|directory| {
        let directory = format!("{directory}/infiniband");
        let devices = tree.list(&directory).into_iter();
        devices.filter_map(move |device| read(tree, &format!("{directory}/{device}/hca_type")))
    });
    // Connect-IB, and its virtual functions, came before enhanced IPoIB, which has no connected mode.
    let is_connect_ib = types.into_iter().any(|kind| kind.contains("4113") || kind.contains("4114"));
    let enhanced = read(tree, "/sys/module/ib_ipoib/parameters/ipoib_enhanced");
    Some(is_connect_ib || enhanced.is_some_and(|text| text.starts_with('0')))
}

/// Plans the change itself: down, and the mode.
pub fn change(netdev: &Facts, mode: TransportMode, voice: Voice) -> Plan {
    let link = |change| Action::SetLink { netdev: netdev.name.clone(), change };
    let down = Step {
        on_failure_say: Some(voice.message(&netdev.name, Saying::NotTakenDown)),
        on_failure: OnFailure::Stop,
        ..Step::new(link(LinkChange::Down), "the kernel changes the mode only while the netdev is down")
    };
    let write = Action::WriteAttribute { path: netdev.path("mode"), value: format!("{mode}\n") };
    let write = Step {
        on_success: Some(voice.message(&netdev.name, Saying::ModeSet(&mode.to_string()))),
        ..Step::new(write, "its configuration wishes this mode")
    };
    Plan { steps: vec![down, write] }
}

/// Plans what follows the change: why it failed, the MTU that goes with it, and up again.
pub fn after_change(
    netdev: &Facts,
    mode: TransportMode,
    mtu: Option<u32>,
    voice: Voice,
    report: &Report,
) -> Plan {
    let mut steps = Vec::new();
    let name = &netdev.name;
    if report.stopped {
        return Plan::default();
    }
    if let Some((_, error)) = report.failures.first() {
        let (path, mode) = (netdev.path("mode"), mode.to_string());
        let why = match error {
            ActionError::System { errno, .. } if NOT_WRITABLE.contains(errno) => {
                Saying::ModeNotWritable(&path)
            }
            _ => Saying::ModeRefused(&mode),
        };
        steps.push(voice.say(name, why, "the mode stays as it was"));
    } else if let Some(mtu) = mtu {
        steps.push(set_mtu(netdev, mtu, voice));
    }
    if netdev.is_up {
        let up = Action::SetLink { netdev: name.clone(), change: LinkChange::Up };
        steps.push(Step {
            on_failure_say: Some(voice.message(name, Saying::NotBroughtBack(&mode.to_string()))),
            ..Step::new(up, "it was up before its mode was changed")
        });
    }
    Plan { steps }
}

/// Plans a change of MTU.
pub fn set_mtu(netdev: &Facts, mtu: u32, voice: Voice) -> Step {
    let action = Action::SetLink { netdev: netdev.name.clone(), change: LinkChange::Mtu(mtu) };
    Step {
        on_failure_say: Some(voice.message(&netdev.name, Saying::MtuNotSet)),
        ..Step::new(action, "its configuration wishes this MTU")
    }
}

#[cfg(test)]
mod tests {
    use ibup_config::MemoryTree;

    use super::*;

    fn ib0(driver: &str, hca: &str, enhanced: &str) -> MemoryTree {
        MemoryTree::new()
            .with("/sys/class/net/ib0/type", "32\n")
            .with("/sys/class/net/ib0/mode", "datagram\n")
            .with("/sys/class/net/ib0/device/uevent", &format!("DRIVER={driver}\n"))
            .with("/sys/class/net/ib0/device/infiniband/mlx5_0/hca_type", hca)
            .with("/sys/module/ib_ipoib/parameters/ipoib_enhanced", enhanced)
    }

    fn wished(tree: &MemoryTree, openib: &str, policy: Policy) -> Wish {
        let openib = ibup_config::openib::read("openib.conf", openib).unwrap().value;
        wish(tree, &Facts::of(tree, &"ib0".parse().unwrap()), None, &openib, policy)
    }

    #[test]
    fn auto_asks_what_the_hca_can() {
        let check = |driver, hca, enhanced, expected: Wish| {
            let found = wished(&ib0(driver, hca, enhanced), "SET_IPOIB_CM=auto\n", Policy::Reference);
            assert_eq!(found, expected, "{driver} {hca} {enhanced}");
        };
        let connected = Wish::Change(TransportMode::Connected);
        check("mlx5_core", "MT4123\n", "1\n", Wish::Unsupported);
        check("mlx5_core", "MT4123\n", "0\n", connected.clone());
        check("mlx5_core", "MT4113\n", "1\n", connected);
        check("mlx4_core", "MT4099\n", "0\n", Wish::Nothing);
    }

    #[test]
    fn a_mode_that_is_set_is_left_alone() {
        let tree = ib0("mlx5_core", "MT4113\n", "0\n").with("/sys/class/net/ib0/mode", "connected\n");
        assert_eq!(wished(&tree, "SET_IPOIB_CM=yes\n", Policy::Converge), Wish::Nothing);
    }

    #[test]
    fn what_was_up_comes_up_again_even_if_the_change_failed() {
        let tree = ib0("mlx5_core", "MT4113\n", "0\n").with("/sys/class/net/ib0/flags", "0x1003\n");
        let netdev = Facts::of(&tree, &"ib0".parse().unwrap());
        let error = ActionError::System { errno: 22, text: "Invalid argument".to_owned() };
        let report = Report { failures: vec![(1, error)], stopped: false };
        let plan = after_change(&netdev, TransportMode::Connected, Some(65520), Voice::Scripts, &report);
        let words: Vec<_> = plan.steps.iter().map(|step| step.action.to_string()).collect();
        assert_eq!(words.last().unwrap(), "ip link set ib0 up");
        assert!(!words.iter().any(|word| word.contains("mtu")), "{words:?}");
    }
}
