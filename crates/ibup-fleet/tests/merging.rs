//! However the records of a fleet are cut into parts, repeated and ordered, the answer is the same to the byte.

use std::collections::BTreeSet;

use ibup_chain::finding::{Confidence, Role};
use ibup_chain::port::{Outcome, StageState};
use ibup_chain::stage::Stage;
use ibup_chain::verdict::{Factors, Summary};
use ibup_fleet::part::{Part, PartError, PartWriter, SourceRecord};
use ibup_fleet::record::{FindingRecord, PortRecord, StageRecord};
use ibup_fleet::{Fleet, FleetVerdict, Record, Shard};
use proptest::prelude::*;
use proptest::sample::subsequence;

fn record(host: &str, boot: u32, entries: u64) -> Record {
    Record {
        host: Some(host.to_owned()),
        source: format!("logs/{host}.log"),
        place: 0,
        boot_id: Some(format!("{boot:032x}")),
        first: Some(format!("2024-03-{:02}T10:00:00Z", boot + 1)),
        last: Some(format!("2024-03-{:02}T11:00:00Z", boot + 1)),
        entries,
        summary: Summary::Good,
        blind_spots: Vec::new(),
        ports: Vec::new(),
        findings: Vec::new(),
        factors: Factors::new(),
    }
}

fn port(cause: Option<&str>, firmware: &str, seconds: f64) -> PortRecord {
    let finding = |code: &str| FindingRecord {
        code: code.to_owned(),
        name: format!("name-of-{code}"),
        role: Role::Cause,
        confidence: Confidence::Certain,
    };
    PortRecord {
        interface: Some("ib0".into()),
        pci: Some("0000:4b:00.0".into()),
        device: None,
        port: None,
        outcome: if cause.is_some() { Outcome::Down } else { Outcome::Up },
        cause: cause.map(str::to_owned),
        stages: vec![StageRecord {
            stage: Stage::Netdev,
            state: StageState::Reached,
            seconds: Some(seconds),
        }],
        findings: cause.map(finding).into_iter().collect(),
        factors: Factors::from([("firmware".to_owned(), firmware.to_owned())]),
    }
}

fn with(mut record: Record, port: PortRecord) -> Record {
    record.summary = if port.cause.is_some() { Summary::Bad } else { Summary::Good };
    record.ports.push(port);
    record
}

/// A part as it comes back from a disk.
fn part(shard: Option<Shard>, boots: Vec<Record>) -> Part {
    let mut writer = PartWriter::begin(Vec::new(), shard, 7).unwrap();
    for boot in boots {
        let problems = if boot.entries == 0 { vec!["cannot be read".to_owned()] } else { Vec::new() };
        let source = SourceRecord { name: boot.source.clone(), boots: boot.entries, problems };
        writer.write(source, vec![boot]).unwrap();
    }
    Part::read(&writer.end().unwrap()[..]).unwrap()
}

fn answer(fleet: &Fleet) -> String {
    serde_json::to_string(&FleetVerdict::of(fleet, &fleet.boots(), &BTreeSet::new())).unwrap()
}

fn records() -> impl Strategy<Value = Vec<Record>> {
    let cause = prop_oneof![Just(None), Just(Some("IB0301")), Just(Some("IB0704"))];
    let name = prop_oneof![Just(""), Just(".site"), Just(".other")];
    let one = (0..12_u32, name, 0..3_u32, 0..4_u64, cause, 0..3_u32, any::<bool>());
    let one = one.prop_map(|(node, domain, boot, entries, cause, firmware, has_id)| {
        let record = record(&format!("node-{node:02}{domain}"), boot, entries);
        let record = Record { boot_id: record.boot_id.clone().filter(|_| has_id), ..record };
        with(record, port(cause, &format!("20.3{firmware}"), f64::from(node) / 3.0))
    });
    prop::collection::vec(one, 0..40)
}

proptest! {
    #[test]
    fn any_cut_any_order_and_any_repetition_give_the_same_bytes(
        (records, order, again, cuts) in records().prop_flat_map(|records| {
            let count = records.len();
            let order = Just((0..count).collect::<Vec<_>>()).prop_shuffle();
            let again = subsequence((0..count).collect::<Vec<_>>(), 0..=count);
            (Just(records), order, again, prop::collection::vec(0..5_usize, count))
        })
    ) {
        let mut one = Fleet::default();
        one.take_in(part(None, records.clone()));

        let mut parts = vec![Vec::new(); 5];
        for index in order.iter().chain(&again) {
            parts[cuts[*index]].push(records[*index].clone());
        }
        let mut cut = Fleet::default();
        for records in parts.iter().chain(parts.iter().rev()) {
            let mut fleet = Fleet::default();
            fleet.take_in(part(None, records.clone()));
            cut.merge(fleet);
        }
        prop_assert_eq!(answer(&one), answer(&cut));
    }

    #[test]
    fn no_bytes_make_the_reader_fail_otherwise_than_with_an_error(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(Part::read(&bytes[..]).is_err());
    }
}

#[test]
fn a_part_that_was_cut_anywhere_is_known_as_such() {
    let mut writer = PartWriter::begin(Vec::new(), Some(Shard::WHOLE), 1).unwrap();
    let source = SourceRecord { name: "a".into(), boots: 1, problems: Vec::new() };
    writer.write(source, vec![record("a", 0, 1)]).unwrap();
    let whole = writer.end().unwrap();
    assert!(Part::read(&whole[..]).is_ok());
    let header = whole.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    for length in header..whole.len() {
        assert!(matches!(Part::read(&whole[..length]), Err(PartError::Cut)), "{length}");
    }
    assert!(matches!(Part::read(&b"{\"schema\":\"ibup.verdict/1\"}\n"[..]), Err(PartError::NoPart)));
    let later = br#"{"part":{"schema":"ibup.fleet-part/9","listed":0}}"#;
    assert!(matches!(Part::read(&[&later[..], b"\n"].concat()[..]), Err(PartError::Schema(_))));
}

