//! A verdict as a source: what `ibup diagnose --format json` said on another machine.

use std::io::Read;

use anyhow::Context;
use ibup_chain::verdict::{BootVerdict, SCHEMA, Verdict};

use super::Source;
use super::unpack::{Budget, Content, unpack};

/// So much is looked at to tell a verdict from a journal as JSON, in bytes.
const HEAD: u64 = 64;

/// Reads the boots of the verdicts in a source; nothing where it holds something else.
pub(crate) fn read(source: &Source) -> Option<anyhow::Result<Vec<BootVerdict>>> {
    let (Source::File(_) | Source::Found(_)) = source else { return None };
    let budget = Budget::default();
    // What cannot be opened is left to whoever reads it as a log to tell.
    let input = budget.source(source.open().ok()?);
    let Ok(Content::Text(mut input)) = unpack(input, 0, &budget) else { return None };
    let mut head = Vec::new();
    input.by_ref().take(HEAD).read_to_end(&mut head).ok()?;
    let begins: String = String::from_utf8_lossy(&head).split_whitespace().collect();
    if !begins.starts_with(&format!("{{\"schema\":\"{SCHEMA}\"")) {
        return None;
    }
    let read = || {
        let mut boots = Vec::new();
        let input = std::io::BufReader::new(head.as_slice().chain(input));
        for verdict in serde_json::Deserializer::from_reader(input).into_iter::<Verdict>() {
            let verdict = verdict.with_context(|| format!("{}: no verdict", source.name()))?;
            boots.extend(verdict.boots);
        }
        Ok(boots)
    };
    Some(read())
}
