//! In place of `compression`, in a program built without it: nothing is known to be compressed, so that the reader of the
//! text says what it sees instead, and by what to unpack it.

use std::io::Read;

/// A form of compression: there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compression {}

impl Compression {
    pub(crate) fn of(_: &[u8]) -> Option<Self> {
        None
    }

    pub(crate) fn decoder<'r>(self, _: impl Read + 'r) -> Box<dyn Read + 'r> {
        match self {}
    }
}
