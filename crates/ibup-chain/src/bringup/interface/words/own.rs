//! Our own words: the interface first, then what is the matter with it.

use ibup_config::NetdevName;

use super::Saying;

/// Returns what ibup says.
pub(super) fn words(netdev: &NetdevName, saying: Saying<'_>) -> String {
    let about = match saying {
        Saying::Begun => "looked at".to_owned(),
        Saying::EthernetWhileBooting => "not InfiniBand, and the machine is booting: left alone".to_owned(),
        Saying::NotWanted => "its configuration says not to raise it at boot: left down".to_owned(),
        Saying::NotConfigured => "nothing configures it: left alone".to_owned(),
        Saying::Absent => "does not exist".to_owned(),
        Saying::LeftToBoot => "the machine is booting: left to the network service".to_owned(),
        Saying::Raised => "raised".to_owned(),
        Saying::NotRaised => "could not be raised".to_owned(),
        Saying::Incomplete => "not everything could be set up, see above".to_owned(),
        Saying::Bond(bond) => format!("port of bond {bond}"),
        Saying::BondRaised(bond) => format!("its bond {bond} raised"),
        Saying::BondNotRaised(bond) => format!("its bond {bond} could not be raised"),
        Saying::BondIsUp(bond) => format!("its bond {bond} is up"),
        Saying::Enslaved(bond) => format!("made a port of bond {bond}"),
        Saying::NotEnslaved(bond) => format!("could not be made a port of bond {bond}"),
        Saying::Bridge(bridge) => format!("port of bridge {bridge}"),
        Saying::BridgeRaised(bridge) => format!("its bridge {bridge} raised"),
        Saying::BridgeNotRaised(bridge) => format!("its bridge {bridge} could not be raised"),
        Saying::Devices => "its device looked at".to_owned(),
        _ => settings(saying),
    };
    format!("{netdev}: {about}")
}

/// Returns what ibup says about settings.
fn settings(saying: Saying<'_>) -> String {
    match saying {
        Saying::SteeringSet(mask) => format!("received packets spread over processors {mask}"),
        Saying::SteeringNotSet(mask) => {
            format!("received packets could not be spread over processors {mask}")
        }
        Saying::SteeringAttributeMissing => {
            "received packets stay on one processor: there is no queues/rx-0/rps_cpus".to_owned()
        }
        Saying::ProcessorsUnknown => {
            "received packets stay on one processor: those near the device are not known".to_owned()
        }
        Saying::ModeUnsupported => "its HCA has no connected mode, datagram mode stays".to_owned(),
        Saying::ModeAttributeMissing => "its transport mode cannot be set: it has none".to_owned(),
        Saying::NotTakenDown => "could not be taken down to change its transport mode".to_owned(),
        Saying::ModeSet(to) => format!("transport mode set to {to}"),
        Saying::ModeRefused(to) => {
            format!("the kernel refuses transport mode {to}, which the HCA may not have")
        }
        Saying::ModeNotWritable(path) => {
            format!("its transport mode cannot be set: {path} may not be written")
        }
        Saying::MtuNotSet => "its MTU could not be set".to_owned(),
        Saying::NotBroughtBack(_) => {
            "could not be raised again after its transport mode was changed".to_owned()
        }
        Saying::PkeyNotHexadecimal(suffix) => {
            format!("a child is left out: P_Key {suffix} is not hexadecimal (at most 4 digits)")
        }
        Saying::PkeyOfLimitedMember(suffix, full, child) => {
            format!("child {child} is left out: P_Key {suffix} lacks the membership bit, {full} has it")
        }
        Saying::PkeyOfNoPartition(suffix, child) => {
            format!("child {child} is left out: P_Key {suffix} names no partition")
        }
        _ => String::new(),
    }
}
