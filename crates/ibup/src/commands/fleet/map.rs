//! `ibup fleet map`: from the logs of many machines to a part.

use std::fs;
use std::path::Path;

use anyhow::{Context, anyhow};
use ibup_chain::verdict::BootVerdict;
use ibup_chain::{Diagnoser, Rules};
use ibup_fleet::part::SourceRecord;
use ibup_fleet::{Record, Shard};
use ibup_journal::Form;

use super::crew;
use super::part_file::{PartFile, Whose};
use crate::cli::FleetMap;
use crate::error::{self, Exit};
use crate::progress::Progress;
use crate::source::group::{Group, Groups};
use crate::source::intake::Intake;
use crate::source::{Source, own, told};

/// Reads what is this task's to read, and writes it down.
pub(super) fn run(options: &FleetMap) -> anyhow::Result<Exit> {
    let rules = options.rules.as_deref().map(crate::commands::rules::read).transpose()?;
    let (whose, mut groups) = share(options)?;
    let listed = groups.len() as u64;
    let mut part = PartFile::begin(&options.output, &whose, listed)?;
    for (name, failure) in std::mem::take(&mut groups.unreadable) {
        error::report(&failure);
        let problems = vec![error::told(&failure)];
        part.writer.write(SourceRecord { name, boots: 0, problems }, Vec::new())?;
    }
    let is_mine = |group: &Group| match whose {
        Whose::Shard(shard) => shard.holds(&group.name),
        Whose::Machine(_) => true,
    };
    let mine: Vec<Group> = groups.into_values().filter(is_mine).collect();
    let progress = Progress::new(mine.iter().map(Group::length).sum());
    let reading = Reading { rules, form: options.input_format, progress: &progress };
    let names: Vec<String> = mine.iter().map(|group| group.name.clone()).collect();
    let mut names = names.into_iter();
    crew::in_order(
        mine.into_iter(),
        |group| reading.read(group),
        |found| {
            let name = names.next().unwrap_or_default();
            let (boots, failures) =
                found.unwrap_or_else(|| (Vec::new(), vec![anyhow!("{name}: ibup failed on it")]));
            failures.iter().for_each(error::report);
            let problems = failures.iter().map(error::told).collect();
            let source = SourceRecord { name, boots: boots.len() as u64, problems };
            part.writer.write(source, boots).context("cannot write the part")
        },
    )?;
    drop(progress);
    let path = part.end()?;
    crate::commands::print(&format!("{}\n", path.display()))?;
    Ok(Exit::Good)
}

/// Returns whose part this is to be, and what there is for all who work on the fleet.
fn share(options: &FleetMap) -> anyhow::Result<(Whose, Groups)> {
    if options.local.is_none() && !options.sources.is_empty() {
        let variable = |name: &str| std::env::var(name).ok();
        let shard = Shard::from_environment(options.shard, variable)?.unwrap_or(Shard::WHOLE);
        return Ok((Whose::Shard(shard), Groups::find(&options.sources)?));
    }
    let name = match options.local.as_deref() {
        Some(name) if !name.is_empty() => name.to_owned(),
        _ => {
            let path = "/proc/sys/kernel/hostname";
            fs::read_to_string(path).with_context(|| format!("cannot read {path}"))?.trim().to_owned()
        }
    };
    let own = if options.sources.is_empty() { own::directories(Path::new("/"))? } else { Vec::new() };
    let sources = if own.is_empty() { &options.sources } else { &own };
    let groups = Groups::of_one(name.clone(), sources)?;
    Ok((Whose::Machine(name), groups))
}

/// How sources are read.
struct Reading<'p> {
    rules: Option<Rules>,
    form: Option<Form>,
    progress: &'p Progress,
}

impl Reading<'_> {
    /// Reads what belongs to one machine; returns its boots, and what was the matter.
    fn read(&self, group: Group) -> (Vec<Record>, Vec<anyhow::Error>) {
        let name = group.name.clone();
        let directories = group.directories().to_vec();
        let (sources, mut failures) = group.sources();
        let (mut told, mut read) = (Vec::new(), Vec::new());
        let mut diagnoser = Diagnoser::with_rules(self.rules.clone().unwrap_or_default());
        let interest = self.rules.is_none().then(Diagnoser::interest);
        let mut intake = Intake {
            diagnoser: &mut diagnoser,
            interest,
            form: self.form,
            progress: self.progress,
            failures: Vec::new(),
        };
        for source in &sources {
            match told::read(source) {
                Some(Ok(boots)) => told.extend(boots),
                Some(Err(error)) => intake.failures.push(error),
                None if !intake.read(source) => continue,
                None => {}
            }
            read.push(source);
        }
        failures.append(&mut intake.failures);
        failures.extend(Source::fruitless(&directories, &read));
        let boots: Vec<BootVerdict> = diagnoser.verdict().boots.into_iter().chain(told).collect();
        let records = (0..).zip(&boots).map(|(place, boot)| Record::of(boot, &name, place)).collect();
        (records, failures)
    }
}
