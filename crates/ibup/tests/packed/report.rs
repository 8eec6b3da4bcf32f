//! Reports of support: as archives of every form and as directories, with what their files say beside their logs.

use std::path::Path;

use super::pack::{FORMS, Member, compress, tar};
use super::{Answer, FAILED, diagnose, diagnose_file, diagnose_input, read};

const TOP: &str = "sosreport-node-9-case-2024-03-22-abcdefg";
const JOURNAL: &str = "sos_commands/logs/journalctl_--no-pager";
const UNITS: &str = "sos_commands/systemd/systemctl_list-unit-files";
const DISABLED: &str = "UNIT FILE          STATE     VENDOR PRESET\nopenibd.service    disabled  enabled\n\n2 unit files listed.\n";
const IFCFG: &str = "etc/sysconfig/network-scripts/ifcfg-ib0";

/// The files of a report that are the same in all tests: some that say something, and others.
fn files() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("etc/hostname", b"node-9.domain.tld\n".to_vec()),
        ("etc/passwd", b"root:x:0:0:root:/root:/bin/bash\n".to_vec()),
        (IFCFG, b"DEVICE=ib0\nTYPE=InfiniBand\nONBOOT=yes\nIPADDR=10.0.0.9\nPREFIX=24\n".to_vec()),
        ("proc/cpuinfo", b"processor : 0\n".to_vec()),
        ("sos_commands/process/ps", b"root 1 ib0\n".to_vec()),
        (UNITS, DISABLED.as_bytes().to_vec()),
    ]
}

fn archive(files: &[(&str, Vec<u8>)], links: &[(&str, &str)]) -> Vec<u8> {
    let named: Vec<_> =
        files.iter().map(|(path, text)| (format!("{TOP}/{path}"), Member::File(text))).collect();
    let linked = links.iter().map(|(path, target)| (format!("{TOP}/{path}"), Member::Link(target)));
    let all: Vec<_> = named.into_iter().chain(linked).collect();
    tar(&all.iter().map(|(path, member)| (&**path, *member)).collect::<Vec<_>>())
}

fn unpack(files: &[(&str, Vec<u8>)], folder: &Path) {
    for (path, text) in files {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().expect("it has one")).expect("a directory can be made");
        std::fs::write(path, text).expect("a file can be made");
    }
}

/// The finding of the case the sample is of.
fn finding(answer: &Answer) -> &serde_json::Value {
    let findings =
        answer.verdict["boots"][0]["ports"][0]["findings"].as_array().expect("findings are a list");
    findings.iter().find(|finding| finding["code"] == "IB0301").expect("it is found")
}

fn quoted(answer: &Answer) -> Vec<String> {
    let evidence = finding(answer)["evidence"].as_array().expect("evidence is a list");
    let line =
        |line: &serde_json::Value| format!("{}:{}", line["source"].as_str().unwrap_or("-"), line["line"]);
    evidence.iter().map(line).collect()
}

#[test]
fn a_report_says_more_than_its_journal_alone() {
    let plain = diagnose_file("journal", &read(FAILED));
    assert_eq!(finding(&plain)["confidence"], "likely");
    let mut files = files();
    files.push((JOURNAL, read(FAILED)));
    let answer = diagnose_file("sos", &archive(&files, &[]));
    assert_eq!((answer.complaints.as_str(), answer.status), ("", 1));
    assert_eq!(answer.ports(), plain.ports());
    assert_eq!(finding(&answer)["confidence"], "certain");
    let lines = quoted(&answer);
    assert_eq!(lines[lines.len() - 2..], [format!("sos/{TOP}/{UNITS}:2"), format!("sos/{TOP}/{IFCFG}:3")]);
    assert_eq!(answer.verdict["boots"][0]["sources"], serde_json::json!([format!("sos/{TOP}/{JOURNAL}")]));
}

#[test]
fn a_report_has_one_verdict_packed_or_unpacked() {
    let mut files = files();
    files.push((JOURNAL, read(FAILED)));
    let packed = archive(&files, &[]);
    let expected = diagnose_file("sos", &packed).without_names();
    for form in FORMS {
        let packed = compress(form, &packed);
        assert_eq!(diagnose_file("sos", &packed).without_names(), expected, "{form}");
        assert_eq!(diagnose_input(&packed).without_names(), expected, "{form}");
    }
    let folder = tempfile::tempdir().expect("a directory can be made");
    unpack(&files, &folder.path().join("reports/node-9"));
    for directory in ["reports/node-9", "reports", "."] {
        assert_eq!(diagnose(folder.path(), &[directory]).without_names(), expected, "{directory}");
    }
}

