//! The verdict for a terminal, in the manner of a good compiler: the cause first, the lines that show it quoted with
//! file and number, then how far the port came, what to check and how to repair it.

use std::collections::BTreeSet;
use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use ibup_chain::Diagnosis;
use ibup_chain::finding::Role;
use ibup_chain::port::{Outcome, StageState};
use ibup_chain::verdict::{BootVerdict, FindingVerdict, PortVerdict, Quotation, StageVerdict, Verdict};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::clean::clean;
use crate::evidence::{boot_times, headline, interface, meaning, span, stage_meaning, state, time, title};
use crate::words::Words;

pub mod check;
mod comparison;

/// How the text is laid out.
#[derive(Debug, Clone, Copy, Default)]
pub struct Layout {
    /// Whether colours are used.
    pub colored: bool,
    /// How many columns the terminal has; lines are not cut where nobody knows.
    pub columns: Option<usize>,
}

pub(crate) const STRONG: Style = Style::new().bold();
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
pub(crate) const GOOD: Style = AnsiColor::Green.on_default().bold();
pub(crate) const QUIET: Style = AnsiColor::Cyan.on_default().bold();
const FRAME: Style = AnsiColor::Blue.on_default().bold();

/// Writes the verdict as text.
pub fn render(verdict: &Verdict, words: &Words, layout: Layout) -> String {
    let mut page = Page::new(words, layout);
    if verdict.boots.is_empty() {
        page.nothing(0);
    }
    for (index, boot) in verdict.boots.iter().enumerate() {
        if index > 0 {
            page.line("");
        }
        page.boot(boot);
    }
    page.out
}

/// The text while it is written.
struct Page<'w> {
    words: &'w Words,
    layout: Layout,
    out: String,
    /// The lines that were quoted of the present port.
    quoted: BTreeSet<(String, u64)>,
}

impl<'w> Page<'w> {
    fn new(words: &'w Words, layout: Layout) -> Self {
        Self { words, layout, out: String::new(), quoted: BTreeSet::new() }
    }
}

