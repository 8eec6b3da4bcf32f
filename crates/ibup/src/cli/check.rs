//! The command line of `ibup check` and `ibup wait`.

use std::path::PathBuf;

use clap::ValueEnum;
use ibup_config::NetdevName;

use super::Machine;

/// Say whether the interfaces that should be up are up now, and why one is not.
///
/// Which should be is what the network's configuration says; ports that nobody configured are not spoken of. The machine's
/// journal is only read where something is not up. docs/checks.md tells how to connect each kind of monitoring.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  ibup check                            all that is configured to be up
  ibup check ib0 --format nagios
  ibup check --expect ib0,ib1 --format prometheus
  clush -b -w @compute ibup check --one-line
  ibup check --fix                      and raise what is down, after asking

Exit status: 0 all is up, 1 something is not, 2 could not tell. With these formats it is what those who ask expect:
  nagios      0 OK, 2 CRITICAL, 3 UNKNOWN
  npd         0 no problem, 1 a problem, 2 unknown
  nhc         0 the node may work, 1 it may not
  prometheus  0 the metrics are written")]
pub struct Check {
    /// Only these interfaces, which should be up whatever the configuration says.
    #[arg(value_name = "IF")]
    pub interfaces: Vec<NetdevName>,
    /// These interfaces should be up, too.
    #[arg(long, value_name = "IF", value_delimiter = ',')]
    pub expect: Vec<NetdevName>,
    /// The form of the answer.
    #[arg(long, value_enum, default_value_t = CheckFormat::Text)]
    pub format: CheckFormat,
    /// Answer in one line without host and time, which is the same on all machines that have the same trouble.
    #[arg(long, conflicts_with = "format")]
    pub one_line: bool,
    /// Write the answer to this file, whole or not at all, instead of to standard output.
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// The journal of this boot, where it is not this machine's own: files or directories.
    #[arg(long, value_name = "SOURCE")]
    pub journal: Vec<PathBuf>,
    /// Repair what can be repaired on this machine, look again, and undo what did not help. What is going to be done is shown
    /// before, and asked about.
    #[arg(long)]
    pub fix: bool,
    /// Do not ask.
    #[arg(long, requires = "fix")]
    pub yes: bool,
    /// The machine.
    #[command(flatten)]
    pub machine: Machine,
}

/// The form of the answer to a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    /// For people at a terminal.
    Text,
    /// For programs: the form ibup.check/1.
    Json,
    /// For Nagios, Icinga and Naemon.
    Nagios,
    /// For Kubernetes' node-problem-detector.
    Npd,
    /// For LBNL Node Health Check.
    Nhc,
    /// For the textfile collector of Prometheus' `node_exporter`.
    Prometheus,
}

/// Wait until an interface is up, or has come so far.
///
/// The kernel's announcements are listened to, so the wait ends when it happens.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  ibup wait ib0                              until it is up as configured
  ibup wait ib0 --until active --timeout 90  until its port is active and it has carrier
  ExecStartPre=/usr/bin/ibup wait ib0        in the unit of a service that needs it

Exit status: 0 it is there, 1 it is not in time, 2 could not tell.")]
pub struct Wait {
    /// The netdev.
    #[arg(value_name = "IF")]
    pub netdev: NetdevName,
    /// How far; by default until it is up, with link, and with the address that its configuration gives it.
    #[arg(long, value_enum)]
    pub until: Option<Until>,
    /// How long it is waited for, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub timeout: u64,
    /// The machine.
    #[command(flatten)]
    pub machine: Machine,
}

/// How far an interface has to come, each with all before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Until {
    /// It exists.
    Netdev,
    /// Somebody has raised it.
    Up,
    /// Its port is active, and it has carrier.
    Active,
    /// It has its address or, where none is configured, any.
    Addressed,
}
