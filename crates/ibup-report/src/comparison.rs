//! What all forms say of a boot beside a healthy one in the same words.

use ibup_chain::Diagnosis;
use ibup_chain::verdict::{
    Comparison, Difference, Moment, PortComparison, PortName, PortVerdict, StepComparison,
};

use crate::clean::clean;
use crate::evidence::{headline, meaning, span, time};
use crate::words::Words;

/// Names the healthy boot: host, time, sources.
pub(crate) fn heading(words: &Words, comparison: &Comparison) -> String {
    let host = comparison.host.clone().unwrap_or_else(|| words.get("no-host"));
    let boot = match &comparison.first {
        Some(first) => words.with("boot-until", &[("first", &time(first))]),
        None => words.get("boot-undated"),
    };
    let sources = comparison.sources.join(", ");
    let values = [("host", &*host), ("boot", &*boot), ("sources", &*sources)];
    clean(&words.with("beside", &values)).into_owned()
}

/// Says what must be known of the healthy boot before anything is made of the differences.
pub(crate) fn cautions(words: &Words, comparison: &Comparison) -> Vec<String> {
    let unwell = (!comparison.healthy).then(|| words.get("beside-unwell"));
    let blind = comparison.blind_spots.iter().map(|spot| {
        let spot = words.get(&format!("blind-{}", spot.name()));
        words.with("beside-blind", &[("spot", &spot)])
    });
    unwell.into_iter().chain(blind).collect()
}

/// Says which ports are held against each other, and how each ended.
pub(crate) fn pair(words: &Words, ports: &PortComparison) -> String {
    let said = |port: &PortName| clean(&headline(words, &as_port(port))).into_owned();
    match (&ports.here, &ports.there) {
        (Some(here), Some(there)) => {
            words.with("beside-pair", &[("here", &said(here)), ("there", &said(there))])
        }
        (Some(here), None) => words.with("beside-only-here", &[("port", &said(here))]),
        (None, Some(there)) => words.with("beside-missing", &[("port", &said(there))]),
        (None, None) => String::new(),
    }
}

/// Says what a step is.
pub(crate) fn step(words: &Words, ports: &PortComparison, step: &StepComparison) -> String {
    let port = ports.here.as_ref().or(ports.there.as_ref()).map_or_else(PortVerdict::unknown, as_port);
    let detail = step.detail.as_deref().unwrap_or_default();
    let said = match &*step.step {
        "stack-loaded" | "netdev" | "network-looked" | "module-requested" | "module-loaded"
        | "not-understood" => {
            let interface = crate::evidence::interface(words, &port);
            let values = [("interface", &*interface), ("detail", detail)];
            words.with(&format!("step-{}", step.step), &values)
        }
        "sign" => {
            let code = detail.split(' ').next().unwrap_or_default();
            let title = Diagnosis::find(code).map(|known| known.explanation(words.language()).title);
            format!("{code}: {}", title.unwrap_or_default())
        }
        _ => match step.here.as_ref().or(step.there.as_ref()) {
            Some(moment) => meaning(words, &port, &moment.evidence),
            None => step.step.clone(),
        },
    };
    clean(&said).into_owned()
}

/// Says all that differs about a step.
pub(crate) fn differences(words: &Words, ports: &PortComparison, of: &StepComparison) -> String {
    let named = |name: &str| {
        let other = ports.steps.iter().find(|other| other.step == name);
        other.map_or_else(|| name.to_owned(), |other| step(words, ports, other))
    };
    let long = |seconds: f64| span(seconds).map_or_else(String::new, |span| words.span(span));
    let said = of.differences.iter().map(|difference| match difference {
        Difference::Missing => words.get("difference-missing"),
        Difference::OnlyHere => words.get("difference-only-here"),
        Difference::OnlyAfter { step } => words.with("difference-only-after", &[("other", &named(step))]),
        Difference::Longer { since, seconds_here, seconds_there } => {
            let (here, there) = (long(*seconds_here), long(*seconds_there));
            let since = named(since);
            words.with("difference-longer", &[("since", &since), ("here", &here), ("there", &there)])
        }
    });
    said.collect::<Vec<_>>().join("; ")
}

/// Says when a step happened, counted from the first step that both boots have.
pub(crate) fn moment(words: &Words, moment: Option<&Moment>) -> String {
    let Some(moment) = moment else { return "–".into() };
    let Some(seconds) = moment.seconds else { return words.get("state-reached") };
    let sign = if seconds < 0.0 { "-" } else { "+" };
    let whole = span(seconds.abs()).filter(|span| !span.is_zero()).map(|span| words.span(span));
    whole.map_or_else(|| "0".into(), |whole| format!("{sign}{whole}"))
}

fn as_port(name: &PortName) -> PortVerdict {
    let outcome = name.outcome;
    PortVerdict {
        interface: name.interface.clone(),
        pci: name.pci.clone(),
        outcome,
        ..PortVerdict::unknown()
    }
}
