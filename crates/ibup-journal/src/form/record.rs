//! An entry that is written as fields (`MESSAGE=`, `_HOSTNAME=`): what the verbose, JSON and export forms share.
//!
//! The fields are those of systemd.journal-fields(7). All that is kept of them is bounded, and the buffers are used
//! again for the next entry.

use std::borrow::Cow;
use std::str::FromStr;
use std::time::Duration;

use crate::clean::clean_into;
use crate::entry::{BootId, Entry};
use crate::form::Form;
use crate::form::short::utc;
use crate::lines::LINE_MAX;
use crate::stamp::{Stamp, Wall};

/// The longest name of a host, program or unit that is kept (`NAME_MAX`, and units' own limit).
const NAME_MAX: usize = 255;

/// A field that is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    Message,
    Hostname,
    BootId,
    Transport,
    Identifier,
    Command,
    Process,
    ClaimedProcess,
    OwnUnit,
    AboutUnit,
    Realtime,
    Monotonic,
    SourceMonotonic,
}

impl Field {
    /// Returns the field of the given name; all others are passed over.
    pub(crate) fn named(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"MESSAGE" => Field::Message,
            b"_HOSTNAME" => Field::Hostname,
            b"_BOOT_ID" => Field::BootId,
            b"_TRANSPORT" => Field::Transport,
            b"SYSLOG_IDENTIFIER" => Field::Identifier,
            b"_COMM" => Field::Command,
            b"_PID" => Field::Process,
            b"SYSLOG_PID" => Field::ClaimedProcess,
            b"_SYSTEMD_UNIT" => Field::OwnUnit,
            b"UNIT" => Field::AboutUnit,
            b"__REALTIME_TIMESTAMP" => Field::Realtime,
            b"__MONOTONIC_TIMESTAMP" => Field::Monotonic,
            b"_SOURCE_MONOTONIC_TIMESTAMP" => Field::SourceMonotonic,
            _ => return None,
        })
    }
}

/// The fields of an entry.
#[derive(Debug, Default)]
pub(crate) struct Record {
    /// The form it was written in.
    pub(crate) form: Option<Form>,
    /// The line at which it begins.
    pub(crate) line: u64,
    /// Whether a part of it was dropped for its length.
    pub(crate) is_cut: bool,
    /// The wall clock, where the form shows it in the writer's zone.
    pub(crate) wall: Option<Wall>,
    /// How many fields were kept.
    fields: usize,
    message: Vec<u8>,
    has_message: bool,
    /// Where in the message the line begins that is next.
    next: usize,
    hostname: String,
    boot_id: Option<BootId>,
    is_of_kernel: bool,
    identifier: String,
    command: String,
    process: Option<u32>,
    claimed_process: Option<u32>,
    own_unit: String,
    about_unit: String,
    realtime: Option<u64>,
    monotonic: Option<u64>,
    source_monotonic: Option<u64>,
}

impl Record {
    /// Starts another entry.
    pub(crate) fn begin(&mut self, form: Form, line: u64) {
        let Record {
            mut message,
            mut hostname,
            mut identifier,
            mut command,
            mut own_unit,
            mut about_unit,
            ..
        } = std::mem::take(self);
        message.clear();
        for name in [&mut hostname, &mut identifier, &mut command, &mut own_unit, &mut about_unit] {
            name.clear();
        }
        *self = Record {
            form: Some(form),
            line,
            message,
            hostname,
            identifier,
            command,
            own_unit,
            about_unit,
            ..Record::default()
        };
    }

    /// Keeps the value of a field. Of a field that is given twice the last value counts, as in journalctl.
    pub(crate) fn set(&mut self, field: Field, value: &[u8]) {
        self.fields += 1;
        match field {
            Field::Message => {
                self.message.clear();
                self.has_message = true;
                self.extend_message(value);
            }
            Field::Hostname => set_name(&mut self.hostname, value),
            Field::BootId => self.boot_id = parsed(value),
            Field::Transport => self.is_of_kernel = value == b"kernel",
            Field::Identifier => set_name(&mut self.identifier, value),
            Field::Command => set_name(&mut self.command, value),
            Field::Process => self.process = parsed(value),
            Field::ClaimedProcess => self.claimed_process = parsed(value),
            Field::OwnUnit => set_name(&mut self.own_unit, value),
            Field::AboutUnit => set_name(&mut self.about_unit, value),
            Field::Realtime => self.realtime = parsed(value),
            Field::Monotonic => self.monotonic = parsed(value),
            Field::SourceMonotonic => self.source_monotonic = parsed(value),
        }
    }

