//! Compressed sources: known by their first bytes, whatever they are called, and unpacked as they are read.
//!
//! A stream may hold several members one after the other, as `cat a.gz b.gz` and logrotate leave them. A member that
//! ends too early gives what it holds, and then an error. What a decoder may take of memory is bounded by what the
//! formats' own tools take at their highest level, not by what a header claims.

use std::cell::RefCell;
use std::io::{self, Read};
use std::rc::Rc;

mod zstd;

/// The most memory a decoder may ask for, in bytes: `xz -9` and `zstd --ultra -22` need less.
const MEMORY_MAX: u32 = 160 << 20;

/// A form of compression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compression {
    /// gzip (RFC 1952).
    Gzip,
    /// xz (The .xz File Format, 1.2.1).
    Xz,
    /// zstd (RFC 8878).
    Zstd,
    /// bzip2.
    Bzip2,
}

impl Compression {
    /// Returns the compression of a source that begins with these bytes.
    pub(crate) fn of(head: &[u8]) -> Option<Self> {
        let is_bzip2 = || {
            // `BZh` alone might begin a word. What follows is the first block, or the end of an empty file.
            let follows = head.get(4..10);
            head.starts_with(b"BZh")
                && (follows == Some(b"1AY&SY") || follows == Some(&[0x17, 0x72, 0x45, 0x38, 0x50, 0x90]))
        };
        match head {
            [0x1f, 0x8b, 8, ..] => Some(Self::Gzip),
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some(Self::Xz),
            // A frame, or one to be passed over, as pzstd begins with.
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Some(Self::Zstd),
            _ if is_bzip2() => Some(Self::Bzip2),
            _ => None,
        }
    }

    /// Returns what the stream unpacks to.
    pub(crate) fn decoder<'r>(self, packed: impl Read + 'r) -> Box<dyn Read + 'r> {
        let cause = Cause::default();
        let packed = Below { input: packed, cause: Rc::clone(&cause) };
        let decoder: Box<dyn Read + 'r> = match self {
            Self::Gzip => Box::new(flate2::read::MultiGzDecoder::new(packed)),
            // lzma-rust2 reads byte by byte.
            Self::Xz => Box::new(lzma_rust2::XzReader::new_mem_limit(
                io::BufReader::with_capacity(64 << 10, packed),
                true,
                MEMORY_MAX >> 10,
            )),
            Self::Zstd => Box::new(zstd::Frames::new(packed, u64::from(MEMORY_MAX))),
            Self::Bzip2 => Box::new(bzip2::read::MultiBzDecoder::new(packed)),
        };
        Box::new(Named { decoder, compression: self, cause })
    }

    fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Xz => "xz",
            Self::Zstd => "zstd",
            Self::Bzip2 => "bzip2",
        }
    }
}

/// A decoder whose errors say what is wrong with the source, in the words of this program.
struct Named<'r> {
    decoder: Box<dyn Read + 'r>,
    compression: Compression,
    /// What went wrong below the decoder, of which it only knows the consequence.
    cause: Cause,
}

type Cause = Rc<RefCell<Option<io::Error>>>;

/// So much is asked of a decoder at a time: what it had in hand when it met an error is lost.
const STEP: usize = 4 << 10;

impl Read for Named<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let room = buffer.len().min(STEP);
        self.decoder.read(&mut buffer[..room]).map_err(|error| {
            if let Some(cause) = self.cause.take() {
                return cause;
            }
            let trouble = match error.kind() {
                io::ErrorKind::Interrupted => return error,
                io::ErrorKind::UnexpectedEof => "ends too early",
                io::ErrorKind::OutOfMemory => "needs too much memory",
                _ => "is damaged",
            };
            io::Error::new(error.kind(), format!("the {} data {trouble}", self.compression.name()))
        })
    }
}

/// What a decoder reads; an error is kept for [`Named`].
struct Below<R> {
    input: R,
    cause: Cause,
}

impl<R: Read> Read for Below<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.input.read(buffer).map_err(|error| {
            let kind = error.kind();
            if kind != io::ErrorKind::Interrupted {
                self.cause.replace(Some(error));
            }
            kind.into()
        })
    }
}
