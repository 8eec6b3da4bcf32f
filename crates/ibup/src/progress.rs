//! A progress bar on standard error, for input that takes longer than a second, on a terminal only.

use std::io::{self, IsTerminal, Read};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Shorter work shows no bar.
const PATIENCE: Duration = Duration::from_secs(1);

/// How far reading has come.
pub(crate) struct Progress {
    bar: ProgressBar,
    started: Instant,
    wanted: bool,
}

impl Progress {
    /// Starts at no byte of so many; 0 where nobody knows how many.
    pub(crate) fn new(length: u64) -> Self {
        let (bar, template) = if length == 0 {
            (ProgressBar::no_length(), "{bytes} {bytes_per_sec}")
        } else {
            (ProgressBar::new(length), "{wide_bar} {bytes}/{total_bytes} {eta}")
        };
        bar.set_draw_target(ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self { bar, started: Instant::now(), wanted: io::stderr().is_terminal() }
    }

    /// Returns the stream, with what is read of it counted.
    pub(crate) fn watch<R: Read>(&self, stream: R) -> Watched<'_, R> {
        Watched { stream, progress: self }
    }

    /// Counts bytes as read.
    pub(crate) fn advance(&self, bytes: u64) {
        self.bar.inc(bytes);
        if self.wanted && self.bar.is_hidden() && self.started.elapsed() > PATIENCE {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// A stream whose bytes are counted.
pub(crate) struct Watched<'p, R> {
    stream: R,
    progress: &'p Progress,
}

impl<R: Read> Read for Watched<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.stream.read(buffer)?;
        self.progress.advance(count as u64);
        Ok(count)
    }
}
