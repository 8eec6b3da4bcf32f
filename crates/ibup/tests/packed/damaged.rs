//! Damage of every kind: the program says what it cannot read, and ends by itself.

use super::pack::{FORMS, Member, compress, tar};
use super::{FAILED, command, read};

/// Numbers in no order, the same each time.
fn numbers() -> impl Iterator<Item = usize> {
    let next =
        |n: &u64| Some(n.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407));
    std::iter::successors(Some(9), next).map(|n| usize::try_from(n >> 33).expect("31 bits fit"))
}

#[test]
fn no_damage_makes_the_program_fail() {
    let folder = tempfile::tempdir().expect("a directory can be made");
    let log = read(FAILED);
    let archive = tar(&[
        ("sosreport-a/etc/hostname", Member::File(b"a\n")),
        ("sosreport-a/etc/link", Member::Link("../../etc")),
        ("sosreport-a/sos_commands/logs/journalctl_--no-pager", Member::File(&log)),
    ]);
    let mut samples: Vec<_> =
        FORMS.iter().flat_map(|form| [compress(form, &log), compress(form, &archive)]).collect();
    samples.push(archive);
    let mut numbers = numbers();
    let mut below = |limit: usize| numbers.next().expect("they do not end") % limit;
    for (index, sample) in samples.iter().enumerate() {
        for attempt in 0..60 {
            let mut bytes = sample.clone();
            for _ in 0..=below(4) {
                // Headers are worth a third of the trouble.
                let reach = if below(3) == 0 { bytes.len().min(64) } else { bytes.len() };
                let place = below(reach);
                bytes[place] = u8::try_from(below(256)).expect("it is a byte");
            }
            if below(5) == 0 {
                bytes.truncate(below(bytes.len()));
            }
            std::fs::write(folder.path().join(format!("{index}-{attempt}")), bytes)
                .expect("a file can be made");
        }
    }
    let output = command(folder.path(), &["--format", "json", "."]).output().expect("the program runs");
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(!complaints.contains("panicked"), "{complaints}");
    assert_eq!(output.status.code(), Some(1), "what is whole is read: {complaints}");
    assert!(complaints.lines().count() > 100, "most of it is damaged: {complaints}");
}
