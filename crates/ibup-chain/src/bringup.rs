//! Bring-up: what to do so that configured interfaces are up.
//!
//! ```text
//! Tree (raw words of the machine) -> plan (pure) -> Plan: steps with reasons -> carry_out -> Host::perform
//! ```
//!
//! Planning and doing are apart: a plan can be printed, compared and tested without a machine, and what is carried out
//! is exactly the plan that was printed.

pub mod action;
pub mod boot_question;
pub mod children;
pub mod configure;
pub mod interface;
pub mod modules;
pub mod node_description;
pub mod plan;
pub mod raise;
pub mod relaxed_ordering;
pub mod stack;
pub mod users;

pub use action::{Action, ActionError, LinkChange, Message, Priority};
pub use plan::{OnFailure, Plan, Report, Step, carry_out};
