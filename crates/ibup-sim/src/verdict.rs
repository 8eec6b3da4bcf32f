//! What the shipped diagnoser says of the journal that a simulated machine wrote.

use ibup_chain::finding::Role;
use ibup_chain::verdict::FindingVerdict;
use ibup_chain::{Diagnoser, Verdict};

/// Reads a journal back from its text, as `ibup diagnose` does, and returns the verdict.
pub fn diagnose(name: &str, journal: &str) -> Verdict {
    let mut diagnoser = Diagnoser::new();
    // What a machine in memory writes is text, and can be read to its end.
    let _ = diagnoser.observe_text(name, journal);
    diagnoser.verdict()
}

/// Returns the cause that a verdict names for an interface.
pub fn cause<'v>(verdict: &'v Verdict, interface: &str) -> Option<&'v FindingVerdict> {
    let ports = verdict.boots.iter().flat_map(|boot| &boot.ports);
    let mut own = ports.filter(|port| port.interface.as_deref().is_none_or(|name| name == interface));
    own.find_map(|port| port.findings.iter().find(|finding| finding.role == Role::Cause))
}
