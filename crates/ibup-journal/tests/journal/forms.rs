//! Every form of one and the same journal gives the same entries.
//!
//! `tests/forms` holds a part of a recorded boot as journalctl 252 prints it in each of its forms, and the same
//! lines as dmesg and rsyslog write them. `expected.tsv` holds what must come out: identifier, process, message.

use std::time::Duration;

use ibup_journal::{Form, Reader, Splitter, Stamp};

/// An entry without its lifetime.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Said {
    host: Option<String>,
    identifier: Option<String>,
    pid: Option<u32>,
    message: String,
    unit: Option<String>,
    stamp: Stamp,
}

/// What came of a source.
struct Outcome {
    said: Vec<Said>,
    forms: Vec<Form>,
    boots: usize,
    host: Option<String>,
    boot_id: Option<String>,
    has_beginning: bool,
}

fn read(mut reader: Reader<&[u8]>) -> Outcome {
    let mut splitter = Splitter::new();
    let mut said = Vec::new();
    let mut boot = None;
    while let Some(entry) = reader.next_entry().unwrap() {
        boot = Some(splitter.place(&entry));
        said.push(Said {
            host: entry.host.as_deref().map(str::to_owned),
            identifier: entry.identifier.as_deref().map(str::to_owned),
            pid: entry.pid,
            message: entry.message.clone().into_owned(),
            unit: entry.unit.as_deref().map(str::to_owned),
            stamp: entry.stamp,
        });
        assert!(entry.text.ends_with(&*entry.message), "{entry:?}");
    }
    let boot = boot.unwrap();
    Outcome {
        said,
        forms: reader.forms().iter().collect(),
        boots: splitter.count(),
        host: splitter.host(boot).map(str::to_owned),
        boot_id: splitter.boot_id(boot).map(|id| id.to_string()),
        has_beginning: splitter.has_beginning(boot),
    }
}

/// Returns what every form must give: identifier, process, message.
fn expected() -> Vec<(&'static str, Option<u32>, &'static str)> {
    let rows = include_str!("../forms/expected.tsv").lines();
    rows.map(|row| {
        let mut columns = row.split('\t');
        let (identifier, pid, message) =
            (columns.next().unwrap(), columns.next().unwrap(), columns.next().unwrap());
        (identifier, pid.parse().ok(), message)
    })
    .collect()
}

/// What a form shows of an entry besides its message.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shows {
    /// Host, identifier and process.
    All,
    /// Host and process, and the unit in the place of the identifier.
    Unit,
    /// Nothing.
    Nothing,
}

/// Checks a form of the whole cut, both recognized and told.
fn check(name: &str, bytes: &[u8], shows: Shows, told: Form, forms: &[Form]) {
    for (reader, forms) in [(Reader::new(bytes), forms), (Reader::with_form(bytes, told), &[told][..])] {
        let outcome = read(reader);
        let expected = expected();
        assert_eq!(outcome.said.len(), expected.len(), "{name}");
        for (said, (identifier, pid, message)) in outcome.said.iter().zip(expected) {
            // journalctl shows no value with control characters in the forms that are for people.
            if !said.message.ends_with("B blob data]") {
                assert_eq!(said.message, message, "{name}");
            }
            match shows {
                Shows::All => {
                    assert_eq!(
                        (said.identifier.as_deref(), said.pid),
                        (Some(identifier), pid),
                        "{name}: {message}"
                    );
                    assert_eq!(said.host.as_deref(), Some("node-9"), "{name}");
                }
                Shows::Unit => {
                    assert_eq!(said.pid, pid, "{name}: {message}");
                    let is_of_unit = pid.is_some() && pid != Some(1);
                    if is_of_unit && said.unit.is_some() {
                        assert_eq!(said.identifier, None, "{name}: {message}");
                    } else {
                        assert_eq!(said.identifier.as_deref(), Some(identifier), "{name}: {message}");
                    }
                }
                Shows::Nothing => assert_eq!((&said.host, &said.identifier, said.pid), (&None, &None, None)),
            }
        }
        assert_eq!(outcome.forms, forms, "{name}");
        assert_eq!(outcome.boots, 1, "{name}");
        assert!(outcome.has_beginning, "{name}");
        assert_eq!(outcome.host.as_deref(), (shows != Shows::Nothing).then_some("node-9"), "{name}");
    }
}

macro_rules! form {
    ($name:literal) => {
        ($name, include_bytes!(concat!("../forms/", $name, ".log")).as_slice())
    };
}

#[test]
fn every_form_of_journalctl_gives_the_same_entries() {
    use Form::{
        Cat, Export, Json, JsonPretty, Short, ShortDelta, ShortFull, ShortIso, ShortIsoPrecise,
        ShortMonotonic, ShortPrecise, ShortUnix, Verbose, WithUnit,
    };
    for ((name, bytes), form) in [
        (form!("short"), Short),
        (form!("short-precise"), ShortPrecise),
        (form!("short-iso"), ShortIso),
        (form!("short-iso-precise"), ShortIsoPrecise),
        (form!("short-full"), ShortFull),
        (form!("short-monotonic"), ShortMonotonic),
        (form!("short-unix"), ShortUnix),
        (form!("short-delta"), ShortDelta),
        (form!("verbose"), Verbose),
        (form!("json"), Json),
        (form!("json-pretty"), JsonPretty),
        (form!("export"), Export),
    ] {
        check(name, bytes, Shows::All, form, &[form]);
    }
    let (name, bytes) = form!("with-unit");
    check(name, bytes, Shows::Unit, WithUnit, &[ShortFull, WithUnit]);
    let (name, bytes) = form!("cat");
    check(name, bytes, Shows::Nothing, Cat, &[Cat]);
}

