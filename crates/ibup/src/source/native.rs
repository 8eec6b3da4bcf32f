//! Journal files of journald: bytes at an offset of a file, and many files at once.

use std::fs::File;
use std::io;
use std::num::NonZero;
use std::os::unix::fs::FileExt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use ibup_chain::Diagnoser;
use ibup_journal::native::Bytes;

use super::Source;
use super::intake::Intake;

/// A file that is read piece by piece.
#[derive(Debug)]
pub(crate) struct Pieces(pub(crate) File);

impl Bytes for Pieces {
    fn length(&self) -> io::Result<u64> {
        Ok(self.0.metadata()?.len())
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read_at(buffer, offset)
    }
}

/// A file of journald's that was read.
pub(super) struct Part {
    pub(super) diagnoser: Diagnoser,
    pub(super) failures: Vec<anyhow::Error>,
    /// Whether it could be read.
    pub(super) is_read: bool,
}

/// Reads the sources that are files of journald's, by all processors; nothing of the others.
pub(super) fn read(intake: &Intake<'_>, sources: &[Source]) -> Vec<Option<Part>> {
    let next = AtomicUsize::new(0);
    let (diagnoser, interest, form, progress) =
        (&*intake.diagnoser, intake.interest, intake.form, intake.progress);
    let work = || {
        let mut parts = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(source) = sources.get(index) else { return parts };
            let Some(journal) = source.open_journal() else { continue };
            let mut diagnoser = diagnoser.branch();
            let mut intake =
                Intake { diagnoser: &mut diagnoser, interest, form, progress, failures: Vec::new() };
            let is_read = intake.read_journal(&source.name(), journal);
            let failures = intake.failures;
            progress.advance(source.length());
            parts.push((index, Part { diagnoser, failures, is_read }));
        }
    };
    let workers = thread::available_parallelism().map_or(1, NonZero::get).min(sources.len());
    let mut all: Vec<Option<Part>> = sources.iter().map(|_| None).collect();
    thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        for (index, part) in workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
        {
            all[index] = Some(part);
        }
    });
    all
}
