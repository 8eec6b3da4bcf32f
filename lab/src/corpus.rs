//! Takes the journals of the last boots into the corpus that the diagnoser is held against.

use anyhow::{Context, ensure};

use crate::Place;
use crate::seen::Seen;
use crate::tools;

/// Where the corpus is.
const CORPUS: &str = "crates/ibup-chain/tests/corpus";

/// Writes the journals of the last boots, as text. They name no real host: the guest is called node-9, and its
/// addresses are of no network.
pub(crate) fn write(place: &Place, scenarios: &[String]) -> anyhow::Result<()> {
    let seen = place.work.join("seen");
    let entries = std::fs::read_dir(&seen).context("nothing was booted yet")?;
    let mut names: Vec<_> = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    names.retain(|name| scenarios.is_empty() || scenarios.contains(name));
    ensure!(!names.is_empty(), "none of these was booted yet");
    for name in names {
        let journal = Seen::read(&seen.join(&name))?.journal("short-precise")?;
        let path = place.root.join(CORPUS).join(format!("lab-{name}")).join("boot.log");
        tools::write(&path, journal)?;
    }
    Ok(())
}