impl Page<'_> {
    fn boot(&mut self, boot: &BootVerdict) {
        let host = boot.host.clone().unwrap_or_else(|| self.words.get("no-host"));
        let head = self.painted(STRONG, &clean(&host));
        self.line(&format!("{head}: {}", boot_times(self.words, boot)));
        if boot.ports.is_empty() && boot.findings.is_empty() {
            self.line("");
            self.nothing(boot.coverage.entries);
            self.comparison(boot);
            return;
        }
        if boot.ports.len() > 1 {
            self.summary(boot);
        }
        // What is wrong comes first; of what is well a line is enough.
        let mut ports: Vec<_> = boot.ports.iter().collect();
        ports.sort_by_key(|port| (port.outcome == Outcome::Up, !port.outcome.is_bad()));
        let mut told: Vec<&PortVerdict> = Vec::new();
        for port in ports {
            let like = told.iter().copied().find(|known| known.cause.is_some() && known.cause == port.cause);
            self.line("");
            match like {
                Some(known) => self.port_like(port, known),
                None if boot.ports.len() > 1 && port.outcome == Outcome::Up => self.headline(port),
                None => {
                    self.port(port, boot);
                    told.push(port);
                }
            }
        }
        for finding in &boot.findings {
            self.line("");
            self.finding(finding, &PortVerdict::unknown());
            self.commands("check", &finding.check);
            self.commands("remedy", &finding.remedy);
        }
        let all_up = boot.ports.iter().all(|port| port.outcome == Outcome::Up);
        if !all_up {
            self.blind_spots(boot);
        }
        self.comparison(boot);
    }

    fn nothing(&mut self, entries: u64) {
        self.line(&self.words.get("nothing"));
        self.line(&format!("  {}", self.words.count("nothing-hint", "entries", entries)));
    }

    /// Counts the interfaces by how they ended.
    fn summary(&mut self, boot: &BootVerdict) {
        let outcomes = [
            Outcome::Missing,
            Outcome::Down,
            Outcome::Unusable,
            Outcome::RaisedLate,
            Outcome::Unknown,
            Outcome::Up,
        ];
        let counted: Vec<_> = outcomes
            .iter()
            .map(|outcome| (outcome, boot.ports.iter().filter(|port| port.outcome == *outcome).count()))
            .filter(|(_, count)| *count > 0)
            .map(|(outcome, count)| {
                format!("{count} {}", self.words.get(&format!("outcome-{}", outcome.name())))
            })
            .collect();
        let count = boot.ports.len().to_string();
        self.line(&self.words.with("summary", &[("count", &count), ("outcomes", &counted.join(", "))]));
    }

    /// Writes a port whose trouble was told of another port already.
    fn port_like(&mut self, port: &PortVerdict, known: &PortVerdict) {
        self.headline(port);
        let code = port.cause.clone().unwrap_or_default();
        let cause = port.findings.iter().find(|finding| finding.code == code);
        let title = cause.map(|cause| title(self.words, cause)).unwrap_or_default();
        let interface = interface(self.words, known);
        let values = [("interface", &*interface), ("code", &*code), ("title", &*title)];
        self.line(&format!("  {}", self.words.with("same-cause", &values)));
    }

    fn headline(&mut self, port: &PortVerdict) {
        let style = match port.outcome {
            outcome if outcome.is_bad() => BAD,
            Outcome::Up => GOOD,
            _ => STRONG,
        };
        let head = self.painted(style, &headline(self.words, port));
        self.line(&head);
    }

    fn port(&mut self, port: &PortVerdict, boot: &BootVerdict) {
        self.quoted.clear();
        self.headline(port);
        let (explaining, following): (Vec<_>, Vec<_>) =
            port.findings.iter().partition(|finding| finding.role == Role::Cause);
        if explaining.is_empty() && port.outcome != Outcome::Up {
            self.line(&format!("  {}", self.words.get("no-cause-bad")));
        }
        for finding in &explaining {
            self.line("");
            self.finding(finding, port);
        }
        self.stages(port, boot);
        for finding in &explaining {
            self.commands("check", &finding.check);
            self.commands("remedy", &finding.remedy);
        }
        if port.outcome == Outcome::Unknown {
            self.commands("would-tell", &would_tell(port));
        }
        for finding in &following {
            self.line("");
            self.finding(finding, port);
        }
        // Of a rule of the site, all is told already.
        if let Some(code) = port.cause.as_ref().filter(|code| Diagnosis::find(code).is_some()) {
            self.line("");
            self.line(&self.words.with("more", &[("code", code)]));
        }
    }

    /// Writes one finding: what it is, and the lines that show it.
    fn finding(&mut self, finding: &FindingVerdict, port: &PortVerdict) {
        let style = if finding.role == Role::Cause { BAD } else { QUIET };
        let role = self.words.get(&format!("role-{}", finding.role.name()));
        let mark = self.painted(style, &format!("{role}[{}]", finding.code));
        let title = self.painted(STRONG, &clean(&title(self.words, finding)));
        self.line(&format!("{mark}: {title}"));
        self.quote(&finding.evidence, port);
        let confidence = self.words.get(&format!("confidence-{}", finding.confidence.name()));
        let width = number_width(&finding.evidence);
        let frame = self.painted(FRAME, "=");
        self.line(&format!("{:width$} {frame} {}: {confidence}", "", self.words.get("confidence")));
        if let Some(rule) = &finding.rule {
            for paragraph in rule.of(self.words.language()).explanation.lines() {
                self.prose(&clean(paragraph));
            }
        }
    }

    /// Quotes lines with file and number, each with what it means; those that stand above are only named.
    fn quote(&mut self, evidence: &[Quotation], port: &PortVerdict) {
        let width = number_width(evidence);
        let bar = self.painted(FRAME, "|");
        let key = |quotation: &Quotation| (quotation.source.clone(), quotation.line);
        let (above, new): (Vec<_>, Vec<_>) =
            evidence.iter().partition(|quotation| self.quoted.contains(&key(quotation)));
        let mut source = None;
        for quotation in &new {
            if source != Some(&quotation.source) {
                let arrow = self.painted(FRAME, if source.is_none() { "-->" } else { ":::" });
                self.line(&format!("{:width$}{arrow} {}:{}", "", clean(&quotation.source), quotation.line));
                self.line(&format!("{:width$} {bar}", ""));
                source = Some(&quotation.source);
            }
            let number = self.painted(FRAME, &format!("{:>width$}", quotation.line));
            let room =
                self.layout.columns.map_or(usize::MAX, |columns| columns.saturating_sub(width + 3).max(20));
            self.line(&format!("{number} {bar} {}", fit(&clean(&quotation.text), room)));
            let meaning = self.painted(QUIET, &format!("^ {}", meaning(self.words, port, quotation)));
            self.line(&format!("{:width$} {bar} {meaning}", ""));
            self.quoted.insert(key(quotation));
        }
        if !above.is_empty() {
            let lines: Vec<_> = above.iter().map(|quotation| quotation.line.to_string()).collect();
            let frame = self.painted(FRAME, "=");
            let shown = self.words.with("shown-above", &[("lines", &lines.join(", "))]);
            self.line(&format!("{:width$} {frame} {shown}", ""));
        }
    }

    /// Writes the eight stages with their times and the gaps between them.
    fn stages(&mut self, port: &PortVerdict, boot: &BootVerdict) {
        self.line("");
        let heading = self.painted(STRONG, &self.words.get("stages"));
        self.line(&heading);
        let names: Vec<_> =
            port.stages.iter().map(|stage| self.words.get(&format!("stage-{}", stage.stage))).collect();
        let states: Vec<_> = port.stages.iter().map(|stage| state(self.words, stage.state)).collect();
        let times: Vec<_> = port.stages.iter().map(|stage| stage_time(stage, boot)).collect();
        let (name_width, state_width, time_width) = (widest(&names), widest(&states), widest(&times));
        let gaps = self.gaps(&port.stages);
        let gap_width = widest(&gaps);
        for (index, stage) in port.stages.iter().enumerate() {
            let style = match stage.state {
                StageState::Reached => GOOD,
                StageState::Failed => BAD,
                StageState::Skipped | StageState::NotSeen => Style::new(),
            };
            let state = self.painted(style, &pad(&states[index], state_width));
            let row = format!(
                "  {}  {state}  {}  {}  {}",
                pad(&names[index], name_width),
                pad(&times[index], time_width),
                pad(&gaps[index], gap_width),
                stage_meaning(self.words, port, stage).unwrap_or_default()
            );
            self.line(row.trim_end());
        }
    }

    /// Says of each stage how long after the one before it was reached.
    fn gaps(&self, stages: &[StageVerdict]) -> Vec<String> {
        let mut before = None;
        let mut gap = |stage: &StageVerdict| {
            let seconds = stage.seconds.filter(|_| stage.state == StageState::Reached)?;
            let gap = before.and_then(|before: f64| span(seconds - before)).filter(|gap| !gap.is_zero());
            before = Some(seconds);
            gap.map(|gap| format!("+{}", self.words.span(gap)))
        };
        stages.iter().map(|stage| gap(stage).unwrap_or_default()).collect()
    }

    fn commands(&mut self, heading: &str, commands: &[String]) {
        if commands.is_empty() {
            return;
        }
        self.line("");
        let heading = self.painted(STRONG, &self.words.get(heading));
        self.line(&heading);
        for command in commands {
            self.line(&format!("    {}", clean(command)));
        }
    }

    fn blind_spots(&mut self, boot: &BootVerdict) {
        for spot in &boot.coverage.blind_spots {
            let mark = self.painted(QUIET, &self.words.get("role-note"));
            let text = format!("{mark}: {}", self.words.get(&format!("blind-{}", spot.name())));
            self.line("");
            self.prose(&text);
        }
    }

    /// Writes a sentence, on as many lines as the terminal's width asks for.
    fn prose(&mut self, text: &str) {
        match self.layout.columns {
            Some(columns) => textwrap::wrap(text, columns.max(20)).iter().for_each(|line| self.line(line)),
            None => self.line(text),
        }
    }

    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn painted(&self, style: Style, text: &str) -> String {
        if self.layout.colored { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }
}

