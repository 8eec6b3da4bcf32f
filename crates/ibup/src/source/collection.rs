//! A report of support as it is taken in: its logs, and what its files say of the machine.

use std::io::{self, Read};
use std::path::Path;

use anyhow::{Context, anyhow};
use ibup_chain::diagnose::MachineId;
use ibup_chain::fact::{Collected, Fact};
use ibup_config::Tree;
use ibup_config::tree::Content;
use ibup_forecast::facts::facts;
use ibup_linux::LinuxHost;

use super::intake::Intake;
use super::kept::Kept;
use super::report::{self, Part};
use super::tar::{Kind, Member};
use super::unpack::Budget;

/// So much of the kernel's ring buffer is kept until it is known whether there is a log, in bytes: it is seldom larger than
/// the largest that a kernel reserves by itself.
const RING_MAX: u64 = 4 << 20;

/// A report that is being read.
pub(super) struct Collection {
    /// What it is called, as its sources are.
    name: String,
    /// The directory of the archive that it is.
    top: String,
    kept: Kept,
    /// The kernel's ring buffer, and what it is called.
    ring: Option<(String, Vec<u8>)>,
    has_log: bool,
    machine: MachineId,
}

impl Collection {
    /// Begins the report that lies in a directory of an archive.
    pub(super) fn begin(intake: &mut Intake<'_>, archive: &str, top: &str) -> Self {
        let machine = intake.diagnoser.begin_machine();
        let name = if top.is_empty() { archive.to_owned() } else { format!("{archive}/{top}") };
        Self { name, top: top.to_owned(), kept: Kept::default(), ring: None, has_log: false, machine }
    }

    /// Returns the path below the top of the report, where the member is a part of it.
    pub(super) fn path_below<'p>(&self, path: &'p str) -> Option<&'p str> {
        let below = match &*self.top {
            "" => path,
            top => path.strip_prefix(top)?.strip_prefix('/')?,
        };
        (report::part(below) != Part::Other || report::split(path).is_some()).then_some(below)
    }

    /// Returns whether this is the report of that directory.
    pub(super) fn is_of(&self, top: &str) -> bool {
        self.top == top
    }

    /// Takes in a member of the archive by its path below the report's top.
    pub(super) fn take_in(
        &mut self,
        intake: &mut Intake<'_>,
        path: &str,
        member: &Member,
        contents: impl Read,
        (layers, budget): (u8, &Budget),
    ) -> io::Result<()> {
        match &member.kind {
            Kind::File => match report::part(path) {
                part @ (Part::Log | Part::Tail) => {
                    let name = format!("{}/{path}", self.name);
                    self.has_log |= intake.read_log(&name, Box::new(contents), layers, budget, part);
                }
                Part::Ring => {
                    let mut bytes = Vec::new();
                    contents.take(RING_MAX).read_to_end(&mut bytes)?;
                    self.ring = Some((format!("{}/{path}", self.name), bytes));
                }
                Part::File => self.kept.keep(path, contents)?,
                Part::Other => {}
            },
            Kind::Link(target) => self.kept.keep_link(path, target),
            Kind::Same(other) => {
                let below = other.strip_prefix(&self.top).unwrap_or(other);
                self.kept.keep_link(path, &format!("/{below}"));
            }
            Kind::Other => {}
        }
        Ok(())
    }

    /// Ends the report; returns whether it held a log.
    pub(super) fn end(self, intake: &mut Intake<'_>) -> bool {
        let ring = self.ring.filter(|_| !self.has_log);
        let has_ring = ring.is_some_and(|(name, bytes)| intake.read_text(&name, false, &bytes[..]));
        end(intake, self.machine, &self.name, &self.kept, self.has_log || has_ring)
    }
}

/// Takes in the report that is a directory; returns whether it held a log.
pub(super) fn take_in_tree(intake: &mut Intake<'_>, directory: &Path) -> bool {
    let name = directory.display().to_string();
    let machine = intake.diagnoser.begin_machine();
    let (mut has_log, mut ring) = (false, None);
    for entry in walkdir::WalkDir::new(directory).sort_by_file_name() {
        let entry = match entry.with_context(|| format!("cannot read the directory {name}")) {
            Ok(entry) => entry,
            Err(error) => {
                intake.failures.push(error);
                continue;
            }
        };
        let path = entry.path().strip_prefix(directory).ok().and_then(Path::to_str);
        match path.filter(|_| entry.file_type().is_file()).map(report::part) {
            Some(part @ (Part::Log | Part::Tail)) => has_log |= intake.read_log_file(entry.path(), part),
            Some(Part::Ring) => ring = Some(entry.into_path()),
            _ => {}
        }
    }
    if let Some(ring) = ring.filter(|_| !has_log) {
        has_log = intake.read_log_file(&ring, Part::Ring);
    }
    end(intake, machine, &name, &LinuxHost::new(directory.to_owned()), has_log)
}

/// Ends a report with what its files say.
fn end(intake: &mut Intake<'_>, machine: MachineId, name: &str, tree: &dyn Tree, has_log: bool) -> bool {
    let host = match tree.read("/etc/hostname") {
        Some(Content::Text(text)) => text.split_whitespace().next().map(ibup_config::place::quoted),
        _ => None,
    };
    let named = |fact: Fact| Fact { file: format!("{name}{}", fact.file), ..fact };
    let facts = facts(tree).into_iter().map(named).collect();
    intake.diagnoser.end_machine(machine, Collected { host, facts, ..Collected::default() });
    if !has_log {
        intake.failures.push(anyhow!("{name}: no journal and no log in this report"));
    }
    has_log
}
