//! The machine in memory as people use it: simulate and explore.

use std::process::{Command, Output};

fn run(arguments: &[&str]) -> Output {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("ibup"));
    command.args(arguments).current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    command.env_clear().env("LANG", "C.UTF-8").output().expect("the program runs")
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("output is UTF-8")
}

#[test]
fn the_simulated_boot_of_node_9_is_told_and_diagnosed() {
    let output = run(&["simulate", "scenarios/node-9.toml"]);
    assert_eq!(output.status.code(), Some(1));
    let text = stdout(&output);
    for words in ["network.service: ifup ib0, which does not exist", "error[IB0301]", "Journal", "Timeline"] {
        assert!(text.contains(words), "{words}\n{text}");
    }
    let healthy = run(&["simulate", "scenarios/node-9-openibd-enabled.toml"]);
    assert_eq!(healthy.status.code(), Some(0), "{}", stdout(&healthy));
}

#[test]
fn the_journal_of_a_simulation_can_be_kept_and_diagnosed() {
    let file = tempfile::NamedTempFile::new().expect("there is room for a file");
    let path = file.path().display().to_string();
    run(&["simulate", "scenarios/node-9.toml", "--journal", &path]);
    let verdict = stdout(&run(&["diagnose", &path]));
    assert!(verdict.contains("error[IB0301]"), "{verdict}");
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    for arguments in [&["simulate", "--seed", "7"][..], &["simulate", "scenarios/node-9.toml", "--seed", "3"]]
    {
        assert_eq!(run(arguments).stdout, run(arguments).stdout);
    }
    let explore = ["explore", "scenarios/node-9.toml", "--no-timing", "--format", "json"];
    assert_eq!(run(&explore).stdout, run(&explore).stdout);
}

#[test]
fn the_orders_of_node_9_are_told() {
    let output = run(&["explore", "scenarios/node-9.toml", "--no-timing"]);
    assert_eq!(output.status.code(), Some(1));
    insta::assert_snapshot!(stdout(&output));
    let ours = run(&["explore", "scenarios/node-9.toml", "--policy", "converge"]);
    assert_eq!(ours.status.code(), Some(0));
}

#[test]
fn the_orders_of_node_9_are_told_in_chinese() {
    let output =
        run(&["explore", "scenarios/node-9.toml", "--policy", "reference", "--no-timing", "--lang", "zh"]);
    assert!(
        stdout(&output).contains("凡是网络服务在它存在之前就去找它的顺序都是如此"),
        "{}",
        stdout(&output)
    );
}

#[test]
fn explorations_as_json_keep_to_the_published_form() {
    let schema = include_str!("../../../docs/exploration.schema.json");
    let schema = serde_json::from_str(schema).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is one");
    for scenario in ["scenarios/node-9.toml", "scenarios/connected-mode.toml"] {
        let output = run(&["explore", scenario, "--format", "json"]);
        let answer: serde_json::Value = serde_json::from_slice(&output.stdout).expect("the answer is JSON");
        let errors: Vec<String> = validator.iter_errors(&answer).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
    }
}

#[test]
fn a_scenario_that_cannot_be_used_is_named_with_its_line() {
    let file = tempfile::NamedTempFile::new().expect("there is room for a file");
    std::fs::write(file.path(), "host = \"n\"\nspeed = 3\n").expect("it can be written");
    let path = file.path().display().to_string();
    let output = run(&["explore", &path]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains(&format!("{path}:2: unknown field `speed`")), "{said}");
}
