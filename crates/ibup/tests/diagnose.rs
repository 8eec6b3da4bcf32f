//! The program as people run it: output, exit status, bad input.

use std::io::Write;
use std::process::{Command, Output, Stdio};

const FAILED: &str = "samples/node-9-failed.log";
const HEALTHY: &str = "samples/node-9-healthy.log";
const RECORDED_DISABLED: &str = "crates/ibup-chain/tests/corpus/openibd-disabled/boot.log";
const RECORDED_ENABLED: &str = "crates/ibup-chain/tests/corpus/openibd-enabled/boot.log";

/// The built program, at the top of the repository, with an environment of its own.
fn ibup(arguments: &[&str]) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("ibup"));
    command.args(arguments).current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    command.env_clear().env("LANG", "C.UTF-8");
    command
}

fn run(arguments: &[&str]) -> Output {
    ibup(arguments).output().expect("the program runs")
}

/// Runs the program with something on its standard input.
fn run_with_input(arguments: &[&str], write: impl FnOnce(&mut dyn Write) + Send + 'static) -> Output {
    let mut child = ibup(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let mut stdin = child.stdin.take().expect("standard input is a pipe");
    let writer = std::thread::spawn(move || write(&mut stdin));
    let output = child.wait_with_output().expect("the program ends");
    writer.join().expect("the input was written");
    output
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("output is UTF-8")
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("errors are UTF-8")
}

fn read(path: &str) -> Vec<u8> {
    std::fs::read(format!("{}/../../{path}", env!("CARGO_MANIFEST_DIR"))).expect("the file is there")
}

fn json(output: &Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout).expect("the answer is JSON")
}

/// Bytes in which no text can be seen.
fn noise() -> Vec<u8> {
    let next = |state: &u32| Some(state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223));
    std::iter::successors(Some(9), next).map(|state| state.to_be_bytes()[0]).take(5000).collect()
}

/// The outcome and cause of each port, boot by boot.
fn outcomes(verdict: &serde_json::Value) -> Vec<Vec<(String, String)>> {
    let text = |value: &serde_json::Value| value.as_str().unwrap_or("-").to_owned();
    let ports = |boot: &serde_json::Value| {
        let ports = boot["ports"].as_array().expect("ports are a list");
        ports.iter().map(|port| (text(&port["outcome"]), text(&port["cause"]))).collect()
    };
    verdict["boots"].as_array().expect("boots are a list").iter().map(ports).collect()
}

fn expected(outcome: &str, cause: &str) -> Vec<(String, String)> {
    vec![(outcome.to_owned(), cause.to_owned())]
}

#[test]
fn the_failed_boot_of_node_9_is_explained() {
    let output = run(&["diagnose", FAILED]);
    assert_eq!(output.status.code(), Some(1));
    insta::assert_snapshot!(stdout(&output));
}

#[test]
fn the_failed_boot_of_node_9_is_explained_in_chinese() {
    insta::assert_snapshot!(stdout(&run(&["diagnose", "--lang", "zh", FAILED])));
}

#[test]
fn the_failed_boot_of_node_9_goes_into_a_ticket() {
    insta::assert_snapshot!(stdout(&run(&["diagnose", "--format", "markdown", FAILED])));
}

#[test]
fn the_failed_boot_of_node_9_is_data() {
    insta::assert_snapshot!(stdout(&run(&["diagnose", "--format", "json", FAILED])));
}

#[test]
fn the_healthy_boot_of_node_9_has_no_cause() {
    let output = run(&["diagnose", HEALTHY]);
    assert_eq!(output.status.code(), Some(0));
    insta::assert_snapshot!(stdout(&output));
}

#[test]
fn the_language_follows_the_locale() {
    let explain = |variables: &[(&str, &str)]| {
        let mut command = ibup(&["explain", "IB0301"]);
        stdout(&command.envs(variables.iter().copied()).output().expect("the program runs"))
    };
    assert!(explain(&[("LANG", "zh_CN.UTF-8")]).contains("修复"));
    assert!(explain(&[("LANG", "zh_CN.UTF-8"), ("LC_ALL", "C")]).contains("Remedy"));
}

