//! The answer on a fleet as Markdown, to be put into a ticket.

use ibup_fleet::FleetVerdict;
use ibup_fleet::verdict::Nodes;

use super::{common, headline, missing, oddity, particulars, title};
use crate::markdown::{code, escape};
use crate::words::Words;

/// Writes the answer as Markdown.
pub fn render(verdict: &FleetVerdict, words: &Words) -> String {
    let mut out = format!("# {}\n", headline(verdict, words));
    for cause in &verdict.causes {
        out += &format!("\n## {}: {}\n", escape(&cause.code), escape(&title(cause, words)));
        out += &named(&cause.nodes, words);
        out += &format!("\n{}\n", escape(&particulars(cause, words)));
        if !cause.common.is_empty() {
            out.push('\n');
        }
        for factor in &cause.common {
            out += &format!("- {}\n", escape(&common(factor, words)));
        }
    }
    for (key, those) in [("fleet-unexplained", &verdict.unexplained), ("fleet-cannot-tell", &verdict.unknown)]
    {
        if those.count > 0 {
            out += &format!("\n## {}\n{}", words.get(key), named(those, words));
        }
    }
    if !verdict.outliers.is_empty() {
        out += &format!("\n## {}\n", words.get("fleet-outliers"));
        for outlier in &verdict.outliers {
            out += &format!("\n{}\n{}", escape(&oddity(outlier, words)), named(&outlier.nodes, words));
        }
    }
    let problems = verdict.unreadable.iter().flat_map(|source| source.problems.iter().cloned());
    for (key, lines) in [("fleet-missing", missing(verdict, words)), ("fleet-unreadable", problems.collect())]
    {
        if !lines.is_empty() {
            out += &format!("\n## {}\n\n", words.get(key));
            for line in &lines {
                out += &format!("- {}\n", escape(line));
            }
        }
    }
    out
}

/// Counts nodes, and names them so that the node set can be copied.
fn named(nodes: &Nodes, words: &Words) -> String {
    format!("\n{}\n\n{}", words.count("fleet-nodes", "nodes", nodes.count), code(&nodes.names))
}
