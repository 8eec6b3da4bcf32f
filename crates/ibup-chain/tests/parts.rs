//! One boot in several sources: parts in any order, the same lines twice, what the machine's files say.

use ibup_chain::Diagnoser;
use ibup_chain::fact::{Collected, Fact, FactKind};
use ibup_chain::verdict::{BootVerdict, FindingVerdict, Verdict};

/// Hands a source to the diagnoser.
fn observe(diagnoser: &mut Diagnoser, name: &str, log: &str) {
    diagnoser.observe_text(name, log).expect("the log is text");
}

fn diagnose(sources: &[&str]) -> Verdict {
    let mut diagnoser = Diagnoser::new();
    for (index, log) in sources.iter().enumerate() {
        observe(&mut diagnoser, &format!("part {index}"), log);
    }
    diagnoser.verdict()
}

fn corpus(name: &str) -> String {
    let path = format!("{}/tests/corpus/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).expect("the boot is there")
}

/// What a verdict comes to: of each boot its ports, their outcomes and findings.
fn essence(verdict: &Verdict) -> Vec<Vec<String>> {
    let finding =
        |finding: &FindingVerdict| format!("{} {:?} {:?}", finding.code, finding.role, finding.confidence);
    let boot = |boot: &BootVerdict| {
        let ports = boot.ports.iter().map(|port| {
            let findings: Vec<_> = port.findings.iter().map(finding).collect();
            format!("{:?} {:?} {:?}", port.interface, port.outcome, findings)
        });
        ports.collect()
    };
    verdict.boots.iter().map(boot).collect()
}

#[test]
fn the_parts_of_a_rotated_log_may_come_in_any_order() {
    let two_boots = corpus("openibd-disabled/boot.log") + &corpus("openibd-enabled/boot.log");
    let whole = essence(&diagnose(&[&two_boots]));
    assert_eq!(whole.len(), 2);
    // Cut in the midst of each boot, where systemd is at work.
    let mut parts = vec![String::new()];
    for (number, line) in two_boots.lines().enumerate() {
        if number == 480 || number == 1080 {
            parts.push(String::new());
        }
        parts.last_mut().expect("there is one").extend([line, "\n"]);
    }
    let [first, second, third] = &parts[..] else { panic!("three parts") };
    for order in
        [[first, second, third], [third, first, second], [third, second, first], [second, third, first]]
    {
        let mut found = essence(&diagnose(&order.map(String::as_str)));
        found.sort();
        let mut expected = whole.clone();
        expected.sort();
        assert_eq!(found, expected);
    }
}

#[test]
fn a_log_may_be_rotated_amid_the_enumeration_of_functions() {
    let boot = corpus("openibd-disabled/boot.log");
    let whole = essence(&diagnose(&[&boot]));
    let lines: Vec<&str> = boot.lines().collect();
    let enumerations = (0..lines.len()).filter(|number| lines[*number].contains("] type 00 class "));
    let cuts: Vec<usize> = enumerations.collect();
    assert!(cuts.len() > 2, "{cuts:?}");
    for cut in cuts {
        let parts = [&lines[..cut], &lines[cut..]].map(|part| part.join("\n"));
        assert_eq!(essence(&diagnose(&[&parts[0], &parts[1]])), whole, "cut at {cut}");
        assert_eq!(essence(&diagnose(&[&parts[1], &parts[0]])), whole, "cut at {cut}");
    }
}

#[test]
fn lines_that_two_sources_hold_confuse_nobody() {
    for name in ["openibd-disabled/boot.log", "openibd-enabled/boot.log"] {
        let log = corpus(name);
        let once = essence(&diagnose(&[&log]));
        assert_eq!(essence(&diagnose(&[&log, &log])), once, "{name}");
        // A syslog that has neither the kernel's first words nor the end.
        let lines: Vec<_> = log.lines().collect();
        let middle = lines[lines.len() / 5..lines.len() * 4 / 5].join("\n");
        assert_eq!(essence(&diagnose(&[&log, &middle])), once, "{name}");
        assert_eq!(essence(&diagnose(&[&middle, &log])), once, "{name}");
    }
}

#[test]
fn a_log_without_years_and_one_with_years_are_of_one_boot() {
    for name in ["openibd-disabled/boot.log", "openibd-enabled/boot.log"] {
        let short = corpus(name);
        // As rsyslog writes it today.
        let iso = short.replace("Nov 23 ", "2026-11-23T").replace(" node-9 ", "+08:00 node-9 ");
        let once = essence(&diagnose(&[&iso]));
        for sources in [[&short, &iso], [&iso, &short]] {
            let verdict = diagnose(&sources.map(String::as_str));
            assert_eq!(essence(&verdict), once, "{name}");
            assert!(verdict.boots[0].first.as_deref().is_some_and(|first| first.starts_with("2026-11-23T")));
        }
        // Of another day it is another boot, whatever the year.
        let other = iso.replace("2026-11-23", "2026-06-23");
        assert_eq!(diagnose(&[&short, &other]).boots.len(), 2);
    }
}

#[test]
fn a_host_may_have_its_long_name_in_one_log_and_its_short_one_in_another() {
    let long = corpus("openibd-disabled/boot.log");
    let host = diagnose(&[&long]).boots[0].host.clone().expect("the log names it");
    let longer = long.replace(&format!(" {host} "), &format!(" {host}.cluster.example "));
    let verdict = diagnose(&[&long, &longer]);
    assert_eq!(verdict.boots.len(), 1);
    assert_eq!(verdict.boots[0].host.as_deref(), Some(&*format!("{host}.cluster.example")));
}

/// A boot with what the files of its machine say.
fn with_facts(log: &str, facts: Vec<Fact>) -> BootVerdict {
    let mut diagnoser = Diagnoser::new();
    let machine = diagnoser.begin_machine();
    observe(&mut diagnoser, "journal", log);
    diagnoser.end_machine(machine, Collected { facts, ..Collected::default() });
    diagnoser.verdict().boots.remove(0)
}

fn fact(kind: FactKind, netdev: Option<&str>, file: &str, text: &str) -> Fact {
    let netdev = netdev.map(|name| name.parse().expect("it is a name"));
    Fact { kind, netdev, file: file.to_owned(), line: 3, text: text.to_owned() }
}

/// The boots that the explanation of a diagnosis shows.
fn shown_boots(name: &str) -> Vec<&'static str> {
    let all = ibup_chain::diagnosis::ALL;
    let diagnosis = all.iter().find(|diagnosis| diagnosis.name == name).expect("it is known");
    let blocks = diagnosis.text.split("```journal").skip(1).filter_map(|text| text.split("```").next());
    blocks.filter_map(|block| Some(block.split_once('\n')?.1)).collect()
}

