//! Reads entries one after the other, whatever form they are in.
//!
//! ```text
//! Lines -> a record's fields?  -> Record -+
//!      \-> clean -> recognize -> Parsed --+-> Entry
//!              \-> the rest of a message -+
//! ```

use std::borrow::Cow;
use std::io;

use crate::between::is_between;
use crate::binary::Binary;
use crate::clean::CleanLine;
use crate::entry::{Entry, Marker};
use crate::form::date::Years;
use crate::form::line::recognize;
use crate::form::monotonic::Monotonic;
use crate::form::parsed::{Clock, Parsed};
use crate::form::record::Record;
use crate::form::{Form, Forms, export, json, verbose};
use crate::inherited::Inherited;
use crate::lines::{Blocks, Lines};
use crate::stamp::Stamp;

/// Why a source cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The bytes cannot be had.
    #[error("cannot read the source")]
    Io(#[from] io::Error),
    /// The source is no text.
    #[error("not a text: looks like {0}")]
    Binary(Binary),
}

/// Reads the entries of one source.
#[derive(Debug)]
pub struct Reader<B> {
    lines: Lines<B>,
    told: Option<Form>,
    forms: Forms,
    cut: u64,
    is_begun: bool,
    monotonic: Monotonic,
    years: Years,
    /// The line between boots that was met before the next entry.
    marker: Option<Marker>,
    /// The current line, or the line of the record's message.
    clean: CleanLine,
    /// The text of an entry that is put together from fields.
    text: String,
    /// An object of many lines.
    object: Vec<u8>,
    record: Record,
    inherited: Inherited,
}

/// What kind of entry the current line is.
#[derive(Clone, Copy)]
enum Found {
    /// An entry with a stamp.
    Parsed(Parsed),
    /// Another line of the message above.
    Continuation,
    /// A line by itself.
    Bare,
    /// A line of the message of the record.
    Record,
}

impl<B: Blocks> Reader<B> {
    /// Reads a source, each line in the form it appears to be in.
    pub fn new(input: B) -> Self {
        Reader {
            lines: Lines::new(input),
            told: None,
            forms: Forms::default(),
            cut: 0,
            is_begun: false,
            monotonic: Monotonic::default(),
            years: Years::default(),
            marker: None,
            clean: CleanLine::default(),
            text: String::new(),
            object: Vec::new(),
            record: Record::default(),
            inherited: Inherited::default(),
        }
    }

    /// Reads a source in the given form. Lines that are not in it have a message and no stamp.
    pub fn with_form(input: B, form: Form) -> Self {
        Reader { told: Some(form), ..Self::new(input) }
    }

