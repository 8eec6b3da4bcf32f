//! An exploration in words, for people at a terminal.

use ibup_chain::Diagnosis;
use ibup_report::Words;
use ibup_sim::explore::{Checked, Event, Fate};
use ibup_sim::property::PropertyKind;
use ibup_sim::scenario::Scenario;
use ibup_sim::{Exploration, PolicyName};

/// Tells what every order of a boot comes to.
pub(crate) fn render(exploration: &Exploration, scenario: &Scenario, words: &Words) -> String {
    let policy = match exploration.policy {
        PolicyName::Reference => "reference",
        PolicyName::Converge => "converge",
    };
    let enabled = if exploration.enabled { "enabled" } else { "disabled" };
    let mut text = words.with(&format!("explored-{policy}-{enabled}"), &[("host", &scenario.host)]) + "\n";
    text += &format!("  {}\n", counts(exploration, words));
    for fate in &exploration.interfaces {
        text += &format!("  {}\n", told(fate, exploration.orders, words));
    }
    for property in &exploration.properties {
        text += &line(property, exploration.complete, words);
    }
    for property in exploration.properties.iter().filter(|property| !property.counterexample.is_empty()) {
        text += &format!("\n  {}\n", words.with("shortest-order", &[("property", &property.name)]));
        text += &order(&property.counterexample);
    }
    text
}

fn counts(exploration: &Exploration, words: &Words) -> String {
    let (states, orders) = (exploration.states.to_string(), exploration.orders.to_string());
    let counted = words.with("explored-counts", &[("states", &states), ("orders", &orders)]);
    let rest = if exploration.complete { String::new() } else { words.get("explored-in-part") };
    match exploration.seconds {
        Some(seconds) => format!("{counted}, {seconds:.1} s{rest}"),
        None => counted + &rest,
    }
}

/// Tells what becomes of an interface.
pub(crate) fn told(fate: &Fate, orders: u128, words: &Words) -> String {
    let key = match fate {
        Fate { wanted: false, .. } => "fate-unwanted",
        Fate { link: false, .. } => "fate-no-link",
        Fate { down: 0, .. } => "fate-up",
        Fate { up: 0, .. } => "fate-down",
        Fate { down, missed, missed_and_down, .. } if missed == down && missed_and_down == down => {
            "fate-down-if-missed"
        }
        Fate { missed, missed_and_down, .. } if missed > &0 && missed == missed_and_down => {
            "fate-down-if-missed-and-else"
        }
        _ => "fate-down-sometimes",
    };
    let (down, all) = (fate.down.to_string(), orders.to_string());
    words.with(key, &[("interface", &fate.interface), ("down", &down), ("orders", &all)])
}

fn line(property: &Checked, is_complete: bool, words: &Words) -> String {
    let is_open = !property.holds && property.counterexample.is_empty() && !is_complete;
    let holds = words.get(if property.holds {
        "holds"
    } else if is_open {
        "open"
    } else {
        "fails"
    });
    let kind = words.get(match property.kind {
        PropertyKind::Always => "kind-always",
        PropertyKind::ByDeadline => "kind-by-deadline",
        PropertyKind::Sometimes => "kind-sometimes",
    });
    let cause = property.cause.as_ref().map(|cause| format!("  {}", titled(&cause.code, words)));
    format!("  {holds:<5}  {kind:<11}  {}{}\n", property.name, cause.unwrap_or_default())
}

/// Returns a diagnosis by code and title.
pub(crate) fn titled(code: &str, words: &Words) -> String {
    match Diagnosis::find(code) {
        Some(diagnosis) => format!("{code}: {}", diagnosis.explanation(words.language()).title),
        None => code.to_owned(),
    }
}

/// Tells an order, step by step.
pub(crate) fn order(events: &[Event]) -> String {
    let told = events.iter().zip(1_u32..).map(|(event, number)| {
        let said: String = event.said.iter().map(|said| format!("          | {said}\n")).collect();
        format!("    {number:>3}. {}\n{said}", event.step)
    });
    told.collect()
}
