//! The command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use ibup_chain::diagnosis::Language;
use ibup_journal::Form;

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
    /// Explain a diagnosis, or list all.
    Explain(Explain),
}

/// Name why an interface did not come up, from the journal of its boot.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  journalctl -b | ibup diagnose -
  ibup diagnose /var/log/messages*
  ibup diagnose --format json sosreport-node-9/

Exit status: 0 nothing wrong found, 1 something is wrong, 2 could not tell.")]
pub struct Diagnose {
    /// Journals as text: files, directories, or - for standard input.
    #[arg(required = true, value_name = "SOURCE")]
    pub sources: Vec<PathBuf>,
    /// The form of the answer.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// The form of the input, as journalctl --output names it; recognized by itself if not given.
    #[arg(long, value_name = "FORM")]
    pub input_format: Option<Form>,
}

/// Explain a diagnosis, or list all.
#[derive(Debug, clap::Args)]
pub struct Explain {
    /// Its code or name, such as IB0301 or driver-stack-not-started.
    #[arg(value_name = "CODE")]
    pub diagnosis: Option<String>,
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
