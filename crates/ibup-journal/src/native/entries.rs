//! From offsets of entries to entries.

use std::io;

use super::bytes::index;
use super::header::u64_at;
use super::index::Selection;
use super::object::{ENTRY, ENTRY_HEAD, offset_in};
use super::unpack::Packing;
use super::{Bytes, Journal, Share};
use crate::entry::{BootId, Entry};
use crate::form::Form;
use crate::form::record::{Field, Record};
use crate::lines::LINE_MAX;

/// So many fields an entry has at most (`ENTRY_FIELD_COUNT_MAX` of systemd).
const FIELDS_MAX: u64 = 1024;

/// The longest name of a field, and the equals sign after it.
const NAME_MAX: usize = 65;

/// What is looked at of a value at first: most end there.
const GLANCE: u64 = 192;

/// The most of a compressed value that is looked at.
const PACKED_MAX: u64 = 128 << 10;

/// The longest value that is remembered: names and numbers are said over and over, messages rarely.
const KNOWN_LENGTH_MAX: usize = 128;

/// How many data objects are remembered at most, each in the place that its offset leaves it: so nobody can make looking one
/// up take long.
const KNOWN_MAX: usize = 1 << 13;

/// What is known of a data object.
#[derive(Debug, Clone, Default)]
struct Known {
    /// Where it lies; 0 while nothing is known.
    offset: u64,
    /// Its value, where the field is kept.
    value: Option<(Field, Box<[u8]>)>,
}

/// Reads the entries of a journal.
#[derive(Debug)]
pub struct Entries<B> {
    journal: Journal<B>,
    offsets: std::vec::IntoIter<u64>,
    passed: Vec<(BootId, u64)>,
    /// The data objects that many entries share.
    known: Vec<Known>,
    record: Record,
    items: Vec<u64>,
    message: String,
    text: String,
    cut: u64,
}

impl<B: Bytes> Entries<B> {
    /// Reads all entries.
    pub fn all(mut journal: Journal<B>) -> io::Result<Self> {
        let offsets = journal.all()?;
        Ok(Self::new(journal, Selection { offsets, passed: Vec::new() }))
    }

    /// Reads the entries of interest: of the kernel all, of others as the function says of their name (`SYSLOG_IDENTIFIER`,
    /// `_COMM`, `_SYSTEMD_UNIT`), and the first and the last of every boot.
    ///
    /// Where the lists of the file do not lead there, all entries are read.
    pub fn selected(mut journal: Journal<B>, share: impl Fn(&str) -> Share) -> io::Result<Self> {
        let selection = journal.select(share)?;
        Ok(Self::new(journal, selection))
    }

    fn new(journal: Journal<B>, selection: Selection) -> Self {
        Self {
            journal,
            offsets: selection.offsets.into_iter(),
            passed: selection.passed,
            known: vec![Known::default(); KNOWN_MAX],
            record: Record::default(),
            items: Vec::new(),
            message: String::new(),
            text: String::new(),
            cut: 0,
        }
    }

