//! Tasks: what a start does, in order. Most are steps known beforehand; some look once the drivers are there.

use std::fmt;
use std::time::Duration;

use ibup_config::openib::{NodeDescription, PfMac};

use super::choice::{Refusal, Wanted};
use crate::bringup::{Action, Step};

/// One task of a start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    /// Does one step.
    Do(Box<Step>),
    /// Says that a module is wanted and not loaded, which is a failure.
    Refuse(Refusal),
    /// Loads modules by one call, and looks which of them came.
    Load {
        /// The modules.
        modules: Vec<Wanted>,
        /// The call.
        call: Box<Action>,
    },
    /// Switches the firmware tracer on, where the drivers bring one.
    TraceFirmware,
    /// Looks whether the send queue of IPoIB suits a Connect-IB.
    CheckSendQueue,
    /// Gives the host sides of smart NICs their addresses.
    SetPfMacs(Vec<PfMac>),
    /// Waits until every InfiniBand port has its netdev.
    AwaitNetdevs {
        /// The bound.
        at_most: Duration,
    },
    /// Writes node descriptions.
    Describe {
        /// What they say.
        description: NodeDescription,
        /// How long a machine that has no name yet is waited for.
        at_most: Duration,
    },
    /// Says what came of it.
    Conclude,
    /// Lets time pass.
    Pause(Duration),
}

impl From<Step> for Task {
    fn from(step: Step) -> Self {
        Self::Do(Box::new(step))
    }
}

impl Task {
    /// Returns why it is done.
    pub fn reason(&self) -> &str {
        match self {
            Self::Do(step) => &step.reason,
            Self::Refuse(_) => "openib.conf wants it, and it does not fit this machine",
            Self::Load { .. } => "these are wanted and not loaded yet",
            Self::TraceFirmware => "ENABLE_FW_TRACER=yes",
            Self::CheckSendQueue => "a Connect-IB cannot have more than 1024",
            Self::SetPfMacs(_) => "SMARTNIC_PF_MAC_CONF",
            Self::AwaitNetdevs { .. } => {
                "whoever raises interfaces next must find them there, under their names"
            }
            Self::Describe { .. } => "the fabric's tools show the node by this name",
            Self::Conclude => "somebody asked",
            Self::Pause(_) => "POST_START_DELAY",
        }
    }
}

impl fmt::Display for Task {
    /// Writes the task as a person would do it by hand, where that can be said.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Do(step) => step.action.fmt(f),
            Self::Refuse(refusal) => f.write_str(&refusal.text),
            Self::Load { call, .. } => call.fmt(f),
            Self::TraceFirmware => f.write_str("switch the firmware tracer on, if the driver has one"),
            Self::CheckSendQueue => f.write_str("look at the send queue size of ib_ipoib"),
            Self::SetPfMacs(pf_macs) => {
                let pairs: Vec<String> =
                    pf_macs.iter().map(|pf_mac| format!("{} {}", pf_mac.pci, pf_mac.mac)).collect();
                write!(f, "set the addresses of {}", pairs.join(", "))
            }
            Self::AwaitNetdevs { at_most } => {
                write!(f, "wait until every InfiniBand port has its netdev, at most {} s", at_most.as_secs())
            }
            Self::Describe { description, .. } => {
                write!(f, "call each HCA `{} HCA-N`, unless rdma-ndd does so", description.0)
            }
            Self::Conclude => f.write_str("say what came of it"),
            Self::Pause(pause) => write!(f, "wait {} s", pause.as_secs()),
        }
    }
}