#[test]
fn lines_that_journal_and_messages_both_hold_confuse_nobody() {
    let mut files = files();
    files.push((JOURNAL, read(FAILED)));
    let once = diagnose_file("sos", &archive(&files, &[]));
    // rsyslog writes the short name; logrotate has cut the file in two, and the order is that of the names.
    let messages =
        String::from_utf8(read(FAILED)).expect("it is text").replace(" node-9.domain.tld ", " node-9 ");
    let half =
        messages.len() / 2 + messages[messages.len() / 2..].find('\n').expect("there are more lines") + 1;
    files.push(("var/log/messages", messages.as_bytes()[half..].to_vec()));
    files.push(("var/log/messages-20240322.gz", compress("gz", &messages.as_bytes()[..half])));
    let twice = diagnose_file("sos", &archive(&files, &[]));
    assert_eq!(twice.ports(), once.ports());
    assert_eq!(finding(&twice)["confidence"], "certain");
    assert_eq!(
        twice.verdict["boots"][0]["ports"][0]["outcome"],
        once.verdict["boots"][0]["ports"][0]["outcome"]
    );
    assert_eq!(twice.verdict["boots"][0]["host"], "node-9.domain.tld");
}

#[test]
fn a_journal_that_the_report_cut_is_said_to_be() {
    let log = read("crates/ibup-chain/tests/corpus/openibd-disabled/boot.log");
    let text = String::from_utf8(log).expect("it is text");
    let tail = &text[text.len() / 4..];
    let path = format!("sos_strings/logs/{}.tailed", JOURNAL.rsplit_once('/').expect("it has a folder").1);
    let mut files = files();
    files.push((&path, tail.as_bytes().to_vec()));
    let link = (JOURNAL, "../../sos_strings/logs/journalctl_--no-pager.tailed");
    let answer = diagnose_file("sos", &archive(&files, &[link]));
    assert_eq!(answer.ports(), [["down IB0301"]]);
    assert!(answer.blind_spots().contains(&"front-cut"), "{:?}", answer.blind_spots());
    // The whole of it lies in the older file beside it.
    files.push(("var/log/messages", text.into_bytes()));
    let answer = diagnose_file("sos", &archive(&files, &[link]));
    assert_eq!(answer.ports(), [["down IB0301"]]);
    assert!(!answer.blind_spots().contains(&"front-cut"), "{:?}", answer.blind_spots());
}

#[test]
fn the_ring_buffer_stands_in_for_a_log() {
    let dmesg = b"[    2.118301] pci 0000:4b:00.0: [15b3:101b] type 00 class 0x020700\n\
        [    4.772311] mlx5_core 0000:4b:00.0: firmware version: 20.36.1010\n";
    let mut files = files();
    files.push(("sos_commands/kernel/dmesg", dmesg.to_vec()));
    let answer = diagnose_file("sos", &archive(&files, &[]));
    assert_eq!(answer.ports().len(), 1);
    assert_eq!(answer.verdict["boots"][0]["host"], "node-9.domain.tld");
    let without = answer.verdict["boots"].clone();
    files.push((JOURNAL, read(FAILED)));
    let answer = diagnose_file("sos", &archive(&files, &[]));
    assert_ne!(answer.verdict["boots"], without);
    assert_eq!(answer.ports(), [["raised-late IB0301"]]);
}

#[test]
fn a_report_without_a_log_is_said_to_be_one() {
    let answer = diagnose_file("sos", &archive(&files(), &[]));
    assert_eq!(answer.complaints, format!("ibup: sos/{TOP}: no journal and no log in this report\n"));
    assert_eq!(answer.status, 2);
}

