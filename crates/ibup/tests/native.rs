//! Journals as journald keeps them: the same verdict from every form of one boot, from directories, by boot and host.
//!
//! `tests/native/boot.journal.zst` is the corpus's boot in which openibd was disabled, followed by hours of logins, as
//! systemd-journal-remote 252 wrote it. `tests/native/hosts.journal.zst` is what it made of what two machines sent at a
//! time, one of which had another name in its second boot.

use std::io::Read;
use std::path::Path;
use std::process::{Command, Output};

use ibup_chain::recognize::is_known_speaker;
use ibup_chain::{Diagnoser, Verdict};
use ibup_journal::native::{Entries, Journal, Share};
use serde_json::Value;

fn journal() -> Vec<u8> {
    unpacked(include_bytes!("native/boot.journal.zst"))
}

fn unpacked(packed: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    ruzstd::decoding::StreamingDecoder::new(packed).unwrap().read_to_end(&mut bytes).unwrap();
    bytes
}

fn diagnose(arguments: &[&str]) -> Output {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("ibup"));
    command.args(["diagnose", "--format", "json"]).args(arguments).env_clear().env("LANG", "C.UTF-8");
    command.output().expect("the program runs")
}

fn verdict(arguments: &[&str]) -> Value {
    let output = diagnose(arguments);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"))
}

/// What a verdict says, apart from where it was read.
fn said(verdict: &Value) -> Vec<Value> {
    let boots = verdict["boots"].as_array().expect("boots are a list");
    let ports = boots.iter().flat_map(|boot| boot["ports"].as_array().expect("ports are a list"));
    let events = |finding: &Value| {
        let evidence = finding["evidence"].as_array().expect("evidence is a list");
        evidence.iter().map(|quotation| quotation["event"].clone()).collect::<Vec<_>>()
    };
    let of_port = |port: &Value| {
        let findings = port["findings"].as_array().expect("findings are a list");
        let found: Vec<_> = findings
            .iter()
            .map(|finding| {
                serde_json::json!([finding["code"], finding["role"], finding["confidence"], events(finding)])
            })
            .collect();
        serde_json::json!([port["interface"], port["pci"], port["outcome"], port["cause"], found])
    };
    ports.map(of_port).collect()
}

/// Writes the journal into a file, and what journalctl prints of it in a form into another.
fn printed(folder: &Path, form: &str) -> String {
    let native = folder.join("boot.journal");
    std::fs::write(&native, journal()).unwrap();
    let output = Command::new("journalctl")
        .args(["--output", form, "--utc", "--no-pager", "--quiet", "--file"])
        .arg(&native)
        .output()
        .expect("this test needs journalctl: install systemd");
    assert!(output.status.success(), "{output:?}");
    let path = folder.join(format!("{form}.log"));
    std::fs::write(&path, output.stdout).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn every_form_of_a_boot_gives_the_same_verdict() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("boot.journal");
    std::fs::write(&path, journal()).unwrap();
    let native = verdict(&[path.to_str().unwrap()]);
    assert_eq!(native["boots"][0]["ports"][0]["cause"], "IB0301");
    for form in [
        "export",
        "json",
        "json-pretty",
        "verbose",
        "short",
        "short-precise",
        "short-iso",
        "short-iso-precise",
        "short-full",
        "short-monotonic",
        "short-unix",
        "short-delta",
        "with-unit",
    ] {
        let of_form = verdict(&[&printed(folder.path(), form)]);
        assert_eq!(said(&of_form), said(&native), "{form}");
    }
}

#[test]
fn the_verdict_by_the_index_is_that_of_all_entries() {
    fn verdict(mut entries: Entries<&[u8]>) -> (Verdict, u64) {
        let mut diagnoser = Diagnoser::new();
        diagnoser.begin_source("boot.journal");
        let mut read = 0;
        while let Some(entry) = entries.next_entry().unwrap() {
            diagnoser.observe(&entry);
            read += 1;
        }
        for (boot, count) in entries.passed() {
            diagnoser.note_passed(*boot, *count);
        }
        (diagnoser.verdict(), read)
    }
    let bytes = journal();
    let open = || Journal::open(&bytes[..]).unwrap();
    let share = |name: &str| if is_known_speaker(name) { Share::All } else { Share::Opening };
    let (of_all, all) = verdict(Entries::all(open()).unwrap());
    let (by_index, few) = verdict(Entries::selected(open(), share).unwrap());
    assert!(few < all / 3, "{few} of {all}");
    // What was not read is counted, and the last login, too, is there, so the boot ends where it ends.
    assert_eq!(by_index, of_all);
}

#[test]
fn a_truncated_file_is_read_as_far_as_it_goes_and_said_to_be() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("boot.journal");
    std::fs::write(&path, &journal()[..4_500_000]).unwrap();
    let verdict = verdict(&[path.to_str().unwrap()]);
    assert_eq!(verdict["boots"][0]["ports"][0]["cause"], "IB0301");
    let spots = verdict["boots"][0]["coverage"]["blind_spots"].as_array().unwrap();
    assert!(spots.contains(&"rest-unread".into()), "{spots:?}");
}

#[test]
fn boots_and_hosts_can_be_chosen() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("remote");
    std::fs::create_dir(&path).unwrap();
    std::fs::write(path.join("remote-node-9.journal"), journal()).unwrap();
    let path = path.to_str().unwrap();
    let boots =
        |arguments: &[&str]| verdict(&[arguments, &[path]].concat())["boots"].as_array().unwrap().len();
    assert_eq!(boots(&[]), 1);
    assert_eq!(boots(&["-b", "0"]), 1);
    assert_eq!(boots(&["-b", "-1"]), 0);
    assert_eq!(boots(&["--boot", "9c2f1f3d5e0a4b7c8d6e7f8091a2b3c4"]), 1);
    assert_eq!(boots(&["--boot", "all", "--host", "node-9"]), 1);
    assert_eq!(boots(&["--host", "node-8"]), 0);
}

#[test]
fn a_file_of_several_hosts_has_the_boots_of_each() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("remote.journal");
    // The machine of the header is the one that collected the entries, and none of these.
    std::fs::write(&path, unpacked(include_bytes!("native/hosts.journal.zst"))).unwrap();
    let path = path.to_str().unwrap();
    let verdict = |arguments: &[&str]| verdict(&[arguments, &[path]].concat());
    let boots = |verdict: &Value| {
        let boots = verdict["boots"].as_array().unwrap().clone();
        let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
        let boot = |boot: &Value| {
            let port = &boot["ports"][0];
            [&boot["host"], &boot["boot_id"], &port["outcome"], &port["cause"]].map(text).join(" ")
        };
        boots.iter().map(boot).collect::<Vec<_>>()
    };
    let all = boots(&verdict(&[]));
    assert_eq!(
        all,
        [
            "node-9 000000000000000000000000000000a1 down IB0301",
            "node-8 000000000000000000000000000000b1 down IB0301",
            "storage-1 000000000000000000000000000000a2 up -",
        ]
    );
    assert_eq!(boots(&verdict(&["--host", "node-8"])), all[1..2]);
    assert_eq!(boots(&verdict(&["--boot", "000000000000000000000000000000a2"])), all[2..]);
}
