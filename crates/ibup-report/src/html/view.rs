//! What the page shows, as data for its script: the verdict with all that is said of it in both languages.
//!
//! What is empty is left out, and what is said often stands in a table: a page of ten thousand nodes stays a few megabytes.

use std::collections::BTreeMap;

use ibup_chain::Diagnosis;
use ibup_chain::Stage as StageName;
use ibup_chain::diagnosis::Language;
use ibup_chain::diagnosis::explanation::PARTS;
use ibup_chain::finding::{Confidence, Role};
use ibup_chain::port::{Outcome, StageState};
use ibup_chain::verdict::{
    BootVerdict, Comparison, Factors, FindingVerdict, PortComparison, PortVerdict, Quotation, StageVerdict,
};
use serde::Serialize;

use super::table::{Listed, Table};
use crate::clean::clean;
use crate::comparison;
use crate::evidence::{boot_times, outcome, stage_meaning, title};
use crate::fleet::factor;
use crate::words::Words;

/// In a page of more boots, an interface that came up keeps its times and not its lines.
const FULL_MAX: usize = 500;

/// How the names of the phrases begin that the script says by itself.
const WORDS: &[&str] = &[
    "page-",
    "stage",
    "state-",
    "outcome-",
    "role-",
    "confidence",
    "check",
    "remedy",
    "no-",
    "nothing",
    "beside-",
];

/// Both languages, in the order of what is said in both.
pub(super) const LANGUAGES: [Language; 2] = [Language::English, Language::Chinese];

/// What is said in both languages, English first.
type Both = [String; 2];

/// The data of a page.
#[derive(Debug, Serialize)]
pub(super) struct View {
    /// 0 is English, 1 is Chinese.
    language: usize,
    /// Which lines are left out, as the word that says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    thinned: Option<&'static str>,
    /// What all of it comes to, as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    whole: Option<Both>,
    words: BTreeMap<&'static str, Both>,
    #[serde(flatten)]
    table: Listed,
    /// The diagnoses and rules that were found, by code.
    causes: BTreeMap<String, Cause>,
    nodes: Vec<Node>,
}

/// What is told of a diagnosis, or of a rule of the site.
#[derive(Debug, Serialize)]
struct Cause {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    stage: Option<StageName>,
    title: Both,
    /// Headings and texts.
    about: Vec<(Both, Both)>,
}

/// A boot of a host. Numbers are places in the table.
#[derive(Debug, Serialize)]
struct Node {
    #[serde(skip_serializing_if = "Option::is_none")]
    host: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<String>,
    when: usize,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sources: Vec<usize>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    spots: Vec<usize>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    factors: Vec<usize>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ports: Vec<Port>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    findings: Vec<Finding>,
    #[serde(skip_serializing_if = "Option::is_none")]
    beside: Option<Beside>,
}

#[derive(Debug, Serialize)]
struct Port {
    #[serde(skip_serializing_if = "Option::is_none")]
    interface: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pci: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    device: Option<String>,
    outcome: Outcome,
    ended: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    factors: Vec<usize>,
    /// All eight in boot order, or none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    stages: Vec<Stage>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    findings: Vec<Finding>,
}

#[derive(Debug, Serialize)]
struct Stage {
    state: StageState,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seconds: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    means: Option<usize>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lines: Vec<usize>,
}

#[derive(Debug, Serialize)]
struct Finding {
    code: String,
    role: Role,
    confidence: Confidence,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lines: Vec<usize>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    check: Vec<usize>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    remedy: Vec<usize>,
}

/// A boot beside a healthy one.
#[derive(Debug, Serialize)]
struct Beside {
    title: usize,
    cautions: Vec<usize>,
    pairs: Vec<Pair>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alike: Option<usize>,
}

#[derive(Debug, Serialize)]
struct Pair {
    title: usize,
    steps: Vec<Step>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unlisted: Option<usize>,
}

#[derive(Debug, Serialize)]
struct Step {
    /// What it is, when there, when here, what differs.
    cells: [usize; 4],
    differs: bool,
}

impl Stage {
    fn not_seen() -> Self {
        Self { state: StageState::NotSeen, at: None, seconds: None, means: None, lines: Vec::new() }
    }
}

