//! The verdict as JSON: the form `ibup.verdict/1`, which `docs/verdict.schema.json` describes.

use ibup_chain::Verdict;

/// Writes the verdict as one JSON document.
pub fn render(verdict: &Verdict) -> String {
    // A tree of plain strings, numbers and lists has a JSON form.
    let mut text = serde_json::to_string_pretty(verdict).unwrap_or_default();
    text.push('\n');
    text
}
