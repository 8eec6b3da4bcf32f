//! What is answered, in every form.

use std::fs;
use std::process::Command;

use crate::machine::{check, first_line, machine, raise, told, write};

#[test]
fn the_cause_is_told_while_the_interface_is_down_and_silence_when_it_is_up() {
    let machine = machine();
    let (status, text) = told(machine.path(), &[]);
    assert_eq!(status, 1, "{text}");
    assert!(text.starts_with("node-9: not up: 1 of 1 interfaces that should be\n\nib0: down"), "{text}");
    assert!(text.contains("error[IB0301]") && text.contains("systemctl enable --now openibd"), "{text}");
    assert!(!text.contains("ib1"), "{text}");
    raise(machine.path());
    let (status, text) = told(machine.path(), &[]);
    let expected =
        "node-9: the interface that should be up is up\n\nib0: up  (mlx5_0/1, 100 Gb/sec (4X EDR))\n";
    assert_eq!((status, &*text), (0, expected));
    assert_eq!(first_line(machine.path(), &["--expect", "ib1"]).0, 1);
    assert_eq!(
        first_line(machine.path(), &["ib1"]),
        (1, "node-9: not up: 1 of 1 interfaces that should be".into())
    );
}

#[test]
fn every_form_has_its_own_status_and_first_words() {
    let machine = machine();
    let line = "IB0301 ib0 down driver-stack-not-started";
    let bad: &[(&[&str], i32, &str)] = &[
        (&["--one-line"], 1, line),
        (&["--format", "nhc"], 1, line),
        (&["--format", "npd"], 1, line),
        (&["--format", "nagios"], 2, "IBUP CRITICAL - 1/1 not up: IB0301 ib0 down"),
        (&["--format", "prometheus"], 0, "# HELP ibup_interface_up"),
    ];
    for (arguments, expected, words) in bad {
        let (status, line) = first_line(machine.path(), arguments);
        assert_eq!(status, *expected, "{arguments:?}: {line}");
        assert!(line.starts_with(words), "{arguments:?}: {line}");
    }
    raise(machine.path());
    for (arguments, ..) in bad {
        assert_eq!(first_line(machine.path(), arguments).0, 0, "{arguments:?}");
    }
    write(machine.path(), "etc/sysconfig/network-scripts/ifcfg-ib1", "DEVICE=$(x)\n");
    for (format, expected) in [("text", 2), ("nagios", 3), ("npd", 2), ("nhc", 0), ("prometheus", 0)] {
        assert_eq!(first_line(machine.path(), &["--format", format]).0, expected, "{format}");
    }
}

#[test]
fn without_a_journal_the_state_is_told_and_what_would_tell_the_cause() {
    let machine = machine();
    let output = check(machine.path(), &[]);
    let text = String::from_utf8(output.stdout).expect("output is UTF-8");
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("ib0: down") && text.contains("cannot tell whose journal to read"), "{text}");
    assert!(text.contains("sudo ibup check ib0"), "{text}");
    write(machine.path(), "sys/class/net/ib0/flags", "0x1003\n");
    write(machine.path(), "sys/class/infiniband/mlx5_0/ports/1/state", "2: INIT\n");
    let (_, line) = first_line(machine.path(), &["--one-line"]);
    assert_eq!(line, "IB0705 ib0 no-link no-subnet-manager");
}

/// Forbids all that a schema does not name, in every object of it: a published schema must leave room to grow, a test must
/// not.
fn closed(schema: &str) -> serde_json::Value {
    fn close(schema: &mut serde_json::Value) {
        if let Some(fields) = schema.as_object_mut() {
            if fields.contains_key("properties") {
                fields.insert("additionalProperties".into(), false.into());
            }
            fields.values_mut().for_each(close);
        } else if let Some(items) = schema.as_array_mut() {
            items.iter_mut().for_each(close);
        }
    }
    let mut schema = serde_json::from_str(schema).expect("the schema is JSON");
    close(&mut schema);
    schema
}

#[test]
fn the_answer_for_programs_keeps_to_its_schema() {
    let verdict = closed(include_str!("../../../../docs/verdict.schema.json"));
    let id = verdict["$id"].as_str().expect("it has an id").to_owned();
    let validator = jsonschema::options()
        .with_resource(id, jsonschema::Resource::from_contents(verdict).expect("a schema"))
        .build(&closed(include_str!("../../../../docs/check.schema.json")))
        .expect("the schema is one");
    let machine = machine();
    let mut seen = 0;
    let mut keeps = |text: &str| {
        let answer: serde_json::Value = serde_json::from_str(text).expect("the answer is JSON");
        let errors: Vec<_> = validator.iter_errors(&answer).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}\n{text}");
        seen += usize::from(answer["interfaces"][0]["cause"].is_object());
    };
    keeps(&told(machine.path(), &["--format", "json"]).1);
    keeps(&String::from_utf8_lossy(&check(machine.path(), &["--format", "json", "--expect", "ib7"]).stdout));
    raise(machine.path());
    keeps(&told(machine.path(), &["--format", "json"]).1);
    assert_eq!(seen, 1);
    let mut answer: serde_json::Value =
        serde_json::from_str(&told(machine.path(), &["--format", "json"]).1).expect("JSON");
    answer["interfaces"][0]["state"] = "fine".into();
    assert!(!validator.is_valid(&answer));
}

#[test]
fn an_answer_is_written_to_a_file_by_its_whole() {
    let machine = machine();
    let file = machine.path().join("metrics/ibup.prom");
    let (status, text) =
        told(machine.path(), &["--format", "prometheus", "--output", file.to_str().expect("a plain name")]);
    assert_eq!((status, &*text), (0, ""));
    let metrics = fs::read_to_string(&file).expect("it is written");
    assert!(metrics.contains("ibup_interface_up{interface=\"ib0\"} 0\n"), "{metrics}");
    let left: Vec<_> = fs::read_dir(machine.path().join("metrics")).expect("the folder is there").collect();
    assert_eq!(left.len(), 1);
}

#[test]
fn what_is_there_is_not_waited_for_and_what_does_not_come_is_told() {
    let machine = machine();
    let wait = |arguments: &[&str]| {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("ibup"));
        command.arg("wait").args(arguments).arg("--root").arg(machine.path());
        // The clock of a tree of files can be held: waiting takes no time then.
        let output = command
            .env_clear()
            .env("LANG", "C.UTF-8")
            .env("IBUP_NOW", "0")
            .output()
            .expect("the program runs");
        (output.status.code(), String::from_utf8(output.stderr).expect("output is UTF-8"))
    };
    assert_eq!(wait(&["ib0", "--until", "netdev"]), (Some(0), String::new()));
    let over = "ibup: ib0 after 1 minute: down: nobody has raised it\n".to_owned();
    assert_eq!(wait(&["ib0", "--until", "up"]), (Some(1), over.clone()));
    assert_eq!(wait(&["ib0"]), (Some(1), over));
    raise(machine.path());
    for until in ["up", "active", "addressed"] {
        assert_eq!(wait(&["ib0", "--until", until]), (Some(0), String::new()), "{until}");
    }
    assert_eq!(wait(&["ib7", "--timeout", "0"]).0, Some(1));
}
