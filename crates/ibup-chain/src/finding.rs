//! Findings: diagnoses seen in a boot.

use serde::{Deserialize, Serialize};

use crate::event::Event;
use crate::port::Port;

mod tool;

pub use tool::{Setting, Tool, ifcfg};

/// What a diagnosis found on a port: what shows it and what to do.
#[derive(Debug, Clone)]
pub struct Finding<'b> {
    /// How sure it is.
    pub confidence: Confidence,
    /// The events that show it, in order.
    pub evidence: Vec<&'b Event>,
    /// Commands that confirm or refute it.
    pub check: Vec<String>,
    /// Commands that repair it.
    pub remedy: Vec<String>,
}

/// How sure a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// It fits what is seen; so do other things.
    Possible,
    /// It is the best explanation, and something that would settle it is not in the log.
    Likely,
    /// The log shows it.
    Certain,
}

impl Confidence {
    /// Returns the name as it stands in verdicts.
    pub fn name(self) -> &'static str {
        match self {
            Self::Possible => "possible",
            Self::Likely => "likely",
            Self::Certain => "certain",
        }
    }
}

/// What a finding is to its port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Why the interface did not come up, or is of no use. One a port.
    Cause,
    /// What followed from the cause.
    Consequence,
    /// True, and not the reason.
    Note,
}

impl Role {
    /// Returns the name as it stands in verdicts.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cause => "cause",
            Self::Consequence => "consequence",
            Self::Note => "note",
        }
    }
}

impl<'b> Finding<'b> {
    /// Starts a finding that nothing shows yet.
    pub fn new(confidence: Confidence) -> Self {
        Self { confidence, evidence: Vec::new(), check: Vec::new(), remedy: Vec::new() }
    }

    /// Starts the finding of a trouble of the function or its driver at which the climb ended, shown by its signs: certain
    /// where the driver gave the function up after them.
    pub fn of_end(port: &Port<'b>, code: &str) -> Option<Self> {
        let signs = port.ending_signs(code);
        let failed = port.given_up_after(signs.first()?);
        Some(Self::certain_if(failed).shown_by(signs).shown_by(failed))
    }

    /// Starts the finding of a trouble on the bus that kept the driver from the function, shown by its signs: certain where
    /// the driver gave the function up.
    pub fn of_function(port: &Port<'b>, signs: Vec<&'b Event>) -> Option<Self> {
        if port.driver_overcame(signs.last()?) {
            return None;
        }
        let failed = port.driver_failed();
        Some(Self::certain_if(failed).shown_by(signs).shown_by(failed))
    }

    fn certain_if(shown: Option<&Event>) -> Self {
        Self::new(if shown.is_some() { Confidence::Certain } else { Confidence::Likely })
    }

    /// Adds what shows it.
    #[must_use]
    pub fn shown_by(mut self, events: impl IntoIterator<Item = &'b Event>) -> Self {
        for event in events {
            if !self.evidence.iter().any(|known| known.order == event.order) {
                self.evidence.push(event);
            }
        }
        self.evidence.sort_by_key(|event| event.order);
        self
    }

    /// Adds a command that confirms or refutes it.
    #[must_use]
    pub fn check(mut self, command: impl Into<String>) -> Self {
        self.check.push(command.into());
        self
    }

    /// Adds a command that repairs it.
    #[must_use]
    pub fn remedy(mut self, command: impl Into<String>) -> Self {
        self.remedy.push(command.into());
        self
    }

    /// Adds commands that repair it.
    #[must_use]
    pub fn remedies(mut self, commands: impl IntoIterator<Item = String>) -> Self {
        self.remedy.extend(commands);
        self
    }
}

/// Returns the port's interface as it stands in commands; `ib0` where the log names none.
pub fn interface(port: &Port<'_>) -> String {
    port.netdev.as_ref().map_or_else(|| "ib0".into(), ToString::to_string)
}

/// Returns the port's RDMA device as it stands in commands; `mlx5_0` where the log names none.
pub fn device(port: &Port<'_>) -> String {
    port.hca.as_ref().map_or_else(|| "mlx5_0".into(), ToString::to_string)
}

/// Returns the port's function as it stands in commands; `15b3:` (any Mellanox function, as `lspci -d` takes it) where
/// the log names none.
pub fn function_option(port: &Port<'_>) -> String {
    port.pci.map_or_else(|| "-d 15b3:".into(), |pci| format!("-s {pci}"))
}

/// Returns the command that shows what the kernel said of the port's function in this boot; of all HCAs where the log
/// names none.
pub fn kernel_lines(port: &Port<'_>) -> String {
    let words = port.pci.map_or_else(|| "-E 'mlx|mthca|hfi1|qib'".into(), |pci| format!("-F '{pci}'"));
    format!("journalctl -k -b --no-pager | grep {words}")
}
