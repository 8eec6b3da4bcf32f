//! Intake: from sources, as they lie there, to the entries that the diagnoser observes.
//!
//! A part that cannot be read is noted, and the others still count.

use std::cell::RefCell;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use ibup_chain::Diagnoser;
use ibup_journal::native::{Bytes, Entries, Journal, NativeError, Share};
use ibup_journal::skim::Interest;
use ibup_journal::{Blocks, Form, ReadError, Reader};

use super::collection::{self, Collection};
use super::native;
use super::report::{self, Part};
use super::tar::{Archive, Kind};
use super::unpack::{Budget, Content, unpack};
use super::{Source, SourceError};
use crate::progress::Progress;
use crate::skimming::skimming;

/// So much of a journal file that comes as a stream is held in memory, in bytes: journald lets a file grow to a quarter of
/// this, unless it is told otherwise (`SystemMaxFileSize=` in journald.conf(5)).
const JOURNAL_MAX: u64 = 512 << 20;

/// Takes sources in.
pub(crate) struct Intake<'a> {
    /// What observes the entries.
    pub(crate) diagnoser: &'a mut Diagnoser,
    /// What of the text is worth reading; all of it where nobody says.
    pub(crate) interest: Option<&'static dyn Interest>,
    /// The form of the text, where it was told.
    pub(crate) form: Option<Form>,
    /// How far reading has come.
    pub(crate) progress: &'a Progress,
    /// What could not be read.
    pub(crate) failures: Vec<anyhow::Error>,
}

/// Takes in what the arguments name; returns whether there was text in any of it, and what could not be read.
pub(crate) fn take_in(
    diagnoser: &mut Diagnoser,
    arguments: &[PathBuf],
    form: Option<Form>,
    interest: Option<&'static dyn Interest>,
) -> (bool, Vec<anyhow::Error>) {
    let (sources, mut failures) = Source::find(arguments);
    let progress = Progress::new(sources.iter().map(Source::length).sum());
    let mut intake = Intake { diagnoser, interest, form, progress: &progress, failures: Vec::new() };
    let read_sources = intake.read_all(&sources);
    failures.append(&mut intake.failures);
    failures.extend(Source::fruitless(arguments, &read_sources));
    (!read_sources.is_empty(), failures)
}

