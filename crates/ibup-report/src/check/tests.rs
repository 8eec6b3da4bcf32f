//! One answer in every form.

use ibup_chain::check::Check;
use ibup_chain::diagnosis::Language;
use serde_json::json;

use super::*;
use crate::Words;

/// An answer on `ib0` (as given), a healthy `ib1`, and so on.
fn check(status: &str, troubled: &[(&str, &str, Option<&str>)]) -> Check {
    let cause = |code: &str| {
        let known = ibup_chain::Diagnosis::find(code).expect("a diagnosis");
        json!({ "code": code, "name": known.name, "role": "cause", "confidence": "certain", "evidence": [],
            "check": [], "remedy": [] })
    };
    let interface = |name: &str, state: &str, code: Option<&str>| {
        json!({ "interface": name, "state": state, "expected_by": null, "device": "mlx5_0", "port": 1,
            "port_state": "ACTIVE", "physical_state": "LinkUp", "link_layer": "InfiniBand", "rate": null,
            "cause": code.map(cause) })
    };
    let mut interfaces: Vec<_> =
        troubled.iter().map(|(name, state, code)| interface(name, state, *code)).collect();
    if status != "unknown" {
        interfaces.push(interface("ib9", "up", None));
    }
    let check = json!({ "schema": "ibup.check/1", "host": "node-9", "status": status, "interfaces": interfaces,
        "journal": "read", "unread": [] });
    serde_json::from_value(check).expect("an answer")
}

const TWO_ALIKE: &[(&str, &str, Option<&str>)] =
    &[("ib0", "down", Some("IB0301")), ("ib1", "no-link", None), ("ib2", "down", Some("IB0301"))];

fn english() -> Words {
    Words::new(Language::English)
}

#[test]
fn the_line_names_no_host_and_groups_by_cause() {
    let line = one_line::render(&check("bad", TWO_ALIKE));
    assert_eq!(line, "IB0301 ib0,ib2 down driver-stack-not-started; unknown ib1 no-link\n");
    assert_eq!(one_line::render(&check("good", &[])), "ok 1 interface up\n");
    assert_eq!(one_line::render(&check("unknown", &[])), "unknown the configuration could not be read\n");
}

#[test]
fn nagios_gets_its_statuses_and_its_performance_data() {
    let answer = |status, troubled| {
        let check = check(status, troubled);
        let text = nagios::render(&check, &english());
        (nagios::exit_status(&check), text.lines().next().unwrap_or_default().to_owned())
    };
    let bad = "IBUP CRITICAL - 3/4 not up: IB0301 ib0,ib2 down driver-stack-not-started; unknown ib1 no-link | 'up'=1;;4:;0;4";
    assert_eq!(answer("bad", TWO_ALIKE), (2, bad.to_owned()));
    assert_eq!(answer("good", &[]), (0, "IBUP OK - 1 interface up | 'up'=1;;1:;0;1".to_owned()));
    assert_eq!(answer("unknown", &[]).0, 3);
    // Only the first line has performance data, however odd a name is.
    let odd = nagios::render(&check("bad", &[("ib|0", "down", None)]), &english());
    assert_eq!(odd.matches('|').count(), 1, "{odd}");
}

#[test]
fn node_problem_detector_gets_what_it_may_cut() {
    let found = check("bad", &[("ib0", "down", Some("IB0301"))]);
    let line = npd::render(&found, &Words::new(Language::Chinese));
    assert!(line.starts_with("IB0301 ib0 down driver-stack-not-started: "), "{line}");
    assert!(line.len() <= 513 && line.ends_with('\n') && line.matches('\n').count() == 1);
    let statuses = ["good", "bad", "unknown"].map(|status| npd::exit_status(&check(status, &[])));
    assert_eq!(statuses, [0, 1, 2]);
    let many: Vec<String> = (0..200).map(|number| format!("ib{number}")).collect();
    let many: Vec<_> = many.iter().map(|name| (name.as_str(), "down", Some("IB0301"))).collect();
    assert!(npd::render(&check("bad", &many), &Words::new(Language::Chinese)).len() <= 513);
}

#[test]
fn node_health_check_fails_a_node_only_for_what_is_known() {
    let statuses = ["good", "bad", "unknown"].map(|status| nhc::exit_status(&check(status, &[])));
    assert_eq!(statuses, [0, 1, 0]);
    assert_eq!(nhc::render(&check("bad", &TWO_ALIKE[1..2])), "unknown ib1 no-link\n");
}

#[test]
fn prometheus_has_every_interface_and_no_time() {
    let metrics = prometheus::render(&check("bad", TWO_ALIKE));
    for expected in [
        "ibup_interface_up{interface=\"ib0\"} 0",
        "ibup_interface_up{interface=\"ib9\"} 1",
        "ibup_interface_state{interface=\"ib1\",state=\"no-link\"} 1",
        "ibup_interface_state{interface=\"ib1\",state=\"up\"} 0",
        "ibup_interface_info{interface=\"ib0\",device=\"mlx5_0\",port=\"1\"} 1",
        "ibup_cause_info{interface=\"ib2\",code=\"IB0301\",name=\"driver-stack-not-started\",confidence=\"certain\"} 1",
        "ibup_check_complete 1",
    ] {
        assert!(metrics.lines().any(|line| line == expected), "{expected}\n{metrics}");
    }
    for line in metrics.lines().filter(|line| !line.starts_with('#')) {
        let (_, value) = line.rsplit_once(' ').expect("a sample has a value");
        assert!(value == "0" || value == "1", "{line}");
    }
    let odd = prometheus::render(&check("bad", &[("a\"b\\c\n", "down", None)]));
    assert!(odd.contains("{interface=\"a\\\"b\\\\c\u{fffd}\"} 0"), "{odd}");
    assert!(prometheus::render(&check("unknown", &[])).ends_with("ibup_check_complete 0\n"));
}

#[test]
fn people_read_what_is_wrong_first() {
    let text =
        crate::text::check::render(&check("bad", TWO_ALIKE), &english(), crate::text::Layout::default());
    let places: Vec<_> =
        ["node-9: not up: 3 of 4", "ib0: down", "error[IB0301]", "ib1: raised, and without link", "ib9: up"]
            .iter()
            .map(|words| text.find(words).unwrap_or_else(|| panic!("{words}\n{text}")))
            .collect();
    assert!(places.is_sorted(), "{text}");
}
