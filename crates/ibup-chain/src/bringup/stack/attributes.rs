//! Attributes a start sets, or looks at, once the drivers are loaded.

use ibup_config::Tree;
use ibup_config::openib::PfMac;

use super::super::modules::word;
use super::console::message;
use super::hardware;
use crate::bringup::{Action, OnFailure, Priority, Step};

/// Where the firmware tracer is switched on, by its new name and its old one.
const TRACERS: &[&str] = &[
    "/sys/kernel/debug/tracing/events/mlx5/mlx5_fw/enable",
    "/sys/kernel/debug/tracing/events/mlx5/fw_tracer/enable",
];
/// The longest send queue of a Connect-IB.
const CONNECT_IB_QUEUE_MAX: u64 = 1024;

/// Returns the step that switches the firmware tracer on, where there is one and it is off.
pub fn firmware_tracer(tree: &dyn Tree) -> Option<Step> {
    let path = TRACERS.iter().find(|path| tree.read(path).is_some())?;
    let enable = Action::WriteAttribute { path: (*path).to_owned(), value: "1\n".to_owned() };
    let is_on = word(tree, path).as_deref() == Some("1");
    (!is_on).then(|| Step::new(enable, "ENABLE_FW_TRACER=yes"))
}

/// Returns what is wrong with the send queues of IPoIB for a Connect-IB.
pub fn send_queue_trouble(tree: &dyn Tree) -> Option<[&'static str; 2]> {
    let size: u64 = word(tree, "/sys/module/ib_ipoib/parameters/send_queue_size")?.parse().ok()?;
    let has_connect_ib = hardware::functions(tree).iter().any(hardware::Function::is_connect_ib);
    (has_connect_ib && size > CONNECT_IB_QUEUE_MAX).then_some([
        "IPoIB: Failed to bring up interface for Connect-IB device",
        "Please set ib_ipoib send_queue_size to be <= 1024 and restart driver",
    ])
}

/// Returns the steps that give the host sides of smart NICs their addresses, or say that there is no such card.
pub fn pf_macs(tree: &dyn Tree, pf_macs: &[PfMac]) -> Vec<Step> {
    pf_macs.iter().flat_map(|pf_mac| of_function(tree, pf_mac)).collect()
}

fn of_function(tree: &dyn Tree, PfMac { pci, mac }: &PfMac) -> Vec<Step> {
    let directory = format!("/sys/bus/pci/devices/{pci}");
    if tree.list(&directory).is_empty() {
        let check = "Check SMARTNIC_PF_MAC_CONF value in the CONFIG".to_owned();
        return [format!("No such device: {pci}."), check].map(said).to_vec();
    }
    let mut netdevs = tree.list(&format!("{directory}/net"));
    netdevs.sort();
    let write = |netdev: String| {
        let path = format!("{directory}/net/{netdev}/smart_nic/pf/mac");
        tree.read(&path)?;
        let action = Action::WriteAttribute { path, value: format!("{mac}\n") };
        let done = message(Priority::Info, format!("PF MAC is set to {mac} via ECPF {netdev}"));
        let failed = message(Priority::Error, format!("ERROR: Failed to set MAC {mac} via ECPF {netdev}"));
        let step = Step::new(action, "SMARTNIC_PF_MAC_CONF");
        Some(Step { on_success: Some(done), on_failure_say: Some(failed), ..step })
    };
    netdevs.into_iter().filter_map(write).collect()
}

fn said(text: String) -> Step {
    let log = Step::new(Action::Log(message(Priority::Warning, text)), "SMARTNIC_PF_MAC_CONF");
    Step { on_failure: OnFailure::Ignore, ..log }
}

#[cfg(test)]
mod tests {
    use ibup_config::{MemoryTree, openib};

    use super::*;

    #[test]
    fn the_tracer_is_found_by_either_name_and_switched_on_once() {
        let old = "/sys/kernel/debug/tracing/events/mlx5/fw_tracer/enable";
        let step = firmware_tracer(&MemoryTree::new().with(old, "0\n")).unwrap();
        assert_eq!(step.action.to_string(), format!("echo 1 > {old}"));
        assert_eq!(firmware_tracer(&MemoryTree::new().with(old, "1\n")), None);
        assert_eq!(firmware_tracer(&MemoryTree::new()), None);
    }

    #[test]
    fn long_send_queues_trouble_connect_ib_alone() {
        let with = |size: &str, device: &str| {
            MemoryTree::new()
                .with("/sys/module/ib_ipoib/parameters/send_queue_size", size)
                .with("/sys/bus/pci/devices/0000:04:00.0/vendor", "0x15b3\n")
                .with("/sys/bus/pci/devices/0000:04:00.0/class", "0x020700\n")
                .with("/sys/bus/pci/devices/0000:04:00.0/device", device)
        };
        for (size, device, is_trouble) in
            [("2048\n", "0x1011\n", true), ("1024\n", "0x1011\n", false), ("2048\n", "0x1017\n", false)]
        {
            assert_eq!(send_queue_trouble(&with(size, device)).is_some(), is_trouble, "{size} {device}");
        }
    }

    #[test]
    fn addresses_go_to_the_host_side_of_their_function() {
        let text = "SMARTNIC_PF_MAC_CONF=\"03:00.0-02:00:00:00:00:01 04:00.0-02:00:00:00:00:02\"\n";
        let conf = openib::read("openib.conf", text).unwrap().value;
        let mac = "/sys/bus/pci/devices/0000:03:00.0/net/p0/smart_nic/pf/mac";
        let steps = pf_macs(&MemoryTree::new().with(mac, ""), &conf.smartnic_pf_macs);
        let found: Vec<String> = steps.iter().map(|step| step.action.to_string()).collect();
        let expected = [
            format!("echo 02:00:00:00:00:01 > {mac}"),
            "log openibd: No such device: 0000:04:00.0.".to_owned(),
            "log openibd: Check SMARTNIC_PF_MAC_CONF value in the CONFIG".to_owned(),
        ];
        assert_eq!(found, expected);
        let said = steps[0].on_success.as_ref().map(|said| said.text.as_str());
        assert_eq!(said, Some("PF MAC is set to 02:00:00:00:00:01 via ECPF p0"));
    }
}
