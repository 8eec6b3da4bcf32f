//! Every order of a boot: the failure of node-9 is found, and under ibup's units it cannot be.

use ibup_sim::machine::{Blind, Variant};
use ibup_sim::units::{PLANNED, UnitFiles};
use ibup_sim::{Exploration, Machine, PolicyName, Scenario, explore};

const NODE_9: &str = include_str!("../../../scenarios/node-9.toml");
const TWO_HCAS: &str = include_str!("../../../scenarios/two-hcas.toml");
const CRASH: &str = include_str!("../../../scenarios/crash.toml");

fn scenario(text: &str) -> Scenario {
    Scenario::read("scenario", text).expect("the scenario can be read")
}

fn explored(scenario: &Scenario, policy: PolicyName, enabled: bool) -> Exploration {
    explore(&Machine::build(scenario, Variant { policy, enabled, ..Variant::default() }))
}

/// Returns the names of the properties that do not hold.
fn broken(exploration: &Exploration) -> Vec<&str> {
    let broken = exploration.properties.iter().filter(|property| !property.holds);
    broken.map(|property| property.name.as_str()).collect()
}

#[test]
fn the_scripts_leave_ib0_down_exactly_where_the_network_service_comes_first() {
    let exploration = explored(&scenario(NODE_9), PolicyName::Reference, false);
    assert_eq!(broken(&exploration), ["ib0-ends-up"]);
    let fate = &exploration.interfaces[0];
    assert!(fate.down > 0 && fate.up > 0, "{fate:?}");
    assert_eq!((fate.missed, fate.missed_and_down), (fate.down, fate.down));
    let property = exploration.property("ib0-ends-up").expect("it is looked at");
    assert_eq!(property.cause.as_ref().map(|cause| cause.code.as_str()), Some("IB0301"));
    let steps: Vec<&str> = property.counterexample.iter().map(|event| event.step.as_str()).collect();
    let place = |words: &str| steps.iter().position(|step| step.contains(words)).expect(words);
    assert!(place("which does not exist") < place("loads ib_ipoib"), "{steps:?}");
}

#[test]
fn with_openibd_enabled_ib0_comes_up_in_every_order() {
    let exploration = explored(&scenario(NODE_9), PolicyName::Reference, true);
    assert_eq!(broken(&exploration), Vec::<&str>::new());
}

#[test]
fn under_ibups_units_ib0_comes_up_in_every_order() {
    for enabled in [false, true] {
        let exploration = explored(&scenario(NODE_9), PolicyName::Converge, enabled);
        assert_eq!(broken(&exploration), Vec::<&str>::new());
    }
    let late = explored(&scenario(NODE_9), PolicyName::Converge, false);
    assert!(late.interfaces[0].missed > 0, "no order has a late netdev, so nothing is shown");
}

#[test]
fn two_hcas_one_renamed_and_slow_firmware_change_nothing_under_ibups_units() {
    for enabled in [false, true] {
        let exploration = explored(&scenario(TWO_HCAS), PolicyName::Converge, enabled);
        assert!(exploration.complete);
        assert_eq!(broken(&exploration), Vec::<&str>::new());
    }
    let scripts = explored(&scenario(TWO_HCAS), PolicyName::Reference, true);
    assert!(broken(&scripts).contains(&"ibs4-ends-up"), "{:?}", broken(&scripts));
}

#[test]
fn a_crash_and_a_restart_anywhere_change_nothing_under_ibups_units() {
    for enabled in [false, true] {
        let exploration = explored(&scenario(CRASH), PolicyName::Converge, enabled);
        assert!(exploration.complete);
        assert_eq!(broken(&exploration), Vec::<&str>::new());
    }
}

#[test]
fn a_crash_is_survived_by_two_hcas_where_somebody_else_loads_the_stack() {
    let mut scenario = scenario(TWO_HCAS);
    scenario.explore.crashes = 1;
    let exploration = explored(&scenario, PolicyName::Converge, false);
    assert!(exploration.complete);
    assert_eq!(broken(&exploration), Vec::<&str>::new());
}

#[test]
fn without_a_restart_a_crash_of_the_raise_leaves_the_interface_down() {
    let mut scenario = scenario(NODE_9);
    scenario.explore.crashes = 1;
    scenario.explore.restarts = false;
    let exploration = explored(&scenario, PolicyName::Converge, false);
    assert_eq!(broken(&exploration), ["ib0-ends-up"]);
}

#[test]
fn the_same_machine_is_explored_alike_each_time() {
    let [one, other] = [(); 2].map(|()| explored(&scenario(NODE_9), PolicyName::Converge, true));
    assert_eq!(one, other);
}

/// Explores node-9 with one line of a planned unit taken out.
fn without_line(unit: &str, line: &str, enabled: bool) -> Vec<String> {
    let (_, text) = PLANNED.iter().find(|(name, _)| *name == unit).expect("it is a planned unit");
    let changed = text.replace(&format!("\n{line}\n"), "\n");
    assert_ne!(&changed, text, "{unit} has no line {line}");
    let units = UnitFiles::default().with(unit, &changed);
    let variant = Variant { policy: PolicyName::Converge, enabled, units, ..Variant::default() };
    let exploration = explore(&Machine::build(&scenario(NODE_9), variant));
    broken(&exploration).into_iter().map(str::to_owned).collect()
}

#[test]
fn a_raise_that_is_not_ordered_after_the_network_service_meets_it() {
    let line = "After=network.service networking.service NetworkManager.service systemd-networkd.service connman.service";
    let broken = without_line("ibup-raise@.service", line, false);
    assert!(broken.iter().any(|name| name == "never-two-writers"), "{broken:?}");
}

#[test]
fn a_decision_that_misses_a_condition_is_found_out() {
    let mut unwanted = scenario(NODE_9);
    unwanted.interface[0].onboot = false;
    let check = |scenario: &Scenario, blind, expected: &str| {
        let base = Variant { policy: PolicyName::Converge, enabled: false, ..Variant::default() };
        let whole = explore(&Machine::build(scenario, base.clone()));
        assert!(!broken(&whole).contains(&expected), "{expected} is broken without the mutation");
        let machine = Machine::build(scenario, Variant { blind: Some(blind), ..base });
        let exploration = explore(&machine);
        assert!(broken(&exploration).contains(&expected), "{blind:?}: {:?}", broken(&exploration));
    };
    check(&unwanted, Blind::OnBoot, "never-raise-unwanted");
    check(&scenario(NODE_9), Blind::IsUp, "never-raise-what-is-up");
    check(&scenario(NODE_9), Blind::Policy, "ib0-ends-up");
}
