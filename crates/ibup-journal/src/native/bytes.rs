//! Bytes at an offset, and the pages of them that were read last.

use std::io;

/// A file, as far as a journal needs it: bytes at an offset.
///
/// Reading a piece at a time rather than mapping the file means that a journal that shrinks while it is read ends in a
/// short read and not in a signal.
pub trait Bytes {
    /// Returns how many bytes there are.
    fn length(&self) -> io::Result<u64>;

    /// Reads from the given offset as much as there is and the buffer takes, as `pread(2)`: 0 only at the end.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize>;
}

impl Bytes for &[u8] {
    fn length(&self) -> io::Result<u64> {
        Ok(self.len() as u64)
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let rest = usize::try_from(offset).ok().and_then(|offset| self.get(offset..)).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        Ok(count)
    }
}

/// How much is read at a time: an entry and what it is made of mostly lie close together.
const PAGE: usize = 16 << 10;

/// How many pages are kept, each in the place that its number leaves it.
const PLACES: usize = 64;

/// The bytes of a source, by pages.
#[derive(Debug)]
pub(super) struct Pages<B> {
    bytes: B,
    length: u64,
    places: Vec<Page>,
    /// What lies in more than one page.
    joined: Vec<u8>,
}

#[derive(Debug, Default)]
struct Page {
    /// Its number, counted from 1; 0 while there is none.
    number: u64,
    data: Vec<u8>,
}

impl<B: Bytes> Pages<B> {
    pub(super) fn new(bytes: B) -> io::Result<Self> {
        let length = bytes.length()?;
        let places = std::iter::repeat_with(Page::default).take(PLACES).collect();
        Ok(Self { bytes, length, places, joined: Vec::new() })
    }

    /// Returns how many bytes there were when the source was opened.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// Returns `size` bytes at the offset; `None` where the source has not as many.
    ///
    /// The caller bounds the size.
    pub(super) fn get(&mut self, offset: u64, size: u64) -> io::Result<Option<&[u8]>> {
        if offset.checked_add(size).is_none_or(|end| end > self.length) {
            return Ok(None);
        }
        let (size, within) = (index(size), index(offset % PAGE as u64));
        let number = offset / PAGE as u64 + 1;
        if within + size <= PAGE {
            let place = &mut self.places[index(number % PLACES as u64)];
            if place.number != number {
                place.number = 0;
                place.data.resize(PAGE, 0);
                let filled = fill(&self.bytes, offset - within as u64, &mut place.data)?;
                place.data.truncate(filled);
                place.number = number;
            }
            return Ok(place.data.get(within..within + size));
        }
        self.joined.resize(size, 0);
        let filled = fill(&self.bytes, offset, &mut self.joined)?;
        Ok((filled == size).then_some(&self.joined))
    }
}

/// Returns a number that is bounded by what memory holds.
pub(super) fn index(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// Reads until the buffer is full or the source ends.
fn fill(bytes: &impl Bytes, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match bytes.read_at(offset + filled as u64, &mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}
