//! The closed loop: what is broken on purpose, the diagnoser has to name from the journal alone.

use std::collections::BTreeSet;

use ibup_chain::diagnosis;
use ibup_sim::{Fault, Machine, PolicyName, Scenario, simulate};

const SCENARIO: &str = r#"
host = "node-7"
begins = "2024-07-01 10:10:00"
policy = "reference"
faults = []

[[hca]]
function = "0000:17:00.0"

[[interface]]
name = "ib0"
"#;

fn broken(fault: Fault) -> Scenario {
    let mut scenario = Scenario::read("faults", SCENARIO).expect("it is a scenario");
    scenario.faults = vec![fault];
    scenario
}

#[test]
fn every_fault_is_named_by_its_diagnosis() {
    let mut wrong = Vec::new();
    for fault in Fault::ALL {
        let simulation = simulate(&Machine::new(&broken(fault)), None);
        let ports = simulation.verdict.boots.iter().flat_map(|boot| &boot.ports);
        let causes: Vec<_> = ports.filter_map(|port| port.cause.as_deref()).collect();
        if causes != [fault.diagnosis()] {
            wrong.push(format!("{fault:?} is taken for {causes:?}\n{}", simulation.journal));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn without_a_fault_nothing_is_found() {
    let scenario = Scenario::read("faults", SCENARIO).expect("it is a scenario");
    for policy in [PolicyName::Reference, PolicyName::Converge] {
        let scenario = Scenario { policy, ..scenario.clone() };
        let simulation = simulate(&Machine::new(&scenario), None);
        let port = &simulation.verdict.boots[0].ports[0];
        assert_eq!((port.outcome.name(), port.cause.as_deref()), ("up", None), "{}", simulation.journal);
    }
}

#[test]
fn every_diagnosis_has_a_fault_or_says_why_it_cannot_be_simulated() {
    let named: BTreeSet<&str> = Fault::ALL.iter().map(|fault| fault.diagnosis()).collect();
    for diagnosis in diagnosis::ALL {
        let says_why = diagnosis.text.contains("cannot be simulated");
        assert!(named.contains(diagnosis.code) || says_why, "{} has no fault", diagnosis.code);
    }
    let prose: BTreeSet<&str> = Fault::ALL.iter().map(|fault| fault.prose()).collect();
    assert_eq!(prose.len(), Fault::ALL.len(), "two faults are told alike");
}
