//! Journal files of journald: bytes at an offset of a file.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use ibup_chain::recognize::is_known_speaker;
use ibup_journal::native::{Bytes, Share};

/// A file that is read piece by piece.
#[derive(Debug)]
pub(crate) struct Pieces(pub(crate) File);

impl Bytes for Pieces {
    fn length(&self) -> io::Result<u64> {
        Ok(self.0.metadata()?.len())
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read_at(buffer, offset)
    }
}

/// Returns how much is read of what a program or a unit says.
///
/// Of those nobody knows to speak of InfiniBand or the network, the opening in each boot shows what they had to do with
/// the boot, if anything.
pub(crate) fn share(name: &str) -> Share {
    if is_known_speaker(name) { Share::All } else { Share::Opening }
}
