//! What a fleet keeps of the verdict on one boot: enough to count, to compare and to draw, without the evidence.

use ibup_chain::coverage::BlindSpot;
use ibup_chain::finding::{Confidence, Role};
use ibup_chain::port::{Outcome, StageState};
use ibup_chain::stage::Stage;
use ibup_chain::verdict::{
    BootVerdict, CoverageVerdict, Factors, FindingVerdict, PortVerdict, StageVerdict, Summary,
};
use serde::{Deserialize, Serialize};

/// What is kept of one boot of one host.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// The host, where the log names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// What was read: a file with what rotation made of it, a directory, a report.
    pub source: String,
    /// The boot's place among those of its source, counted from 0.
    pub place: u64,
    /// The kernel's boot id, where the log tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boot_id: Option<String>,
    /// The time of the first entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<String>,
    /// The time of the last entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<String>,
    /// How many entries were read.
    pub entries: u64,
    /// What the boot comes to.
    pub summary: Summary,
    /// What the log does not show.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blind_spots: Vec<BlindSpot>,
    /// The ports.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ports: Vec<PortRecord>,
    /// Findings of the machine as a whole, where no port is known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<FindingRecord>,
    /// What the machine is made of.
    #[serde(default, skip_serializing_if = "Factors::is_empty")]
    pub factors: Factors,
}

/// What is kept of one port.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PortRecord {
    /// The interface.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interface: Option<String>,
    /// The PCI function.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pci: Option<String>,
    /// The RDMA device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// The port of the RDMA device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u8>,
    /// How the climb ended.
    pub outcome: Outcome,
    /// The code of the cause.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// The stages, in boot order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stages: Vec<StageRecord>,
    /// The findings: the cause first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<FindingRecord>,
    /// What the port is made of.
    #[serde(default, skip_serializing_if = "Factors::is_empty")]
    pub factors: Factors,
}

/// What became of one stage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StageRecord {
    /// The stage.
    pub stage: Stage,
    /// What became of it.
    pub state: StageState,
    /// How many seconds after the boot's first entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingRecord {
    /// The code of the diagnosis, or of the site's rule.
    pub code: String,
    /// Its name.
    pub name: String,
    /// What it is to the port.
    pub role: Role,
    /// How sure it is.
    pub confidence: Confidence,
}

/// What one record is told from others by.
pub(crate) type Key = (String, String);

impl Record {
    /// Keeps what a fleet needs of the verdict on a boot, the one of this place among those of its source.
    pub fn of(boot: &BootVerdict, source: &str, place: u64) -> Self {
        // What has no name yet is called this, on every machine.
        let host = boot.host.clone().filter(|host| !host.starts_with("localhost"));
        Self {
            host,
            source: source.to_owned(),
            place,
            boot_id: boot.boot_id.clone(),
            first: boot.first.clone(),
            last: boot.last.clone(),
            entries: boot.coverage.entries,
            summary: boot.summary(),
            blind_spots: boot.coverage.blind_spots.clone(),
            ports: boot.ports.iter().map(PortRecord::of).collect(),
            findings: boot.findings.iter().map(FindingRecord::of).collect(),
            factors: boot.factors.clone(),
        }
    }

    /// Returns the verdict as far as it was kept: without the lines that show it.
    pub fn verdict(&self) -> BootVerdict {
        BootVerdict {
            host: Some(self.node().to_owned()),
            boot_id: self.boot_id.clone(),
            first: self.first.clone(),
            last: self.last.clone(),
            seconds: None,
            sources: vec![self.source.clone()],
            coverage: CoverageVerdict {
                filtered: self.blind_spots.contains(&BlindSpot::Filtered),
                blind_spots: self.blind_spots.clone(),
                entries: self.entries,
            },
            ports: self.ports.iter().map(PortRecord::verdict).collect(),
            findings: self.findings.iter().map(FindingRecord::verdict).collect(),
            factors: self.factors.clone(),
            comparison: None,
        }
    }

    /// Returns the name of the node: the host's, or where the log names none, that of what was read.
    pub fn node(&self) -> &str {
        self.host.as_deref().unwrap_or(&self.source)
    }

    /// Returns the causes, of ports and of the machine as a whole, each with the port that it is the cause of.
    pub fn causes(&self) -> impl Iterator<Item = (&FindingRecord, Option<&PortRecord>)> {
        let of_ports = self.ports.iter().flat_map(|port| port.findings.iter().map(move |f| (f, Some(port))));
        let of_machine = self.findings.iter().map(|finding| (finding, None));
        of_ports.chain(of_machine).filter(|(finding, _)| finding.role == Role::Cause)
    }

    /// Returns what the record is told from others by: the node, and of its boots the id, else when it began, else its
    /// place.
    pub(crate) fn key(&self) -> Key {
        let boot = self.boot_id.clone().or_else(|| self.first.clone());
        (self.node().to_owned(), boot.unwrap_or_else(|| format!("{}#{}", self.source, self.place)))
    }

    /// Returns the one of two records of a boot that says more: the one of more entries, and where they say as much either,
    /// but always the same.
    pub(crate) fn max(self, other: Self) -> Self {
        let line = |record: &Self| serde_json::to_string(record).unwrap_or_default();
        let order = self.entries.cmp(&other.entries).then_with(|| line(&self).cmp(&line(&other)));
        if order.is_ge() { self } else { other }
    }
}

impl PortRecord {
    fn verdict(&self) -> PortVerdict {
        let stage = |report: &StageRecord| StageVerdict {
            stage: report.stage,
            state: report.state,
            at: None,
            seconds: report.seconds,
            evidence: Vec::new(),
        };
        PortVerdict {
            interface: self.interface.clone(),
            pci: self.pci.clone(),
            device: self.device.clone(),
            port: self.port,
            outcome: self.outcome,
            delay_seconds: None,
            cause: self.cause.clone(),
            stages: self.stages.iter().map(stage).collect(),
            findings: self.findings.iter().map(FindingRecord::verdict).collect(),
            factors: self.factors.clone(),
        }
    }

    fn of(port: &PortVerdict) -> Self {
        let stages = port.stages.iter();
        Self {
            interface: port.interface.clone(),
            pci: port.pci.clone(),
            device: port.device.clone(),
            port: port.port,
            outcome: port.outcome,
            cause: port.cause.clone(),
            stages: stages
                .map(|stage| StageRecord { stage: stage.stage, state: stage.state, seconds: stage.seconds })
                .collect(),
            findings: port.findings.iter().map(FindingRecord::of).collect(),
            factors: port.factors.clone(),
        }
    }
}

impl FindingRecord {
    fn verdict(&self) -> FindingVerdict {
        FindingVerdict {
            code: self.code.clone(),
            name: self.name.clone(),
            role: self.role,
            confidence: self.confidence,
            evidence: Vec::new(),
            check: Vec::new(),
            remedy: Vec::new(),
            rule: None,
        }
    }

    fn of(finding: &FindingVerdict) -> Self {
        Self {
            code: finding.code.clone(),
            name: finding.name.clone(),
            role: finding.role,
            confidence: finding.confidence,
        }
    }
}
