//! `ibup fleet reduce`: from parts to the answer.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::Context;
use ibup_chain::verdict::Summary;
use ibup_fleet::{Fleet, FleetVerdict, Record, nodeset};
use ibup_report::{Words, fleet, html, json};

use super::part_file;
use crate::cli::{BootChoice, BootName, Cli, FleetFormat, FleetReduce};
use crate::commands::{layout, print};
use crate::error::{self, Exit};

/// Puts the parts together and prints what they come to.
pub(super) fn run(cli: &Cli, options: &FleetReduce) -> anyhow::Result<Exit> {
    let expected = match &options.expect {
        Some(text) => nodeset::unfold(text).with_context(|| format!("no node set: {text}"))?,
        None => BTreeSet::new(),
    };
    let (fleet, is_read) = gather(&options.parts)?;
    let boots = choose(options.boot, &fleet);
    let verdict = FleetVerdict::of(&fleet, &boots, &expected);
    let words = Words::new(cli.language());
    let answer = match options.format {
        FleetFormat::Text => fleet::text(&verdict, &words, layout(cli.color)),
        FleetFormat::Json => json::render(&verdict),
        FleetFormat::Markdown => fleet::markdown(&verdict, &words),
        FleetFormat::Html => {
            let boots: Vec<_> = boots.iter().map(|boot| boot.verdict()).collect();
            html::render_fleet(&verdict, &boots, &words)
        }
    };
    print(&answer)?;
    Ok(match verdict.summary() {
        Summary::Bad => Exit::Bad,
        Summary::Good if is_read && verdict.is_whole() => Exit::Good,
        Summary::Good | Summary::Unknown => Exit::CouldNotTell,
    })
}

/// Reads the parts, and says which cannot be read; returns whether all could.
pub(super) fn gather(arguments: &[PathBuf]) -> anyhow::Result<(Fleet, bool)> {
    let paths = part_file::find(arguments)?;
    anyhow::ensure!(!paths.is_empty(), "no parts there: ibup fleet map writes them");
    let (mut fleet, mut is_read) = (Fleet::default(), true);
    for path in paths {
        match part_file::read(&path) {
            Ok(part) => fleet.take_in(part),
            Err(failure) => {
                error::report(&failure);
                is_read = false;
            }
        }
    }
    Ok((fleet, is_read))
}

/// Returns the boots that are asked about.
fn choose(choice: BootChoice, fleet: &Fleet) -> Vec<&Record> {
    let boots = fleet.boots();
    let names: Vec<BootName<'_>> = boots
        .iter()
        .map(|boot| BootName {
            host: Some(fleet.node(boot)),
            id: boot.boot_id.as_deref(),
            first: boot.first.as_deref(),
        })
        .collect();
    let chosen = choice.choose(&names);
    boots.into_iter().zip(chosen).filter_map(|(boot, is_chosen)| is_chosen.then_some(boot)).collect()
}
