//! What is said about an interface: in the words of the vendor's scripts under their names, in our own otherwise.
//!
//! Programs and people match the scripts' messages, so these are kept to the letter, spelling included. What ibup
//! has to say beyond them goes under its own tag, whoever it is called.

use ibup_config::NetdevName;

use super::super::action::{Action, Message, Priority};
use super::super::plan::{OnFailure, Step};

mod own;
mod scripts;

/// The tag of ibup itself.
pub const OWN_TAG: &str = "ibup";
const MANAGER_TAG: &str = "mlnx_interface_mgr";
const DEVICE_MANAGER_TAG: &str = "mlnx_conf_mgr";

/// In whose words ibup speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voice {
    /// Those of the scripts it replaces.
    Scripts,
    /// Its own.
    Own,
}

/// Something said about an interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saying<'a> {
    /// It is looked at.
    Begun,
    /// It is not InfiniBand, and the machine is booting.
    EthernetWhileBooting,
    /// Its configuration says not to raise it.
    NotWanted,
    /// Nothing configures it.
    NotConfigured,
    /// It does not exist.
    Absent,
    /// The machine is booting: it is left to the network service.
    LeftToBoot,
    /// It was raised.
    Raised,
    /// It could not be raised.
    NotRaised,
    /// Something about it failed.
    Incomplete,
    /// Its bond is looked at.
    Bond(&'a NetdevName),
    /// Its bond was raised.
    BondRaised(&'a NetdevName),
    /// Its bond could not be raised.
    BondNotRaised(&'a NetdevName),
    /// Its bond is up.
    BondIsUp(&'a NetdevName),
    /// It was made a port of its bond.
    Enslaved(&'a NetdevName),
    /// It could not be made a port of its bond.
    NotEnslaved(&'a NetdevName),
    /// Its bridge is looked at.
    Bridge(&'a NetdevName),
    /// Its bridge was raised.
    BridgeRaised(&'a NetdevName),
    /// Its bridge could not be raised.
    BridgeNotRaised(&'a NetdevName),
    /// Received packets are spread over these processors.
    SteeringSet(&'a str),
    /// Received packets could not be spread over these processors.
    SteeringNotSet(&'a str),
    /// There is no attribute to spread received packets by.
    SteeringAttributeMissing,
    /// The processors near the device are not known.
    ProcessorsUnknown,
    /// Its HCA has no connected mode.
    ModeUnsupported,
    /// There is no attribute for the mode.
    ModeAttributeMissing,
    /// It could not be taken down to change its mode.
    NotTakenDown,
    /// Its mode was changed.
    ModeSet(&'a str),
    /// The kernel refused the mode.
    ModeRefused(&'a str),
    /// The attribute of the mode may not be written to.
    ModeNotWritable(&'a str),
    /// Its MTU could not be set.
    MtuNotSet,
    /// It could not be raised again after its mode was changed.
    NotBroughtBack(&'a str),
    /// A child's `P_Key`, as written, is not hexadecimal.
    PkeyNotHexadecimal(&'a str),
    /// A child's `P_Key`, as written, lacks the membership bit; the `P_Key` with it, and the child.
    PkeyOfLimitedMember(&'a str, &'a str, &'a str),
    /// A child's `P_Key`, as written, names no partition; the child.
    PkeyOfNoPartition(&'a str, &'a str),
    /// The devices behind it are configured by the program of this path.
    Devices,
}

impl Voice {
    /// Returns the message about a netdev.
    pub fn message(self, netdev: &NetdevName, saying: Saying<'_>) -> Message {
        let (tag, text) = match self {
            Self::Scripts => (MANAGER_TAG, scripts::words(netdev, saying)),
            Self::Own => (OWN_TAG, own::words(netdev, saying)),
        };
        Message {
            tag,
            priority: saying.priority(),
            text,
            interface: Some(netdev.clone()),
            code: saying.code(),
            notice: None,
        }
    }

    /// Returns a step that says it.
    pub fn say(self, netdev: &NetdevName, saying: Saying<'_>, reason: &str) -> Step {
        say(self.message(netdev, saying), reason)
    }

    /// Returns the tag that is used for devices.
    pub(crate) fn device_tag(self) -> &'static str {
        match self {
            Self::Scripts => DEVICE_MANAGER_TAG,
            Self::Own => OWN_TAG,
        }
    }
}

/// Returns a step that says something. A journal that cannot be written to is no failure of what is done.
pub(crate) fn say(message: Message, reason: &str) -> Step {
    Step { on_failure: OnFailure::Ignore, ..Step::new(Action::Log(message), reason) }
}

/// Returns a message that the scripts do not have.
pub(crate) fn remark(netdev: &NetdevName, priority: Priority, text: String) -> Message {
    Message { tag: OWN_TAG, priority, text, interface: Some(netdev.clone()), code: None, notice: None }
}

impl Saying<'_> {
    /// The diagnosis it amounts to, where it is one.
    fn code(self) -> Option<&'static str> {
        match self {
            Self::NotWanted => Some("IB0502"),
            Self::NotConfigured => Some("IB0503"),
            Self::ModeUnsupported => Some("IB0507"),
            _ => None,
        }
    }

    fn priority(self) -> Priority {
        match self {
            Self::NotRaised | Self::BondNotRaised(_) | Self::BridgeNotRaised(_) | Self::NotEnslaved(_) => {
                Priority::Error
            }
            Self::Incomplete
            | Self::SteeringNotSet(_)
            | Self::SteeringAttributeMissing
            | Self::ProcessorsUnknown
            | Self::ModeAttributeMissing
            | Self::NotTakenDown
            | Self::ModeRefused(_)
            | Self::ModeNotWritable(_)
            | Self::MtuNotSet
            | Self::NotBroughtBack(_)
            | Self::PkeyNotHexadecimal(_)
            | Self::PkeyOfLimitedMember(..)
            | Self::PkeyOfNoPartition(..) => Priority::Warning,
            _ => Priority::Notice,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_thing_is_said_in_both_voices() {
        let netdev: NetdevName = "ib0".parse().unwrap();
        let check = |saying, scripts: &str, own: &str| {
            assert_eq!(Voice::Scripts.message(&netdev, saying).text, scripts);
            assert_eq!(Voice::Own.message(&netdev, saying).text, own);
        };
        check(Saying::Raised, "Bringing up interface ib0: PASSED", "ib0: raised");
        check(Saying::MtuNotSet, "set_ipoib_cm: Failed to set mtu for ib0", "ib0: its MTU could not be set");
        check(
            Saying::PkeyOfLimitedMember("0001", "8001", "ib0.0001"),
            "Error: MSB is NOT set for pkey 0001 (should be 8001); skipping interface ib0.0001.",
            "ib0: child ib0.0001 is left out: P_Key 0001 lacks the membership bit, 8001 has it",
        );
    }
}
