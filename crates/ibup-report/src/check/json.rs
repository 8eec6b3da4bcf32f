//! The answer as JSON: the form `ibup.check/1`, which `docs/check.schema.json` describes.

use ibup_chain::check::Check;

/// Writes the answer as one JSON document.
pub fn render(check: &Check) -> String {
    // A tree of plain strings, numbers and lists has a JSON form.
    let mut text = serde_json::to_string_pretty(check).unwrap_or_default();
    text.push('\n');
    text
}
