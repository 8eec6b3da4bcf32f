//! What is read of a line that is an entry by itself.

use std::time::Duration;

use crate::form::Form;
use crate::form::date::Reading;
use crate::form::speaker::{self, Identifier, Speaker};
use crate::scan::Span;
use crate::stamp::Wall;

/// What was read of a line, as ranges of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parsed {
    pub(crate) form: Form,
    pub(crate) clock: Clock,
    pub(crate) monotonic: Option<Duration>,
    pub(crate) speaker: Speaker,
    pub(crate) unit: Option<Span>,
    /// How wide everything before the message is: journalctl indents the other lines of the message so far.
    pub(crate) indent: usize,
}

/// The wall clock of a line.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) enum Clock {
    #[default]
    None,
    /// As written, perhaps without a year.
    Reading(Reading),
    Wall(Wall),
}

impl Parsed {
    pub(super) fn new(form: Form, clock: Clock, speaker: Speaker) -> Self {
        Parsed { form, clock, monotonic: None, speaker, unit: None, indent: speaker.message }
    }

    /// Moves the kernel's own stamp, as in `node-9 kernel: [   13.409473] text`, out of the message.
    pub(super) fn without_kernel_time(mut self, line: &str) -> Self {
        let is_kernel =
            matches!(self.speaker.identifier, Some(Identifier::Written(name)) if name.of(line) == "kernel");
        if is_kernel && let Some(kernel) = speaker::kernel_time(line, self.speaker.message) {
            self.speaker.message = kernel.end;
            self.monotonic = self.monotonic.or(Some(kernel.time));
        }
        self
    }
}
