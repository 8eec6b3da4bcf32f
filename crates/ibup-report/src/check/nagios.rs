//! The answer for Nagios, Icinga and Naemon: a line with performance data, then lines for people.
//!
//! Source: the Monitoring Plugins development guidelines: 0 OK, 2 CRITICAL, 3 UNKNOWN; 1, WARNING, is not used, since an
//! interface is up or not. `|` begins performance data and stands nowhere else.

use ibup_chain::check::{Check, Status};

use super::{all_is_well, brief, counts};
use crate::Words;

/// Transports between a node and its monitoring keep so many bytes (NRPE's packets).
const BYTES_MAX: usize = 4000;

/// Writes the answer.
pub fn render(check: &Check, words: &Words) -> String {
    let (up, all) = counts(check);
    let (word, said) = match check.status {
        Status::Good => ("OK", all_is_well(check)),
        Status::Unknown => ("UNKNOWN", all_is_well(check)),
        Status::Bad => ("CRITICAL", format!("{}/{all} not up: {}", all - up, brief(check))),
    };
    let said = said.replace('|', "/");
    let mut text = format!("IBUP {word} - {said} | 'up'={up};;{all}:;0;{all}\n");
    // What a person reads of it, without what only a terminal shows.
    let long = crate::text::check::render(check, words, crate::text::Layout::default()).replace('|', ":");
    text += super::cut(&long, BYTES_MAX.saturating_sub(text.len()));
    text
}

/// Returns the status of exit.
pub fn exit_status(check: &Check) -> u8 {
    match check.status {
        Status::Good => 0,
        Status::Bad => 2,
        Status::Unknown => 3,
    }
}
