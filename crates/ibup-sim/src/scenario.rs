//! Scenarios: a machine and its boot, written down by hand.
//!
//! A scenario says what is there (HCAs, stack, network service, configuration), when things happen if they happen by
//! the clock, and which faults there are. An exploration ignores the times: it takes every order.

use serde::Deserialize;

use crate::fault::Fault;
use crate::machine::PolicyName;

/// The most HCAs a machine has.
pub const HCAS_MAX: usize = 4;

/// A machine and its boot.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// The host's name.
    pub host: String,
    /// When the kernel starts, by the clock on the wall: `2024-03-18 10:29:41`.
    pub begins: String,
    /// The kernel's release.
    #[serde(default = "kernel")]
    pub kernel: String,
    /// systemd's version, which words its messages.
    #[serde(default = "systemd")]
    pub systemd: u32,
    /// Whether the kernel speaks of carrier.
    #[serde(default = "yes")]
    pub carrier_words: bool,
    /// By which policy the machine boots; an exploration takes both.
    #[serde(default)]
    pub policy: PolicyName,
    /// The HCAs, in the order of the bus.
    #[serde(default)]
    pub hca: Vec<Hca>,
    /// The driver stack.
    #[serde(default)]
    pub stack: Stack,
    /// Who else loads modules.
    #[serde(default)]
    pub load: Vec<Load>,
    /// The network service.
    #[serde(default)]
    pub network: Network,
    /// What the network service is told.
    #[serde(default)]
    pub interface: Vec<Interface>,
    /// What is broken on purpose.
    #[serde(default)]
    pub faults: Vec<Fault>,
    /// What people do.
    #[serde(default)]
    pub operator: Vec<Operator>,
    /// How far an exploration goes.
    #[serde(default)]
    pub explore: Bounds,
}

/// An HCA with one port.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hca {
    /// Its PCI address.
    pub function: String,
    /// Vendor and device, as the PCI core writes them.
    #[serde(default = "identity")]
    pub identity: String,
    /// What else the PCI core says of it, word for word.
    #[serde(default)]
    pub bus_words: Vec<String>,
    /// Its IOMMU group, where the kernel tells it.
    pub iommu_group: Option<u32>,
    /// Its firmware.
    #[serde(default = "firmware")]
    pub firmware: String,
    /// What the driver says of its place on the bus.
    pub pcie: Option<String>,
    /// When the driver has taken it up, in seconds since the kernel started.
    #[serde(default = "two")]
    pub bound_at: f64,
    /// How long until it is ready then.
    #[serde(default)]
    pub ready_after: f64,
    /// How long udev takes over its netdev.
    #[serde(default)]
    pub udev_after: f64,
    /// What the kernel calls its netdev, if it does not count from `ib0`.
    pub kernel_name: Option<String>,
    /// What udev calls its netdev, if not as the kernel does.
    pub renamed: Option<String>,
    /// Whether its netdev has connected mode.
    #[serde(default)]
    pub has_connected_mode: bool,
    /// Whether its port has a cable and a subnet manager.
    #[serde(default = "yes")]
    pub has_link: bool,
}

/// The driver stack.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Stack {
    /// Whose it is.
    pub kind: StackKind,
    /// Whether its service is enabled: openibd, or ibup.service in its place.
    pub enabled: bool,
    /// When it is started, if it is, and nothing it waits for is later.
    pub at: f64,
    /// How long its load of each module takes.
    pub takes: f64,
    /// Whether the vendor's scripts are traced by their shell.
    pub traced: bool,
    /// The text of openib.conf beyond `ONBOOT=yes`.
    pub openib_conf: String,
}

/// Whose the driver stack is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StackKind {
    /// The vendor's packages.
    Vendor,
    /// The distribution's, loaded by rdma-core.
    Inbox,
}

/// Somebody who loads modules.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Load {
    /// Who.
    pub by: Loader,
    /// When, in seconds since the kernel started.
    #[serde(default)]
    pub at: f64,
    /// The modules.
    #[serde(default = "ib_ipoib")]
    pub modules: Vec<String>,
}

/// Who loads modules beside the stack's service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Loader {
    /// Anybody, at any time.
    Somebody,
    /// systemd-modules-load.service.
    ModulesLoad,
    /// rdma-load-modules@infiniband.service.
    RdmaCore,
}

/// The network service.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Network {
    /// Which.
    pub service: NetworkService,
    /// When it starts, if nothing it waits for is later.
    pub at: f64,
    /// How long it takes to raise an interface.
    pub takes: f64,
}

/// The network services.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NetworkService {
    /// RHEL's network-scripts.
    NetworkScripts,
    /// Debian's ifupdown.
    Ifupdown,
    /// NetworkManager, in outline: it watches netdevs.
    NetworkManager,
}

/// What the network service is told about an interface.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interface {
    /// The netdev.
    pub name: String,
    /// Whether it is to be up after a boot.
    #[serde(default = "yes")]
    pub onboot: bool,
    /// Whether connected mode is wished.
    #[serde(default)]
    pub connected: bool,
}