impl View {
    /// Takes what the page shows out of verdicts.
    pub(super) fn new(boots: &[BootVerdict], language: Language) -> Self {
        let kept = if boots.len() > FULL_MAX { Kept::Troubled } else { Kept::All };
        Self::with(boots, kept, language)
    }

    /// Takes what the page shows out of the boots of a fleet, of which no line was kept, and what is said of them as a whole.
    pub(super) fn of_fleet(
        boots: &[BootVerdict],
        say: impl Fn(&Words) -> String,
        language: Language,
    ) -> Self {
        let whole = LANGUAGES.map(|language| say(&Words::new(language)));
        Self { whole: Some(whole), ..Self::with(boots, Kept::None, language) }
    }

    fn with(boots: &[BootVerdict], kept: Kept, language: Language) -> Self {
        let mut writer = Writer { table: Table::new(), causes: BTreeMap::new(), kept };
        let nodes = boots.iter().map(|boot| writer.node(boot)).collect();
        Self {
            language: usize::from(language == Language::Chinese),
            thinned: match kept {
                Kept::All => None,
                Kept::Troubled => Some("page-thinned"),
                Kept::None => Some("page-no-lines"),
            },
            whole: None,
            words: words().map(|key| (key, writer.table.in_both(|words| words.get(key)))).collect(),
            table: writer.table.listed(),
            causes: writer.causes,
            nodes,
        }
    }
}

/// Gathers tables and causes while nodes are written.
struct Writer {
    table: Table,
    causes: BTreeMap<String, Cause>,
    kept: Kept,
}

/// Of which interfaces the page holds lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kept {
    All,
    /// Those that did not come up.
    Troubled,
    None,
}

impl Writer {
    fn node(&mut self, boot: &BootVerdict) -> Node {
        let no_port = PortVerdict::unknown();
        let spots = boot.coverage.blind_spots.iter();
        Node {
            host: boot.host.as_deref().map(cleaned),
            id: boot.boot_id.as_deref().map(cleaned),
            first: boot.first.as_deref().map(cleaned),
            when: self.table.said(|words| boot_times(words, boot)),
            sources: boot.sources.iter().map(|source| self.table.text(source)).collect(),
            spots: spots.map(|spot| self.word(&format!("blind-{}", spot.name()))).collect(),
            factors: self.factors(&boot.factors),
            ports: boot.ports.iter().map(|port| self.port(port)).collect(),
            findings: boot.findings.iter().map(|finding| self.finding(finding, &no_port)).collect(),
            beside: boot.comparison.as_ref().map(|comparison| self.beside(comparison)),
        }
    }

    fn port(&mut self, port: &PortVerdict) -> Port {
        Port {
            interface: port.interface.as_deref().map(cleaned),
            pci: port.pci.as_deref().map(cleaned),
            device: port.device.as_deref().map(cleaned),
            outcome: port.outcome,
            ended: self.table.said(|words| outcome(words, port)),
            cause: port.cause.clone(),
            factors: self.factors(&port.factors),
            stages: self.stages(port),
            findings: port.findings.iter().map(|finding| self.finding(finding, port)).collect(),
        }
    }

    fn stages(&mut self, port: &PortVerdict) -> Vec<Stage> {
        if port.stages.is_empty() {
            return Vec::new();
        }
        let found = |name| port.stages.iter().find(|stage| stage.stage == name);
        StageName::ALL
            .map(|name| found(name).map_or_else(Stage::not_seen, |stage| self.stage(stage, port)))
            .into()
    }

    fn stage(&mut self, stage: &StageVerdict, port: &PortVerdict) -> Stage {
        // What a missing line means, nobody can say where none was kept.
        let is_told = self.kept != Kept::None && stage_meaning(self.table.words(), port, stage).is_some();
        Stage {
            state: stage.state,
            at: stage.at.as_deref().map(cleaned),
            seconds: stage.seconds,
            means: is_told
                .then(|| self.table.said(|words| stage_meaning(words, port, stage).unwrap_or_default())),
            lines: self.lines(&stage.evidence, port),
        }
    }

