//! Where journals come from: files, directories, standard input.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use ibup_journal::native::{Journal, NativeError};
use ibup_journal::{Binary, ReadError};
use native::Pieces;

mod collection;
#[cfg(feature = "compression")]
mod compression;
#[cfg(not(feature = "compression"))]
#[path = "source/uncompressed.rs"]
mod compression;
pub(crate) mod group;
pub(crate) mod intake;
mod kept;
mod native;
pub(crate) mod own;
mod report;
mod tar;
pub(crate) mod told;
pub(crate) mod unpack;

/// A source's bytes.
pub(crate) type Input = Box<dyn io::Read>;

/// One stream of text.
#[derive(Debug)]
pub(crate) enum Source {
    /// Standard input.
    Stdin,
    /// A file that was named.
    File(PathBuf),
    /// A file found in a directory that was named: if it is no text, it is passed over.
    Found(PathBuf),
    /// A report of support that is a directory.
    Report(PathBuf),
}

impl Source {
    /// Finds the streams that the arguments name, and what is wrong with the rest.
    pub(crate) fn find(arguments: &[PathBuf]) -> (Vec<Source>, Vec<anyhow::Error>) {
        let (mut sources, mut failures) = (Vec::new(), Vec::new());
        for path in arguments {
            if path.as_os_str() == "-" {
                sources.push(Source::Stdin);
            } else if path.is_dir() {
                match sources_below(path) {
                    Ok(found) => sources.extend(found),
                    Err(error) => failures.push(error),
                }
            } else {
                sources.push(Source::File(path.clone()));
            }
        }
        (sources, failures)
    }

    /// Returns an error for each directory among the arguments in which no text was found.
    pub(crate) fn fruitless(arguments: &[PathBuf], read: &[&Source]) -> Vec<anyhow::Error> {
        let held_text = |directory: &Path| {
            read.iter().any(|source| matches!(source, Source::Found(path) | Source::Report(path) if path.starts_with(directory)))
        };
        let directories = arguments.iter().filter(|path| path.is_dir() && !held_text(path));
        directories.map(|path| anyhow!("{}: no text in this directory", path.display())).collect()
    }

    /// Returns the name that evidence is quoted by.
    pub(crate) fn name(&self) -> String {
        match self {
            Source::Stdin => "-".into(),
            Source::File(path) | Source::Found(path) | Source::Report(path) => path.display().to_string(),
        }
    }

    /// Returns how many bytes it holds, 0 where nobody knows.
    pub(crate) fn length(&self) -> u64 {
        match self {
            Source::Stdin => 0,
            Source::File(path) | Source::Found(path) | Source::Report(path) => {
                path.metadata().map_or(0, |data| data.len())
            }
        }
    }

    /// Opens it.
    pub(crate) fn open(&self) -> anyhow::Result<Input> {
        Ok(match self {
            Source::Stdin => Box::new(io::stdin().lock()),
            Source::File(path) | Source::Found(path) | Source::Report(path) => {
                Box::new(File::open(path).with_context(|| format!("cannot open {}", path.display()))?)
            }
        })
    }

    /// Opens it as a file of journald's; `None` if it is none.
    ///
    /// What cannot be opened is left to [`Self::open`] to tell.
    pub(crate) fn open_journal(&self) -> Option<Result<Journal<Pieces>, NativeError>> {
        let (Source::File(path) | Source::Found(path)) = self else { return None };
        // Only a file has bytes at an offset.
        let file = File::open(path).ok().filter(|file| file.metadata().is_ok_and(|data| data.is_file()))?;
        match Journal::open(Pieces(file)) {
            Err(NativeError::NoJournal) => None,
            opened => Some(opened),
        }
    }

    /// Returns whether somebody named it, rather than that it was found in a directory.
    pub(crate) fn is_named(&self) -> bool {
        !matches!(self, Source::Found(_))
    }
}

/// Returns the regular files below a directory, in order of their names, and in place of those of a report the report.
fn sources_below(directory: &Path) -> anyhow::Result<Vec<Source>> {
    let mut sources = Vec::new();
    let mut walk = walkdir::WalkDir::new(directory).sort_by_file_name().into_iter();
    while let Some(entry) = walk.next() {
        let entry = entry.with_context(|| format!("cannot read the directory {}", directory.display()))?;
        if entry.file_type().is_file() {
            sources.push(Source::Found(entry.into_path()));
        } else if report::is_report(|name| entry.path().join(name).is_dir()) {
            sources.push(Source::Report(entry.into_path()));
            walk.skip_current_dir();
        }
    }
    Ok(sources)
}

/// A source that cannot be read, and what to do about it.
#[derive(Debug)]
pub(crate) struct SourceError {
    name: String,
    source: ReadError,
}

impl SourceError {
    pub(crate) fn new(name: &str, error: ReadError) -> Self {
        Self { name: name.to_owned(), source: error }
    }

    /// Returns the command that makes text of what was found.
    fn way_out(&self) -> Option<String> {
        let name = &self.name;
        let ReadError::Binary(binary) = &self.source else {
            return None;
        };
        Some(match binary {
            Binary::Journal => format!("journalctl --file {name} -o export | ibup diagnose -"),
            Binary::Gzip => format!("gzip -dc {name} | ibup diagnose -"),
            Binary::Xz => format!("xz -dc {name} | ibup diagnose -"),
            Binary::Zstd => format!("zstd -dc {name} | ibup diagnose -"),
            Binary::Bzip2 => format!("bzip2 -dc {name} | ibup diagnose -"),
            Binary::Other => return None,
        })
    }
}

impl std::fmt::Display for SourceError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.name, self.source)?;
        match self.way_out() {
            Some(command) => write!(f, "; try: {command}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for SourceError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.source()
    }
}
