//! The closed loop: what is broken on purpose, the diagnoser has to name from the journal alone.

use std::collections::BTreeSet;

use ibup_chain::diagnosis;
use ibup_sim::{Fault, Machine, PolicyName, Scenario, simulate};

const SCENARIO: &str = include_str!("one-hca.toml");

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

/// Why the machine cannot have the trouble that a diagnosis names.
const BEYOND: &[(&str, &[&str])] = &[
    (
        "functions are on the bus from the first, and nothing of the bus breaks",
        &[
            "IB0101", "IB0102", "IB0103", "IB0104", "IB0105", "IB0106", "IB0107", "IB0108", "IB0109",
            "IB0110", "IB0111", "IB0112", "IB0113", "IB0114", "IB0115",
        ],
    ),
    (
        "firmware is ready, late, or refuses; nothing happens to it later",
        &[
            "IB0202", "IB0203", "IB0205", "IB0206", "IB0208", "IB0209", "IB0210", "IB0211", "IB0212",
            "IB0213", "IB0214", "IB0215", "IB0216", "IB0217",
        ],
    ),
    (
        "modules are there, missing or of other modules; nothing is unloaded, and units have no circle",
        &[
            "IB0306", "IB0307", "IB0308", "IB0310", "IB0311", "IB0312", "IB0313", "IB0314", "IB0315",
            "IB0316", "IB0317", "IB0318", "IB0319", "IB0320", "IB0322", "IB0323", "IB0324",
        ],
    ),
    (
        "a netdev is allocated or not, gets its name, and has no children",
        &["IB0402", "IB0403", "IB0404", "IB0405", "IB0406", "IB0407", "IB0408", "IB0409"],
    ),
    (
        "the interface manager reads what it is given, and has no bonds",
        &["IB0504", "IB0505", "IB0506", "IB0508", "IB0509", "IB0510"],
    ),
    (
        "network services are there in outline, and what they are told is in order",
        &[
            "IB0602", "IB0603", "IB0604", "IB0605", "IB0606", "IB0607", "IB0608", "IB0609", "IB0610",
            "IB0611", "IB0612", "IB0613", "IB0614",
        ],
    ),
    (
        "a port has a cable and a subnet manager, or no cable",
        &[
            "IB0702", "IB0703", "IB0704", "IB0705", "IB0706", "IB0707", "IB0708", "IB0709", "IB0710",
            "IB0711", "IB0712", "IB0713", "IB0714", "IB0715",
        ],
    ),
    (
        "an interface that is raised has its address, which is its own, and an MTU that fits",
        &["IB0801", "IB0802", "IB0803", "IB0804", "IB0805", "IB0806"],
    ),
];

#[test]
fn every_diagnosis_has_a_fault_or_says_why_it_cannot_be_simulated() {
    let named: BTreeSet<&str> = Fault::ALL.iter().map(|fault| fault.diagnosis()).collect();
    for diagnosis in diagnosis::ALL {
        let is_beyond = BEYOND.iter().any(|(_, codes)| codes.contains(&diagnosis.code));
        assert!(
            named.contains(diagnosis.code) != is_beyond,
            "{} has a fault, or a reason for none",
            diagnosis.code
        );
    }
    let prose: BTreeSet<&str> = Fault::ALL.iter().map(|fault| fault.prose()).collect();
    assert_eq!(prose.len(), Fault::ALL.len(), "two faults are told alike");
}