    /// Returns the next entry, or `None` at the end of the source.
    ///
    /// A message of several lines gives an entry a line.
    pub fn next_entry(&mut self) -> Result<Option<Entry<'_>>, ReadError> {
        if !self.is_begun {
            self.begin()?;
        }
        let Some(found) = self.find()? else {
            return Ok(None);
        };
        Ok(Some(self.entry(found)))
    }

    /// Returns the forms met so far.
    pub fn forms(&self) -> Forms {
        self.forms
    }

    /// Returns how many entries lost a part because they were too long.
    pub fn cut(&self) -> u64 {
        self.cut
    }

    /// Looks at the beginning of the source.
    fn begin(&mut self) -> Result<(), ReadError> {
        let head = self.lines.following(Binary::HEAD)?;
        if let Some(binary) = Binary::of(head) {
            return Err(ReadError::Binary(binary));
        }
        let mark = "\u{feff}".as_bytes();
        if head.starts_with(mark) {
            self.lines.pass(mark.len());
        }
        self.is_begun = true;
        Ok(())
    }

    /// Goes to the next line that is an entry.
    fn find(&mut self) -> io::Result<Option<Found>> {
        loop {
            if self.record.next_line(&mut self.clean.text) {
                return Ok(Some(Found::Record));
            }
            // A run follows a line of its own form.
            let may_pass = self.inherited.is_some() && self.told.is_none_or(Form::is_skimmed);
            let is_line = if may_pass { self.lines.advance_over_run() } else { self.lines.advance() }?;
            if !is_line {
                return Ok(None);
            }
            if self.read_record()? {
                self.end_record();
                continue;
            }
            self.clean.clean(&self.lines);
            let line = self.clean.line(&self.lines);
            let is_cat = self.told == Some(Form::Cat);
            if line.trim_start_matches(' ').is_empty() || !is_cat && is_between(line, &mut self.marker) {
                continue;
            }
            let found = match recognize(line, self.told, &mut self.monotonic) {
                Some(parsed) if parsed.form == Form::Verbose => {
                    self.read_verbose(parsed)?;
                    continue;
                }
                Some(parsed) => Found::Parsed(parsed),
                None if line.starts_with(' ') && self.inherited.is_some() => Found::Continuation,
                None => Found::Bare,
            };
            self.cut += u64::from(self.lines.is_cut());
            return Ok(Some(found));
        }
    }

    /// Reads the entry that begins with the current line if it is one of fields.
    fn read_record(&mut self) -> io::Result<bool> {
        let is_told = |form| self.told.is_none_or(|told| told == form);
        let line = self.lines.line();
        match line.first() {
            Some(b'{') if is_told(Form::Json) || is_told(Form::JsonPretty) => {
                if line.len() > 1 {
                    return Ok(json::read_line(&self.lines, &mut self.record));
                }
                json::read_lines(&mut self.lines, &mut self.record, &mut self.object)
            }
            Some(b'A'..=b'Z' | b'_') if is_told(Form::Export) => {
                let is_start = export::is_start(line) || self.told.is_some() && export::is_field(line);
                if is_start {
                    export::read(&mut self.lines, &mut self.record)?;
                }
                Ok(is_start)
            }
            _ => Ok(false),
        }
    }

    /// Reads the fields that follow the head of a verbose entry.
    fn read_verbose(&mut self, head: Parsed) -> io::Result<()> {
        self.record.begin(Form::Verbose, self.lines.number());
        let line = self.clean.line(&self.lines);
        verbose::read_cursor(line.get(head.speaker.message..).unwrap_or_default(), &mut self.record);
        let wall =
            if let Clock::Reading(reading) = head.clock { self.years.complete(&reading) } else { None };
        verbose::read(&mut self.lines, &mut self.record, wall)?;
        self.end_record();
        Ok(())
    }

    /// Counts the record that was read.
    fn end_record(&mut self) {
        if let Some(form) = self.record.form {
            self.forms.insert(form);
        }
        self.cut += u64::from(self.record.is_cut);
        self.inherited.forget();
    }

    /// Returns the entry that was found.
    fn entry(&mut self, found: Found) -> Entry<'_> {
        let marker = self.marker.take();
        match found {
            Found::Parsed(parsed) => Entry { marker, ..self.parsed(&parsed) },
            Found::Continuation => Entry { marker, ..self.continuation() },
            Found::Bare => Entry { marker, ..self.bare() },
            Found::Record => Entry { marker, ..self.recorded() },
        }
    }

    fn bare(&mut self) -> Entry<'_> {
        self.forms.insert(Form::Cat);
        self.inherited.forget();
        let line = self.clean.line(&self.lines);
        Entry {
            line: self.lines.number(),
            message: Cow::Borrowed(line),
            text: Cow::Borrowed(line),
            ..Entry::default()
        }
    }

    fn parsed(&mut self, parsed: &Parsed) -> Entry<'_> {
        self.forms.insert(parsed.form);
        let wall = match parsed.clock {
            Clock::None => None,
            Clock::Reading(reading) => self.years.complete(&reading),
            Clock::Wall(wall) => Some(wall),
        };
        let stamp = Stamp { wall, monotonic: parsed.monotonic };
        let line = self.clean.line(&self.lines);
        let speaker = parsed.speaker;
        let host = speaker.host.map(|host| host.of(line));
        let identifier = speaker.identifier.map(|identifier| identifier.of(line));
        let unit = parsed.unit.map(|unit| unit.of(line));
        self.inherited.keep(stamp, speaker.pid, parsed.indent);
        self.inherited.keep_names(host, identifier, unit);
        Entry {
            line: self.lines.number(),
            stamp,
            host: host.map(Cow::Borrowed),
            identifier: identifier.map(Cow::Borrowed),
            pid: speaker.pid,
            unit: unit.map(Cow::Borrowed),
            message: Cow::Borrowed(line.get(speaker.message..).unwrap_or_default()),
            text: Cow::Borrowed(line),
            passed: self.lines.passed(),
            ..Entry::default()
        }
    }

    fn continuation(&self) -> Entry<'_> {
        self.inherited.entry(self.lines.number(), self.clean.line(&self.lines))
    }

    fn recorded(&mut self) -> Entry<'_> {
        self.text.clear();
        self.record.write_speaker(&mut self.text);
        self.text.push_str(&self.clean.text);
        self.record.entry(&self.clean.text, &self.text)
    }
}
