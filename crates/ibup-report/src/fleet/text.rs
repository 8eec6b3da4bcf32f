//! The answer on a fleet for a terminal: the cause of most nodes first, names as node sets that can be pasted into a
//! command.

use anstyle::Style;
use ibup_fleet::FleetVerdict;

use super::{common, headline, missing, nodes, oddity, particulars, title};
use crate::clean::clean;
use crate::text::{BAD, GOOD, Layout, QUIET, STRONG};
use crate::words::Words;

/// Writes the answer as text.
pub fn render(verdict: &FleetVerdict, words: &Words, layout: Layout) -> String {
    let paint = |style: Style, text: &str| {
        if layout.colored { format!("{style}{text}{style:#}") } else { text.to_owned() }
    };
    let verdict_style = if verdict.nodes.bad > 0 { BAD } else { GOOD };
    let mut out = paint(verdict_style, &headline(verdict, words)) + "\n";
    for cause in &verdict.causes {
        let code = paint(BAD, &clean(&cause.code));
        out += &format!("\n{code}: {}\n", paint(STRONG, &title(cause, words)));
        out += &format!("  {}\n  {}\n", nodes(&cause.nodes, words), particulars(cause, words));
        for factor in &cause.common {
            out += &format!("  {}\n", common(factor, words));
        }
    }
    for (key, those) in [("fleet-unexplained", &verdict.unexplained), ("fleet-cannot-tell", &verdict.unknown)]
    {
        if those.count > 0 {
            out += &format!("\n{}\n  {}\n", paint(STRONG, &words.get(key)), nodes(those, words));
        }
    }
    let heading = |key: &str| format!("\n{}\n", paint(QUIET, &words.get(key)));
    if !verdict.outliers.is_empty() {
        out += &heading("fleet-outliers");
        for outlier in &verdict.outliers {
            out += &format!("  {}\n    {}\n", oddity(outlier, words), nodes(&outlier.nodes, words));
        }
    }
    let missing = missing(verdict, words);
    if !missing.is_empty() {
        out += &heading("fleet-missing");
        for sentence in &missing {
            out += &format!("  {sentence}\n");
        }
    }
    if !verdict.unreadable.is_empty() {
        out += &heading("fleet-unreadable");
        for problem in verdict.unreadable.iter().flat_map(|source| &source.problems) {
            out += &format!("  {}\n", clean(problem));
        }
    }
    if let Some(cause) = verdict.causes.first() {
        out += &format!("\n{}\n", words.with("more", &[("code", &clean(&cause.code))]));
    }
    out
}
