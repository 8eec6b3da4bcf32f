//! `ibup diagnose --rules` and `ibup rules check` as people run them.

use std::io::Write;
use std::process::{Command, Output};

const DOCUMENT: &str = include_str!("../../../docs/rules.md");
const LOG: &str = "\
Mar 18 10:29:41 node-9 kernel: pci 0000:4b:00.0: [15b3:101b] type 00 class 0x020700
Mar 18 10:29:50 node-9 fabric-agent[77]: firmware 20.36.1010 of 0000:4b:00.0 is not on the list
Mar 18 10:29:53 node-9 network[2914]: Bringing up interface ib0:  ERROR     : [/etc/sysconfig/network-scripts/ifup-eth] Device ib0 does not seem to be present, delaying initialization.
";

fn run(arguments: &[&str]) -> Output {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("ibup"));
    command.args(arguments).env_clear().env("LANG", "C.UTF-8").output().expect("the program runs")
}

/// Writes a file that is there as long as the value.
fn file(text: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().expect("a file can be made");
    file.write_all(text.as_bytes()).expect("it can be written");
    file
}

fn path(file: &tempfile::NamedTempFile) -> &str {
    file.path().to_str().expect("its name is UTF-8")
}

fn example() -> &'static str {
    let (_, rest) = DOCUMENT.split_once("```toml\n").expect("there is an example");
    rest.split_once("```").expect("the example ends").0
}

#[test]
fn what_a_rule_finds_stands_in_every_form() {
    let (rules, log) = (file(example()), file(LOG));
    for (form, words) in [
        ("text", "error[SITE-0001]: the fabric agent refuses the firmware of the HCA"),
        ("markdown", "error SITE-0001: the fabric agent refuses the firmware of the HCA"),
        ("json", "\"title\": \"the fabric agent refuses the firmware of the HCA\""),
    ] {
        let output = run(&["diagnose", "--rules", path(&rules), "--format", form, path(&log)]);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(text.contains(words), "{form}: {text}");
        assert!(text.contains("Our fabric agent takes an HCA down"), "{form}: {text}");
        assert_eq!(output.status.code(), Some(1));
    }
    let output = run(&["--lang", "zh", "diagnose", "--rules", path(&rules), path(&log)]);
    assert!(String::from_utf8_lossy(&output.stdout).contains("网络代理拒绝了 HCA 的固件"));
}

#[test]
fn rules_are_checked_with_file_line_and_reason() {
    let well = file(example());
    let output = run(&["rules", "check", path(&well)]);
    let expected = format!("{}: 2 rules, and each matches its samples\n", path(&well));
    assert_eq!(
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned()),
        (Some(0), expected)
    );

    let wrong = file(&example().replace("SITE-0002", "IB0301"));
    for arguments in
        [vec!["rules", "check", path(&wrong)], vec!["diagnose", "--rules", path(&wrong), "no.log"]]
    {
        let output = run(&arguments);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2));
        let start = format!("ibup: {}:19: a code is SITE-", path(&wrong));
        assert!(error.starts_with(&start), "{error}");
        assert!(output.stdout.is_empty());
    }
}