#[test]
fn recorded_boots_are_told_apart_from_standard_input() {
    let disabled = run_with_input(&["diagnose", "--format", "json", "-"], |input| {
        input.write_all(&read(RECORDED_DISABLED)).expect("all is read");
    });
    assert_eq!(outcomes(&json(&disabled)), [expected("down", "IB0301")]);
    assert_eq!(json(&disabled)["boots"][0]["ports"][0]["findings"][0]["confidence"], "certain");
    assert_eq!(disabled.status.code(), Some(1));
    let enabled = run_with_input(&["diagnose", "--format", "json", "-"], |input| {
        input.write_all(&read(RECORDED_ENABLED)).expect("all is read");
    });
    assert_eq!(outcomes(&json(&enabled)), [expected("up", "-")]);
    assert_eq!(enabled.status.code(), Some(0));
}

#[test]
fn two_boots_in_one_stream_get_two_verdicts() {
    for (first, second) in [(FAILED, HEALTHY), (RECORDED_DISABLED, RECORDED_ENABLED)] {
        let output = run_with_input(&["diagnose", "--format", "json", "-"], move |input| {
            input.write_all(&read(first)).and_then(|()| input.write_all(&read(second))).expect("all is read");
        });
        let verdict = outcomes(&json(&output));
        assert_eq!(verdict.len(), 2, "{first} {second}");
        assert_eq!((verdict[0][0].1.as_str(), verdict[1][0].1.as_str()), ("IB0301", "-"));
    }
}

#[test]
fn two_files_of_one_host_are_two_boots() {
    let output = run(&["diagnose", "--format", "json", HEALTHY, FAILED]);
    assert_eq!(outcomes(&json(&output)), [expected("up", "-"), expected("raised-late", "IB0301")]);
}

