//! The answer of a check for those who ask: for monitoring systems by their conventions, one file each; what a person
//! reads is in `text`.
//!
//! Conventions differ in what a status of exit means, so each file says its own. What a machine sorts by (codes, names of
//! interfaces, states) comes first, in ASCII, however the rest is worded.

use ibup_chain::check::{Check, InterfaceCheck, State, Status};

use crate::clean::clean;

pub mod json;
pub mod nagios;
pub mod nhc;
pub mod npd;
pub mod one_line;
pub mod prometheus;

/// What stands where a cause has its code, if none is known.
const NO_CODE: &str = "unknown";

/// Says what is wrong, interfaces of one cause together: `IB0301 ib0,ib1 down driver-stack-not-started; unknown ib2 no-link`.
fn brief(check: &Check) -> String {
    let mut groups: Vec<(&InterfaceCheck, Vec<String>)> = Vec::new();
    for interface in check.troubled() {
        let is_alike =
            |other: &InterfaceCheck| (other.code(), other.state) == (interface.code(), interface.state);
        let name = clean(&interface.interface).into_owned();
        match groups.iter_mut().find(|(first, _)| is_alike(first)) {
            Some((_, names)) => names.push(name),
            None => groups.push((interface, vec![name])),
        }
    }
    let said = groups.iter().map(|(first, names)| {
        let (code, diagnosis) = match &first.cause {
            Some(cause) => (clean(&cause.code), format!(" {}", clean(&cause.name))),
            None => (NO_CODE.into(), String::new()),
        };
        format!("{code} {} {}{diagnosis}", names.join(","), first.state.name())
    });
    said.collect::<Vec<_>>().join("; ")
}

/// Counts the interfaces that are up, and all that should be.
fn counts(check: &Check) -> (usize, usize) {
    let up = check.interfaces.iter().filter(|interface| interface.state == State::Up).count();
    (up, check.interfaces.len())
}

/// Says what the answer comes to where nothing is known to be wrong.
fn all_is_well(check: &Check) -> String {
    match (check.status, check.interfaces.is_empty()) {
        (Status::Unknown, _) => "the configuration could not be read".to_owned(),
        (_, true) => "no interface is expected to be up".to_owned(),
        (_, false) => match counts(check) {
            (1, 1) => "1 interface up".to_owned(),
            (up, _) => format!("{up} interfaces up"),
        },
    }
}

/// Cuts a text to so many bytes, at the end of a character.
fn cut(text: &str, bytes_max: usize) -> &str {
    &text[..text.floor_char_boundary(bytes_max)]
}

#[cfg(test)]
mod tests;
