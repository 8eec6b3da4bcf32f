//! The verdict: the answer for each boot, as data.
//!
//! Its JSON form is `ibup.verdict/1`; it only ever grows. Renderers and fleets read this and nothing else.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::coverage::BlindSpot;
use crate::finding::{Confidence, Role};
use crate::port::{Outcome, StageState};
use crate::stage::Stage;

mod comparison;
mod rule;

pub use comparison::{Comparison, Difference, Moment, PortComparison, PortName, StepComparison};
pub use rule::{LocalText, RuleText};

/// The name of the JSON form.
pub const SCHEMA: &str = "ibup.verdict/1";

/// What something is made of, by name, as far as the log tells: what the sick of a fleet may have in common.
pub type Factors = BTreeMap<String, String>;

/// The answer for all boots that were read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// [`SCHEMA`].
    pub schema: String,
    /// The boots, in the order they were met.
    pub boots: Vec<BootVerdict>,
}

/// The answer for one boot of one host.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BootVerdict {
    /// The host, where the log names it.
    pub host: Option<String>,
    /// The kernel's boot id, where the log tells it.
    pub boot_id: Option<String>,
    /// The time of the first entry.
    pub first: Option<String>,
    /// The time of the last entry.
    pub last: Option<String>,
    /// How long the log watches, in seconds.
    pub seconds: Option<f64>,
    /// The sources that hold the boot's entries.
    pub sources: Vec<String>,
    /// How much of the boot the log shows.
    pub coverage: CoverageVerdict,
    /// The ports of the machine.
    pub ports: Vec<PortVerdict>,
    /// Findings of the machine as a whole, where no port is known.
    pub findings: Vec<FindingVerdict>,
    /// What the machine is made of: `kernel`, `network-service`.
    #[serde(default, skip_serializing_if = "Factors::is_empty")]
    pub factors: Factors,
    /// The boot beside a healthy one, where it was compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comparison: Option<Comparison>,
}

/// How much of a boot its log shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoverageVerdict {
    /// Whether the log seems to hold only lines on some subject.
    pub filtered: bool,
    /// What the log does not show.
    pub blind_spots: Vec<BlindSpot>,
    /// How many entries were read.
    pub entries: u64,
}

/// The answer for one port.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PortVerdict {
    /// The interface.
    pub interface: Option<String>,
    /// The PCI function.
    pub pci: Option<String>,
    /// The RDMA device.
    pub device: Option<String>,
    /// The port of the RDMA device.
    pub port: Option<u8>,
    /// How the climb ended.
    pub outcome: Outcome,
    /// How many seconds the netdev waited until it was raised.
    pub delay_seconds: Option<f64>,
    /// The code of the cause.
    pub cause: Option<String>,
    /// The eight stages.
    pub stages: Vec<StageVerdict>,
    /// The findings: the cause first.
    pub findings: Vec<FindingVerdict>,
    /// What the port is made of: `card` (PCI vendor and device), `firmware`.
    #[serde(default, skip_serializing_if = "Factors::is_empty")]
    pub factors: Factors,
}

/// What became of one stage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StageVerdict {
    /// The stage.
    pub stage: Stage,
    /// What became of it.
    pub state: StageState,
    /// When.
    pub at: Option<String>,
    /// How many seconds after the boot's first entry.
    pub seconds: Option<f64>,
    /// What shows it.
    pub evidence: Vec<Quotation>,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FindingVerdict {
    /// The code of the diagnosis.
    pub code: String,
    /// The name of the diagnosis.
    pub name: String,
    /// What it is to the port.
    pub role: Role,
    /// How sure it is.
    pub confidence: Confidence,
    /// The lines that show it.
    pub evidence: Vec<Quotation>,
    /// Commands that confirm or refute it.
    pub check: Vec<String>,
    /// Commands that repair it.
    pub remedy: Vec<String>,
    /// Of a rule of the site: what it tells people, which no reader could look up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<RuleText>,
}

/// A line of a source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quotation {
    /// The source that holds it.
    pub source: String,
    /// Its line there, counted from 1.
    pub line: u64,
    /// How many seconds after the boot's first entry, where the source tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
    /// The line, clean, and cut if it is very long.
    pub text: String,
    /// What it means: the name of an event, or `sign` for a line that only its diagnosis knows.
    pub event: String,
    /// Of a line that tells of the load of a module: which, and by whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub load: Option<LoadVerdict>,
}

/// Which module was loaded, and by whom, as far as the log tells.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoadVerdict {
    /// The module.
    pub module: String,
    /// The process that had the kernel load it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub process: Option<String>,
    /// The systemd unit the process belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// The process that started it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_by: Option<String>,
    /// Where the kernel itself started it: the process it did so for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_by: Option<String>,
    /// The unit of that process.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_by_unit: Option<String>,
}

/// What the verdict comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Summary {
    /// Nothing wrong was found.
    Good,
    /// Something is wrong.
    Bad,
    /// Nothing can be told.
    Unknown,
}

impl Verdict {
    /// Returns what the verdict comes to: the worst of what is known of any boot.
    pub fn summary(&self) -> Summary {
        let comes_to = |summary| self.boots.iter().any(|boot| boot.summary() == summary);
        let known = [Summary::Bad, Summary::Good].into_iter().find(|summary| comes_to(*summary));
        known.unwrap_or(Summary::Unknown)
    }
}

impl BootVerdict {
    /// Returns what the verdict on the boot comes to.
    pub fn summary(&self) -> Summary {
        let is_blamed = self.findings.iter().any(|finding| finding.role == Role::Cause);
        if is_blamed || self.ports.iter().any(|port| port.outcome.is_bad()) {
            Summary::Bad
        } else if self.ports.iter().any(|port| port.outcome == Outcome::Up) {
            Summary::Good
        } else {
            Summary::Unknown
        }
    }
}

impl PortVerdict {
    /// Returns the answer for a port of which nothing is known.
    pub fn unknown() -> Self {
        Self {
            interface: None,
            pci: None,
            device: None,
            port: None,
            outcome: Outcome::Unknown,
            delay_seconds: None,
            cause: None,
            stages: Vec::new(),
            findings: Vec::new(),
            factors: Factors::new(),
        }
    }
}
