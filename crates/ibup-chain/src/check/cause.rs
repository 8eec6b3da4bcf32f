//! Why an interface is not up: which finding of the boot's verdict fits how far it has come by now.
//!
//! The verdict tells how the boot went. Since then somebody may have got over its trouble by hand, and there may be
//! another; so only a finding of a stage that the interface has not passed is a cause.

use super::{InterfaceCheck, State};
use crate::Diagnosis;
use crate::diagnosis::Nature;
use crate::finding::{Confidence, Role};
use crate::port::Outcome;
use crate::stage::Stage;
use crate::verdict::{BootVerdict, FindingVerdict, PortVerdict};

/// Gives causes to the interfaces that are not up.
pub(super) fn explain(interfaces: &mut [InterfaceCheck], boot: &BootVerdict) {
    let known: Vec<String> = interfaces.iter().map(|interface| interface.interface.clone()).collect();
    for interface in interfaces.iter_mut().filter(|interface| !interface.is_up()) {
        let found = match port_of(interface, &known, boot) {
            Some(port) => of_port(interface.state, port),
            None => boot.findings.iter().find(|finding| is_cause(finding, interface.state)),
        };
        interface.cause = found.cloned();
    }
}

/// Finds what the verdict calls the port of an interface: by its name, by its port, or as the one that has no name where
/// the verdict knows but one, or all that it knows have the same cause.
fn port_of<'b>(
    interface: &InterfaceCheck,
    known: &[String],
    boot: &'b BootVerdict,
) -> Option<&'b PortVerdict> {
    let by_name = boot.ports.iter().find(|port| port.interface.as_ref() == Some(&interface.interface));
    let by_port = || {
        let device = interface.port.device.as_ref()?;
        let is_port = |port: &&PortVerdict| {
            let number = port.port.map_or(1, u32::from);
            port.device.as_ref() == Some(device) && Some(number) == interface.port.number
        };
        boot.ports.iter().find(is_port).filter(|port| port.interface.is_none())
    };
    let by_absence = || {
        let is_nobodys =
            |port: &&PortVerdict| port.interface.as_ref().is_none_or(|name| !known.contains(name));
        let mut nameless = boot.ports.iter().filter(is_nobodys);
        let first = nameless.next().filter(|_| interface.state == State::Missing)?;
        let is_alike = |port: &PortVerdict| port.cause.is_some() && port.cause == first.cause;
        nameless.all(is_alike).then_some(first)
    };
    by_name.or_else(by_port).or_else(by_absence)
}

fn of_port(state: State, port: &PortVerdict) -> Option<&FindingVerdict> {
    let came_up = matches!(port.outcome, Outcome::Up | Outcome::RaisedLate);
    // It was up by then: whoever lowered it since has nothing to do with how it came up.
    if came_up && state == State::Down {
        return None;
    }
    let mut causes = port.findings.iter().filter(|finding| is_cause(finding, state));
    match state {
        State::NoAddress => {
            let of_address = causes.clone().find(|finding| stage(finding) == Some(Stage::Address));
            of_address.or_else(|| causes.find(|_| !came_up))
        }
        State::NoLink => {
            let of_link = causes.clone().find(|finding| stage(finding) == Some(Stage::Link));
            of_link.or_else(|| causes.next())
        }
        State::Missing | State::Down | State::Up => causes.next(),
    }
}

/// Returns whether a finding can be the cause of what an interface is now.
fn is_cause(finding: &FindingVerdict, state: State) -> bool {
    let is_harmless = Diagnosis::find(&finding.code).is_some_and(|known| known.nature == Nature::Harmless);
    let is_sure = finding.confidence >= Confidence::Likely && (finding.role != Role::Note || !is_harmless);
    let fits = stage(finding).is_none_or(|stage| match state {
        State::Missing => stage <= Stage::Netdev || finding.role == Role::Cause,
        State::Down => stage <= Stage::Network,
        // What keeps a function from working keeps it from having a link; who did not raise the interface does not.
        State::NoLink => stage <= Stage::Driver || stage == Stage::Link,
        State::NoAddress => stage <= Stage::Network || stage == Stage::Address,
        State::Up => false,
    });
    is_sure && fits
}

/// Returns the stage of a finding; of a rule of the site nobody knows it.
fn stage(finding: &FindingVerdict) -> Option<Stage> {
    Stage::of_code(&finding.code)
}
