//! What holds of every verdict, whatever the log says: lines of real boots in any order, damaged or not.

use ibup_chain::finding::Role;
use ibup_chain::port::Outcome;
use ibup_chain::verdict::{PortVerdict, Verdict};
use ibup_chain::{Diagnoser, diagnosis};
use ibup_journal::Reader;
use proptest::prelude::*;

/// All lines of the boots in the explanations: every word the diagnoser knows is among them.
fn known_lines() -> Vec<&'static str> {
    let blocks = diagnosis::ALL.iter().flat_map(|diagnosis| diagnosis.text.split("```journal").skip(1));
    blocks.flat_map(|block| block.split("```").next().unwrap_or_default().lines().skip(1)).collect()
}

fn diagnose(log: &str) -> Verdict {
    let mut diagnoser = Diagnoser::new();
    diagnoser.observe_text("log", log).expect("the log is text");
    diagnoser.verdict()
}

fn check(port: &PortVerdict) {
    let of_role = |role| port.findings.iter().filter(move |finding| finding.role == role);
    let causes: Vec<_> = of_role(Role::Cause).map(|finding| finding.code.clone()).collect();
    assert_eq!(port.cause.iter().cloned().collect::<Vec<_>>(), causes, "one cause, named once");
    assert!(causes.is_empty() || port.findings[0].role == Role::Cause, "the cause comes first");
    assert!(causes.is_empty() || port.outcome.is_bad(), "no cause where nothing is wrong");
    assert!(
        of_role(Role::Consequence).next().is_none() || !causes.is_empty(),
        "no consequence without cause"
    );
    assert_eq!(port.stages.len(), 8);
    assert!(port.outcome != Outcome::RaisedLate || port.interface.is_some());
    for finding in &port.findings {
        assert!(finding.evidence.windows(2).all(|pair| pair[0] != pair[1]), "a line is quoted once");
    }
}

proptest! {
    #[test]
    fn verdicts_make_sense_whatever_the_order(
        picks in prop::collection::vec(any::<prop::sample::Index>(), 0..60),
        cut in any::<prop::sample::Index>(),
    ) {
        let lines = known_lines();
        let log: String = picks.iter().map(|pick| format!("{}\n", pick.get(&lines))).collect();
        for log in [&log[..], cut_at(&log, cut.index(log.len() + 1))] {
            let verdict = diagnose(log);
            verdict.boots.iter().flat_map(|boot| &boot.ports).for_each(check);
            prop_assert_eq!(diagnose(log), verdict, "the same log gives the same verdict");
        }
    }

    #[test]
    fn no_text_stops_the_diagnoser(log in "(?s).{0,400}") {
        diagnose(&log);
    }
}

fn cut_at(text: &str, mut end: usize) -> &str {
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[test]
fn a_log_that_repeats_itself_is_quoted_briefly() {
    let mut diagnoser = Diagnoser::new();
    diagnoser.begin_source("log");
    let line = "kernel: mlx5_core 0000:4b:00.0: Port module event: module 0, Cable unplugged\n".repeat(1000);
    for _ in 0..200 {
        let mut reader = Reader::new(line.as_bytes());
        while let Some(entry) = reader.next_entry().expect("the log is text") {
            diagnoser.observe(&entry);
        }
    }
    let verdict = diagnoser.verdict();
    let quoted: usize = verdict.boots[0].ports[0].stages.iter().map(|stage| stage.evidence.len()).sum();
    assert!(quoted < 20, "{quoted} lines are quoted");
}
