//! Rules of a site: the documented example, what is refused, and how findings are ranked.

use ibup_chain::finding::Role;
use ibup_chain::verdict::{FindingVerdict, Verdict};
use ibup_chain::{Diagnoser, Rules};

const DOCUMENT: &str = include_str!("../../../docs/rules.md");
const FAILED: &str = include_str!("../../../samples/node-9-failed.log");

/// The example of the documentation.
fn example() -> &'static str {
    let (_, rest) = DOCUMENT.split_once("```toml\n").expect("there is an example");
    rest.split_once("```").expect("the example ends").0
}

fn diagnose(rules: &str, log: &str) -> Verdict {
    let mut diagnoser = Diagnoser::with_rules(Rules::parse(rules).expect("the rules are well"));
    diagnoser.observe_text("boot.log", log).expect("the log is text");
    diagnoser.verdict()
}

fn site_findings(verdict: &Verdict) -> Vec<&FindingVerdict> {
    let findings = verdict.boots.iter().flat_map(|boot| boot.ports.iter().flat_map(|port| &port.findings));
    findings.filter(|finding| finding.code.starts_with("SITE-")).collect()
}

const BUS: &str = "Mar 18 10:29:41 node-9 kernel: pci 0000:4b:00.0: [15b3:101b] type 00 class 0x020700\n";
const MISSED: &str = "Mar 18 10:29:53 node-9 network[2914]: Bringing up interface ib0:  ERROR     : \
    [/etc/sysconfig/network-scripts/ifup-eth] Device ib0 does not seem to be present, delaying initialization.\n";
const REFUSED: &str =
    "Mar 18 10:29:50 node-9 fabric-agent[77]: firmware 20.36.1010 of 0000:4b:00.0 is not on the list\n";

#[test]
fn the_documented_example_is_well_and_names_the_cause() {
    let verdict = diagnose(example(), &[BUS, REFUSED, MISSED].concat());
    let port = &verdict.boots[0].ports[0];
    assert_eq!(port.cause.as_deref(), Some("SITE-0001"), "{verdict:#?}");
    let finding = &port.findings[0];
    assert_eq!((finding.role, &*finding.name), (Role::Cause, "site-agent-refused-firmware"));
    assert_eq!(finding.evidence[0].line, 2);
    assert_eq!(finding.remedy, ["fabric-agent update --firmware"]);
    let text = finding.rule.as_ref().expect("a rule brings its text");
    assert_eq!(text.en.title, "the fabric agent refuses the firmware of the HCA");
    assert!(text.zh.is_some());
}

#[test]
fn a_harmless_rule_is_a_note_and_changes_nothing_else() {
    let noise = "Mar 18 10:40:00 node-9 kernel: lab switch: 12 symbol errors on ib0\n";
    let log = FAILED.to_owned() + &noise.replace("node-9", "node-9.domain.tld");
    let with = diagnose(example(), &log);
    let found = site_findings(&with);
    assert_eq!(
        found.iter().map(|finding| (&*finding.code, finding.role)).collect::<Vec<_>>(),
        [("SITE-0002", Role::Note)]
    );
    let without = diagnose("", &log);
    assert_eq!(with.boots[0].ports[0].cause, without.boots[0].ports[0].cause);
    assert_eq!(with.boots[0].ports[0].stages, without.boots[0].ports[0].stages);
}

#[test]
fn a_line_that_a_pattern_of_ours_reads_may_have_a_rule_too() {
    let rules = rule(
        "0003",
        "Device {netdev} does not seem to be present",
        "network: Device ib0 does not seem to be present",
    );
    let with = diagnose(&rules, FAILED);
    assert_eq!(site_findings(&with).len(), 1);
    let without = diagnose("", FAILED);
    assert_eq!(with.boots[0].ports[0].stages, without.boots[0].ports[0].stages);
}

#[test]
fn a_finding_of_another_port_is_not_of_this_one() {
    let other = REFUSED.replace("0000:4b:00.0", "0000:ca:00.0");
    assert_eq!(site_findings(&diagnose(example(), &[BUS, &other, MISSED].concat())).len(), 0);
}

#[test]
fn what_was_got_over_is_not_found() {
    let log = FAILED.replacen("Mar 18 10:29:43", &format!("{REFUSED}Mar 18 10:29:43"), 1);
    let log = log.replace("node-9 fabric", "node-9.domain.tld fabric").replace("10:29:50", "10:29:43");
    let late = log.replace("Device ib0 does not seem to be present", "Hello");
    assert_eq!(site_findings(&diagnose(example(), &late)).len(), 0);
}

/// A file of one rule.
fn rule(number: &str, pattern: &str, sample: &str) -> String {
    format!(
        "[[rule]]\ncode = \"SITE-{number}\"\nname = \"rule-{number}\"\nstage = \"link\"\nrole = \"root\"\n\
         pattern = \"{pattern}\"\nsamples = [\"{sample}\"]\ntitle = \"t\"\nexplanation = \"e\"\n"
    )
}

#[track_caller]
fn refused(rules: &str, line: usize, reason: &str) {
    let error = Rules::parse(rules).map(|_| ()).expect_err("the rules are refused");
    assert_eq!((error.line, error.message.contains(reason)), (Some(line), true), "{error:?}");
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    let well = rule("1", "the frob {number} hums", "kernel: the frob 7 hums");
    assert_eq!(Rules::parse(&well).expect("it is well").iter().count(), 1);
    refused(&well.replace("SITE-1", "IB0301"), 2, "a code is SITE-");
    refused(&well.replace("SITE-1", "SITE-ü"), 2, "a code is SITE-");
    refused(&well.replace("rule-1", "Rule"), 3, "a name is");
    refused(&well.replace("link", "lynk"), 4, "lynk");
    refused(&well.replace("root", "boss"), 5, "boss");
    refused(&well.replace("{number} hums\"", "{numbre} hums\""), 6, "cannot be read");
    refused(&well.replace("kernel: the frob 7", "kernel: the frob x"), 7, "SITE-1 does not match");
    refused(&well.replace("kernel: the", "the"), 7, "names its speaker");
    refused(&well.replace("[\"kernel: the frob 7 hums\"]", "[]"), 6, "at least one sample");
    refused(&well.replace("\"t\"", "\"\""), 8, "may not be empty");
    refused(&well.replace("\"e\"", "\"\\u001b\""), 9, "control character");
    refused(&(well.clone() + "title_zh = \"t\"\n"), 10, "go together");
    refused(&(well.clone() + "colour = 1\n"), 10, "colour");
    refused(&(well.clone() + "[[rule"), 10, "");
    refused(&(well.clone() + &well), 11, "another rule is called SITE-1");
    refused(
        &(well.clone() + &rule("2", "frob {number}", "kernel: the frob 7 hums")),
        7,
        "SITE-2 matches this, too",
    );
}

#[test]
fn what_would_take_long_or_much_is_refused() {
    let pattern = |pattern: &str| rule("1", pattern, "kernel: x");
    refused(&pattern("abc{any}"), 6, "plain text");
    refused(&pattern("long {any} x {any} x {any}"), 6, "more than 2 holes");
    refused(&pattern(&"word {word} ".repeat(9)), 6, "more than 8 holes");
    refused(&pattern(&"x".repeat(513)), 6, "longer than 512");
    let many: String = (0..1001)
        .map(|n| rule(&n.to_string(), &format!("word {n}."), &format!("kernel: word {n}.")))
        .collect();
    refused(&many, 9001, "more than 1000 rules");
    let long = " ".repeat(ibup_chain::rules::FILE_LENGTH_MAX + 1);
    assert!(Rules::parse(&long).is_err());
}
