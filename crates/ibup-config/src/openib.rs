//! openib.conf: what the stack loads at boot, and how a node presents itself.
//!
//! Fields are named after what they do; the variable stands beside each. A switch is on only for the exact word
//! `yes`, as for the scripts this file was made for, and a spelling that looks like yes is warned about.

use std::time::Duration;

use crate::fields::Fields;
use crate::shell::{self, Assignment, Part, ShellError, Value};
use crate::warning::{Reading, WarningKind};

mod smartnic;

pub use smartnic::{PciAddress, PfMac};

/// The longest delay believed, in seconds: a boot must not wait on a slip of the pen.
pub const DELAY_SECONDS_MAX: u64 = 600;
/// The MTU of connected mode, unless `IPOIB_MTU` says otherwise.
pub const IPOIB_MTU_DEFAULT: u32 = 65520;

/// The settings of openib.conf.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "one field for each variable of the file")]
pub struct OpenibConf {
    /// `ONBOOT`: whether the stack is started at boot. It says nothing about interfaces.
    pub on_boot: bool,
    /// `ALLOW_STOP`: whether a plain stop is obeyed.
    pub allow_stop: bool,
    /// `FORCE_MODE`: whether foreign modules are loaded and unloaded as well.
    pub force_mode: bool,
    /// `NODE_DESC`: what the HCAs of this node call themselves.
    pub node_description: NodeDescription,
    /// `NODE_DESC_TIME_BEFORE_UPDATE`: how long to wait before writing the node description.
    pub node_description_delay: Duration,
    /// `NODE_DESC_UPDATE_TIMEOUT`: how long to wait for a host that is still called `localhost`.
    pub node_description_timeout: Duration,
    /// `POST_START_DELAY`: how long to wait at the end of a start.
    pub post_start_delay: Duration,
    /// `RUN_AFFINITY_TUNER`.
    pub run_affinity_tuner: bool,
    /// `RUN_MLNX_TUNE`.
    pub run_mlnx_tune: bool,
    /// `RUN_SYSCTL`.
    pub run_sysctl: bool,
    /// `ENABLE_FW_TRACER`: off when unset.
    pub enable_firmware_tracer: bool,
    /// `RUN_FW_UPDATER_ONBOOT`.
    pub run_firmware_updater: bool,
    /// `SMARTNIC_PF_MAC_CONF`: addresses that the host side of a smart NIC gets.
    pub smartnic_pf_macs: Vec<PfMac>,
    /// Which modules are loaded.
    pub load: LoadSwitches,
    /// `SRP_DAEMON_ENABLE`.
    pub enable_srp_daemon: bool,
    /// `SET_IPOIB_CM`: which interfaces get connected mode.
    pub connected_mode: ConnectedMode,
    /// `IPOIB_MTU`: the MTU that goes with connected mode.
    pub ipoib_mtu: u32,
    /// Programs run around start and stop.
    pub hooks: Hooks,
    /// Variables that are none of the above, in the order of the file.
    pub others: Vec<Assignment>,
}

/// The `*_LOAD` switches. `None` leaves the decision to whether the module comes from the vendor's packages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LoadSwitches {
    /// `MLX5_LOAD`.
    pub mlx5: Option<bool>,
    /// `UMAD_LOAD`.
    pub umad: Option<bool>,
    /// `UVERBS_LOAD`.
    pub uverbs: Option<bool>,
    /// `IPOIB_LOAD`, forced on by `SDP_LOAD`.
    pub ipoib: Option<bool>,
    /// `RDMA_CM_LOAD`.
    pub rdma_cm: Option<bool>,
    /// `RDMA_UCM_LOAD`.
    pub rdma_ucm: Option<bool>,
    /// `SRP_LOAD`; unset means no.
    pub srp: Option<bool>,
    /// `SDP_LOAD`; unset means no.
    pub sdp: Option<bool>,
    /// `ESP_OFFLOAD_LOAD`; unset means no.
    pub esp_offload: Option<bool>,
    /// `MLX4_EN_LOAD`; only looked at when mlx4 is unloaded.
    pub mlx4_en: Option<bool>,
}

/// `SET_IPOIB_CM`: which interfaces get connected mode where their own configuration is silent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum ConnectedMode {
    /// None.
    #[default]
    No,
    /// All.
    Yes,
    /// Those whose HCA can.
    Auto,
}

/// What the HCAs of a node call themselves, with holes for the host's name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NodeDescription(pub Value);

/// Programs run around start and stop where they exist.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Hooks {
    /// `OPENIBD_PRE_START`.
    pub pre_start: String,
    /// `OPENIBD_POST_START`.
    pub post_start: String,
    /// `OPENIBD_PRE_STOP`.
    pub pre_stop: String,
    /// `OPENIBD_POST_STOP`.
    pub post_stop: String,
}

impl NodeDescription {
    /// Returns the description on a host of this name.
    pub fn resolve(&self, hostname: &str) -> String {
        self.0.resolve(hostname)
    }
}

impl Default for NodeDescription {
    fn default() -> Self {
        Self(Value::part(&Part::HostnameShort))
    }
}

