//! The words of the vendor's scripts, misspelled where they are: programs and people match them.

use ibup_config::NetdevName;

use super::Saying;

/// Returns what the scripts say.
pub(super) fn words(netdev: &NetdevName, saying: Saying<'_>) -> String {
    match saying {
        Saying::Begun => format!("Setting up Mellanox network interface: {netdev}"),
        Saying::EthernetWhileBooting => format!("Got ETH interface {netdev} and OS is booting, skipping."),
        Saying::NotWanted => format!("interface {netdev} has ONBOOT=no, skipping."),
        Saying::NotConfigured => format!("No configuration found for {netdev}"),
        Saying::LeftToBoot => format!("OS is booting, will not run ifup on {netdev}"),
        Saying::Absent => format!("interface {netdev} does not exist, skipping."),
        Saying::Raised => format!("Bringing up interface {netdev}: PASSED"),
        Saying::NotRaised => format!("Bringing up interface {netdev}: FAILED"),
        Saying::Incomplete => format!(
            "Couldn't fully configure {netdev}, review system logs and restart network service after fixing the \
             issues."
        ),
        Saying::Bond(bond) => format!("{netdev} - briging up bond master: {bond} ..."),
        Saying::BondRaised(bond) => format!("{netdev} - briging up bond master {bond}: PASSED"),
        Saying::BondNotRaised(bond) => format!("{netdev} - briging up bond master {bond}: FAILED"),
        Saying::BondIsUp(bond) => format!("{netdev} - bond master {bond} is already up"),
        Saying::Enslaved(bond) => format!("{netdev} - enslaving {netdev} to {bond}: PASSED"),
        Saying::NotEnslaved(bond) => format!("{netdev} - enslaving {netdev} to {bond}: FAILED"),
        Saying::Bridge(bridge) => format!("{netdev} - briging up bridge interface: {bridge} ..."),
        Saying::BridgeRaised(bridge) => format!("{netdev} - briging up bridge interface {bridge}: PASSED"),
        Saying::BridgeNotRaised(bridge) => format!("{netdev} - briging up bridge interface {bridge}: FAILED"),
        Saying::Devices => format!("Running: /bin/mlnx_conf_mgr.sh {netdev}"),
        _ => settings(netdev, saying),
    }
}

/// Returns what they say about settings.
fn settings(netdev: &NetdevName, saying: Saying<'_>) -> String {
    let steering = |text: String| format!("set_RPS_cpu: {text}");
    let mode = |text: String| format!("set_ipoib_cm: {text}");
    match saying {
        Saying::SteeringSet(mask) => steering(format!("Configured RPS cpu for {netdev} to {mask}")),
        Saying::SteeringNotSet(mask) => {
            steering(format!("Failed to configure RPS cpu for {netdev} to {mask}"))
        }
        Saying::SteeringAttributeMissing => {
            steering(format!("Failed to configure RPS cpu for {netdev}; missing queues/rx-0/rps_cpus"))
        }
        Saying::ProcessorsUnknown => {
            steering(format!("Failed to configure RPS cpu for {netdev}; cannot get local_cpus"))
        }
        Saying::ModeUnsupported => format!("INFO: {netdev} does not support connected mode"),
        Saying::ModeAttributeMissing => format!("Failed to configure IPoIB connected mode for {netdev}"),
        Saying::NotTakenDown => {
            mode(format!("Failed to bring down {netdev} in order to change connection mode"))
        }
        Saying::ModeSet(to) => mode(format!("{netdev} connection mode set to {to}")),
        Saying::ModeRefused(to) => mode(format!(
            "Failed to change connection mode for {netdev} to {to}; this mode might not be supported by this \
             device, please refer to the User Manual."
        )),
        Saying::ModeNotWritable(path) => mode(format!("cannot write to {path}")),
        Saying::MtuNotSet => mode(format!("Failed to set mtu for {netdev}")),
        Saying::NotBroughtBack(to) => {
            mode(format!("Failed to bring up {netdev} after setting connection mode to {to}"))
        }
        Saying::PkeyNotHexadecimal(suffix) => {
            format!("Error: pkey {suffix} is not hexadecimal (maximum 4 digits); skipping.")
        }
        Saying::PkeyOfLimitedMember(suffix, full, child) => {
            format!("Error: MSB is NOT set for pkey {suffix} (should be {full}); skipping interface {child}.")
        }
        Saying::PkeyOfNoPartition(suffix, child) => {
            format!("Error: pkey {suffix} names no partition; skipping interface {child}.")
        }
        _ => String::new(),
    }
}
