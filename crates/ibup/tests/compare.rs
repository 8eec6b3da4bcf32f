//! `ibup diagnose --compare` as people run it.

use std::process::{Command, Output};

const FAILED: &str = "samples/node-9-failed.log";
const HEALTHY: &str = "samples/node-9-healthy.log";

fn run(arguments: &[&str]) -> (Output, String) {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("ibup"));
    command.args(arguments).current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let output = command.env_clear().env("LANG", "C.UTF-8").output().expect("the program runs");
    let text = String::from_utf8(output.stdout.clone()).expect("the answer is UTF-8");
    (output, text)
}

fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn the_answer_is_followed_by_what_differs_and_the_exit_status_stays() {
    let (alone, verdict) = run(&["diagnose", FAILED]);
    let (beside, text) = run(&["diagnose", FAILED, "--compare", HEALTHY]);
    assert_eq!((alone.status.code(), beside.status.code()), (Some(1), Some(1)));
    let rest = text.strip_prefix(&verdict).expect("the verdict comes first, unchanged");
    assert!(rest.contains(&format!("({HEALTHY})")), "{rest}");
    assert!(rest.contains("- somebody asks for ib_ipoib: missing here"), "{rest}");
}

#[test]
fn a_healthy_source_without_another_boot_is_an_error_beside_the_answer() {
    let (output, text) = run(&["diagnose", HEALTHY, "--compare", HEALTHY]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text.contains("ib0 at 0000:4b:00.0: up"), "{text}");
    assert_eq!(errors(&output), format!("ibup: {HEALTHY}: no boot to compare with in it\n"));
}

#[test]
fn a_healthy_source_that_cannot_be_read_is_an_error_beside_the_answer() {
    let (output, text) = run(&["diagnose", FAILED, "--compare", "no/such.log"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text.contains("raised late") && !text.contains("Beside"), "{text}");
    assert!(errors(&output).contains("no/such.log"), "{}", errors(&output));
}
