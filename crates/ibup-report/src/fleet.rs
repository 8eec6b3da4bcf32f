//! The answer on a fleet: as text for a terminal, as Markdown for a ticket.

use ibup_chain::Diagnosis;
use ibup_fleet::FleetVerdict;
use ibup_fleet::verdict::{Cause, CommonFactor, Nodes, Oddity, Outlier};

use crate::clean::clean;
use crate::words::Words;

mod markdown;
mod text;

pub use markdown::render as markdown;
pub use text::render as text;

/// Counts the nodes: `400 nodes: 343 well, 57 with trouble`.
fn headline(verdict: &FleetVerdict, words: &Words) -> String {
    let counts = verdict.nodes;
    let mut parts = vec![words.count("fleet-good", "nodes", counts.good)];
    if counts.bad > 0 {
        parts.push(words.count("fleet-bad", "nodes", counts.bad));
    }
    if counts.unknown > 0 {
        parts.push(words.count("fleet-unknown", "nodes", counts.unknown));
    }
    let all = words.count("fleet-nodes", "nodes", counts.all);
    words.with("fleet-counts", &[("all", &all), ("parts", &parts.join(&words.get("fleet-and")))])
}

/// Returns the title of a cause: that of its explanation, of a site's rule its name.
fn title(cause: &Cause, words: &Words) -> String {
    let known = Diagnosis::find(&cause.code);
    known.map_or_else(
        || clean(&cause.name).into_owned(),
        |known| known.explanation(words.language()).title.to_owned(),
    )
}

/// Counts nodes and names them: `57 nodes: node-[00003,00007-00012]`.
fn nodes(nodes: &Nodes, words: &Words) -> String {
    let count = words.count("fleet-nodes", "nodes", nodes.count);
    words.with("fleet-named", &[("count", &count), ("names", &clean(&nodes.names))])
}

/// Says how the ports ended and how sure the cause is: `57 interfaces down; certain 55 times, likely 2 times`.
fn particulars(cause: &Cause, words: &Words) -> String {
    let outcomes = cause
        .outcomes
        .iter()
        .map(|(outcome, count)| format!("{count} {}", words.get(&format!("outcome-{}", outcome.name()))));
    let confidence = cause.confidence.iter().rev().map(|(confidence, count)| {
        format!("{count} {}", words.get(&format!("confidence-{}", confidence.name())))
    });
    let and = words.get("fleet-and");
    let (outcomes, confidence) =
        (outcomes.collect::<Vec<_>>().join(&and), confidence.collect::<Vec<_>>().join(&and));
    if outcomes.is_empty() {
        return words.with("fleet-confidence", &[("confidence", &confidence)]);
    }
    words.with("fleet-particulars", &[("outcomes", &outcomes), ("confidence", &confidence)])
}

/// Says what the nodes of a cause have in common.
fn common(common: &CommonFactor, words: &Words) -> String {
    let share = |share: ibup_fleet::verdict::Share| {
        words.with("fleet-share", &[("with", &share.with.to_string()), ("of", &share.of.to_string())])
    };
    words.with(
        "fleet-common",
        &[
            ("factor", &factor(&common.factor, words)),
            ("value", &clean(&common.value)),
            ("sick", &share(common.sick)),
            ("others", &share(common.others)),
            ("chance", &format!("{:e}", common.chance)),
        ],
    )
}

/// Names what something is made of; a factor that this program does not know by the word that stands there.
pub(crate) fn factor(name: &str, words: &Words) -> String {
    let key = format!("factor-{name}");
    let phrase = words.get(&key);
    if phrase == key { clean(name).into_owned() } else { phrase }
}

/// Says how some nodes differ from nearly all others.
fn oddity(outlier: &Outlier, words: &Words) -> String {
    let whole = |seconds: f64| format!("{seconds:.0}");
    match &outlier.oddity {
        Oddity::Ports { ports, usual } => words.with(
            "fleet-odd-ports",
            &[
                ("ports", &words.count("fleet-ports", "ports", *ports)),
                ("usual", &words.count("fleet-ports", "ports", *usual)),
            ],
        ),
        Oddity::Factor { factor: name, value, usual } => words.with(
            "fleet-odd-factor",
            &[("factor", &factor(name, words)), ("value", &clean(value)), ("usual", &clean(usual))],
        ),
        Oddity::Late { stage, usual_seconds, latest_seconds } => words.with(
            "fleet-odd-late",
            &[
                ("stage", &words.get(&format!("stage-{stage}"))),
                ("usual", &whole(*usual_seconds)),
                ("latest", &whole(*latest_seconds)),
            ],
        ),
    }
}

/// Says what should be there and is not, a sentence each.
fn missing(verdict: &FleetVerdict, words: &Words) -> Vec<String> {
    let missing = &verdict.missing;
    let mut sentences: Vec<String> = missing
        .shards
        .iter()
        .map(|cut| {
            words.with("fleet-shards-missing", &[("shards", &cut.shards), ("of", &cut.of.to_string())])
        })
        .collect();
    if missing.shards_differ {
        sentences.push(words.get("fleet-shards-differ"));
    }
    if missing.nodes.count > 0 {
        sentences.push(words.with("fleet-nodes-missing", &[("nodes", &nodes(&missing.nodes, words))]));
    }
    sentences
}
