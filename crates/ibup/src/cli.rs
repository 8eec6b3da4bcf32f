//! The command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use ibup_chain::diagnosis::Language;
use ibup_journal::Form;

mod check;
mod choice;
mod fleet;
mod simulation;

pub use check::{Check, CheckFormat, Until, Wait};
pub use choice::BootChoice;
pub(crate) use choice::{BootName, keep_host};
#[cfg(feature = "query")]
pub use fleet::{AnswerRows, FleetQuery};
pub use fleet::{Fleet, FleetAction, FleetExport, FleetFormat, FleetMap, FleetReduce, RowFormat, TableName};
pub use simulation::{Explore, Forecast, Form as AnswerForm, Policy, Simulate};

/// Brings InfiniBand interfaces up at boot, and explains why one did not come up.
#[derive(Debug, Parser)]
#[command(name = "ibup", version, about, propagate_version = true, arg_required_else_help = true)]
#[command(after_help = "Exit status: 0 nothing wrong found, 1 something is wrong, 2 could not tell.")]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// The language of titles, explanations and remedies; by default that of the locale.
    #[arg(long, global = true, value_enum)]
    pub lang: Option<Lang>,
    /// Whether to use colours; by default on a terminal, unless `NO_COLOR` is set.
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto)]
    pub color: Color,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Name why an interface did not come up, from the journal of its boot.
    Diagnose(Diagnose),
    /// Say whether the interfaces that should be up are up now, and why one is not.
    Check(Check),
    /// Wait until an interface is up, or has come so far.
    Wait(Wait),
    /// Name what is wrong with thousands of nodes, from their journals.
    Fleet(Fleet),
    /// Explain a diagnosis, or list all.
    Explain(Explain),
    /// Look over the rules of a site, which diagnose takes with --rules.
    Rules(Rules),
    /// Load the driver stack and configure the interfaces (openibd's job at boot).
    Start(Start),
    /// Unload the driver stack, whole or not at all.
    Stop(Stop),
    /// Stop, then start.
    Restart(Stop),
    /// Say what is loaded and what is up, and change nothing.
    Status(Status),
    /// Print what start would do, with reasons, and do nothing.
    Plan(Machine),
    /// Apply an interface's settings: mode, MTU, RPS, P_Key children.
    Configure(Interface),
    /// Raise an interface that its configuration wants up and nobody has raised.
    Raise(Interface),
    /// Boot a machine in memory and say what comes of it.
    Simulate(Simulate),
    /// Boot a machine in memory in every order there is, and say what holds in all of them.
    Explore(Explore),
    /// Say today whether each interface will come up at the next boot.
    Forecast(Forecast),
    /// Record who loads the modules of the driver stack, for diagnose to tell.
    Trace(Trace),
}

/// Name why an interface did not come up, from the journal of its boot.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  ibup diagnose                                  this boot of this machine
  ibup diagnose -b -1                            the boot before
  ibup diagnose --host node-9 /var/log/journal/remote
  journalctl -b | ibup diagnose -
  ibup diagnose /var/log/messages*
  ibup diagnose --format json sosreport-node-9.tar.xz
  ibup diagnose bad.log --compare good.log

Exit status: 0 nothing wrong found, 1 something is wrong, 2 could not tell.")]
pub struct Diagnose {
    /// Journals, as text or as journald keeps them: files, directories, or - for standard input; without any, this
    /// machine's journal. They may be compressed (gzip, xz, zstd, bzip2) or lie in tar archives. Of a sosreport the unit
    /// files and the network's configuration are evidence, too.
    #[arg(value_name = "SOURCE")]
    pub sources: Vec<PathBuf>,
    /// Which boot, as journalctl counts them: 0 is a host's last, -1 the one before, 1 the first, or an id, or all. The
    /// default is 0 for this machine's journal, and all of what is named.
    #[arg(short, long, value_name = "BOOT", num_args = 0..=1, default_missing_value = "0", allow_hyphen_values = true)]
    pub boot: Option<BootChoice>,
    /// Only the boots of this host.
    #[arg(long, value_name = "NAME")]
    pub host: Option<String>,
    /// The form of the answer.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// The form of the input, as journalctl --output names it; recognized by itself if not given.
    #[arg(long, value_name = "FORM")]
    pub input_format: Option<Form>,
    /// Say also what differs from a healthy boot: the last healthy one of the same host in this source, else the last
    /// healthy one.
    #[arg(long, value_name = "HEALTHY")]
    pub compare: Option<PathBuf>,
    /// Find also what the rules of this site know: docs/rules.md.
    #[arg(long, value_name = "FILE")]
    pub rules: Option<PathBuf>,
}

