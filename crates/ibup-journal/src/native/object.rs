//! The objects of a file, and the lists that hold them together.
//!
//! A function that returns `None` has counted the loss.

use std::io;

use super::bytes::index;
use super::header::{u32_at, u64_at};
use super::{Bytes, Journal};

/// The kinds of objects (`ObjectType`).
pub(super) const DATA: u8 = 1;
pub(super) const FIELD: u8 = 2;
pub(super) const ENTRY: u8 = 3;
pub(super) const ENTRY_ARRAY: u8 = 6;
const KIND_LAST: u8 = 7;

/// The head of every object: kind, flags, size.
const HEAD: u64 = 16;

/// The fixed part of an array of entries.
const ARRAY_HEAD: u64 = 24;

/// The fixed part of an entry.
pub(super) const ENTRY_HEAD: u64 = 64;

/// How many bytes of an array are looked at a time.
const ARRAY_PIECE: u64 = 8 << 10;

/// Which entry of a list is wanted after one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// The next that does not lie before this offset; whichever is next for 0.
    From(u64),
    /// No more.
    None,
}

/// The head of an object.
#[derive(Debug, Clone, Copy)]
pub(super) struct Object {
    pub(super) kind: u8,
    pub(super) flags: u8,
    pub(super) size: u64,
}

/// What a data object says besides its value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Data {
    pub(super) object: Object,
    pub(super) hash: u64,
    next_hash: u64,
    next_field: u64,
    entry: u64,
    entry_array: u64,
    pub(super) entries: u64,
}

impl<B: Bytes> Journal<B> {
    /// Counts a loss.
    pub(super) fn lose<T>(&mut self) -> Option<T> {
        self.lost += 1;
        None
    }

    /// Returns the head of the object at the offset if it lies wholly in the file; counts no loss.
    pub(super) fn peek(&mut self, offset: u64) -> io::Result<Option<Object>> {
        if !offset.is_multiple_of(8) || offset < self.header.size {
            return Ok(None);
        }
        let length = self.pages.length();
        let Some(bytes) = self.pages.get(offset, HEAD)? else { return Ok(None) };
        let object = Object { kind: bytes[0], flags: bytes[1], size: u64_at(bytes, 8) };
        let is_whole = object.size >= HEAD && object.size <= length - offset;
        Ok(Some(object).filter(|_| is_whole && (1..=KIND_LAST).contains(&object.kind)))
    }

    /// Returns the head of an object that must be of the given kind and size.
    pub(super) fn object(&mut self, offset: u64, kind: u8, least: u64) -> io::Result<Option<Object>> {
        match self.peek(offset)? {
            Some(object) if object.kind == kind && object.size >= least => Ok(Some(object)),
            _ => Ok(self.lose()),
        }
    }

    /// Returns how long the fixed part of a data object is.
    pub(super) fn data_head(&self) -> u64 {
        if self.header.is_compact { 72 } else { 64 }
    }

    /// Reads the fixed part of a data object.
    pub(super) fn data(&mut self, offset: u64) -> io::Result<Option<Data>> {
        let head = self.data_head();
        let Some(object) = self.object(offset, DATA, head)? else { return Ok(None) };
        let Some(bytes) = self.pages.get(offset, 64)? else { return Ok(self.lose()) };
        Ok(Some(Data {
            object,
            hash: u64_at(bytes, 16),
            next_hash: u64_at(bytes, 24),
            next_field: u64_at(bytes, 32),
            entry: u64_at(bytes, 40),
            entry_array: u64_at(bytes, 48),
            entries: u64_at(bytes, 56),
        }))
    }

    /// Returns the first object in the chain of a hash table.
    fn chain(&mut self, (table, size): (u64, u64), hash: u64) -> io::Result<u64> {
        let Some(items) = Some(size / 16).filter(|items| *items > 0) else { return Ok(0) };
        let at = table.checked_add(hash % items * 16);
        let item = at.map_or(Ok(None), |at| self.pages.get(at, 16))?.map(|item| u64_at(item, 0));
        Ok(item.or_else(|| self.lose()).unwrap_or(0))
    }