#[test]
fn every_form_of_syslog_gives_the_same_entries() {
    for ((name, bytes), form) in [
        (form!("syslog"), Form::Short),
        (form!("syslog-iso"), Form::ShortIsoPrecise),
        (form!("syslog-5424"), Form::Syslog),
    ] {
        check(name, bytes, Shows::All, Form::Syslog, &[form]);
    }
}

#[test]
fn every_form_of_dmesg_gives_the_entries_of_the_kernel() {
    let expected: Vec<_> =
        expected().into_iter().filter(|(identifier, ..)| *identifier == "kernel").collect();
    for (name, bytes) in [
        form!("dmesg"),
        form!("dmesg-caller"),
        form!("dmesg-ctime"),
        form!("dmesg-decoded"),
        form!("dmesg-delta"),
        form!("dmesg-iso"),
        form!("dmesg-raw"),
    ] {
        for reader in [Reader::new(bytes), Reader::with_form(bytes, Form::Dmesg)] {
            let outcome = read(reader);
            let messages: Vec<_> = outcome.said.iter().map(|said| said.message.as_str()).collect();
            let wanted: Vec<_> = expected.iter().map(|(_, _, message)| *message).collect();
            assert_eq!(messages, wanted, "{name}");
            assert!(outcome.said.iter().all(|said| said.identifier.as_deref() == Some("kernel")), "{name}");
            assert!(outcome.said.iter().all(|said| said.host.is_none() && said.pid.is_none()), "{name}");
            assert_eq!((outcome.forms, outcome.boots, outcome.host), (vec![Form::Dmesg], 1, None), "{name}");
            let tells_monotonic = !matches!(name, "dmesg-ctime" | "dmesg-iso");
            assert_eq!(outcome.said[17].stamp.monotonic.is_some(), tells_monotonic, "{name}");
            assert_eq!(outcome.said[17].stamp.wall.is_some(), !tells_monotonic, "{name}");
        }
    }
}

#[test]
fn forms_with_fields_carry_the_boot_id() {
    for (_, bytes) in [form!("verbose"), form!("json"), form!("json-pretty"), form!("export")] {
        let outcome = read(Reader::new(bytes));
        assert_eq!(outcome.boot_id.as_deref(), Some("f906155d539244c88779c6d5a658d40c"));
    }
    let (_, bytes) = form!("short");
    assert_eq!(read(Reader::new(bytes)).boot_id, None);
}

#[test]
fn forms_with_fields_tell_the_unit_that_systemd_speaks_of() {
    for (name, bytes) in [form!("verbose"), form!("json"), form!("json-pretty"), form!("export")] {
        let outcome = read(Reader::new(bytes));
        let unit = |message: &str| {
            let said = outcome.said.iter().find(|said| said.message.starts_with(message));
            said.and_then(|said| said.unit.as_deref())
        };
        assert_eq!(unit("Starting openibd.service"), Some("openibd.service"), "{name}");
        assert_eq!(unit("openibd: running in auto mode"), Some("openibd.service"), "{name}");
        assert_eq!(unit("Linux version"), None, "{name}");
    }
}

#[test]
fn stamps_carry_what_the_form_shows() {
    // The line in which the driver registers its device.
    let at = 34;
    let check = |(name, bytes): (&str, &'static [u8]), wall: Option<&str>, monotonic: Option<f64>| {
        let stamp = read(Reader::new(bytes)).said[at].stamp;
        assert_eq!(stamp.wall.map(|wall| wall.civil.to_string()).as_deref(), wall, "{name}");
        assert_eq!(stamp.monotonic, monotonic.map(Duration::from_secs_f64), "{name}");
    };
    check(form!("short"), Some("0000-11-23T01:45:32"), None);
    check(form!("short-precise"), Some("0000-11-23T01:45:32.011556"), None);
    check(form!("short-iso"), Some("2026-11-23T01:45:32"), None);
    check(form!("short-iso-precise"), Some("2026-11-23T01:45:32.011556"), None);
    check(form!("short-full"), Some("2026-11-23T01:45:32"), None);
    check(form!("with-unit"), Some("2026-11-23T01:45:32"), None);
    check(form!("short-unix"), Some("2026-11-23T01:45:32.011556"), None);
    check(form!("short-monotonic"), None, Some(29.476_324));
    check(form!("short-delta"), None, Some(29.476_324));
    check(form!("verbose"), Some("2026-11-23T01:45:32.011556"), Some(29.476_324));
    check(form!("json"), Some("2026-11-23T01:45:32.011556"), Some(29.476_324));
    check(form!("json-pretty"), Some("2026-11-23T01:45:32.011556"), Some(29.476_324));
    check(form!("export"), Some("2026-11-23T01:45:32.011556"), Some(29.476_324));
    check(form!("cat"), None, None);
    check(form!("syslog"), Some("0000-11-23T01:45:32"), Some(29.476_324));
    check(form!("syslog-iso"), Some("2026-11-23T01:45:32.011556"), Some(29.476_324));
    check(form!("syslog-5424"), Some("2026-11-23T01:45:32.011556"), Some(29.476_324));
}

#[test]
fn terminal_escapes_are_removed_from_messages() {
    for (name, bytes) in [form!("json"), form!("export"), form!("cat"), form!("syslog")] {
        let said = read(Reader::new(bytes)).said;
        let last = &said[37].message;
        assert_eq!(last, "Loading HCA driver and Access Layer:[  OK  ]", "{name}");
    }
}
