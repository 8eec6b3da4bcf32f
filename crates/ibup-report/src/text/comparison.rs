//! A boot beside a healthy one, for a terminal: the steps of both with their times, what differs marked, and then the
//! lines that show the differences.

use anstyle::Style;
use ibup_chain::verdict::{BootVerdict, Difference, PortComparison, PortVerdict, StepComparison};

use super::{BAD, GOOD, Page, QUIET, STRONG, pad, widest};
use crate::comparison::{cautions, differences, heading, moment, pair, step};

impl Page<'_> {
    /// Writes the comparison of a boot, if there is one.
    pub(super) fn comparison(&mut self, boot: &BootVerdict) {
        let Some(comparison) = &boot.comparison else { return };
        self.line("");
        let head = self.painted(STRONG, &heading(self.words, comparison));
        self.line(&head);
        for caution in cautions(self.words, comparison) {
            let mark = self.painted(QUIET, &self.words.get("role-note"));
            self.prose(&format!("{mark}: {caution}"));
        }
        for ports in &comparison.ports {
            self.line("");
            self.line(&pair(self.words, ports));
            if !ports.steps.is_empty() {
                self.line("");
                self.courses(ports);
                self.quote_differences(ports);
            }
            if ports.unlisted > 0 {
                self.line("");
                self.line(&self.words.count("beside-unlisted", "lines", ports.unlisted));
            }
        }
        if !comparison.differs() {
            self.line("");
            self.line(&self.words.get("beside-alike"));
        }
    }

    /// Writes the steps of both boots, side by side.
    fn courses(&mut self, ports: &PortComparison) {
        let titles = ["beside-step", "beside-healthy", "beside-here"].map(|key| self.words.get(key));
        let mut columns = titles.map(|title| vec![title]);
        for row in &ports.steps {
            columns[0].push(step(self.words, ports, row));
            columns[1].push(moment(self.words, row.there.as_ref()));
            columns[2].push(moment(self.words, row.here.as_ref()));
        }
        let widths = [widest(&columns[0]), widest(&columns[1]), widest(&columns[2])];
        let cells = |index: usize| {
            let cells = columns.iter().zip(widths).map(|(column, width)| pad(&column[index], width));
            cells.collect::<Vec<_>>().join("  ")
        };
        let head = self.painted(STRONG, cells(0).trim_end());
        self.line(&format!("  {head}"));
        for (index, row) in ports.steps.iter().enumerate() {
            let (mark, style) = mark(row);
            let row_text = format!("{mark} {}", cells(index + 1));
            let row_text = self.painted(style, row_text.trim_end());
            self.line(&row_text);
        }
    }

    /// Says what differs, each with the lines that show it.
    fn quote_differences(&mut self, ports: &PortComparison) {
        for row in ports.steps.iter().filter(|row| !row.differences.is_empty()) {
            let (mark, style) = mark(row);
            let said = self.painted(style, &format!("{mark} {}", step(self.words, ports, row)));
            self.line("");
            self.quoted.clear();
            self.line(&format!("{said}: {}", differences(self.words, ports, row)));
            let moments = row.there.iter().chain(&row.here);
            let evidence: Vec<_> = moments.map(|moment| moment.evidence.clone()).collect();
            let interface =
                ports.here.as_ref().or(ports.there.as_ref()).and_then(|port| port.interface.clone());
            self.quote(&evidence, &PortVerdict { interface, ..PortVerdict::unknown() });
        }
    }
}

/// Returns the sign before a step, as in a diff, and how it is painted.
fn mark(row: &StepComparison) -> (char, Style) {
    match row.differences.first() {
        None => (' ', Style::new()),
        Some(Difference::Missing) => ('-', GOOD),
        Some(Difference::OnlyHere) => ('+', BAD),
        Some(Difference::OnlyAfter { .. } | Difference::Longer { .. }) => ('!', BAD),
    }
}
