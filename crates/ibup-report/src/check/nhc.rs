//! The answer for LBNL Node Health Check, of which `dist/nhc/ibup.nhc` makes a check: one line.
//!
//! Source: lbnl-nhc's README: a check returns 0 where the node is well. A node that fails is taken out of service, so only what is
//! known to be wrong is a failure; what cannot be told is said and is none.

use ibup_chain::check::{Check, Status};

use super::{all_is_well, brief};

/// Writes the line.
pub fn render(check: &Check) -> String {
    match check.status {
        Status::Good | Status::Unknown => format!("{}\n", all_is_well(check)),
        Status::Bad => format!("{}\n", brief(check)),
    }
}

/// Returns the status of exit.
pub fn exit_status(check: &Check) -> u8 {
    u8::from(check.status == Status::Bad)
}
