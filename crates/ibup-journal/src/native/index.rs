//! Which entries are read: found by what they say of themselves, without a look at the others.

use std::io;

use super::object::Next;
use super::{Bytes, Journal};
use crate::entry::BootId;

/// How much of what a speaker says is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Share {
    /// The beginning in each boot: enough to see that it speaks there, and what it says while the machine boots.
    Opening,
    /// All.
    All,
}

/// So many entries are the opening of a speaker in a boot.
const OPENING: usize = 64;

/// The fields by which an entry tells who speaks, and for which unit. The kernel's devices need none: what is said of them
/// is the kernel's.
const SPEAKERS: [&[u8]; 3] = [b"SYSLOG_IDENTIFIER", b"_COMM", b"_SYSTEMD_UNIT"];

/// So many boots, or values of a field, are told apart; a file of more is read as a whole.
const VALUES_MAX: usize = 1 << 14;

/// Where in its field the id of a boot stands, and how many digits it has.
const ID_AT: u64 = "_BOOT_ID=".len() as u64;
const ID_LENGTH: u64 = 32;

/// The longest value that is looked at: of a name, that is all.
const VALUE_LENGTH_MAX: usize = 256;

/// The entries of a boot in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Span {
    /// The offsets of the first and the last.
    first: u64,
    last: u64,
    /// How many there are.
    entries: u64,
    id: BootId,
}

/// Entries that are worth reading.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Selection {
    /// Their offsets, in the order they were written.
    pub(super) offsets: Vec<u64>,
    /// How many others there are in each boot.
    pub(super) passed: Vec<(BootId, u64)>,
}

impl<B: Bytes> Journal<B> {
    /// Returns the offsets of all entries, in the order they were written.
    ///
    /// Where the file is cut or its lists are damaged, they are those that are whole.
    pub fn all(&mut self) -> io::Result<Vec<u64>> {
        if self.is_cut() {
            return self.scan();
        }
        let (before, mut last) = (self.lost, 0);
        let mut offsets = Vec::new();
        let mut is_sorted = true;
        self.each_entry_of_all(&mut |offset| {
            is_sorted = offset > last;
            last = offset;
            offsets.push(offset);
            if is_sorted { Next::From(0) } else { Next::None }
        })?;
        if self.lost > before || !is_sorted {
            self.lost += 1;
            return self.scan();
        }
        Ok(offsets)
    }

    /// Returns the entries of interest: of the kernel all, of others as the function says of their name
    /// (`SYSLOG_IDENTIFIER`, `_COMM`, `_SYSTEMD_UNIT`), and the first and the last of every boot.
    ///
    /// Where the lists of the file do not lead there, all entries are returned.
    pub(super) fn select(&mut self, share: impl Fn(&str) -> Share) -> io::Result<Selection> {
        let before = self.lost;
        let selected = if self.is_cut() { None } else { self.selected(&share)? };
        match selected {
            Some(selected) if self.lost == before => Ok(selected),
            _ => Ok(Selection { offsets: self.all()?, passed: Vec::new() }),
        }
    }

    fn selected(&mut self, share: &impl Fn(&str) -> Share) -> io::Result<Option<Selection>> {
        let Some(boots) = self.boots()? else { return Ok(None) };
        let mut selected: Vec<u64> = boots.iter().flat_map(|boot| [boot.first, boot.last]).collect();
        // An honest file lists an entry once for each of these fields.
        let mut room = (self.pages.length() / 64).saturating_mul(4);
        if let Some(kernel) = self.find_data(b"_TRANSPORT=kernel")? {
            self.each_entry_of(kernel, &mut |offset| {
                room = room.saturating_sub(1);
                selected.push(offset);
                if room > 0 { Next::From(0) } else { Next::None }
            })?;
        }
        let mut value = Vec::new();
        let mut values = 0;
        for field in SPEAKERS {
            self.each_data(field, VALUES_MAX, |journal, at, data| {
                values += 1;
                let head = journal.data_head();
                let size = (data.object.size - head).min((field.len() + 1 + VALUE_LENGTH_MAX) as u64);
                value.clear();
                value.extend_from_slice(journal.pages.get(at + head, size)?.unwrap_or_default());
                let name = value.get(field.len() + 1..).unwrap_or_default();
                let mut opening = Opening { boots: &boots, boot: 0, count: 0 };
                let is_all = share(&String::from_utf8_lossy(name)) == Share::All;
                journal.each_entry_of(data, &mut |offset| {
                    room = room.saturating_sub(1);
                    let next = if is_all { Next::From(0) } else { opening.next(offset) };
                    if next == Next::From(0) {
                        selected.push(offset);
                    }
                    if room > 0 { next } else { Next::None }
                })
            })?;
        }
        if room == 0 || values >= VALUES_MAX {
            return Ok(None);
        }
        selected.sort_unstable();
        selected.dedup();
        let passed = boots.iter().map(|boot| {
            let count = |end: u64| selected.partition_point(|offset| *offset < end);
            let read = count(boot.last + 1) - count(boot.first);
            (boot.id, boot.entries.saturating_sub(read as u64))
        });
        let passed = passed.collect();
        Ok(Some(Selection { offsets: selected, passed }))
    }

    /// Returns where the boots of the file begin and end, in their order; `None` where they are not one after the other,
    /// as those of several hosts.
    fn boots(&mut self) -> io::Result<Option<Vec<Span>>> {
        let mut boots = Vec::new();
        self.each_data(b"_BOOT_ID", VALUES_MAX, |journal, at, data| {
            let Some((first, last)) = journal.ends(data)? else { return Ok(()) };
            let id = journal.pages.get(at + journal.data_head() + ID_AT, ID_LENGTH)?;
            let id = id.and_then(|id| str::from_utf8(id).ok()).and_then(|id| id.parse().ok());
            match id {
                Some(id) => boots.push(Span { first, last, entries: data.entries, id }),
                None => journal.lost += 1,
            }
            Ok(())
        })?;
        boots.sort_unstable();
        let is_one_by_one = boots.windows(2).all(|pair| pair[0].last < pair[1].first);
        Ok(Some(boots).filter(|boots| is_one_by_one && !boots.is_empty() && boots.len() < VALUES_MAX))
    }
}

/// The opening of a speaker in each boot.
struct Opening<'a> {
    boots: &'a [Span],
    boot: usize,
    count: usize,
}

impl Opening<'_> {
    /// Returns what is wanted after an entry of the speaker: the next one, if this one is of its opening, and else the first
    /// in the next boot.
    fn next(&mut self, offset: u64) -> Next {
        while self.boots.get(self.boot).is_some_and(|boot| offset > boot.last) {
            (self.boot, self.count) = (self.boot + 1, 0);
        }
        self.count += 1;
        if self.count <= OPENING {
            return Next::From(0);
        }
        self.boots.get(self.boot + 1).map_or(Next::None, |boot| Next::From(boot.first))
    }
}
