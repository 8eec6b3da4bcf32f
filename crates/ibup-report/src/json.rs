//! Verdicts as JSON: the forms `ibup.verdict/1` and `ibup.fleet/1`, which `docs/verdict.schema.json` and
//! `docs/fleet.schema.json` describe.

use serde::Serialize;

/// Writes a verdict as one JSON document.
pub fn render(verdict: &impl Serialize) -> String {
    // A tree of plain strings, numbers and lists has a JSON form.
    let mut text = serde_json::to_string_pretty(verdict).unwrap_or_default();
    text.push('\n');
    text
}