impl Default for OpenibConf {
    /// Returns what an empty file means.
    fn default() -> Self {
        Self::of(&mut Fields::new(Vec::new()), Vec::new())
    }
}

/// Reads openib.conf.
pub fn read(file: &str, text: &str) -> Result<Reading<OpenibConf>, ShellError> {
    let mut fields = Fields::new(shell::read(file, text)?);
    let value = OpenibConf::of(&mut fields, Vec::new());
    warn_of_dead_switches(&mut fields);
    let (others, warnings) = fields.finish();
    Ok(Reading { value: OpenibConf { others, ..value }, warnings })
}

impl OpenibConf {
    fn of(fields: &mut Fields, others: Vec<Assignment>) -> Self {
        let mut yes = |name: &str, default| fields.exact_yes(name).unwrap_or(default);
        Self {
            on_boot: yes("ONBOOT", false),
            allow_stop: yes("ALLOW_STOP", true),
            force_mode: yes("FORCE_MODE", false),
            run_affinity_tuner: yes("RUN_AFFINITY_TUNER", false),
            run_mlnx_tune: yes("RUN_MLNX_TUNE", false),
            run_sysctl: yes("RUN_SYSCTL", false),
            enable_firmware_tracer: yes("ENABLE_FW_TRACER", false),
            run_firmware_updater: yes("RUN_FW_UPDATER_ONBOOT", false),
            enable_srp_daemon: yes("SRP_DAEMON_ENABLE", false),
            node_description: node_description(fields),
            node_description_delay: seconds(fields, "NODE_DESC_TIME_BEFORE_UPDATE", 10),
            node_description_timeout: seconds(fields, "NODE_DESC_UPDATE_TIMEOUT", 120),
            post_start_delay: seconds(fields, "POST_START_DELAY", 0),
            smartnic_pf_macs: smartnic::take(fields),
            load: LoadSwitches::of(fields),
            connected_mode: ConnectedMode::of(fields),
            ipoib_mtu: fields.parsed("IPOIB_MTU", "a number of bytes").unwrap_or(IPOIB_MTU_DEFAULT),
            hooks: Hooks::of(fields),
            others,
        }
    }
}

fn seconds(fields: &mut Fields, name: &str, default: u64) -> Duration {
    fields.seconds(name, DELAY_SECONDS_MAX).unwrap_or(Duration::from_secs(default))
}

fn node_description(fields: &mut Fields) -> NodeDescription {
    let value = fields.value("NODE_DESC").map(|(value, _)| value);
    value.filter(|value| !value.parts().is_empty()).map(NodeDescription).unwrap_or_default()
}

impl LoadSwitches {
    fn of(fields: &mut Fields) -> Self {
        let mut yes = |name: &str| fields.exact_yes(name);
        let sdp = yes("SDP_LOAD");
        let ipoib = yes("IPOIB_LOAD");
        Self {
            mlx5: yes("MLX5_LOAD"),
            umad: yes("UMAD_LOAD"),
            uverbs: yes("UVERBS_LOAD"),
            ipoib: if sdp == Some(true) { Some(true) } else { ipoib },
            rdma_cm: yes("RDMA_CM_LOAD"),
            rdma_ucm: yes("RDMA_UCM_LOAD"),
            srp: yes("SRP_LOAD"),
            sdp,
            esp_offload: yes("ESP_OFFLOAD_LOAD"),
            mlx4_en: yes("MLX4_EN_LOAD"),
        }
    }
}

impl ConnectedMode {
    fn of(fields: &mut Fields) -> Self {
        let name = "SET_IPOIB_CM";
        if let Some((text, place)) = fields.text(name) {
            match text.as_str() {
                "yes" => return Self::Yes,
                "auto" => return Self::Auto,
                "no" => {}
                _ => fields.ignore(name, &text, &place, "yes, no or auto"),
            }
        }
        Self::No
    }
}

impl Hooks {
    fn of(fields: &mut Fields) -> Self {
        let mut path = |name: &str, default: &str| {
            let text = fields.text(name).map(|(text, _)| text);
            text.unwrap_or_else(|| format!("/etc/infiniband/{default}-hook.sh"))
        };
        Self {
            pre_start: path("OPENIBD_PRE_START", "pre-start"),
            post_start: path("OPENIBD_POST_START", "post-start"),
            pre_stop: path("OPENIBD_PRE_STOP", "pre-stop"),
            post_stop: path("OPENIBD_POST_STOP", "post-stop"),
        }
    }
}

/// Takes the switches of features that are gone, and tells who still relies on one.
fn warn_of_dead_switches(fields: &mut Fields) {
    for name in ["LOAD_EIPOIB", "E_IPOIB_LOAD", "RENICE_IB_MAD"] {
        let Some(place) = fields.place(name) else { continue };
        if fields.exact_yes(name) == Some(true) {
            fields.warn(
                &place,
                WarningKind::NoEffect { key: name.to_owned(), why: "the feature no longer exists" },
            );
        }
    }
}
