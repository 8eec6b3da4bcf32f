//! Recorded boots keep their verdicts.

use std::fmt::Write;
use std::path::Path;

use ibup_chain::Diagnoser;
use ibup_chain::verdict::{PortVerdict, Verdict};
use ibup_journal::Reader;

fn diagnose(path: &str) -> Verdict {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let file = std::fs::File::open(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut diagnoser = Diagnoser::new();
    diagnoser.begin_source("boot.log");
    let mut reader = Reader::new(file);
    while let Some(entry) = reader.next_entry().expect("a recording is text") {
        diagnoser.observe(&entry);
    }
    diagnoser.verdict()
}

/// Writes a verdict as a reviewer wants to see it.
fn summary(verdict: &Verdict) -> String {
    let mut out = String::new();
    for boot in &verdict.boots {
        let host = boot.host.as_deref().unwrap_or("?");
        let first = boot.first.as_deref().unwrap_or("?");
        writeln!(out, "{host} {first} {:?}", boot.coverage).unwrap();
        boot.ports.iter().for_each(|port| write_port(&mut out, port));
    }
    out
}

fn write_port(out: &mut String, port: &PortVerdict) {
    let name = |name: &Option<String>| name.clone().unwrap_or_else(|| "-".into());
    let (interface, pci, device) = (name(&port.interface), name(&port.pci), name(&port.device));
    writeln!(out, "{interface} {pci} {device}: {}, cause {}", port.outcome.name(), name(&port.cause))
        .unwrap();
    for stage in &port.stages {
        let lines: Vec<_> = stage.evidence.iter().map(|quotation| quotation.line.to_string()).collect();
        let at = stage.at.as_deref().unwrap_or("-");
        writeln!(out, "  {:9} {:?} {at} lines [{}]", stage.stage, stage.state, lines.join(", ")).unwrap();
    }
    for finding in &port.findings {
        let lines: Vec<_> = finding.evidence.iter().map(|quotation| quotation.line.to_string()).collect();
        let (role, confidence) = (finding.role.name(), finding.confidence.name());
        writeln!(out, "  {} {role} {confidence} lines [{}]", finding.code, lines.join(", ")).unwrap();
    }
}

#[test]
fn openibd_disabled() {
    insta::assert_snapshot!(summary(&diagnose("tests/corpus/openibd-disabled/boot.log")));
}

#[test]
fn openibd_enabled() {
    insta::assert_snapshot!(summary(&diagnose("tests/corpus/openibd-enabled/boot.log")));
}

#[test]
fn node_9_failed() {
    insta::assert_snapshot!(summary(&diagnose("../../samples/node-9-failed.log")));
}

#[test]
fn node_9_healthy() {
    insta::assert_snapshot!(summary(&diagnose("../../samples/node-9-healthy.log")));
}

/// The boots of the lab (`cargo xtask lab corpus`), each with a snapshot of its own.
#[test]
fn boots_of_the_lab() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let entries = std::fs::read_dir(corpus).expect("the corpus is there");
    let names = entries.map(|entry| entry.expect("the corpus can be listed").file_name());
    let mut names: Vec<_> = names.map(|name| name.into_string().expect("names are text")).collect();
    names.retain(|name| name.starts_with("lab-"));
    names.sort();
    assert!(!names.is_empty(), "the lab has left nothing behind");
    for name in names {
        insta::assert_snapshot!(name.clone(), summary(&diagnose(&format!("tests/corpus/{name}/boot.log"))));
    }
}
