//! What a boot looks like beside a healthy one, as data: part of the verdict of a boot that was compared.

use serde::{Deserialize, Serialize};

use super::Quotation;
use crate::coverage::BlindSpot;
use crate::port::Outcome;
use crate::stage::Stage;

/// A boot beside a healthy one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// The host of the healthy boot, where its log names it.
    pub host: Option<String>,
    /// The kernel's id of that boot, where its log tells it.
    pub boot_id: Option<String>,
    /// The time of its first entry.
    pub first: Option<String>,
    /// The sources that hold its entries.
    pub sources: Vec<String>,
    /// Whether it is healthy indeed: every interface that is wanted came up.
    pub healthy: bool,
    /// What its log does not show.
    pub blind_spots: Vec<BlindSpot>,
    /// The ports of both boots, each with its like.
    pub ports: Vec<PortComparison>,
}

/// A port beside its like in the healthy boot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PortComparison {
    /// The port here; nothing where only the healthy boot has such a port.
    pub here: Option<PortName>,
    /// Its like in the healthy boot; nothing where that has no such port.
    pub there: Option<PortName>,
    /// The steps of both, in the order of the healthy boot.
    pub steps: Vec<StepComparison>,
    /// How many lines that only one of the boots has, and that no diagnosis knows, are left out because they are many.
    pub unlisted: u64,
}

/// By what a port is known in its boot, and how it ended there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortName {
    /// The interface.
    pub interface: Option<String>,
    /// The PCI function.
    pub pci: Option<String>,
    /// How the climb ended.
    pub outcome: Outcome,
}

/// A step of both boots, or of one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepComparison {
    /// The name of the step.
    pub step: String,
    /// Of which module, service or diagnosis, where there are several such steps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The stage it belongs to, where it belongs to one.
    pub stage: Option<Stage>,
    /// What shows it here.
    pub here: Option<Moment>,
    /// What shows it in the healthy boot.
    pub there: Option<Moment>,
    /// What differs, and matters.
    pub differences: Vec<Difference>,
}

/// When something happened, and the line that shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Moment {
    /// When.
    pub at: Option<String>,
    /// How many seconds after the first step that both boots have; less than 0 before it.
    pub seconds: Option<f64>,
    /// The line.
    pub evidence: Quotation,
}

/// How a step differs from the same one of the healthy boot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Difference {
    /// It did not happen, as far as the log shows.
    Missing,
    /// It happened here alone.
    OnlyHere,
    /// It happened only after another step, before which it happened in the healthy boot.
    OnlyAfter {
        /// The other step.
        step: String,
    },
    /// It took much longer since the step before it.
    Longer {
        /// The step before it.
        since: String,
        /// How many seconds it took here.
        seconds_here: f64,
        /// How many seconds it took in the healthy boot.
        seconds_there: f64,
    },
}

impl Comparison {
    /// Returns whether anything differs that matters.
    pub fn differs(&self) -> bool {
        self.ports.iter().any(PortComparison::differs)
    }
}

impl PortComparison {
    /// Returns whether anything differs that matters.
    pub fn differs(&self) -> bool {
        let is_alone = self.here.is_none() || self.there.is_none();
        is_alone || self.steps.iter().any(|step| !step.differences.is_empty())
    }
}
