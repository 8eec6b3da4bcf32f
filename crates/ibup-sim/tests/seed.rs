//! The boots of node-9: what was recorded and what the simulated machine writes, line by line.

use ibup_sim::{Machine, Scenario, Simulation, simulate};

const FAILED: &str = include_str!("../../../samples/node-9-failed.log");
const HEALTHY: &str = include_str!("../../../samples/node-9-healthy.log");

/// Lines of the recordings that the machine does not write: journalctl adds them itself, from its catalog.
const NOT_MODELLED: &[&str] = &[
    "-- Subject: Unit mlnx_interface_mgr@ib0.service has finished start-up",
    "-- Unit mlnx_interface_mgr@ib0.service has finished starting up.",
    "-- The unit mlnx_interface_mgr@ib0.service has successfully entered the 'dead' state.",
];

/// Lines that the machine writes and the recording of the healthy boot, which somebody excerpted by hand, leaves out.
const EXCERPTED: &[&str] = &[
    "mlnx_interface_mgr.sh[*]: + log_msg 'Setting up",
    "mlnx_interface_mgr.sh[*]: + log_msg 'INFO:",
    "mlnx_interface_mgr.sh[*]: + log_msg 'Running:",
    "mlnx_interface_mgr[*]: ",
    "systemd[1]: ",
];

fn boot(text: &str) -> Simulation {
    let scenario = Scenario::read("scenario", text).expect("the scenario can be read");
    simulate(&Machine::new(&scenario), None)
}

/// Hides process IDs, which tell nothing.
fn without_pids(line: &str) -> String {
    let mut text = line.to_owned();
    for mark in ["[", "(pid "] {
        let Some(start) = text.find(mark).map(|start| start + mark.len()) else { continue };
        let digits = text[start..].bytes().take_while(u8::is_ascii_digit).count();
        let is_pid = text[start + digits..].starts_with([']', ')']);
        if digits > 0 && is_pid && &text[start..start + digits] != "1" {
            text.replace_range(start..start + digits, "*");
        }
    }
    text
}

fn lines(log: &str) -> Vec<String> {
    log.lines().filter(|line| !NOT_MODELLED.contains(line)).map(without_pids).collect()
}

#[test]
fn the_failed_boot_is_written_line_for_line() {
    let simulation = boot(include_str!("../../../scenarios/node-9.toml"));
    // The recording is what `grep -E '4b:00.0|ib0'` left of the journal.
    let own: Vec<String> = lines(&simulation.journal)
        .into_iter()
        .filter(|line| line.contains("4b:00.0") || line.contains("ib0"))
        .collect();
    assert_eq!(own, lines(FAILED));
    let port = &simulation.verdict.boots[0].ports[0];
    assert_eq!((port.outcome.name(), port.cause.as_deref()), ("raised-late", Some("IB0301")));
}

#[test]
fn the_healthy_boot_is_written_line_for_line() {
    let simulation = boot(include_str!("../../../scenarios/node-9-openibd-enabled.toml"));
    let own = lines(&simulation.journal).into_iter().filter(|line| {
        let is_excerpted = EXCERPTED.iter().any(|words| line.contains(words));
        !is_excerpted && ["4b:00.0", "ib0", "modprobe ib_ipoib"].iter().any(|word| line.contains(word))
    });
    assert_eq!(own.collect::<Vec<_>>(), lines(HEALTHY));
    let port = &simulation.verdict.boots[0].ports[0];
    assert_eq!((port.outcome.name(), port.cause.as_deref()), ("up", None));
}

#[test]
fn the_recording_of_the_failed_boot_and_its_simulation_have_the_same_verdict() {
    let simulation = boot(include_str!("../../../scenarios/node-9.toml"));
    let recorded = ibup_sim::verdict::diagnose("recording", FAILED);
    let told = |verdict: &ibup_chain::Verdict| {
        let port = &verdict.boots[0].ports[0];
        let stages: Vec<_> = port.stages.iter().map(|stage| (stage.stage, stage.state)).collect();
        (port.outcome, port.cause.clone(), stages)
    };
    let (recorded, simulated) = (told(&recorded), told(&simulation.verdict));
    assert_eq!((&recorded.0, &recorded.1), (&simulated.0, &simulated.1));
    // The recording is filtered; what it shows of the climb, the simulation shows as well.
    for (recorded, simulated) in recorded.2.iter().zip(&simulated.2) {
        assert_eq!(recorded.0, simulated.0);
        if recorded.1 == ibup_chain::port::StageState::Reached {
            assert_eq!(recorded, simulated);
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_boot() {
    let scenario = Scenario::read("s", include_str!("../../../scenarios/node-9.toml")).expect("it is one");
    let machine = Machine::new(&scenario);
    let journal = |seed| simulate(&machine, Some(seed)).journal;
    assert_eq!(journal(7), journal(7));
    let several: std::collections::BTreeSet<String> = (0..8).map(journal).collect();
    assert!(several.len() > 1, "seeds make no difference");
}