#[test]
fn a_snapshot_of_the_vendors_is_a_report() {
    let journal = read(FAILED);
    let members = [
        ("sysinfo-snapshot-v3.7.9-node-9-20240322/commands_txt_output/journal", Member::File(&journal)),
        (
            "sysinfo-snapshot-v3.7.9-node-9-20240322/commands_txt_output/ibstat",
            Member::File(b"CA 'mlx5_0'\n"),
        ),
    ];
    let answer = diagnose_file("snapshot.tgz", &compress("gz", &tar(&members)));
    assert_eq!(
        (answer.ports(), answer.complaints.as_str()),
        (vec![vec!["raised-late IB0301".to_owned()]], "")
    );
    assert_eq!(answer.verdict["boots"][0]["sources"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_collection_of_reports_has_a_verdict_on_each_machine() {
    let report = |host: &str, units: &str| {
        let rename =
            |text: Vec<u8>| String::from_utf8(text).expect("it is text").replace("node-9", host).into_bytes();
        let mut all: Vec<_> = files().into_iter().map(|(path, text)| (path, rename(text))).collect();
        all.retain(|(path, _)| *path != UNITS);
        all.extend([(JOURNAL, rename(read(FAILED))), (UNITS, units.as_bytes().to_vec())]);
        compress("xz", &archive(&all, &[]))
    };
    let (first, second) = (report("node-1", DISABLED), report("node-2", "openibd.service static -\n"));
    let members = [
        ("sos-collector-2024/sosreport-node-1.tar.xz", Member::File(&first)),
        ("sos-collector-2024/sosreport-node-2.tar.xz", Member::File(&second)),
    ];
    let answer = diagnose_file("all.tar", &tar(&members));
    assert_eq!(answer.complaints, "");
    let boots = answer.verdict["boots"].as_array().expect("boots are a list");
    let told: Vec<_> = boots
        .iter()
        .map(|boot| (boot["host"].as_str(), boot["ports"][0]["findings"][0]["confidence"].as_str()))
        .collect();
    assert_eq!(
        told,
        [(Some("node-1.domain.tld"), Some("certain")), (Some("node-2.domain.tld"), Some("likely"))]
    );
}

#[test]
fn paths_and_links_lead_nowhere_but_into_the_archive() {
    let folder = tempfile::tempdir().expect("a directory can be made");
    let outside = folder.path().join("outside");
    std::fs::write(&outside, "openibd.service disabled enabled\n").expect("a file can be made");
    let outside = outside.to_str().expect("its path is UTF-8");
    let mut files = files();
    files.retain(|(path, _)| *path != UNITS);
    files.push((JOURNAL, read(FAILED)));
    files.push(("../../etc/passwd", b"openibd.service disabled\n".to_vec()));
    let climbing = format!("../../../../../../../../../..{outside}");
    for target in [outside, &climbing, "systemctl_list-unit-files", "/etc"] {
        std::fs::write(folder.path().join("sos"), archive(&files, &[(UNITS, target)]))
            .expect("a file can be made");
        let answer = diagnose(folder.path(), &["sos"]);
        assert_eq!(
            (finding(&answer)["confidence"].as_str(), answer.complaints.as_str()),
            (Some("likely"), ""),
            "{target}"
        );
    }
    // A link inside is followed.
    files.push(("sos_strings/systemd/units", DISABLED.as_bytes().to_vec()));
    files.push(("etc/units", DISABLED.as_bytes().to_vec()));
    let answer = diagnose_file("sos", &archive(&files, &[(UNITS, "../../etc/units")]));
    assert_eq!(finding(&answer)["confidence"], "certain");
    let listed: Vec<_> = std::fs::read_dir(folder.path()).expect("it is there").collect();
    assert_eq!(listed.len(), 2, "nothing was unpacked");
}

#[test]
fn a_truncated_report_is_read_as_far_as_it_goes() {
    let mut files = files();
    files.push((JOURNAL, read(FAILED)));
    files.push(("var/tmp/large", vec![b'x'; 100_000]));
    let mut packed = archive(&files, &[]);
    packed.truncate(packed.len() - 50_000);
    let answer = diagnose_file("sos", &packed);
    assert_eq!(answer.ports(), [["raised-late IB0301"]]);
    assert_eq!(finding(&answer)["confidence"], "certain");
    assert_eq!(answer.complaints, "ibup: sos: cannot read the source: the archive ends too early\n");
    let mut damaged = archive(&files, &[]);
    damaged[512 * 4 + 10] ^= 0x55;
    let answer = diagnose_file("sos", &damaged);
    assert!(answer.complaints.contains("the archive is damaged"), "{}", answer.complaints);
}
