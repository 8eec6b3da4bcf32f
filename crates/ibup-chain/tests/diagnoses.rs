//! Every explanation is a test: each sick boot in it must give exactly its diagnosis as the cause, each healthy boot
//! nothing at all.
//!
//! A boot is a code block whose first line says what to expect: ```` ```journal ib0 down certain ```` names the
//! interface (`-` for none), the outcome and, for a sick boot, the confidence of the finding. What is `possible`, or
//! ends in `note`, is found and blamed for nothing.

use ibup_chain::diagnosis::{self, explanation::section};
use ibup_chain::finding::Role;
use ibup_chain::verdict::{PortVerdict, Verdict};
use ibup_chain::{Diagnoser, Diagnosis};

fn diagnose(log: &str) -> Verdict {
    let mut diagnoser = Diagnoser::new();
    diagnoser.observe_text("example", log).expect("an example is text");
    diagnoser.verdict()
}

/// A boot of an explanation: the words after `journal`, and the lines.
struct Example<'t> {
    expected: Vec<&'t str>,
    log: &'t str,
}

fn examples<'t>(diagnosis: &Diagnosis, text: &'t str, heading: &str) -> Vec<Example<'t>> {
    let section = section(text, heading).unwrap_or_else(|| panic!("{}: no {heading}", diagnosis.code));
    let examples: Vec<_> = section
        .split("```journal")
        .skip(1)
        .map(|block| {
            let (expected, rest) = block.split_once('\n').expect("a block has lines");
            let (log, _) = rest.split_once("```").expect("a block is closed");
            Example { expected: expected.split_whitespace().collect(), log }
        })
        .collect();
    assert!(!examples.is_empty(), "{}: {heading} holds no journal", diagnosis.code);
    examples
}

/// Finds the port of the interface that the example names.
fn port<'v>(verdict: &'v Verdict, interface: &str, code: &str) -> &'v PortVerdict {
    let wanted = Some(interface.to_owned()).filter(|name| name != "-");
    let ports: Vec<_> = verdict.boots.iter().flat_map(|boot| &boot.ports).collect();
    let found = ports.iter().find(|port| port.interface == wanted);
    found.unwrap_or_else(|| panic!("{code}: no port {interface} in {ports:#?}"))
}

#[test]
fn each_sick_boot_gives_exactly_its_diagnosis() {
    for diagnosis in diagnosis::ALL {
        for example in examples(diagnosis, diagnosis.text, "Sick boot") {
            let (interface, outcome, confidence, role) = match example.expected[..] {
                [interface, outcome, "possible"] => (interface, outcome, "possible", Role::Note),
                [interface, outcome, confidence] => (interface, outcome, confidence, Role::Cause),
                [interface, outcome, confidence, "note"] => (interface, outcome, confidence, Role::Note),
                _ => panic!("{}: a sick boot names interface, outcome and confidence", diagnosis.code),
            };
            let verdict = diagnose(example.log);
            let ports = || verdict.boots.iter().flat_map(|boot| &boot.ports);
            let mut causes: Vec<_> = ports().filter_map(|port| port.cause.as_deref()).collect();
            causes.dedup();
            let expected: &[_] = if role == Role::Cause { &[diagnosis.code] } else { &[] };
            assert_eq!(causes, expected, "{}", example.log);
            let port = port(&verdict, interface, diagnosis.code);
            let found = port.findings.iter().find(|finding| finding.code == diagnosis.code);
            let found = found.map(|finding| (port.outcome.name(), finding.confidence.name(), finding.role));
            assert_eq!(found, Some((outcome, confidence, role)), "{}: {}", diagnosis.code, example.log);
        }
    }
}

#[test]
fn each_healthy_boot_gives_nothing() {
    for diagnosis in diagnosis::ALL {
        for example in examples(diagnosis, diagnosis.text, "Healthy boot") {
            let [interface, outcome] = example.expected[..] else {
                panic!("{}: a healthy boot names interface and outcome", diagnosis.code);
            };
            let verdict = diagnose(example.log);
            assert_eq!(port(&verdict, interface, diagnosis.code).outcome.name(), outcome, "{}", example.log);
            let findings: Vec<_> =
                verdict.boots.iter().flat_map(|boot| &boot.ports).flat_map(|port| &port.findings).collect();
            assert!(findings.is_empty(), "{}: {findings:#?}", diagnosis.code);
        }
    }
}