#[test]
fn a_unit_that_is_disabled_settles_what_a_filtered_log_leaves_open() {
    let filtered = shown_boots("driver-stack-not-started")[1];
    let found = |facts| {
        let boot = with_facts(filtered, facts);
        let finding = boot.ports[0].findings.iter().find(|finding| finding.code == "IB0301").cloned();
        (boot.ports[0].cause.clone(), finding.expect("it is found"))
    };
    assert_eq!(found(vec![]).1.confidence, ibup_chain::finding::Confidence::Likely);
    let units = "systemctl_list-unit-files";
    let disabled = fact(FactKind::StackDisabled, None, units, "openibd.service disabled enabled");
    let wanted = fact(FactKind::Wanted, Some("ib1"), "ifcfg-ib1", "ONBOOT=yes");
    let (cause, finding) = found(vec![disabled, wanted]);
    assert_eq!(
        (cause.as_deref(), finding.confidence),
        (Some("IB0301"), ibup_chain::finding::Confidence::Certain)
    );
    let quoted: Vec<_> =
        finding.evidence.iter().map(|line| (&*line.source, line.line, &*line.event)).collect();
    let [.., unit, wish] = quoted[..] else { panic!("both are quoted: {quoted:?}") };
    assert_eq!((unit, wish), ((units, 3, "stack-disabled"), ("ifcfg-ib1", 3, "configured-up")));
    // Whoever runs openibd today may have enabled it today; but the log is filtered and says nothing of it.
    let enabled = fact(FactKind::StackEnabled, None, units, "openibd.service enabled enabled");
    let (cause, finding) = found(vec![enabled]);
    assert_ne!(cause.as_deref(), Some("IB0301"));
    assert_eq!(finding.confidence, ibup_chain::finding::Confidence::Possible);
    let masked = fact(FactKind::StackMasked, None, units, "openibd.service masked enabled");
    assert_eq!(found(vec![masked]).1.remedy[0], "systemctl unmask openibd");
}

