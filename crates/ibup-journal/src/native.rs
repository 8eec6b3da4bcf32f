//! Journal files as journald writes them, read directly.
//!
//! A file is a header and objects: entries refer to the data they are made of (`_PID=1`), each kept once; a hash table
//! finds data by its value, and every data object lists the entries it is in. So the entries of a few speakers are found
//! without a look at the others.
//!
//! ```text
//! Header -> hash tables -> FIELD -> its DATA -> ENTRY_ARRAY ... -> offsets of entries -> ENTRY -> DATA -> Entry
//! ```
//!
//! A file is untrusted. Whatever refers to something refers to what was written after it, or before it, always in one
//! direction, and what does not is damage; so nothing goes round in circles. What is damaged or cut off is counted, and
//! what is whole is read.
//!
//! Source: <https://systemd.io/JOURNAL_FILE_FORMAT>, and systemd's `journal-file.c` and `journal-def.h`.

mod bytes;
mod entries;
mod hash;
mod header;
mod index;
mod object;
mod unpack;

use std::io;

pub use bytes::Bytes;
pub use entries::Entries;
pub use index::Share;

use bytes::Pages;
pub(crate) use header::SIGNATURE;
use header::{HEADER_MIN, Header};

/// Why a file cannot be read as a journal.
#[derive(Debug, thiserror::Error)]
pub enum NativeError {
    /// The bytes cannot be had.
    #[error("cannot read the journal")]
    Io(#[from] io::Error),
    /// It does not begin as journals do.
    #[error("no journal file")]
    NoJournal,
    /// It ends within its header.
    #[error("the journal file ends within its header")]
    HeaderCut,
    /// Its header makes no sense.
    #[error("the header of the journal file is damaged")]
    HeaderDamaged,
    /// Journald writes little-endian numbers on every machine, so nobody has seen such a file.
    #[error("the numbers of the journal file are big-endian, which no version of journald writes")]
    BigEndian,
    /// A later version wrote it in a way that cannot be read without knowing how.
    #[error("the journal file is of a later version (incompatible flags {0:#x})")]
    Unknown(u32),
}

/// Returns whether a file of journald's begins so.
pub fn is_journal(head: &[u8]) -> bool {
    head.starts_with(SIGNATURE)
}

/// A journal file.
#[derive(Debug)]
pub struct Journal<B> {
    pages: Pages<B>,
    header: Header,
    /// How many objects were referred to and are not there as they should be.
    lost: u64,
}

impl<B: Bytes> Journal<B> {
    /// Reads the header of a file.
    pub fn open(bytes: B) -> Result<Self, NativeError> {
        let mut pages = Pages::new(bytes)?;
        let head = pages.length().min(HEADER_MIN as u64);
        let header = Header::read(pages.get(0, head)?.unwrap_or_default())?;
        Ok(Self { pages, header, lost: 0 })
    }

    /// Returns whether the file ends before what its header says.
    pub fn is_cut(&self) -> bool {
        self.pages.length() < self.header.size.saturating_add(self.header.arena_size)
    }

    /// Returns whether something that was looked for was not there, or not whole.
    pub fn is_damaged(&self) -> bool {
        self.lost > 0
    }
}
