//! The answer for a custom plugin of Kubernetes' node-problem-detector: one line.
//!
//! Source: node-problem-detector, `pkg/custompluginmonitor/plugin/plugin.go`: 0 is no problem, 1 a problem, anything else
//! unknown; of standard output it keeps the first 80 bytes, or as many as its configuration says, and may cut in the midst of
//! a character.

use ibup_chain::check::{Check, Status};

use super::{all_is_well, brief, cut};
use crate::Words;
use crate::evidence::title;

/// What `max_output_length` is in our configuration of it (`dist/npd/ibup.json`), in bytes.
const BYTES_MAX: usize = 512;

/// Writes the answer: what a machine sorts by, then the cause in words.
pub fn render(check: &Check, words: &Words) -> String {
    let mut line = match check.status {
        Status::Good | Status::Unknown => all_is_well(check),
        Status::Bad => brief(check),
    };
    if let Some(cause) = check.troubled().find_map(|interface| interface.cause.as_ref()) {
        line += &format!(": {}", title(words, cause));
    }
    format!("{}\n", cut(&line, BYTES_MAX))
}

/// Returns the status of exit.
pub fn exit_status(check: &Check) -> u8 {
    match check.status {
        Status::Good => 0,
        Status::Bad => 1,
        Status::Unknown => 2,
    }
}
