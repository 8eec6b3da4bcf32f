//! Files of journald where they cannot be read at any place at will: compressed, in archives and reports, from a pipe.

use std::io::Read;

use super::pack::{FORMS, Member, compress, tar};
use super::{Answer, diagnose, diagnose_file, diagnose_input, read};

const TOP: &str = "sosreport-node-9-case-2024-03-22-abcdefg";
const PLACE: &str = "var/log/journal/c9420bac57e847b4b4a355e6e3a418c2/system.journal";

fn journal() -> Vec<u8> {
    let packed = read("crates/ibup/tests/native/boot.journal.zst");
    let mut bytes = Vec::new();
    ruzstd::decoding::StreamingDecoder::new(&packed[..]).unwrap().read_to_end(&mut bytes).unwrap();
    bytes
}

fn check(answer: Answer, expected: &serde_json::Value, what: &str) {
    assert_eq!((answer.complaints.as_str(), answer.status), ("", 1), "{what}");
    assert_eq!(answer.without_names(), *expected, "{what}");
}

#[test]
fn a_journal_file_has_one_verdict_however_it_comes() {
    let journal = journal();
    let answer = diagnose_file("system.journal", &journal);
    assert_eq!(answer.ports(), [["down IB0301"]]);
    let expected = answer.without_names();
    check(diagnose_input(&journal), &expected, "standard input");
    for form in FORMS {
        let packed = compress(form, &journal);
        check(diagnose_file("system.journal", &packed), &expected, form);
        check(diagnose_input(&packed), &expected, form);
    }
    let archive = tar(&[("logs/node-9.journal", Member::File(&journal))]);
    check(diagnose_file("logs.tar", &archive), &expected, "archive");
    let packed =
        compress("gz", &tar(&[("logs/node-9.journal.zst", Member::File(&compress("zst", &journal)))]));
    check(diagnose_input(&packed), &expected, "compressed in a compressed archive");
}

#[test]
fn journal_files_are_logs_of_a_report() {
    let journal = journal();
    let expected = diagnose_file("system.journal", &journal).ports();
    let path = format!("{TOP}/{PLACE}");
    let hostname = format!("{TOP}/etc/hostname");
    let archive = tar(&[
        (&hostname, Member::File(b"node-9\n")),
        (&format!("{TOP}/sos_commands/date"), Member::File(b"")),
        (&path, Member::File(&journal)),
    ]);
    let answer = diagnose_file("sos.tar", &archive);
    assert_eq!((answer.complaints.as_str(), answer.ports()), ("", expected.clone()));
    assert_eq!(answer.verdict["boots"][0]["sources"], serde_json::json!([format!("sos.tar/{path}")]));
    let folder = tempfile::tempdir().expect("a directory can be made");
    for (name, content) in [(&path, &journal[..]), (&format!("{TOP}/sos_commands/date"), b"")] {
        let place = folder.path().join(name);
        std::fs::create_dir_all(place.parent().expect("it has one")).expect("a directory can be made");
        std::fs::write(place, content).expect("a file can be made");
    }
    let answer = diagnose(folder.path(), &[TOP]);
    assert_eq!((answer.complaints.as_str(), answer.ports()), ("", expected));
    assert_eq!(answer.verdict["boots"][0]["sources"], serde_json::json!([path]));
}

#[test]
fn a_truncated_stream_gives_what_is_whole_and_says_so() {
    let journal = journal();
    let answer = diagnose_input(&journal[..4_500_000]);
    assert_eq!(answer.ports(), [["down IB0301"]]);
    assert!(answer.blind_spots().contains(&"rest-unread"), "{:?}", answer.blind_spots());
    let packed = compress("gz", &journal);
    let answer = diagnose_input(&packed[..packed.len() - 100]);
    assert_eq!(answer.complaints.lines().count(), 1, "{}", answer.complaints);
    assert_eq!(answer.ports(), [["down IB0301"]]);
}