    /// Finds the data object of a value (`_TRANSPORT=kernel`), which must be too short to be compressed.
    pub(super) fn find_data(&mut self, value: &[u8]) -> io::Result<Option<Data>> {
        let hash = self.header.hash.of(value);
        let mut at = self.chain(self.header.data_table, hash)?;
        while at != 0 {
            let Some(data) = self.data(at)? else { break };
            let head = self.data_head();
            let is_it = data.hash == hash && data.object.size == head + value.len() as u64;
            if is_it && self.pages.get(at + head, value.len() as u64)? == Some(value) {
                return Ok(Some(data));
            }
            // Chains grow at their end.
            at = if data.next_hash == 0 || data.next_hash > at {
                data.next_hash
            } else {
                self.lose().unwrap_or(0)
            };
        }
        Ok(None)
    }

    /// Calls the function with each data object of a field, the last written first, and its offset; a limit bounds how
    /// many.
    pub(super) fn each_data(
        &mut self,
        field: &[u8],
        limit: usize,
        mut visit: impl FnMut(&mut Self, u64, Data) -> io::Result<()>,
    ) -> io::Result<()> {
        const FIELD_HEAD: u64 = 40;
        let hash = self.header.hash.of(field);
        let mut at = self.chain(self.header.field_table, hash)?;
        let mut next = 0;
        while at != 0 {
            let Some(object) = self.object(at, FIELD, FIELD_HEAD)? else { break };
            let Some(bytes) = self.pages.get(at, 40)? else { break };
            let (next_hash, head_data) = (u64_at(bytes, 24), u64_at(bytes, 32));
            let is_long = object.size == FIELD_HEAD + field.len() as u64;
            if is_long && self.pages.get(at + FIELD_HEAD, field.len() as u64)? == Some(field) {
                next = head_data;
                break;
            }
            at = if next_hash == 0 || next_hash > at { next_hash } else { self.lose().unwrap_or(0) };
        }
        for _ in 0..limit {
            if next == 0 {
                return Ok(());
            }
            let Some(data) = self.data(next)? else { return Ok(()) };
            visit(self, next, data)?;
            // A new value is put before the others.
            if data.next_field >= next {
                self.lose::<()>();
                return Ok(());
            }
            next = data.next_field;
        }
        Ok(())
    }

    /// Calls the function with the offset of each entry a data object is in, in the order they were written, as far as it
    /// asks for more.
    pub(super) fn each_entry_of(
        &mut self,
        data: Data,
        visit: &mut impl FnMut(u64) -> Next,
    ) -> io::Result<()> {
        if data.entries == 0 {
            return Ok(());
        }
        // The first is kept in the object itself.
        let next = if data.entry == 0 { Next::From(0) } else { visit(data.entry) };
        self.each_entry(data.entry_array, data.entries - 1, next, visit)
    }

    /// Calls the function with the offset of each entry of all, as far as it asks for more.
    pub(super) fn each_entry_of_all(&mut self, visit: &mut impl FnMut(u64) -> Next) -> io::Result<()> {
        self.each_entry(self.header.entry_array, u64::MAX, Next::From(0), visit)
    }