/// Explain a diagnosis, or list all.
#[derive(Debug, clap::Args)]
pub struct Explain {
    /// Its code or name, such as IB0301 or driver-stack-not-started.
    #[arg(value_name = "CODE")]
    pub diagnosis: Option<String>,
}

/// Look over the rules of a site.
#[derive(Debug, clap::Args)]
pub struct Rules {
    /// What to do.
    #[command(subcommand)]
    pub action: RulesAction,
}

/// What can be done with rules.
#[derive(Debug, Subcommand)]
pub enum RulesAction {
    /// Read a file of rules, and hold every pattern against its samples.
    Check {
        /// The file, as docs/rules.md describes it.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

/// The machine that is acted on.
#[derive(Debug, clap::Args)]
pub struct Machine {
    /// Where the machine's files lie.
    #[arg(long, value_name = "DIR", default_value = "/")]
    pub root: PathBuf,
}

/// Load the driver stack and configure the interfaces.
#[derive(Debug, clap::Args)]
pub struct Start {
    /// The machine.
    #[command(flatten)]
    pub machine: Machine,
    /// Load modules of the distribution, too, whatever `FORCE_MODE` says.
    #[arg(long)]
    pub force: bool,
    /// Act as at boot: `ONBOOT` of openib.conf is obeyed.
    #[arg(long)]
    pub boot: bool,
    /// Start nothing; only tell by the exit status whether anything may be started (for `ExecCondition=` of a unit).
    #[arg(long)]
    pub check: bool,
}

/// Unload the driver stack.
#[derive(Debug, clap::Args)]
pub struct Stop {
    /// The machine.
    #[command(flatten)]
    pub machine: Machine,
    /// Stop even if `ALLOW_STOP` says no, and unload foreign modules that stand on the stack.
    #[arg(long)]
    pub force: bool,
}

/// Say what is loaded and what is up.
#[derive(Debug, clap::Args)]
pub struct Status {
    /// The machine.
    #[command(flatten)]
    pub machine: Machine,
    /// Answer in JSON.
    #[arg(long)]
    pub json: bool,
}

/// The interface that is acted on.
#[derive(Debug, clap::Args)]
pub struct Interface {
    /// The machine.
    #[command(flatten)]
    pub machine: Machine,
    /// The netdev.
    #[arg(value_name = "IF")]
    pub netdev: String,
}

/// Record who loads the modules of the driver stack.
///
/// A journal says when an interface appeared, and not who loaded the module that made it. With the trace on, the kernel
/// tells: each load of a module of the stack becomes a message in the journal that names the process and its unit, and
/// `ibup diagnose` names them in its answer. ibup-trace.service does it, from early in every boot on.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  ibup trace on                                         before the reboot that is to be explained
  journalctl -b SYSLOG_IDENTIFIER=ibup IBUP_STAGE=stack what was recorded
  journalctl -b | ibup diagnose -                       what it meant

Exit status of status: 0 it is on, enabled and running; 1 it is not; 2 could not tell.")]
pub struct Trace {
    /// What to do; without it, status.
    #[command(subcommand)]
    pub action: Option<TraceAction>,
    /// Where the machine's files lie.
    #[arg(long, global = true, value_name = "DIR", default_value = "/")]
    pub root: PathBuf,
}

/// What can be done about the trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Subcommand)]
pub enum TraceAction {
    /// Record from now on, and at every boot.
    On,
    /// Record no longer, and leave nothing behind.
    Off,
    /// Say whether it is on, also by the exit status.
    Status,
    /// Read the trace and write to the journal, until stopped (for ibup-trace.service).
    #[command(hide = true)]
    Follow,
    /// Take the tracing instance away (for ibup-trace.service).
    #[command(hide = true)]
    Forget,
}

/// The form of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people at a terminal.
    Text,
    /// For programs: the form ibup.verdict/1.
    Json,
    /// For tickets.
    Markdown,
    /// For a browser: one file that fetches nothing, for one boot or for many nodes.
    Html,
}

/// A language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    /// English.
    En,
    /// Chinese.
    Zh,
}

/// When colours are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Cli {
    /// Returns the language to speak: the one told, else that of the locale.
    pub fn language(&self) -> Language {
        let is_chinese = match self.lang {
            Some(lang) => lang == Lang::Zh,
            None => locale().is_some_and(|locale| locale.starts_with("zh")),
        };
        if is_chinese { Language::Chinese } else { Language::English }
    }
}

/// Returns the locale of messages (locale(7)): the first of these variables that is set and not empty.
fn locale() -> Option<String> {
    let set = |name: &&str| std::env::var(name).ok().filter(|value| !value.is_empty());
    ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(set)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}
