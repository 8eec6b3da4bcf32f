//! The JSON of real verdicts keeps to the published schema, and the schema describes all of it.

use ibup_chain::{Diagnoser, Verdict};
use serde_json::Value;

const SCHEMA: &str = include_str!("../../../docs/verdict.schema.json");

const LOGS: &[&str] = &[
    include_str!("../../../samples/node-9-failed.log"),
    include_str!("../../../samples/node-9-healthy.log"),
    include_str!("../../ibup-chain/tests/corpus/openibd-disabled/boot.log"),
    include_str!("traced.log"),
    "openibd: No InfiniBand configuration found\n",
    "-- Boot 0123456789abcdef0123456789abcdef --\nnothing of note\n",
    "",
];

fn verdict(log: &str) -> Value {
    value(&read(log).verdict())
}

fn value(verdict: &Verdict) -> Value {
    serde_json::from_str(&ibup_report::json::render(verdict)).expect("the answer is JSON")
}

fn read(log: &str) -> Diagnoser {
    let mut diagnoser = Diagnoser::new();
    diagnoser.observe_text("boot.log", log).expect("the log is text");
    diagnoser
}

/// Forbids all that the schema does not name, in every object of it: a published schema must leave room to grow, a test
/// must not.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            if fields.contains_key("properties") {
                fields.insert("additionalProperties".into(), false.into());
            }
            fields.values_mut().for_each(close);
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

#[test]
fn verdicts_keep_to_the_schema_and_the_schema_names_all_of_them() {
    let mut schema: Value = serde_json::from_str(SCHEMA).expect("the schema is JSON");
    close(&mut schema);
    let validator = jsonschema::validator_for(&schema).expect("the schema is one");
    let alone = LOGS.iter().map(|log| verdict(log));
    let beside = LOGS.iter().map(|log| value(&read(log).verdict_beside(read(LOGS[1]))));
    let beside: Vec<_> = beside.collect();
    assert!(beside.iter().any(|verdict| verdict["boots"][0]["comparison"].is_object()));
    for verdict in alone.chain(beside) {
        let errors: Vec<_> = validator.iter_errors(&verdict).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:#?}\n{verdict:#}");
    }
}

#[test]
fn the_schema_refuses_what_is_wrong() {
    let schema: Value = serde_json::from_str(SCHEMA).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is one");
    let mut verdict = verdict(LOGS[0]);
    assert!(validator.is_valid(&verdict));
    verdict["boots"][0]["ports"][0]["outcome"] = "fine".into();
    assert!(!validator.is_valid(&verdict));
}