    /// Walks a chain of arrays; at most `count` items count, the rest is room.
    fn each_entry(
        &mut self,
        mut array: u64,
        mut count: u64,
        mut next: Next,
        visit: &mut impl FnMut(u64) -> Next,
    ) -> io::Result<()> {
        let item = self.header.array_item();
        while array != 0 && count > 0 {
            let Some((object, behind)) = self.array(array)? else { return Ok(()) };
            let items = ((object.size - ARRAY_HEAD) / item).min(count);
            let start = array + ARRAY_HEAD;
            let end = start + items * item;
            let mut at = start;
            while at < end {
                let Next::From(least) = next else { return Ok(()) };
                if least > 0 {
                    at = self.seek(at, end, least)?;
                    next = Next::From(0);
                    continue;
                }
                let size = (end - at).min(ARRAY_PIECE);
                let Some(bytes) = self.pages.get(at, size)? else {
                    self.lose::<()>();
                    return Ok(());
                };
                for bytes in bytes.chunks_exact(index(item)) {
                    let offset = offset_in(bytes);
                    // What was not written yet is zero.
                    next = if offset == 0 { Next::None } else { visit(offset) };
                    at += item;
                    if !matches!(next, Next::From(0)) {
                        break;
                    }
                }
            }
            count -= items;
            array = behind;
        }
        Ok(())
    }

    /// Returns where the first item lies, of those between, that is at least so much; the end if none is.
    ///
    /// Items are looked at by halves, since entries are listed in the order they were written.
    fn seek(&mut self, at: u64, end: u64, least: u64) -> io::Result<u64> {
        let item = self.header.array_item();
        let is_before = |journal: &mut Self, at: u64| -> io::Result<bool> {
            let Some(bytes) = journal.pages.get(at, item)? else { return Ok(false) };
            let offset = offset_in(bytes);
            Ok(offset != 0 && offset < least)
        };
        // Mostly all of an array is passed over, or nothing.
        if at == end || is_before(self, end - item)? {
            return Ok(end);
        }
        let (mut low, mut high) = (0, (end - at) / item);
        while low < high {
            let middle = low + (high - low) / 2;
            if is_before(self, at + middle * item)? {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(at + low * item)
    }

    /// Reads the head of an array, and where the next one lies: behind this one.
    fn array(&mut self, at: u64) -> io::Result<Option<(Object, u64)>> {
        let Some(object) = self.object(at, ENTRY_ARRAY, ARRAY_HEAD)? else { return Ok(None) };
        let next = self.pages.get(at, 24)?.map_or(0, |bytes| u64_at(bytes, 16));
        if next != 0 && next < at + object.size {
            return Ok(self.lose());
        }
        Ok(Some((object, next)))
    }

    /// Returns the offsets of the first and the last entry a data object is in, without the ones between.
    pub(super) fn ends(&mut self, data: Data) -> io::Result<Option<(u64, u64)>> {
        if data.entries == 0 || data.entry == 0 {
            return Ok(None);
        }
        let item = self.header.array_item();
        let (mut array, mut count) = (data.entry_array, data.entries - 1);
        while array != 0 && count > 0 {
            let Some((object, next)) = self.array(array)? else { return Ok(None) };
            let items = (object.size - ARRAY_HEAD) / item;
            if count > items {
                (array, count) = (next, count - items);
                continue;
            }
            let at = array + ARRAY_HEAD + (count - 1) * item;
            let Some(bytes) = self.pages.get(at, item)? else { return Ok(self.lose()) };
            let last = offset_in(bytes);
            return Ok(if last > data.entry { Some((data.entry, last)) } else { self.lose() });
        }
        // An array that ends too early has lost the end.
        Ok(if count == 0 { Some((data.entry, data.entry)) } else { self.lose() })
    }

    /// Returns the offsets of all entries that lie whole in the file, one object after the other, whatever the lists
    /// say. Where an object makes no sense nobody knows where the next begins; there it ends.
    pub(super) fn scan(&mut self) -> io::Result<Vec<u64>> {
        let mut entries = Vec::new();
        let mut at = self.header.size.next_multiple_of(8);
        while let Some(object) = self.peek(at)? {
            if object.kind == ENTRY && object.size >= ENTRY_HEAD {
                entries.push(at);
            }
            at += object.size.next_multiple_of(8);
        }
        Ok(entries)
    }
}

/// Reads the offset in an item, which is of four bytes in compact files.
pub(super) fn offset_in(item: &[u8]) -> u64 {
    if item.len() == 4 { u64::from(u32_at(item, 0)) } else { u64_at(item, 0) }
}
