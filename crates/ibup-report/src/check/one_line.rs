//! The answer as one line without host or time, so that nodes with the same trouble give the same bytes and tools fold
//! them (`clush -b`, `dshbak -c`).
//!
//! The first word is `ok`, `unknown`, or the code of the first cause.

use ibup_chain::check::{Check, Status};

use super::{all_is_well, brief};

/// Writes the line.
pub fn render(check: &Check) -> String {
    match check.status {
        Status::Good => format!("ok {}\n", all_is_well(check)),
        Status::Unknown => format!("unknown {}\n", all_is_well(check)),
        Status::Bad => format!("{}\n", brief(check)),
    }
}
