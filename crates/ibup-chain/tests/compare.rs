//! Boots beside healthy ones: what differs is named, and what only looks different is not.

use ibup_chain::Diagnoser;
use ibup_chain::port::Outcome;
use ibup_chain::verdict::{Comparison, Difference, Verdict};

const FAILED: &str = include_str!("../../../samples/node-9-failed.log");
const HEALTHY: &str = include_str!("../../../samples/node-9-healthy.log");
const RECORDED_DISABLED: &str = include_str!("corpus/openibd-disabled/boot.log");
const RECORDED_ENABLED: &str = include_str!("corpus/openibd-enabled/boot.log");

fn read(log: &str) -> Diagnoser {
    let mut diagnoser = Diagnoser::new();
    diagnoser.observe_text("boot.log", log).expect("the log is text");
    diagnoser
}

fn verdict(here: &str, there: &str) -> Verdict {
    read(here).verdict_beside(read(there))
}

#[track_caller]
fn comparison(here: &str, there: &str) -> Comparison {
    let boot = verdict(here, there).boots.into_iter().find_map(|boot| boot.comparison);
    boot.expect("a boot is compared")
}

/// What differs on the first pair of ports: `difference step detail`, in order.
fn differences(comparison: &Comparison) -> Vec<String> {
    let steps = comparison.ports.iter().flat_map(|ports| &ports.steps);
    let said = steps.flat_map(|step| {
        let name = [&step.step, step.detail.as_deref().unwrap_or_default()].join(" ");
        step.differences.iter().map(move |difference| match difference {
            Difference::Missing => format!("missing {name}"),
            Difference::OnlyHere => format!("only here {name}"),
            Difference::OnlyAfter { step } => format!("after {step} {name}"),
            Difference::Longer { since, .. } => format!("longer since {since} {name}"),
        })
    });
    said.map(|said| said.trim_end().to_owned()).collect()
}

#[test]
fn a_stack_that_came_late_is_told_by_what_is_missing_and_by_the_order() {
    let comparison = comparison(FAILED, HEALTHY);
    assert!(comparison.healthy);
    assert_eq!(
        differences(&comparison),
        [
            "only here raise-found-nothing",
            "missing module-requested ib_ipoib",
            "after network-looked stack-loaded",
            "longer since driver-ready stack-loaded",
            "after network-looked netdev",
            "longer since hand-off-deferred raised",
        ]
    );
    let raised = comparison.ports[0].steps.iter().find(|step| step.step == "raised").expect("it was raised");
    let Some(Difference::Longer { seconds_here, seconds_there, .. }) = raised.differences.first() else {
        panic!("{raised:?}");
    };
    assert!(*seconds_here > 4.0 * 86_400.0 && *seconds_there < 10.0, "{raised:?}");
}

#[test]
fn recorded_boots_of_one_machine_differ_in_the_stack_alone() {
    let comparison = comparison(RECORDED_DISABLED, RECORDED_ENABLED);
    let found = differences(&comparison);
    assert!(found.contains(&"missing stack-started openibd".into()), "{found:#?}");
    assert!(found.contains(&"after network-looked netdev".into()), "{found:#?}");
    let is_of_bus = |said: &&String| said.contains("function-found") || said.contains("driver");
    let bus: Vec<_> = found.iter().filter(|said| !said.contains("since")).filter(is_of_bus).collect();
    assert!(bus.is_empty(), "{found:#?}");
}

#[test]
fn a_peer_with_other_names_addresses_and_pids_is_the_same() {
    for log in [HEALTHY, RECORDED_ENABLED] {
        let peer = log
            .replace("node-9", "node-10")
            .replace("ib0", "ib3")
            .replace("0000:4b:00.0", "0000:ca:00.1")
            .replace("[2319]", "[99999]")
            .replace("(pid 5)", "(pid 77)");
        assert_ne!(log, peer);
        let comparison = comparison(log, &peer);
        assert_eq!(differences(&comparison), [""; 0]);
        assert!(!comparison.differs());
        assert!(!comparison.ports.is_empty() && comparison.ports[0].steps.len() > 5);
    }
}

#[test]
fn a_log_of_the_kernel_alone_does_not_miss_the_words_of_services() {
    let kernel = |log: &str| log.lines().filter(|line| line.contains(" kernel: ")).fold(String::new(), line);
    let full = differences(&comparison(&kernel(RECORDED_DISABLED), RECORDED_ENABLED));
    assert!(full.iter().all(|said| !said.contains("openibd") && !said.contains("hand-off")), "{full:#?}");
}

