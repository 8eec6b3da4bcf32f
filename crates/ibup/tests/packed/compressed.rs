//! Compressed text: the same verdict as from the text, and honest words where it is damaged.

use super::pack::{FORMS, compress};
use super::{FAILED, diagnose, diagnose_file, diagnose_input, read};

#[test]
fn a_compressed_log_has_the_verdict_of_its_text() {
    let plain = diagnose_file("plain", &read(FAILED)).without_names();
    assert_eq!(plain["boots"][0]["ports"][0]["cause"], "IB0301");
    for form in FORMS {
        let packed = compress(form, &read(FAILED));
        // The name is no help, nor is there one on standard input.
        assert_eq!(diagnose_file("messages", &packed).without_names(), plain, "{form}");
        assert_eq!(diagnose_input(&packed).without_names(), plain, "{form}");
        let twice = compress("gz", &packed);
        assert_eq!(diagnose_file("messages", &twice).without_names(), plain, "{form} in gz");
    }
}

#[test]
fn members_one_after_the_other_are_one_text() {
    let log = read(FAILED);
    let plain = diagnose_file("plain", &log).without_names();
    // Not at the end of a line.
    let (first, second) = log.split_at(1000);
    for form in FORMS {
        let mut packed = compress(form, first);
        if form == "zst" {
            packed.extend_from_slice(b"\x50\x2a\x4d\x18\x04\0\0\0skip");
        }
        packed.extend(compress(form, b""));
        packed.extend(compress(form, second));
        assert_eq!(diagnose_file("log", &packed).without_names(), plain, "{form}");
    }
}

#[test]
fn a_truncated_log_is_read_as_far_as_it_goes() {
    let log = read(FAILED);
    for (form, name) in FORMS.iter().zip(["gzip", "xz", "zstd", "bzip2"]) {
        // Of bzip2's blocks only whole ones can be read, so the second one is hurt.
        let mut packed = compress(form, &log);
        packed.extend(compress(form, &log));
        packed.truncate(packed.len() - 40);
        let answer = diagnose_file("log", &packed);
        assert_eq!(answer.ports()[0], ["raised-late IB0301"], "{form}");
        assert_eq!(
            answer.complaints,
            format!("ibup: log: cannot read the source: the {name} data ends too early\n")
        );
        assert_eq!(answer.status, 1);
        let spots: Vec<_> =
            answer.verdict["boots"].as_array().unwrap().iter().map(|boot| &boot["coverage"]).collect();
        assert!(spots.last().unwrap().to_string().contains("rest-unread"), "{form}: {spots:?}");
    }
}

#[test]
fn of_a_truncated_member_what_can_be_read_counts() {
    let log = read(FAILED);
    for form in ["gz", "xz", "zst"] {
        // Letters in no order fill the stream up behind the log.
        let next = |n: &u32| Some(n.wrapping_mul(1_664_525).wrapping_add(1_013_904_223));
        let noise: Vec<u8> = std::iter::successors(Some(9), next)
            .map(|n| b' ' + n.to_be_bytes()[0] % 64)
            .take(300_000)
            .collect();
        let packed = compress(form, &[&log[..], &noise].concat());
        let answer = diagnose_file("log", &packed[..packed.len() - 20_000]);
        assert_eq!(answer.ports(), [["raised-late IB0301"]], "{form}");
        assert!(answer.complaints.ends_with("ends too early\n"), "{form}: {}", answer.complaints);
    }
}

#[test]
fn a_good_boot_in_a_truncated_log_is_no_certainty() {
    let mut packed = compress("gz", &read("samples/node-9-healthy.log"));
    packed.truncate(packed.len() - 4);
    let answer = diagnose_file("log", &packed);
    assert_eq!((answer.ports(), answer.status), (vec![vec!["up -".to_owned()]], 2));
    assert!(answer.blind_spots().contains(&"rest-unread"));
}

#[test]
fn damaged_data_is_said_to_be() {
    for (form, name) in FORMS.iter().zip(["gzip", "xz", "zstd", "bzip2"]) {
        let mut packed = compress(form, &read(FAILED));
        let middle = packed.len() / 2;
        packed[middle..middle + 64].fill(0x55);
        let answer = diagnose_file("log", &packed);
        let says = answer.complaints.trim_end();
        let is_said = says.starts_with("ibup: log: cannot read the source: the ");
        assert!(is_said && says.contains(name), "{form}: {says}");
        assert_ne!(answer.status, 0);
    }
}

#[test]
fn a_bomb_is_refused() {
    let zeros = vec![0; 16 << 20];
    for form in ["xz", "zst", "bz2"] {
        let bomb = compress(form, &zeros).repeat(256);
        let answer = diagnose_file("log", &bomb);
        let says =
            "ibup: log: cannot read the source: it unpacks to more than 2000 times its size: refused\n";
        assert_eq!((answer.complaints.as_str(), answer.status), (says, 2), "{form}");
    }
    // gzip comes to 1032 times at most; twice over to a million.
    let bomb = compress("gz", &compress("gz", &zeros).repeat(256));
    let answer = diagnose_file("log", &bomb);
    assert!(answer.complaints.contains("more than 2000 times its size"), "{}", answer.complaints);
}

#[test]
fn what_is_packed_without_end_is_refused() {
    let packed = (0..7).fold(read(FAILED), |packed, _| compress("gz", &packed));
    let answer = diagnose_file("log", &packed);
    let says = "ibup: log: cannot read the source: it is packed more than 6 times over: refused\n";
    assert_eq!((answer.complaints.as_str(), answer.status), (says, 2));
}

#[test]
fn a_decoder_gets_no_memory_for_a_mere_claim() {
    // A frame of one segment that claims to be of 64 GiB: its window would be as large.
    let mut claim = b"\x28\xb5\x2f\xfd\xe0".to_vec();
    claim.extend((64_u64 << 30).to_le_bytes());
    let answer = diagnose_file("log", &claim);
    assert_eq!(answer.complaints, "ibup: log: cannot read the source: the zstd data needs too much memory\n");
    assert_eq!(answer.status, 2);
}

#[test]
fn compressed_parts_in_a_directory_are_read_and_other_things_passed_over() {
    let folder = tempfile::tempdir().expect("a directory can be made");
    let write = |name: &str, content: &[u8]| std::fs::write(folder.path().join(name), content).unwrap();
    write("syslog.1.gz", &compress("gz", &read(FAILED)));
    write(
        "initramfs.gz",
        &compress("gz", &(0..5000_u32).flat_map(|n| (n * n).to_be_bytes()).collect::<Vec<u8>>()),
    );
    let answer = diagnose(folder.path(), &["."]);
    assert_eq!(answer.ports(), [["raised-late IB0301"]]);
    assert_eq!((answer.complaints.as_str(), answer.status), ("", 1));
    assert_eq!(answer.verdict["boots"][0]["sources"], serde_json::json!(["./syslog.1.gz"]));
}