impl Intake<'_> {
    /// Reads sources; returns those in which there was something to read. Files of journald's are read at once, and taken in in
    /// their order like all others.
    fn read_all<'s>(&mut self, sources: &'s [Source]) -> Vec<&'s Source> {
        let journals = native::read(self, sources);
        let mut fruitful = Vec::new();
        for (source, journal) in sources.iter().zip(journals) {
            let is_read = match journal {
                Some(journal) => {
                    self.diagnoser.join(journal.diagnoser);
                    self.failures.extend(journal.failures);
                    journal.is_read
                }
                None => self.read(source),
            };
            fruitful.extend(is_read.then_some(source));
        }
        fruitful
    }

    /// Reads a source; returns whether there was text in it.
    pub(crate) fn read(&mut self, source: &Source) -> bool {
        if let Source::Report(directory) = source {
            return collection::take_in_tree(self, directory);
        }
        if let Some(journal) = source.open_journal() {
            return self.read_journal(&source.name(), journal);
        }
        let input = match source.open() {
            Ok(input) => input,
            Err(error) => {
                self.failures.push(error);
                return false;
            }
        };
        self.read_input(&source.name(), source.is_named(), input, &Budget::default())
    }

    /// Reads a stream, however it is packed; returns whether there was text in it.
    pub(crate) fn read_input(
        &mut self,
        name: &str,
        is_named: bool,
        input: impl Read,
        budget: &Budget,
    ) -> bool {
        let input = budget.source(self.progress.watch(input));
        self.read_stream(name, is_named, input, 0, budget)
    }

    /// Reads a file of journald's; returns whether it could be read.
    pub(super) fn read_journal(
        &mut self,
        name: &str,
        journal: Result<Journal<impl Bytes>, NativeError>,
    ) -> bool {
        let read = journal.and_then(|journal| Ok(self.read_entries(name, journal)?));
        read.map_err(|error| self.failures.push(anyhow::Error::new(error).context(name.to_owned()))).is_ok()
    }

    /// Reads a file of journald's that comes as a stream: it is held in memory, since its lists lead back and forth.
    fn read_streamed_journal(&mut self, name: &str, input: impl Read) -> bool {
        let mut bytes = Vec::new();
        // What is beyond, or lost to an error, is missing at the end of the file, which is read like any that was cut.
        let result = input.take(JOURNAL_MAX).read_to_end(&mut bytes);
        let is_read = self.read_journal(name, Journal::open(&bytes[..]));
        if let Err(error) = result {
            self.fail(name, error);
        }
        is_read
    }

    /// Reads the entries of a file of journald's, by its index.
    fn read_entries(&mut self, name: &str, journal: Journal<impl Bytes>) -> io::Result<()> {
        // Of those nobody knows to speak of InfiniBand or the network, the opening in each boot shows what they had to do with
        // the boot, if anything.
        let share = |name: &str| if self.diagnoser.listens_to(name) { Share::All } else { Share::Opening };
        let mut entries = Entries::selected(journal, share)?;
        self.diagnoser.begin_source(name);
        let interruption = loop {
            match entries.next_entry() {
                Ok(Some(entry)) => self.diagnoser.observe(&entry),
                Ok(None) => break None,
                Err(error) => break Some(error),
            }
        };
        for (boot, count) in entries.passed() {
            self.diagnoser.note_passed(*boot, *count);
        }
        if entries.cut() > 0 {
            self.diagnoser.note_cut_lines();
        }
        if entries.is_incomplete() || interruption.is_some() {
            self.diagnoser.note_unread_rest();
        }
        interruption.map_or(Ok(()), Err)
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
            Ok(Content::Journal(input)) => self.read_streamed_journal(name, input),
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

    /// Reads the members of an archive; returns whether there was text in it, and what ended it too early. What lies in a
    /// report is read as the part of the report that it is, and anything else if it is text.
    fn read_archive(
        &mut self,
        name: &str,
        mut archive: Archive<impl Read>,
        layers: u8,
        budget: &Budget,
    ) -> (bool, io::Result<()>) {
        let mut has_text = false;
        let mut report: Option<Collection> = None;
        let result = loop {
            let member = match archive.next_member() {
                Ok(Some(member)) => member,
                Ok(None) => break Ok(()),
                Err(error) => break Err(error),
            };
            let is_known = report.as_ref().is_some_and(|report| report.path_below(&member.path).is_some());
            if let Some((top, _)) = report::split(&member.path).filter(|_| !is_known) {
                has_text |=
                    report.take_if(|report| !report.is_of(top)).is_some_and(|report| report.end(self));
                report.get_or_insert_with(|| Collection::begin(self, name, top));
            }
            if let Some(report) = report.as_mut()
                && let Some(path) = report.path_below(&member.path).map(str::to_owned)
            {
                if let Err(error) = report.take_in(self, &path, &member, archive.contents(), (layers, budget))
                {
                    break Err(error);
                }
            } else if member.kind == Kind::File {
                let name = format!("{name}/{}", member.path);
                has_text |= self.read_stream(&name, false, Box::new(archive.contents()), layers, budget);
            }
        };
        has_text |= report.is_some_and(|report| report.end(self));
        (has_text, result)
    }

    /// Reads a log of a report, which may be compressed, but is no archive.
    pub(super) fn read_log<'r>(
        &mut self,
        name: &str,
        input: Box<dyn Read + 'r>,
        layers: u8,
        budget: &'r Budget,
        part: Part,
    ) -> bool {
        match unpack(input, layers, budget) {
            Ok(Content::Text(input)) => {
                let read = self.read_text(name, false, input);
                if read && part == Part::Tail {
                    self.diagnoser.note_cut_front();
                }
                read
            }
            Ok(Content::Journal(input)) => self.read_streamed_journal(name, input),
            Ok(Content::Archive(..)) => false,
            Err(error) => {
                self.fail(name, error);
                false
            }
        }
    }

    /// Reads a log of a report that is a file.
    pub(super) fn read_log_file(&mut self, path: &Path, part: Part) -> bool {
        let (source, budget) = (Source::Found(path.to_owned()), Budget::default());
        if let Some(journal) = source.open_journal() {
            return self.read_journal(&source.name(), journal);
        }
        match source.open() {
            Ok(input) => {
                let input = budget.source(self.progress.watch(input));
                self.read_log(&source.name(), input, 0, &budget, part)
            }
            Err(error) => {
                self.failures.push(error);
                false
            }
        }
    }

    /// Reads text; returns whether it was text.
    pub(super) fn read_text(&mut self, name: &str, is_named: bool, input: impl Read) -> bool {
        let input = Interruptible::new(input);
        let interruption = Rc::clone(&input.interruption);
        match self.interest {
            Some(interest) => {
                skimming(input, interest, |blocks| self.read_blocks(name, is_named, blocks, &interruption))
            }
            None => self.read_blocks(name, is_named, input, &interruption),
        }
    }

    fn read_blocks(
        &mut self,
        name: &str,
        is_named: bool,
        blocks: impl Blocks,
        interruption: &RefCell<Option<io::Error>>,
    ) -> bool {
        let mut reader = match self.form {
            Some(form) => Reader::with_form(blocks, form),
            None => Reader::new(blocks),
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
