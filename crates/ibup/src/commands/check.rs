//! `ibup check`: whether the interfaces that should be up are up now, and why one is not.

use std::path::Path;
use std::time::{Duration, SystemTime};

use anyhow::Context;
use ibup_chain::Diagnoser;
use ibup_chain::bringup::Action;
use ibup_chain::check::{self, Journal, Status};
use ibup_chain::fact::Collected;
use ibup_chain::host::Host;
use ibup_chain::verdict::BootVerdict;
use ibup_config::tree::Content;
use ibup_config::{Configuration, Tree};
use ibup_forecast::facts::facts_of_machine;
use ibup_journal::BootId;
use ibup_linux::LinuxHost;
use ibup_report::{Words, check as forms, text};

use super::{interface, layout, print};
use crate::cli::{Check, CheckFormat as Format, Cli};
use crate::error::Exit;
use crate::source::{intake, own};

mod fix;

/// Looks at the machine and prints the answer.
pub fn run(cli: &Cli, options: &Check) -> anyhow::Result<Exit> {
    let mut host = interface::machine(&options.machine.root);
    let words = Words::new(cli.language());
    let mut check = look(&host, options);
    if options.fix && check.status == Status::Bad {
        check = fix::fix(&mut host, options, check, &words)?;
    }
    let answer = match options.format {
        _ if options.one_line => forms::one_line::render(&check),
        Format::Text => text::check::render(&check, &words, layout(cli.color)),
        Format::Json => forms::json::render(&check),
        Format::Nagios => forms::nagios::render(&check, &words),
        Format::Npd => forms::npd::render(&check, &words),
        Format::Nhc => forms::nhc::render(&check),
        Format::Prometheus => forms::prometheus::render(&check),
    };
    match &options.output {
        Some(path) => write(path, answer)?,
        None => print(&answer)?,
    }
    Ok(exit(options.format, &check))
}

/// Writes an answer to a file of this machine, whichever machine it is about.
fn write(path: &Path, text: String) -> anyhow::Result<()> {
    let path = std::path::absolute(path).context("cannot tell where to write")?.display().to_string();
    let action = Action::WriteState { path: path.clone(), text };
    LinuxHost::new("/").perform(&action).with_context(|| format!("cannot write {path}"))
}

fn exit(format: Format, check: &check::Check) -> Exit {
    match (format, check.status) {
        (Format::Nagios, _) => Exit::Convention(forms::nagios::exit_status(check)),
        (Format::Npd, _) => Exit::Convention(forms::npd::exit_status(check)),
        (Format::Nhc, _) => Exit::Convention(forms::nhc::exit_status(check)),
        // What is wrong stands in the metrics; a collector that failed would keep it from those who watch them.
        (Format::Prometheus, _) | (_, Status::Good) => Exit::Good,
        (_, Status::Bad) => Exit::Bad,
        (_, Status::Unknown) => Exit::CouldNotTell,
    }
}

/// Looks at the machine, and asks its journal about what is not up.
fn look(host: &LinuxHost, options: &Check) -> check::Check {
    let configuration = Configuration::read(host, &interface::paths());
    let said: Vec<_> = options.interfaces.iter().chain(&options.expect).cloned().collect();
    let mut expected = check::expected(host, &configuration, &said);
    if !options.interfaces.is_empty() {
        expected.retain(|expectation| said.contains(&expectation.interface));
    }
    let mut check = check::Check::of(host, &configuration, &expected);
    if check.status == Status::Bad {
        let (boot, journal) = this_boot(host, options, check.host.clone());
        check.journal = journal;
        if let Some(boot) = boot {
            check.explain(&boot);
        }
    }
    check
}

/// Returns the verdict on the boot that the machine is in, and whether its journal could be read. Without a journal there is
/// still what the machine's files and its ports tell.
fn this_boot(host: &LinuxHost, options: &Check, name: Option<String>) -> (Option<BootVerdict>, Journal) {
    let mut diagnoser = Diagnoser::new();
    let machine = diagnoser.begin_machine();
    let sources = match &*options.journal {
        [] => own::files_since(host.root(), began(host)),
        named => Ok(named.to_owned()),
    };
    let journal = match sources {
        Ok(sources) => match intake::take_in(&mut diagnoser, &sources, None, Some(Diagnoser::interest())) {
            (true, _) => Journal::Read,
            (false, failures) => {
                Journal::Unread(failures.first().map(|error| format!("{error:#}")).unwrap_or_default())
            }
        },
        Err(error) => Journal::Unread(format!("{error:#}")),
    };
    let collected = Collected {
        host: name,
        boot_id: boot_id(host),
        facts: facts_of_machine(host),
        shown: check::shown(host),
    };
    diagnoser.end_machine(machine, collected);
    (diagnoser.verdict_of(machine), journal)
}

/// Returns when the boot began, with a minute to spare for a clock that was set; of a tree of files nobody knows it.
fn began(host: &LinuxHost) -> SystemTime {
    let is_this_machine = host.root() == Path::new("/");
    let since = host.now() + Duration::from_mins(1);
    SystemTime::now().checked_sub(since).filter(|_| is_this_machine).unwrap_or(SystemTime::UNIX_EPOCH)
}

fn boot_id(host: &LinuxHost) -> Option<BootId> {
    match host.read("/proc/sys/kernel/random/boot_id") {
        Some(Content::Text(id)) => id.trim().parse().ok(),
        _ => None,
    }
}