    fn finding(&mut self, finding: &FindingVerdict, port: &PortVerdict) -> Finding {
        if !self.causes.contains_key(&finding.code) {
            let cause = self.cause(finding);
            self.causes.insert(finding.code.clone(), cause);
        }
        let mut texts = |texts: &[String]| texts.iter().map(|text| self.table.text(text)).collect();
        Finding {
            code: finding.code.clone(),
            role: finding.role,
            confidence: finding.confidence,
            check: texts(&finding.check),
            remedy: texts(&finding.remedy),
            lines: self.lines(&finding.evidence, port),
        }
    }

    /// Returns what there is to tell of what was found.
    fn cause(&self, finding: &FindingVerdict) -> Cause {
        let known = Diagnosis::find(&finding.code);
        let of_rule = finding
            .rule
            .iter()
            .map(|rule| (Both::default(), LANGUAGES.map(|language| cleaned(&rule.of(language).explanation))));
        let parts = known.iter().flat_map(|known| {
            let part = |part| {
                let text = LANGUAGES
                    .map(|language| known.explanation(language).part(part).unwrap_or_default().to_owned());
                (LANGUAGES.map(|language| part.heading(language).to_owned()), text)
            };
            PARTS.iter().map(move |which| part(*which))
        });
        Cause {
            name: cleaned(&finding.name),
            stage: StageName::of_code(&finding.code),
            title: self.table.in_both(|words| title(words, finding)),
            about: of_rule.chain(parts).collect(),
        }
    }

    fn lines(&mut self, evidence: &[Quotation], port: &PortVerdict) -> Vec<usize> {
        let is_kept = match self.kept {
            Kept::All => true,
            Kept::Troubled => port.outcome != Outcome::Up,
            Kept::None => false,
        };
        if !is_kept {
            return Vec::new();
        }
        evidence.iter().map(|quotation| self.table.line(port, quotation)).collect()
    }

    fn beside(&mut self, beside: &Comparison) -> Beside {
        Beside {
            title: self.table.said(|words| comparison::heading(words, beside)),
            cautions: (0..comparison::cautions(self.table.words(), beside).len())
                .map(|at| self.table.said(|words| comparison::cautions(words, beside).swap_remove(at)))
                .collect(),
            pairs: beside.ports.iter().map(|ports| self.pair(ports)).collect(),
            alike: (!beside.differs()).then(|| self.word("beside-alike")),
        }
    }

    fn pair(&mut self, ports: &PortComparison) -> Pair {
        let table = &mut self.table;
        let steps = ports.steps.iter().map(|step| Step {
            cells: [
                table.said(|words| comparison::step(words, ports, step)),
                table.said(|words| comparison::moment(words, step.there.as_ref())),
                table.said(|words| comparison::moment(words, step.here.as_ref())),
                table.said(|words| comparison::differences(words, ports, step)),
            ],
            differs: !step.differences.is_empty(),
        });
        let steps = steps.collect();
        Pair {
            title: table.said(|words| comparison::pair(words, ports)),
            steps,
            unlisted: (ports.unlisted > 0)
                .then(|| table.said(|words| words.count("beside-unlisted", "lines", ports.unlisted))),
        }
    }

    /// Says what something is made of.
    fn factors(&mut self, factors: &Factors) -> Vec<usize> {
        let said = factors
            .iter()
            .map(|(name, value)| self.table.said(|words| format!("{} {value}", factor(name, words))));
        said.collect()
    }

    fn word(&mut self, key: &str) -> usize {
        self.table.said(|words| words.get(key))
    }
}

/// Returns the names of the phrases that the script says by itself.
fn words() -> impl Iterator<Item = &'static str> {
    Words::keys().filter(|key| WORDS.iter().any(|start| key.starts_with(start)))
}

fn cleaned(text: &str) -> String {
    clean(text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_that_the_page_says_is_there() {
        let page = include_str!(concat!(env!("OUT_DIR"), "/page.html"));
        let said: Vec<_> = ["word(\"", "data-say=\"", "data-label=\""]
            .iter()
            .flat_map(|before| page.split(before).skip(1))
            .filter_map(|rest| rest.split_once('"'))
            .map(|(key, _)| key)
            .collect();
        assert!(said.len() > 20, "{said:?}");
        for key in said {
            assert!(words().any(|known| known == key), "{key}");
        }
    }
}
