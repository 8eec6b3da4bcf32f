//! The verdict as Markdown, to be put into a ticket.

use ibup_chain::verdict::{BootVerdict, Comparison, FindingVerdict, PortComparison, PortVerdict, Verdict};

use crate::clean::clean;
use crate::comparison::{cautions, differences, heading, moment, pair, step};
use crate::evidence::{headline, meaning, stage_meaning, state, time, title};
use crate::words::Words;

/// Writes the verdict as Markdown.
pub fn render(verdict: &Verdict, words: &Words) -> String {
    let boots: Vec<_> = verdict.boots.iter().map(|boot| boot_section(boot, words)).collect();
    boots.join("\n")
}

fn boot_section(boot: &BootVerdict, words: &Words) -> String {
    let host = boot.host.clone().unwrap_or_else(|| words.get("no-host"));
    let when = boot.first.as_deref().map(|first| words.with("boot-until", &[("first", &time(first))]));
    let mut out = format!("# {}: {}\n", escape(&host), when.unwrap_or_else(|| words.get("boot-undated")));
    if boot.ports.is_empty() && boot.findings.is_empty() {
        out += &format!("\n{}\n", words.get("nothing"));
    }
    for port in &boot.ports {
        out += &port_section(port, words);
    }
    for finding in &boot.findings {
        out += &finding_section(finding, &PortVerdict::unknown(), words);
    }
    for spot in &boot.coverage.blind_spots {
        out += &format!("\n> {}\n", words.get(&format!("blind-{}", spot.name())));
    }
    if let Some(comparison) = &boot.comparison {
        out += &comparison_section(comparison, words);
    }
    out
}

fn comparison_section(comparison: &Comparison, words: &Words) -> String {
    let mut out = format!("\n## {}\n", escape(&heading(words, comparison)));
    for caution in cautions(words, comparison) {
        out += &format!("\n> {caution}\n");
    }
    for ports in &comparison.ports {
        out += &format!("\n### {}\n", escape(&pair(words, ports)));
        out += &steps_table(ports, words);
        if ports.unlisted > 0 {
            out += &format!("\n{}\n", words.count("beside-unlisted", "lines", ports.unlisted));
        }
    }
    if !comparison.differs() {
        out += &format!("\n{}\n", words.get("beside-alike"));
    }
    out
}

fn steps_table(ports: &PortComparison, words: &Words) -> String {
    if ports.steps.is_empty() {
        return String::new();
    }
    let titles = ["beside-step", "beside-healthy", "beside-here", "beside-differs"].map(|key| words.get(key));
    let mut out = format!("\n| {} |\n|---|---|---|---|\n", titles.join(" | "));
    let mut quoted = String::new();
    for row in &ports.steps {
        let said = escape(&step(words, ports, row));
        let differs = escape(&differences(words, ports, row));
        let (there, here) = (moment(words, row.there.as_ref()), moment(words, row.here.as_ref()));
        out += &format!("| {said} | {there} | {here} | {differs} |\n");
        if !row.differences.is_empty() {
            quoted += &format!("- {said}: {differs}\n");
            for moment in row.there.iter().chain(&row.here) {
                let place = format!("{}:{}", moment.evidence.source, moment.evidence.line);
                quoted += &format!("\n  {}\n\n  {}", escape(&place), code(&moment.evidence.text));
            }
            quoted.push('\n');
        }
    }
    if !quoted.is_empty() {
        out += &format!("\n{quoted}");
    }
    out
}

fn port_section(port: &PortVerdict, words: &Words) -> String {
    let mut out = format!("\n## {}\n", escape(&headline(words, port)));
    for finding in &port.findings {
        out += &finding_section(finding, port, words);
    }
    out +=
        &format!("\n### {}\n\n| {} | | | |\n|---|---|---|---|\n", words.get("stages"), words.get("stages"));
    for stage in &port.stages {
        let shown = stage_meaning(words, port, stage).unwrap_or_default();
        let at = stage.at.as_deref().map(time).unwrap_or_default();
        let name = words.get(&format!("stage-{}", stage.stage));
        out += &format!("| {name} | {} | {at} | {} |\n", state(words, stage.state), escape(&shown));
    }
    out
}

fn finding_section(finding: &FindingVerdict, port: &PortVerdict, words: &Words) -> String {
    let title = match finding.rule {
        Some(_) => escape(&title(words, finding)),
        None => title(words, finding),
    };
    let role = words.get(&format!("role-{}", finding.role.name()));
    let confidence = words.get(&format!("confidence-{}", finding.confidence.name()));
    let mut out =
        format!("\n### {role} {}: {title}\n\n{}: {confidence}\n\n", finding.code, words.get("confidence"));
    if let Some(rule) = &finding.rule {
        out += &format!("{}\n\n", escape(&rule.of(words.language()).explanation));
    }
    for quotation in &finding.evidence {
        let place = format!("{}:{}", quotation.source, quotation.line);
        out += &format!(
            "- {} ({})\n\n{}\n",
            escape(&meaning(words, port, quotation)),
            escape(&place),
            code(&quotation.text)
        );
    }
    for (heading, commands) in [("check", &finding.check), ("remedy", &finding.remedy)] {
        if !commands.is_empty() {
            out += &format!("\n{}:\n\n{}", words.get(heading), code(&commands.join("\n")));
        }
    }
    out
}

/// Writes text as an indented code block, which no text can break out of.
pub(crate) fn code(text: &str) -> String {
    text.lines().map(|line| format!("    {}\n", clean(line))).collect()
}

/// Makes text that came from a log plain to Markdown.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in clean(text).chars() {
        if "\\`*_[]<>|#".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_from_a_log_cannot_become_markup() {
        assert_eq!(escape("a|b<script>"), "a\\|b\\<script\\>");
        assert_eq!(code("```\n# x"), "    ```\n    # x\n");
    }
}
