//! To be told who loaded `ib_ipoib` is more evidence and not less: every boot of the explanations, with the trace on,
//! keeps its outcome and its cause, and the stack is reached when the load is told.

use ibup_chain::verdict::{PortVerdict, Verdict};
use ibup_chain::{Diagnoser, Stage, diagnosis};

const LOAD: &str = "module ib_ipoib loaded by modprobe[414] of late-load.service, started by sh[400]";

fn diagnose(log: &str) -> Verdict {
    let mut diagnoser = Diagnoser::new();
    diagnoser.observe_text("log", log).expect("the log is text");
    diagnoser.verdict()
}

fn ports(verdict: &Verdict) -> Vec<&PortVerdict> {
    verdict.boots.iter().flat_map(|boot| &boot.ports).collect()
}

/// Returns the boots of the explanations in which a driver makes a netdev, with the line that says so.
fn boots() -> Vec<(&'static str, &'static str)> {
    let blocks = diagnosis::ALL.iter().flat_map(|diagnosis| diagnosis.text.split("```journal").skip(1));
    let logs = blocks.filter_map(|block| block.split("```").next()?.split_once('\n').map(|(_, log)| log));
    let untraced = logs.filter(|log| !log.contains(" loaded by "));
    let with_netdev = untraced.filter_map(|log| {
        let made = log.lines().find(|line| line.contains(" kernel: ") && line.contains("StrdRq("))?;
        Some((log, made))
    });
    let boots: Vec<_> = with_netdev.collect();
    assert!(boots.len() > 10, "{} boots", boots.len());
    boots
}

/// Returns the line by which ibup tells of the load at the same moment.
fn told(made: &str, words: &str) -> String {
    let (head, _) = made.split_once(" kernel: ").expect("the kernel speaks");
    format!("{head} ibup[99]: {words}")
}

#[test]
fn a_traced_boot_has_the_cause_of_the_same_boot_untraced() {
    for (log, made) in boots() {
        let untraced = diagnose(log);
        let load = told(made, LOAD);
        // The follower is a process like others: its word may come before the kernel's or after.
        for both in [format!("{load}\n{made}"), format!("{made}\n{load}")] {
            let traced_log = log.replacen(made, &both, 1);
            let traced = diagnose(&traced_log);
            assert_eq!(ports(&untraced).len(), ports(&traced).len(), "{traced_log}");
            for (before, now) in ports(&untraced).into_iter().zip(ports(&traced)) {
                let told = |port: &PortVerdict| {
                    let findings =
                        port.findings.iter().map(|found| (found.code.clone(), found.role, found.confidence));
                    (port.interface.clone(), port.outcome, port.cause.clone(), findings.collect::<Vec<_>>())
                };
                assert_eq!(told(before), told(now), "{traced_log}");
            }
            let stacks = ports(&traced).into_iter().flat_map(|port| &port.stages);
            let mut stacks = stacks.filter(|stage| stage.stage == Stage::Stack);
            assert!(stacks.any(|stage| stage.evidence.iter().any(|line| line.text == load)), "{traced_log}");
        }
    }
}

#[test]
fn a_trace_that_begins_later_does_not_say_when_the_stack_was_loaded() {
    for words in ["modules loaded before tracing began: ib_core, ib_ipoib", LOAD] {
        let log = include_str!("../../../samples/node-9-healthy.log");
        let later = log.lines().last().expect("the log has lines").replacen("Mar", "Apr", 1);
        let (head, _) = later.split_once(": ").expect("somebody speaks");
        let host = head.rsplit_once(' ').expect("the host is named").0;
        let traced = diagnose(&format!("{log}{host} ibup[99]: {words}\n"));
        let stage = |verdict: &Verdict| ports(verdict)[0].stages[2].clone();
        assert_eq!(stage(&traced).at, stage(&diagnose(log)).at, "{words}");
    }
}

#[test]
fn a_load_in_time_is_no_stack_that_nobody_loaded() {
    let log = include_str!("../../../samples/node-9-failed.log");
    let missed =
        log.lines().find(|line| line.contains("does not seem to be present")).expect("it was missed");
    let (head, _) = missed.split_once(" network[").expect("the network service speaks");
    let traced = diagnose(&log.replacen(missed, &format!("{head} ibup[99]: {LOAD}\n{missed}"), 1));
    assert_eq!(ports(&traced)[0].cause.as_deref(), Some("IB0601"));
}

#[test]
fn what_the_trace_tells_is_data() {
    let line = |words: &str| {
        let log = include_str!("../../../samples/node-9-failed.log");
        let made = log.lines().find(|line| line.contains("StrdRq(")).expect("the netdev is made");
        let verdict = diagnose(&log.replacen(made, &format!("{}\n{made}", told(made, words)), 1));
        ports(&verdict)[0].stages[2].evidence[0].clone()
    };
    let by_service = line(LOAD);
    let load = by_service.load.expect("the load is told");
    assert_eq!(by_service.event, "module-loaded-by");
    assert_eq!((&*load.module, load.process.as_deref()), ("ib_ipoib", Some("modprobe")));
    assert_eq!((load.unit.as_deref(), load.started_by.as_deref()), (Some("late-load.service"), Some("sh")));

    let by_kernel = "module ib_ipoib loaded by modprobe[5], started by the kernel for ip[8] of a.service, \
                     which asked for rtnl-link-ipoib";
    let load = line(by_kernel).load.expect("the load is told");
    assert_eq!((load.asked_by.as_deref(), load.asked_by_unit.as_deref()), (Some("ip"), Some("a.service")));
}

#[test]
fn the_kernels_own_line_reaches_the_stack() {
    let log = include_str!("../../../samples/node-9-failed.log");
    let made = log.lines().find(|line| line.contains("StrdRq(")).expect("the netdev is made");
    let (head, _) = made.split_once(" kernel: ").expect("the kernel speaks");
    let verdict =
        diagnose(&log.replacen(made, &format!("{head} kernel: module_load: ib_ipoib OE\n{made}"), 1));
    assert_eq!(ports(&verdict)[0].stages[2].evidence[0].event, "module-loaded");
    assert_eq!(ports(&verdict)[0].cause.as_deref(), Some("IB0301"));
}