/// Something a person does.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operator {
    /// When, in seconds since the kernel started.
    pub at: f64,
    /// What.
    pub does: Deed,
}

/// What a person can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Deed {
    /// Restarts the network service.
    RestartNetwork,
}

/// How far an exploration goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Bounds {
    /// So many programs of ibup are killed in the midst of their work.
    pub crashes: u8,
    /// Whether firmware may take longer than systemd waits for the start of the stack.
    pub slow_firmware: bool,
    /// Whether a unit whose program was killed is started again, by somebody or by the next event.
    pub restarts: bool,
    /// So many states are looked at.
    pub states: u32,
}

impl Default for Hca {
    /// An HCA that is well, at no address of note.
    fn default() -> Self {
        Self {
            function: "0000:00:00.0".to_owned(),
            identity: identity(),
            bus_words: Vec::new(),
            iommu_group: None,
            firmware: firmware(),
            pcie: None,
            bound_at: two(),
            ready_after: 0.0,
            udev_after: 0.0,
            kernel_name: None,
            renamed: None,
            has_connected_mode: false,
            has_link: true,
        }
    }
}

impl Default for Stack {
    fn default() -> Self {
        Self {
            kind: StackKind::Vendor,
            enabled: true,
            at: 6.0,
            takes: 0.2,
            traced: false,
            openib_conf: String::new(),
        }
    }
}

impl Default for Network {
    fn default() -> Self {
        Self { service: NetworkService::NetworkScripts, at: 12.0, takes: 0.5 }
    }
}

impl Default for Bounds {
    fn default() -> Self {
        Self { crashes: 0, slow_firmware: false, restarts: true, states: 4_000_000 }
    }
}

/// A scenario that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScenarioError {
    /// It is not the TOML of a scenario.
    #[error("{file}:{line}: {reason}")]
    Syntax {
        /// The file.
        file: String,
        /// The line.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// It says something that cannot be.
    #[error("{file}: {reason}")]
    Sense {
        /// The file.
        file: String,
        /// What.
        reason: String,
    },
}

impl Scenario {
    /// Reads a scenario; `file` is what errors call it.
    pub fn read(file: &str, text: &str) -> Result<Self, ScenarioError> {
        let scenario: Self = toml::from_str(text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start.min(text.len()));
            let line = text.get(..start).unwrap_or_default().matches('\n').count() + 1;
            ScenarioError::Syntax { file: file.to_owned(), line, reason: error.message().to_owned() }
        })?;
        let sense = |reason: String| ScenarioError::Sense { file: file.to_owned(), reason };
        if scenario.hca.is_empty() || scenario.hca.len() > HCAS_MAX {
            return Err(sense(format!("a machine has 1 to {HCAS_MAX} HCAs, not {}", scenario.hca.len())));
        }
        if crate::clock::parse(&scenario.begins).is_none() {
            return Err(sense(format!("begins = `{}` is no time like 2024-03-18 10:29:41", scenario.begins)));
        }
        let names = scenario.hca.iter().flat_map(|hca| hca.kernel_name.iter().chain(&hca.renamed));
        let names = names.chain(scenario.interface.iter().map(|interface| &interface.name));
        for name in names {
            name.parse::<ibup_config::NetdevName>()
                .map_err(|_| sense(format!("no netdev is called `{name}`")))?;
        }
        Ok(scenario)
    }
}

fn yes() -> bool {
    true
}

fn two() -> f64 {
    2.0
}

fn systemd() -> u32 {
    239
}

fn kernel() -> String {
    "4.18.0-372.9.1.el8.x86_64".to_owned()
}

fn identity() -> String {
    "15b3:101b".to_owned()
}

fn firmware() -> String {
    "20.36.1010".to_owned()
}

fn ib_ipoib() -> Vec<String> {
    vec!["ib_ipoib".to_owned()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_word_is_named_with_its_line() {
        let text = "host = \"n\"\nbegins = \"2024-03-18 10:29:41\"\n\n[[hca]]\nfunction = \"0000:4b:00.0\"\nfirmwear = \"1\"\n";
        let error = Scenario::read("x.toml", text).unwrap_err().to_string();
        assert!(error.starts_with("x.toml:6: unknown field `firmwear`"), "{error}");
    }

    #[test]
    fn a_machine_without_an_hca_makes_no_sense() {
        let text = "host = \"n\"\nbegins = \"2024-03-18 10:29:41\"\n";
        let error = Scenario::read("x.toml", text).unwrap_err().to_string();
        assert_eq!(error, "x.toml: a machine has 1 to 4 HCAs, not 0");
    }

    #[test]
    fn a_time_that_is_none_is_refused() {
        let text = "host = \"n\"\nbegins = \"yesterday\"\n[[hca]]\nfunction = \"0000:4b:00.0\"\n";
        assert!(matches!(Scenario::read("x.toml", text), Err(ScenarioError::Sense { .. })));
    }
}
