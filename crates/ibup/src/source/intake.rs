//! Intake: from sources, as they lie there, to the entries that the diagnoser observes.
//!
//! A part that cannot be read is noted, and the others still count.

use std::cell::RefCell;
use std::io::{self, Read};
use std::rc::Rc;

use ibup_chain::Diagnoser;
use ibup_journal::{Form, ReadError, Reader};

use super::tar::{Archive, Kind};
use super::unpack::{Budget, Content, unpack};
use super::{Source, SourceError};
use crate::progress::Progress;

/// Takes sources in.
pub(crate) struct Intake<'a> {
    /// What observes the entries.
    pub(crate) diagnoser: &'a mut Diagnoser,
    /// The form of the text, where it was told.
    pub(crate) form: Option<Form>,
    /// How far reading has come.
    pub(crate) progress: &'a Progress,
    /// What could not be read.
    pub(crate) failures: Vec<anyhow::Error>,
}

impl Intake<'_> {
    /// Reads a source; returns whether there was text in it.
    pub(crate) fn read(&mut self, source: &Source) -> bool {
        let input = match source.open() {
            Ok(input) => input,
            Err(error) => {
                self.failures.push(error);
                return false;
            }
        };
        let budget = Budget::default();
        let input = budget.source(self.progress.watch(input));
        self.read_stream(&source.name(), source.is_named(), input, 0, &budget)
    }

    /// Reads what a stream unpacks to, which lies in so many layers.
    fn read_stream<'r>(
        &mut self,
        name: &str,
        is_named: bool,
        input: Box<dyn Read + 'r>,
        layers: u8,
        budget: &'r Budget,
    ) -> bool {
        match unpack(input, layers, budget) {
            Ok(Content::Text(input)) => self.read_text(name, is_named, input),
            Ok(Content::Archive(input, layers)) => {
                let (read, result) = self.read_archive(name, Archive::new(input), layers, budget);
                if let Err(error) = result {
                    self.fail(name, error);
                }
                read
            }
            Err(error) => {
                self.fail(name, error);
                false
            }
        }
    }

    /// Reads the members of an archive; returns whether there was text in it, and what ended it too early.
    fn read_archive(
        &mut self,
        name: &str,
        mut archive: Archive<impl Read>,
        layers: u8,
        budget: &Budget,
    ) -> (bool, io::Result<()>) {
        let mut has_text = false;
        loop {
            match archive.next_member() {
                Ok(Some(member)) if member.kind == Kind::File => {
                    let name = format!("{name}/{}", member.path);
                    has_text |= self.read_stream(&name, false, Box::new(archive.contents()), layers, budget);
                }
                Ok(Some(_)) => {}
                Ok(None) => return (has_text, Ok(())),
                Err(error) => return (has_text, Err(error)),
            }
        }
    }

    fn read_text(&mut self, name: &str, is_named: bool, input: impl Read) -> bool {
        let input = Interruptible::new(input);
        let interruption = Rc::clone(&input.interruption);
        let mut reader = match self.form {
            Some(form) => Reader::with_form(input, form),
            None => Reader::new(input),
        };
        let mut begun = false;
        loop {
            match reader.next_entry() {
                Ok(Some(entry)) => {
                    if !begun {
                        self.diagnoser.begin_source(name);
                        begun = true;
                    }
                    self.diagnoser.observe(&entry);
                }
                Ok(None) => break,
                Err(ReadError::Binary(_)) if !is_named => return false,
                Err(error) => {
                    self.fail(name, error);
                    return false;
                }
            }
        }
        if begun && reader.cut() > 0 {
            self.diagnoser.note_cut_lines();
        }
        let Some(error) = interruption.take() else { return true };
        if begun {
            self.diagnoser.note_unread_rest();
        }
        self.fail(name, error);
        begun
    }

    fn fail(&mut self, name: &str, error: impl Into<ReadError>) {
        self.failures.push(SourceError::new(name, error.into()).into());
    }
}

/// A stream that ends where it cannot be read on, so that all before that is read; what was the matter is kept.
struct Interruptible<R> {
    input: R,
    interruption: Rc<RefCell<Option<io::Error>>>,
}

impl<R: Read> Interruptible<R> {
    fn new(input: R) -> Self {
        Self { input, interruption: Rc::default() }
    }
}

impl<R: Read> Read for Interruptible<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.interruption.borrow().is_some() {
            return Ok(0);
        }
        match self.input.read(buffer) {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => {
                self.interruption.replace(Some(error));
                Ok(0)
            }
            result => result,
        }
    }
}