    /// Returns the next entry, or `None` after the last.
    ///
    /// A message of several lines gives an entry a line. An entry's line is the number that journald gave it.
    pub fn next_entry(&mut self) -> io::Result<Option<Entry<'_>>> {
        while !self.record.next_line(&mut self.message) {
            let Some(offset) = self.offsets.next() else { return Ok(None) };
            if !self.read(offset)? {
                self.record.discard();
            }
            self.cut += u64::from(self.record.is_cut);
        }
        self.text.clear();
        self.record.write_speaker(&mut self.text);
        self.text.push_str(&self.message);
        Ok(Some(self.record.entry(&self.message, &self.text)))
    }

    /// Returns how many entries of each boot are not read, since they are of no interest.
    pub fn passed(&self) -> &[(BootId, u64)] {
        &self.passed
    }

    /// Returns how many entries lost a part because they were too long.
    pub fn cut(&self) -> u64 {
        self.cut
    }

    /// Returns whether entries are missing: the file is cut, or damaged where it was looked at.
    pub fn is_incomplete(&self) -> bool {
        self.journal.is_cut() || self.journal.is_damaged()
    }

    /// Reads an entry into the record; returns whether it is one.
    fn read(&mut self, offset: u64) -> io::Result<bool> {
        let journal = &mut self.journal;
        let Some(object) = journal.object(offset, ENTRY, ENTRY_HEAD)? else { return Ok(false) };
        let Some(head) = journal.pages.get(offset, ENTRY_HEAD)? else { return Ok(false) };
        self.record.begin(Form::Export, u64_at(head, 16));
        let boot_id = u128::from_be_bytes(head[40..56].try_into().unwrap_or_default());
        self.record.set_head(u64_at(head, 24), u64_at(head, 32), BootId(boot_id));
        // Beside each offset, files that are not compact keep the hash.
        let item = if journal.header.is_compact { 4 } else { 16 };
        let count = ((object.size - ENTRY_HEAD) / item).min(FIELDS_MAX);
        let bytes = journal.pages.get(offset + ENTRY_HEAD, count * item)?;
        let of_entry = |item: &[u8]| offset_in(item.get(..8).unwrap_or(item));
        self.items.clear();
        self.items.extend(bytes.unwrap_or_default().chunks_exact(index(item)).map(of_entry));
        for at in 0..self.items.len() {
            self.read_data(self.items[at])?;
        }
        Ok(true)
    }

    /// Puts a value into the record, if it is of a field that is kept.
    fn read_data(&mut self, offset: u64) -> io::Result<()> {
        let place = index(offset / 8) % KNOWN_MAX;
        if self.known[place].offset == offset {
            if let Some((field, value)) = &self.known[place].value {
                self.record.set(*field, value);
            }
            return Ok(());
        }
        let journal = &mut self.journal;
        let Some(data) = journal.data(offset)? else { return Ok(()) };
        let at = offset + journal.data_head();
        let size = data.object.size - journal.data_head();
        let unpacked;
        let (value, is_whole) = match Packing::of(data.object.flags) {
            Ok(None) => {
                let glance = size.min(GLANCE);
                let Some(bytes) = journal.pages.get(at, glance)? else { return Ok(()) };
                let is_kept = name_of(bytes).is_some_and(|name| Field::named(name).is_some());
                let keep = size.min((NAME_MAX + LINE_MAX) as u64);
                if is_kept && keep > glance {
                    (journal.pages.get(at, keep)?.unwrap_or_default(), keep == size)
                } else {
                    // The borrow of a glance must end before more is read, so it is taken again.
                    (journal.pages.get(at, glance)?.unwrap_or_default(), true)
                }
            }
            Ok(Some(packing)) => {
                let Some(bytes) = journal.pages.get(at, size.min(PACKED_MAX))? else {
                    return Ok(());
                };
                // Enough to see that a value is longer than what is kept.
                unpacked = packing.unpack(bytes, NAME_MAX + LINE_MAX + 1);
                if unpacked.is_empty() {
                    journal.lose::<()>();
                }
                (&unpacked[..], true)
            }
            Err(_) => {
                journal.lose::<()>();
                return Ok(());
            }
        };
        let name = name_of(value);
        let field = name.and_then(Field::named);
        let value = name.map_or(&[][..], |name| &value[name.len() + 1..]);
        if let Some(field) = field {
            self.record.set(field, value);
            self.record.is_cut |= !is_whole;
        }
        if field.is_none() || value.len() <= KNOWN_LENGTH_MAX {
            self.known[place] = Known { offset, value: field.map(|field| (field, value.into())) };
        }
        Ok(())
    }
}

/// Returns the name of the field that the value begins with.
fn name_of(value: &[u8]) -> Option<&[u8]> {
    let at = memchr::memchr(b'=', &value[..value.len().min(NAME_MAX)])?;
    Some(&value[..at])
}
