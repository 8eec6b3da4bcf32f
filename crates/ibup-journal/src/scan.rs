//! A place in a line that moves forward, for reading stamps without copying.

/// A range of bytes within a line.
///
/// Parsers return ranges rather than strings, so that a line can be given up for the next one without a fight over
/// who borrows the buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Span {
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Span {
    /// Returns what the range holds of the line it was taken from.
    pub(crate) fn of(self, line: &str) -> &str {
        line.get(self.start..self.end).unwrap_or_default()
    }
}

/// A place in a line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scan<'a> {
    line: &'a [u8],
    at: usize,
}

impl<'a> Scan<'a> {
    pub(crate) fn new(line: &'a str, at: usize) -> Self {
        Scan { line: line.as_bytes(), at: at.min(line.len()) }
    }

    /// Returns where in the line this is.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// Returns the rest of the line.
    pub(crate) fn rest(&self) -> &'a [u8] {
        &self.line[self.at..]
    }

    /// Returns the next byte.
    pub(crate) fn peek(&self) -> Option<u8> {
        self.line.get(self.at).copied()
    }

    /// Passes over the given bytes, which must come next.
    pub(crate) fn expect(&mut self, bytes: &[u8]) -> Option<()> {
        self.rest().starts_with(bytes).then(|| self.at += bytes.len())
    }

    /// Passes over the given byte if it comes next.
    pub(crate) fn accept(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    /// Passes over blanks and returns how many there were.
    pub(crate) fn blanks(&mut self) -> usize {
        let count = self.rest().iter().take_while(|&&byte| byte == b' ').count();
        self.at += count;
        count
    }

    /// Reads a number of `least` to `most` digits; a longer run of digits is no such number.
    ///
    /// `most` is at most 18, so that the number fits.
    pub(crate) fn number(&mut self, least: usize, most: usize) -> Option<u64> {
        let mut value = 0;
        let mut count = 0;
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            if count == most {
                return None;
            }
            value = value * 10 + u64::from(digit - b'0');
            count += 1;
            self.at += 1;
        }
        (count >= least).then_some(value)
    }

    /// Reads a number of exactly `digits` digits that lies within the limits.
    pub(crate) fn field(&mut self, digits: usize, least: u8, most: u8) -> Option<u8> {
        let value = u8::try_from(self.number(digits, digits)?).ok()?;
        (least..=most).contains(&value).then_some(value)
    }

    /// Reads a fraction of a second of up to nine digits, in nanoseconds.
    pub(crate) fn nanoseconds(&mut self) -> Option<u32> {
        let start = self.at;
        let value = u32::try_from(self.number(1, 9)?).ok()?;
        Some((self.at - start..9).fold(value, |value, _| value * 10))
    }

    /// Reads up to the next blank or the end of the line.
    pub(crate) fn token(&mut self) -> &'a [u8] {
        let rest = self.rest();
        let length = memchr::memchr(b' ', rest).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }
}