fn line(all: String, line: &str) -> String {
    all + line + "\n"
}

#[test]
fn what_a_driver_says_that_nobody_knows_is_compared_by_its_words() {
    let with = |number: u32| {
        let stamp = "Apr 02 11:09:29 node-9.domain.tld kernel";
        format!("{HEALTHY}{stamp}: mlx5_core 0000:4b:00.0: the frobnicator {number} hums\n")
    };
    let other = dated(HEALTHY, "Jan ");
    assert_eq!(differences(&comparison(&with(3), &dated(&with(70), "Jan "))), [""; 0]);
    let said = "not-understood the frobnicator # hums";
    assert_eq!(differences(&comparison(&with(3), &other)), [format!("only here {said}")]);
    assert_eq!(differences(&comparison(&other, &with(3))), [format!("missing {said}")]);
}

#[test]
fn of_what_nobody_knows_so_much_is_listed_and_the_rest_counted() {
    let words = (0..100).map(|index: u8| {
        let name: String = [index / 10, index % 10].iter().map(|digit| char::from(b'k' + digit)).collect();
        format!("Apr 02 11:09:29 node-9.domain.tld kernel: mlx5_core 0000:4b:00.0: {name} hums\n")
    });
    let chatty = words.fold(HEALTHY.to_owned(), |all, word| all + &word);
    let comparison = comparison(&chatty, &dated(HEALTHY, "Jan "));
    assert_eq!(differences(&comparison).len(), 16);
    assert_eq!(comparison.ports[0].unlisted, 84);
}

/// A log with the stamps of another year's boots, as `journalctl --merge` would never mix them.
fn dated(log: &str, month: &str) -> String {
    log.replace("Mar ", month).replace("Apr ", month)
}

#[test]
fn the_last_healthy_boot_of_the_same_host_is_the_one_to_compare_with() {
    let older = dated(HEALTHY, "Jan ");
    let newer = dated(HEALTHY, "Feb ");
    let other_host = dated(HEALTHY, "May ").replace("node-9", "node-7");
    let all = [older, newer, FAILED.into(), other_host].join("-- Reboot --\n");
    let verdict = verdict(FAILED, &all);
    let comparison = verdict.boots[0].comparison.as_ref().expect("it is compared");
    assert_eq!(comparison.first.as_deref(), Some("02-02T11:09:27"));
    assert!(comparison.healthy);
}

#[test]
fn a_healthy_peer_is_better_than_a_sick_boot_of_the_same_host() {
    let peer = HEALTHY.replace("node-9", "node-7");
    let all = [peer, dated(FAILED, "Jun ")].join("-- Reboot --\n");
    let comparison = comparison(FAILED, &all);
    assert_eq!(comparison.host.as_deref(), Some("node-7.domain.tld"));
}

#[test]
fn a_boot_is_not_compared_with_itself() {
    assert!(verdict(FAILED, FAILED).boots.iter().all(|boot| boot.comparison.is_none()));
}

#[test]
fn that_the_other_boot_is_not_healthy_is_told() {
    let comparison = comparison(FAILED, &dated(FAILED, "Jun "));
    assert!(!comparison.healthy);
    assert_eq!(differences(&comparison), [""; 0]);
}

#[test]
fn a_port_that_is_only_in_the_healthy_boot_is_named() {
    let without = HEALTHY.lines().filter(|line| !line.contains("ib0") && !line.contains("0000:4b:00.0"));
    let without = without.fold(String::new(), line);
    let comparison = comparison(&without, &dated(HEALTHY, "Jun "));
    let port = &comparison.ports[0];
    assert_eq!(port.here, None);
    let there = port.there.as_ref().expect("the healthy boot has the port");
    assert_eq!((there.interface.as_deref(), there.outcome), (Some("ib0"), Outcome::Up));
    assert!(comparison.differs());
}

#[test]
fn of_several_boots_the_ones_that_are_not_well_are_compared() {
    let all = [HEALTHY.to_owned(), dated(FAILED, "Jun ")].join("-- Reboot --\n");
    let verdict = verdict(&all, &all);
    let compared: Vec<_> = verdict.boots.iter().map(|boot| boot.comparison.is_some()).collect();
    assert_eq!(compared, [false, true]);
}
