//! The command line of the machine in memory: simulate, explore and forecast.

use std::path::PathBuf;

use clap::ValueEnum;
use ibup_forecast::Change;
use ibup_sim::PolicyName;

use super::Format;

/// Boot a machine in memory and say what comes of it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  ibup simulate scenarios/node-9.toml
  ibup simulate scenarios/node-9.toml --journal - | ibup diagnose -
  ibup simulate --seed 4711

Without a scenario the machine is a random one, the same for the same seed.

Exit status: 0 nothing wrong found, 1 something is wrong, 2 could not tell.")]
pub struct Simulate {
    /// The machine and its boot.
    #[arg(value_name = "SCENARIO", required_unless_present = "seed")]
    pub scenario: Option<PathBuf>,
    /// Shifts all times, each for itself; the same seed gives the same boot.
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// By which policy the machine boots, if not by the scenario's.
    #[arg(long, value_enum)]
    pub policy: Option<Policy>,
    /// Keeps the journal that the machine wrote; - writes it to standard output, and nothing else.
    #[arg(long, value_name = "FILE")]
    pub journal: Option<PathBuf>,
    /// The form of the answer.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// Boot a machine in memory in every order there is, and say what holds in all of them.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  ibup explore scenarios/node-9.toml
  ibup explore scenarios/two-hcas.toml --policy converge --format json

Exit status: 0 all properties hold, 1 one does not, 2 could not tell.")]
pub struct Explore {
    /// The machine.
    #[arg(value_name = "SCENARIO")]
    pub scenario: PathBuf,
    /// One policy instead of both.
    #[arg(long, value_enum)]
    pub policy: Option<Policy>,
    /// The form of the answer.
    #[arg(long, value_enum, default_value_t = Form::Text)]
    pub format: Form,
    /// Leaves out how long it took, so that the answer is the same each time.
    #[arg(long)]
    pub no_timing: bool,
}

/// Say today whether each interface will come up at the next boot.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  ibup forecast
  ibup forecast --what-if 'enable openibd'
  ibup forecast --root sosreport-node-9/ --what-if 'install ibup'

What can be supposed: enable UNIT, disable UNIT, install ibup, remove ibup, load MODULE, set FILE NAME=VALUE,
slow firmware. Nothing is changed.

Exit status: 0 every wanted interface comes up in every order, 1 one may stay down, 2 could not tell.")]
pub struct Forecast {
    /// The machine's files: a root directory, a copy of one, or a sosreport that is unpacked.
    #[arg(long, value_name = "DIR", default_value = "/")]
    pub root: PathBuf,
    /// Supposes a change; may be given several times.
    #[arg(long, value_name = "CHANGE")]
    pub what_if: Vec<Change>,
    /// The form of the answer.
    #[arg(long, value_enum, default_value_t = Form::Text)]
    pub format: Form,
}

/// The form of an answer that no ticket asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// For people at a terminal.
    Text,
    /// For programs.
    Json,
}

/// By which policy a machine boots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Policy {
    /// The vendor's openibd, udev rules and interface manager.
    Reference,
    /// ibup's units.
    Converge,
}

impl From<Policy> for PolicyName {
    fn from(policy: Policy) -> Self {
        match policy {
            Policy::Reference => Self::Reference,
            Policy::Converge => Self::Converge,
        }
    }
}