#[test]
fn shards_that_are_not_there_are_missed_unless_another_cut_is_whole() {
    let mut fleet = Fleet::default();
    for number in [1, 4] {
        fleet.take_in(part(Some(Shard { number, of: 4 }), Vec::new()));
    }
    let missing = fleet.missing_shards();
    assert_eq!((missing.len(), missing[0].of, &missing[0].numbers[..]), (1, 4, &[2, 3][..]));
    let verdict = FleetVerdict::of(&fleet, &[], &BTreeSet::new());
    assert_eq!(verdict.missing.shards[0].shards, "2-3");
    assert!(!verdict.is_whole());
    for number in [1, 2] {
        fleet.take_in(part(Some(Shard { number, of: 2 }), Vec::new()));
    }
    assert!(fleet.missing_shards().is_empty());
}

#[test]
fn of_two_readings_of_a_boot_or_a_source_the_better_one_counts() {
    let (short, long) = (record("a", 0, 0), record("a", 0, 9));
    let mut fleet = Fleet::default();
    fleet.take_in(part(None, vec![long.clone()]));
    fleet.take_in(part(None, vec![short]));
    assert_eq!(fleet.boots(), [&long]);
    assert!(fleet.sources().all(|source| source.problems.is_empty()));
}

#[test]
fn records_of_one_boot_are_one_boot_whether_or_not_they_name_its_id_and_the_domain() {
    let journal = Record { host: Some("a.site".into()), ..record("a", 0, 9) };
    let syslog = Record { boot_id: None, first: Some("2024-03-01T10:30:00Z".into()), ..record("a", 0, 3) };
    let earlier = Record { boot_id: None, first: None, last: None, place: 1, ..record("a", 0, 3) };
    let mut fleet = Fleet::default();
    fleet.take_in(part(None, vec![syslog, journal.clone(), earlier]));
    assert_eq!(fleet.boots().len(), 2);
    assert!(fleet.boots().iter().all(|boot| fleet.node(boot) == "a.site"));
    assert!(fleet.boots().contains(&&journal));
}

#[test]
fn machines_without_a_name_are_told_apart_by_what_was_read() {
    let unnamed = |number: u32| Record { host: None, source: format!("{number}.dmesg"), ..record("x", 0, 1) };
    let mut fleet = Fleet::default();
    fleet.take_in(part(None, vec![unnamed(1), unnamed(2)]));
    assert_eq!(fleet.boots().len(), 2);
}

/// 60 nodes: 12 with a cause, all of them with a firmware that one of the others has.
fn sick_fleet() -> Fleet {
    let node = |number: u32| {
        let cause = number.is_multiple_of(5).then_some("IB0301");
        let firmware = if cause.is_some() || number == 1 { "20.31" } else { "20.36" };
        let seconds = if number == 7 { 95.0 } else { 8.0 };
        let ports = if number == 9 { Vec::new() } else { vec![port(cause, firmware, seconds)] };
        let record = record(&format!("node-{number:03}"), 0, 5);
        ports.into_iter().fold(record, with)
    };
    let mut fleet = Fleet::default();
    fleet.take_in(part(None, (0..60).map(node).collect()));
    fleet
}

#[test]
fn what_the_sick_have_in_common_is_told_with_how_likely_that_is_by_chance() {
    let fleet = sick_fleet();
    let verdict = FleetVerdict::of(&fleet, &fleet.boots(), &BTreeSet::new());
    let cause = &verdict.causes[0];
    assert_eq!((verdict.nodes.all, verdict.nodes.good, verdict.nodes.bad), (60, 48, 12));
    assert_eq!((cause.code.as_str(), cause.nodes.count, cause.boots), ("IB0301", 12, 12));
    assert!(cause.nodes.names.starts_with("node-[000,005,010"), "{}", cause.nodes.names);
    let common = &cause.common[..];
    assert_eq!(common.len(), 1);
    assert_eq!((common[0].factor.as_str(), common[0].value.as_str()), ("firmware", "20.31"));
    assert_eq!((common[0].sick.with, common[0].sick.of), (12, 12));
    assert_eq!((common[0].others.with, common[0].others.of), (1, 47));
    assert!(common[0].chance < 1e-8, "{}", common[0].chance);
}

#[test]
fn nodes_that_lack_a_port_or_are_late_stand_out() {
    let fleet = sick_fleet();
    let verdict = FleetVerdict::of(&fleet, &fleet.boots(), &BTreeSet::new());
    let found: Vec<_> = verdict.outliers.iter().map(|outlier| outlier.nodes.names.as_str()).collect();
    assert_eq!(found, ["node-009", "node-007"]);
}

#[test]
fn nodes_that_were_expected_and_not_seen_are_missed_by_their_short_name_too() {
    let mut fleet = Fleet::default();
    fleet.take_in(part(None, vec![record("node-1.site", 0, 1), record("node-2", 0, 1)]));
    let expected = ibup_fleet::nodeset::unfold("node-[1-4]").unwrap();
    let verdict = FleetVerdict::of(&fleet, &fleet.boots(), &expected);
    assert_eq!((verdict.missing.nodes.count, verdict.missing.nodes.names.as_str()), (2, "node-[3-4]"));
}
