//! What reduce says, and what it says is missing.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::logs;
use crate::program::{ibup, run, text};

/// Parts of a fleet: 29 nodes, 4 of them sick, 1 with a card fewer, and a second boot of a node that was sick before.
fn parts(folder: &Path) {
    logs::write(&folder.join("logs"), 29);
    let quiet = "Apr 02 11:09:26 node-00028 kernel: Linux version 5.14.0-427.el9 (builder@site) #1 SMP\n\
                 Apr 02 11:09:27 node-00028 systemd[1]: Starting Network.\n";
    fs::write(folder.join("logs/node-00028.log"), quiet).unwrap();
    fs::write(folder.join("logs/node-00003.log.1"), logs::log(3).replace("node-9", "node-00003")).unwrap();
    run(folder, &["fleet", "map", "logs", "-o", "parts"], 0);
}

#[test]
fn the_answer_is_told_in_both_languages_and_for_a_ticket() {
    let folder = tempfile::tempdir().unwrap();
    parts(folder.path());
    insta::assert_snapshot!("text", run(folder.path(), &["fleet", "reduce", "parts"], 1));
    insta::assert_snapshot!("chinese", run(folder.path(), &["fleet", "reduce", "parts", "--lang", "zh"], 1));
    let markdown = run(folder.path(), &["fleet", "reduce", "parts", "--format", "markdown"], 1);
    insta::assert_snapshot!("markdown", markdown);
}

#[test]
fn every_node_is_on_the_page_for_a_browser() {
    let folder = tempfile::tempdir().unwrap();
    parts(folder.path());
    let page = run(folder.path(), &["fleet", "reduce", "parts", "--format", "html"], 1);
    let data = page.split_once("\"nodes\":[").expect("the page has its data").1;
    assert!((0..29).all(|number| data.contains(&format!("\"host\":\"node-{number:05}\""))));
    assert_eq!(data.matches("\"cause\":\"IB0301\"").count(), 4);
}

#[test]
fn the_answer_is_of_the_published_form() {
    let folder = tempfile::tempdir().unwrap();
    parts(folder.path());
    let answer =
        run(folder.path(), &["fleet", "reduce", "parts", "--expect", "node-99", "--format", "json"], 1);
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/fleet.schema.json");
    let schema: Value = serde_json::from_str(&fs::read_to_string(schema).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let answer: Value = serde_json::from_str(&answer).unwrap();
    let errors: Vec<_> = validator.iter_errors(&answer).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    assert!(!answer["outliers"].as_array().unwrap().is_empty());
    assert!(!answer["causes"][0]["common"].as_array().unwrap().is_empty());
}

#[test]
fn shards_that_are_missing_or_broken_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    logs::write(&folder.join("logs"), 3);
    for number in [1, 2, 4] {
        run(folder, &["fleet", "map", "logs", "-o", "parts", "--shard", &format!("{number}/4")], 0);
    }
    let answer = run(folder, &["fleet", "reduce", "parts"], 2);
    assert!(answer.contains("of 4 shards: 3"), "{answer}");
    run(folder, &["fleet", "map", "logs", "-o", "parts", "--shard", "3/4"], 0);
    run(folder, &["fleet", "reduce", "parts"], 0);
    let part = fs::read_dir(folder.join("parts")).unwrap().next().unwrap().unwrap().path();
    let whole = fs::read(&part).unwrap();
    fs::write(&part, &whole[..whole.len() / 2]).unwrap();
    let output = ibup(folder, &["fleet", "reduce", "parts"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("was cut off"), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("of 4 shards"), "{}", text(&output.stdout));
}

#[test]
fn the_last_boot_of_each_node_counts_unless_asked_otherwise() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::create_dir(folder.join("logs")).unwrap();
    // The sick boot is of March, the healthy one of April.
    let later = logs::log(1).replace("node-00001", "node-00003");
    fs::write(folder.join("logs/node-00003.log"), logs::log(3) + &later).unwrap();
    run(folder, &["fleet", "map", "logs", "-o", "parts"], 0);
    run(folder, &["fleet", "reduce", "parts"], 0);
    run(folder, &["fleet", "reduce", "parts", "--boot", "-1"], 1);
    let all = run(folder, &["fleet", "reduce", "parts", "--boot", "all", "--format", "json"], 1);
    let all: Value = serde_json::from_str(&all).unwrap();
    assert_eq!((&all["boots"], &all["nodes"]["all"]), (&Value::from(2), &Value::from(1)));
}