    /// Keeps what a journal file tells of an entry outside its fields. Times are in microseconds.
    pub(crate) fn set_head(&mut self, realtime: u64, monotonic: u64, boot_id: BootId) {
        (self.realtime, self.monotonic, self.boot_id) = (Some(realtime), Some(monotonic), Some(boot_id));
    }

    /// Adds to the message.
    pub(crate) fn extend_message(&mut self, value: &[u8]) {
        let room = LINE_MAX.saturating_sub(self.message.len());
        self.is_cut |= value.len() > room;
        self.message.extend_from_slice(&value[..value.len().min(room)]);
    }

    /// Tells whether any field of a journal was there.
    pub(crate) fn is_entry(&self) -> bool {
        self.fields > 0
    }

    /// Forgets the entry.
    pub(crate) fn discard(&mut self) {
        self.has_message = false;
    }

    /// Writes the next line of the message, made clean; returns false after the last.
    ///
    /// Empty lines are passed over, except that an empty message is one empty line.
    pub(crate) fn next_line(&mut self, out: &mut String) -> bool {
        while self.has_message {
            let rest = self.message.get(self.next..).unwrap_or_default();
            let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            let is_only = self.next == 0 && length == rest.len();
            self.has_message = length < rest.len();
            let mut line = &rest[..length];
            while let [before @ .., b'\r'] = line {
                line = before;
            }
            out.clear();
            clean_into(line, out);
            self.next += length + 1;
            if is_only || !out.trim_start_matches(' ').is_empty() {
                return true;
            }
        }
        false
    }

    /// Writes who speaks, as the short forms do.
    pub(crate) fn write_speaker(&self, out: &mut String) {
        for part in some(&self.hostname).map(|host| [host, " "]).into_iter().flatten() {
            out.push_str(part);
        }
        if let Some(identifier) = self.identifier() {
            out.push_str(identifier);
            if let Some(pid) = self.pid() {
                out.push('[');
                out.push_str(&pid.to_string());
                out.push(']');
            }
            out.push_str(": ");
        }
    }

    /// Returns the entry with the given line of its message.
    pub(crate) fn entry<'a>(&'a self, message: &'a str, text: &'a str) -> Entry<'a> {
        Entry {
            line: self.line,
            stamp: self.stamp(),
            host: some(&self.hostname).map(Cow::Borrowed),
            boot_id: self.boot_id,
            identifier: self.identifier().map(Cow::Borrowed),
            pid: self.pid(),
            unit: self.unit().map(Cow::Borrowed),
            message: Cow::Borrowed(message),
            text: Cow::Borrowed(text),
            marker: None,
            passed: None,
        }
    }

    /// Returns when the entry was written. What the kernel says it has said before journald heard it.
    fn stamp(&self) -> Stamp {
        let realtime = || {
            let microseconds = self.realtime?;
            let seconds = i64::try_from(microseconds / 1_000_000).ok()?;
            utc(seconds, u32::try_from(microseconds % 1_000_000).ok()? * 1000)
        };
        let source = self.source_monotonic.filter(|_| self.is_of_kernel);
        let monotonic = source.or(self.monotonic).map(Duration::from_micros);
        Stamp { wall: self.wall.or_else(realtime), monotonic }
    }

    /// Returns the time of the entry in microseconds after 1970.
    pub(crate) fn realtime(&self) -> Option<u64> {
        self.realtime
    }

    fn identifier(&self) -> Option<&str> {
        let unnamed = if self.is_of_kernel { "kernel" } else { &self.command };
        some(&self.identifier).or_else(|| some(unnamed))
    }

    /// Returns the process that spoke, as journald saw it or else as it said itself.
    fn pid(&self) -> Option<u32> {
        self.process.or(self.claimed_process)
    }

    /// Returns the unit the entry is about, if systemd says it, or else that of the process.
    fn unit(&self) -> Option<&str> {
        let is_manager = self.identifier() == Some("systemd") || self.command == "systemd";
        some(&self.about_unit).filter(|_| is_manager).or_else(|| some(&self.own_unit))
    }
}

fn set_name(name: &mut String, value: &[u8]) {
    name.clear();
    clean_into(&value[..value.len().min(NAME_MAX)], name);
}

fn parsed<T: FromStr>(value: &[u8]) -> Option<T> {
    std::str::from_utf8(value).ok()?.parse().ok()
}

fn some(name: &str) -> Option<&str> {
    (!name.is_empty()).then_some(name)
}