#[test]
fn a_directory_is_read_file_by_file() {
    let output = run(&["diagnose", "--format", "json", "samples"]);
    assert_eq!(outcomes(&json(&output)).len(), 2);
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_missing_file_is_an_error() {
    let output = run(&["diagnose", "no-such-file"]);
    assert_eq!(stderr(&output), "ibup: cannot open no-such-file: No such file or directory (os error 2)\n");
    assert_eq!((stdout(&output).as_str(), output.status.code()), ("", Some(2)));
}

#[test]
fn a_missing_file_does_not_hide_what_the_others_show() {
    let output = run(&["diagnose", "no-such-file", FAILED]);
    assert!(stderr(&output).contains("no-such-file"));
    assert!(stdout(&output).contains("IB0301"));
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_directory_without_journals_is_an_error() {
    let empty = tempfile::tempdir().expect("a directory can be made");
    let path = empty.path().to_str().expect("its path is UTF-8");
    let output = run(&["diagnose", path]);
    assert_eq!(stderr(&output), format!("ibup: {path}: no text in this directory\n"));
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_directory_of_binaries_is_an_error() {
    let folder = tempfile::tempdir().expect("a directory can be made");
    std::fs::write(folder.path().join("core"), noise()).expect("a file can be made");
    let path = folder.path().to_str().expect("its path is UTF-8");
    let output = run(&["diagnose", path]);
    assert_eq!(stderr(&output), format!("ibup: {path}: no text in this directory\n"));
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_binary_file_is_an_error_with_a_way_out() {
    let folder = tempfile::tempdir().expect("a directory can be made");
    let check = |name: &str, bytes: &[u8], says: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("a file can be made");
        let path = path.to_str().expect("its path is UTF-8");
        let output = run(&["diagnose", path]);
        assert_eq!(stderr(&output), format!("ibup: {path}: {}\n", says.replace("FILE", path)));
        assert_eq!(output.status.code(), Some(2));
    };
    let journal = [&b"LPKSHHRH"[..], &[0; 100]].concat();
    check("a.journal", &journal, "the journal file ends within its header");
    check("core", &noise(), "not a text: looks like binary data");
}

#[test]
fn an_empty_stream_says_nothing_about_infiniband() {
    let output = run_with_input(&["diagnose", "-"], |_| {});
    assert_eq!(
        stdout(&output),
        "nothing about InfiniBand in here\n  read 0 lines in all; a boot's whole journal would do: journalctl -b -o short-precise\n"
    );
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_journal_of_other_things_says_nothing_about_infiniband() {
    let output = run_with_input(&["diagnose", "-"], |input| {
        input
            .write_all(b"Mar 18 10:29:41 node-9 sshd[1]: Accepted publickey for root\n")
            .expect("all is read");
    });
    assert!(stdout(&output).contains("nothing about InfiniBand in here"));
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn trouble_of_the_machine_is_told_where_no_port_is_known() {
    let output = run_with_input(&["diagnose", "-"], |input| {
        input.write_all(b"openibd[901]: No InfiniBand configuration found\n").expect("all is read");
    });
    assert!(stdout(&output).contains("error[IB0303]"), "{}", stdout(&output));
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_line_of_a_gibibyte_is_read_in_little_memory() {
    let output = run_with_input(&["diagnose", "-"], |input| {
        let block = vec![b'a'; 1 << 20];
        for _ in 0..1024 {
            input.write_all(&block).expect("all is read");
        }
    });
    assert!(stdout(&output).contains("nothing about InfiniBand in here"));
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn control_characters_never_reach_the_output() {
    let line = "Mar 18 10:29:53 no\u{1b}[2Jde network[1]: Device ib0 does not seem to be present, delaying initialization. \
                \u{1b}]0;owned\u{7}\u{202e}\u{9b}31m\r\n";
    for format in ["text", "json", "markdown"] {
        let output = run_with_input(&["diagnose", "--format", format, "-"], move |input| {
            input.write_all(line.as_bytes()).expect("all is read");
        });
        let answer = stdout(&output);
        let is_bad = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert_eq!(answer.chars().find(|c| is_bad(*c)), None, "{format}: {answer:?}");
        assert!(answer.contains("ib0"), "{format}");
    }
}

#[test]
fn colours_are_used_when_asked_for_and_never_in_a_pipe() {
    assert!(!stdout(&run(&["diagnose", FAILED])).contains('\u{1b}'));
    assert!(stdout(&run(&["diagnose", "--color", "always", FAILED])).contains('\u{1b}'));
}

#[test]
fn usage_errors_could_not_tell() {
    assert_eq!(run(&["diagnose"]).status.code(), Some(2));
    assert_eq!(run(&["diagnose", "--format", "yaml", FAILED]).status.code(), Some(2));
    assert_eq!(run(&["diagnose", "--input-format", "yaml", FAILED]).status.code(), Some(2));
}

#[test]
fn the_form_of_the_input_may_be_told() {
    let output = run(&["diagnose", "--input-format", "short", "--format", "json", FAILED]);
    assert_eq!(outcomes(&json(&output)), [expected("raised-late", "IB0301")]);
}

#[test]
fn a_diagnosis_is_explained_by_code_and_by_name() {
    let by_code = run(&["explain", "IB0301"]);
    assert_eq!(stdout(&by_code), stdout(&run(&["explain", "driver-stack-not-started"])));
    assert!(stdout(&by_code).starts_with("# IB0301 driver-stack-not-started: "));
    assert_eq!(by_code.status.code(), Some(0));
}

#[test]
fn all_diagnoses_are_listed() {
    let list = stdout(&run(&["explain"]));
    for diagnosis in ibup_chain::diagnosis::ALL {
        assert!(list.contains(diagnosis.code) && list.contains(diagnosis.name), "{}", diagnosis.code);
    }
}

#[test]
fn an_unknown_diagnosis_is_an_error() {
    let output = run(&["explain", "IB9999"]);
    assert_eq!(stderr(&output), "ibup: no diagnosis is called IB9999\n");
    assert_eq!(output.status.code(), Some(2));
}
