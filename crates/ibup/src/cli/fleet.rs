//! The command line of `ibup fleet`.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};
use ibup_fleet::shard::Wanted;
use ibup_journal::Form;

use super::BootChoice;

/// Name what is wrong with thousands of nodes, from their journals.
///
/// `map` reads the logs of many machines and writes what it found, compactly; it may be run as so many tasks as there are,
/// each of which reads its share. `reduce` puts together what they found. However the work was cut, and however often a
/// part of it was done, the answer is the same to the byte.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  ibup fleet map /logs -o parts && ibup fleet reduce parts
  sbatch --array=0-15 /usr/share/doc/ibup/fleet-map.sbatch /logs parts   then: ibup fleet reduce parts
  clush -w @compute ibup fleet map -o /shared/parts                      each node its own journal")]
pub struct Fleet {
    /// What to do.
    #[command(subcommand)]
    pub action: FleetAction,
}

/// What can be done with a fleet.
#[derive(Debug, Subcommand)]
pub enum FleetAction {
    /// Read the logs of many machines, or a share of them, and write what was found as a part.
    Map(FleetMap),
    /// Put parts together, and say what they come to.
    Reduce(FleetReduce),
    /// Write what is in parts as a table: boots, ports, stages, findings, factors.
    Export(FleetExport),
    /// Ask a question of one's own, in SQL.
    #[cfg(feature = "query")]
    Query(FleetQuery),
}

/// Read the logs of many machines, or a share of them, and write what was found as a part.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Which share a task reads is told by the scheduler: Slurm's job arrays and steps (SLURM_ARRAY_TASK_ID, SLURM_PROCID) and
Kubernetes' Indexed Jobs (JOB_COMPLETION_INDEX, with JOB_COMPLETIONS or --shard /N).

Exit status: 0 the part is written, 2 it is not.")]
pub struct FleetMap {
    /// Journals as diagnose takes them, reports of support, or verdicts (diagnose --format json): files, or directories
    /// of such. Without any, this machine's journal.
    #[arg(value_name = "SOURCE")]
    pub sources: Vec<PathBuf>,
    /// Where parts are written, beside each other.
    #[arg(short, long, value_name = "DIR")]
    pub output: PathBuf,
    /// Which share to read: 3/8 is the third of eight, and /8 the one of eight that the scheduler's number means, counted
    /// from 0.
    #[arg(long, value_name = "I/N", conflicts_with = "local", requires = "sources")]
    pub shard: Option<Wanted>,
    /// The sources are this machine's own, on each machine that this is run on: nothing is shared out. The name is that
    /// of the machine, the kernel's if not given.
    #[arg(long, value_name = "NAME", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub local: Option<String>,
    /// The form of the input, as journalctl --output names it; recognized by itself if not given.
    #[arg(long, value_name = "FORM")]
    pub input_format: Option<Form>,
    /// Find also what the rules of this site know: docs/rules.md.
    #[arg(long, value_name = "FILE")]
    pub rules: Option<PathBuf>,
}

/// Put parts together, and say what they come to.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit status: 0 nothing wrong found, 1 something is wrong, 2 could not tell, or something is missing.")]
pub struct FleetReduce {
    /// Where the parts are: directories, or files.
    #[arg(value_name = "DIR", required = true)]
    pub parts: Vec<PathBuf>,
    /// Which boot of each node, as journalctl counts them: 0 is the last, -1 the one before, 1 the first, or an id, or all.
    #[arg(short, long, value_name = "BOOT", default_value = "0", allow_hyphen_values = true)]
    pub boot: BootChoice,
    /// The form of the answer.
    #[arg(long, value_enum, default_value_t = FleetFormat::Text)]
    pub format: FleetFormat,
    /// The nodes there should be: those of which nothing was read are named. For example \"$(sinfo -h -o %N)\".
    #[arg(long, value_name = "NODESET")]
    pub expect: Option<String>,
}

/// The form of an answer on a fleet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FleetFormat {
    /// For people at a terminal.
    Text,
    /// For programs: the form ibup.fleet/1.
    Json,
    /// For tickets.
    Markdown,
    /// For a browser: every node in one page, with its stages over time.
    Html,
}

/// Write what is in parts as a table.
#[derive(Debug, clap::Args)]
pub struct FleetExport {
    /// Where the parts are: directories, or files.
    #[arg(value_name = "DIR", required = true)]
    pub parts: Vec<PathBuf>,
    /// Which table.
    #[arg(long, value_enum, default_value_t = TableName::Ports)]
    pub table: TableName,
    /// The form of the rows.
    #[arg(long, value_enum, default_value_t = RowFormat::Ndjson)]
    pub format: RowFormat,
}

/// A table: docs/fleet.md tells its columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TableName {
    /// One row a boot.
    Boots,
    /// One row a port of a boot.
    Ports,
    /// One row a stage of a port.
    Stages,
    /// One row a finding.
    Findings,
    /// One row a factor of a boot or a port.
    Factors,
}

/// The form of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RowFormat {
    /// A line of JSON each.
    Ndjson,
    /// Comma-separated values (RFC 4180), with the names of the columns first.
    Csv,
}

/// Ask a question of one's own, in SQL.
#[cfg(feature = "query")]
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  ibup fleet query \"SELECT cause, count(DISTINCT node) FROM ports GROUP BY cause\" parts
  ibup fleet query \"SELECT node, first FROM boots WHERE is_last AND summary = 'bad' ORDER BY first\" parts")]
pub struct FleetQuery {
    /// The question, in the SQL of SQLite, to the tables boots, ports, stages, findings and factors.
    #[arg(value_name = "SQL")]
    pub question: String,
    /// Where the parts are: directories, or files.
    #[arg(value_name = "DIR", required = true)]
    pub parts: Vec<PathBuf>,
    /// The form of the answer.
    #[arg(long, value_enum, default_value_t = AnswerRows::Text)]
    pub format: AnswerRows,
}

/// The form of the rows of an answer.
#[cfg(feature = "query")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AnswerRows {
    /// For people at a terminal.
    Text,
    /// A line of JSON each.
    Ndjson,
    /// Comma-separated values (RFC 4180), with the names of the columns first.
    Csv,
}