/// Returns the commands that tell what the log does not.
fn would_tell(port: &PortVerdict) -> Vec<String> {
    let interface = port.interface.as_deref().unwrap_or("ib0");
    vec![
        format!("ip -br address show {interface}"),
        "cat /sys/class/infiniband/*/ports/*/state".into(),
        "journalctl -b -o short-precise | ibup diagnose -".into(),
    ]
}

/// Returns the time of a stage: with the date where it is not that of the boot's first line.
fn stage_time(stage: &StageVerdict, boot: &BootVerdict) -> String {
    let Some(at) = &stage.at else {
        return stage.seconds.map(|seconds| format!("{seconds:.3} s")).unwrap_or_default();
    };
    let date = |at: &str| at.split_once('T').map(|(date, _)| date.to_owned());
    let same_day = boot.first.as_deref().and_then(date) == date(at);
    match at.split_once('T') {
        Some((_, clock)) if same_day => clock.to_owned(),
        _ => time(at),
    }
}

/// Returns the columns that the numbers of the quoted lines take.
fn number_width(evidence: &[Quotation]) -> usize {
    evidence.iter().map(|quotation| quotation.line.to_string().len()).max().unwrap_or(1)
}

fn widest(cells: &[String]) -> usize {
    cells.iter().map(|cell| cell.width()).max().unwrap_or(0)
}

/// Fills the text with blanks up to so many columns.
fn pad(text: &str, columns: usize) -> String {
    let mut padded = text.to_owned();
    let missing = columns.saturating_sub(text.width());
    let _ = write!(padded, "{:missing$}", "");
    padded
}

/// Cuts the text to so many columns.
fn fit(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut used = 1;
    let kept = text.chars().take_while(|c| {
        used += c.width().unwrap_or(0);
        used <= columns
    });
    kept.chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_cut_by_columns() {
        assert_eq!(fit("abcdef", 6), "abcdef");
        assert_eq!(fit("abcdef", 4), "abc…");
        assert_eq!(fit("启动接口", 5), "启动…");
    }

    #[test]
    fn padding_counts_columns() {
        assert_eq!(pad("驱动", 6), "驱动  ");
        assert_eq!(pad("pci", 2), "pci");
    }
}