#[test]
fn a_log_that_shows_that_openibd_did_not_run_is_believed_whatever_the_unit_is_now() {
    let whole = shown_boots("driver-stack-not-started")[0];
    let enabled = fact(FactKind::StackEnabled, None, "unit-files", "openibd.service enabled");
    let boot = with_facts(whole, vec![enabled]);
    assert_eq!(boot.ports[0].cause.as_deref(), Some("IB0301"));
}

#[test]
fn a_configuration_that_says_onboot_no_explains_why_nobody_raised_the_interface() {
    let nobody = shown_boots("nobody-raised-after-hand-off")[0];
    assert_eq!(with_facts(nobody, vec![]).ports[0].cause.as_deref(), Some("IB0501"));
    let down = |text| fact(FactKind::NotWanted, Some("ib0"), "ib0.file", text);
    let port = with_facts(nobody, vec![down("autoconnect=false")]).ports.remove(0);
    assert_eq!(port.cause.as_deref(), Some("IB0502"));
    let evidence = port.findings[0].evidence.last().expect("there is evidence");
    assert_eq!((&*evidence.source, &*evidence.text), ("ib0.file", "autoconnect=false"));
    assert!(
        port.findings[0].remedy[0].starts_with("nmcli connection modify"),
        "{:?}",
        port.findings[0].remedy
    );
    // It is another interface's.
    let other = fact(FactKind::NotWanted, Some("ib1"), "ib1.file", "ONBOOT=no");
    assert_eq!(with_facts(nobody, vec![other]).ports[0].cause.as_deref(), Some("IB0501"));
    // An interface that came up did so whatever the file says now.
    let healthy = with_facts(&corpus("openibd-enabled/boot.log"), vec![down("ONBOOT=no")]);
    assert_eq!(healthy.ports[0].cause, None);
}

#[test]
fn what_files_say_is_of_the_boot_in_which_they_were_collected() {
    let filtered = shown_boots("driver-stack-not-started")[1];
    let later = filtered.replace("Sep 02", "Sep 09");
    let mut diagnoser = Diagnoser::new();
    let machine = diagnoser.begin_machine();
    observe(&mut diagnoser, "journal", &format!("{later}-- Reboot --\n"));
    observe(&mut diagnoser, "journal.1", filtered);
    let facts = vec![fact(FactKind::StackDisabled, None, "units", "openibd.service disabled")];
    diagnoser.end_machine(machine, Collected { facts, ..Collected::default() });
    let verdict = diagnoser.verdict();
    let confidences: Vec<_> =
        verdict.boots.iter().map(|boot| (boot.first.clone(), boot.ports[0].findings[0].confidence)).collect();
    assert_eq!(confidences.len(), 2);
    for (first, confidence) in confidences {
        let is_last = first.is_some_and(|first| first.starts_with("09-09"));
        assert_eq!(confidence == ibup_chain::finding::Confidence::Certain, is_last);
    }
}

#[test]
fn what_is_read_apart_and_joined_is_as_if_it_had_been_read_here() {
    let logs = ["openibd-disabled/boot.log", "openibd-enabled/boot.log"].map(corpus);
    let mut joined = Diagnoser::new();
    let parts = logs.iter().enumerate().map(|(index, log)| {
        let mut part = joined.branch();
        observe(&mut part, &format!("part {index}"), log);
        part
    });
    let parts: Vec<_> = parts.collect();
    for part in parts {
        joined.join(part);
    }
    assert_eq!(joined.verdict(), diagnose(&logs.each_ref().map(String::as_str)));
}
