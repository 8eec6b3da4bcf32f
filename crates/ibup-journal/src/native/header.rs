//! The header of a journal file.
//!
//! Source: systemd, `src/libsystemd/sd-journal/journal-def.h` (`struct Header`).

use super::NativeError;
use super::hash::Hash;

/// What every file begins with.
pub(crate) const SIGNATURE: &[u8; 8] = b"LPKSHHRH";

/// The part of the header that files of any version have.
pub(super) const HEADER_MIN: usize = 208;

const COMPRESSED_XZ: u32 = 1;
const COMPRESSED_LZ4: u32 = 2;
const KEYED_HASH: u32 = 4;
const COMPRESSED_ZSTD: u32 = 8;
const COMPACT: u32 = 16;
const KNOWN: u32 = COMPRESSED_XZ | COMPRESSED_LZ4 | KEYED_HASH | COMPRESSED_ZSTD | COMPACT;

/// What the header tells.
#[derive(Debug, Clone, Copy)]
pub(super) struct Header {
    pub(super) size: u64,
    /// How many bytes follow the header.
    pub(super) arena_size: u64,
    pub(super) is_compact: bool,
    pub(super) hash: Hash,
    /// Offset and size of the items of the table that finds data.
    pub(super) data_table: (u64, u64),
    /// Offset and size of the items of the table that finds fields.
    pub(super) field_table: (u64, u64),
    /// The array of all entries; 0 while there are none.
    pub(super) entry_array: u64,
}

impl Header {
    /// Reads the header from the first bytes of a file.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, NativeError> {
        if !bytes.starts_with(SIGNATURE) {
            return Err(NativeError::NoJournal);
        }
        if bytes.len() < HEADER_MIN {
            return Err(NativeError::HeaderCut);
        }
        let size = u64_at(bytes, 88);
        if !(HEADER_MIN as u64..=1 << 16).contains(&size) {
            let turned = size.swap_bytes();
            let is_turned = (HEADER_MIN as u64..=1 << 16).contains(&turned);
            return Err(if is_turned { NativeError::BigEndian } else { NativeError::HeaderDamaged });
        }
        let flags = u32_at(bytes, 12);
        if flags & !KNOWN != 0 {
            return Err(NativeError::Unknown(flags & !KNOWN));
        }
        let is_keyed = flags & KEYED_HASH != 0;
        // The key is the file's id.
        let hash = if is_keyed { Hash::SipHash(u64_at(bytes, 24), u64_at(bytes, 32)) } else { Hash::Lookup3 };
        Ok(Self {
            size,
            arena_size: u64_at(bytes, 96),
            is_compact: flags & COMPACT != 0,
            hash,
            data_table: (u64_at(bytes, 104), u64_at(bytes, 112)),
            field_table: (u64_at(bytes, 120), u64_at(bytes, 128)),
            entry_array: u64_at(bytes, 176),
        })
    }

    /// Returns how long the items of entries and of arrays of entries are.
    pub(super) fn array_item(&self) -> u64 {
        if self.is_compact { 4 } else { 8 }
    }
}

/// Returns the number at the offset; 0 beyond the end.
pub(super) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..at + 8).and_then(|bytes| bytes.try_into().ok()).map_or(0, u64::from_le_bytes)
}

/// Returns the number at the offset; 0 beyond the end.
pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|bytes| bytes.try_into().ok()).map_or(0, u32::from_le_bytes)
}
