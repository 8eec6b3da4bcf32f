//! Values that are compressed: no more of one is unpacked than is kept.

use std::io::Read;

/// The memory a decoder of xz may ask for, in KiB: journald's preset needs a dictionary of 8 MiB.
const XZ_MEMORY_MAX: u32 = 16 << 10;

/// How a value is packed (the flags of its object).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    Xz,
    Lz4,
    Zstd,
}

impl Packing {
    /// Returns how an object's value is packed: `Ok(None)` if not at all, an error if in a way nobody knows.
    pub(super) fn of(flags: u8) -> Result<Option<Self>, u8> {
        match flags & 7 {
            0 => Ok(None),
            1 => Ok(Some(Self::Xz)),
            2 => Ok(Some(Self::Lz4)),
            4 => Ok(Some(Self::Zstd)),
            other => Err(other),
        }
    }

    /// Unpacks up to `keep` bytes; fewer where the rest is damaged or not there.
    pub(super) fn unpack(self, packed: &[u8], keep: usize) -> Vec<u8> {
        match self {
            // The size of what it unpacks to stands before it.
            Self::Lz4 => lz4(packed.get(8..).unwrap_or_default(), keep),
            Self::Xz => read(lzma_rust2::XzReader::new_mem_limit(packed, false, XZ_MEMORY_MAX), keep),
            Self::Zstd => match ruzstd::decoding::StreamingDecoder::new(packed) {
                Ok(decoder) => read(decoder, keep),
                Err(_) => Vec::new(),
            },
        }
    }
}

/// Reads up to `keep` bytes, or all before the first error.
fn read(decoder: impl Read, keep: usize) -> Vec<u8> {
    let mut value = Vec::new();
    // What came before an error is whole; the caller sees by the length that there is no more.
    let _ = decoder.take(keep as u64).read_to_end(&mut value);
    value
}

/// Unpacks one LZ4 block, up to `keep` bytes.
///
/// By hand because of the bound: a decoder of whole blocks has to be given room for all that a block claims to hold.
/// <https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md>
fn lz4(mut block: &[u8], keep: usize) -> Vec<u8> {
    let mut value = Vec::new();
    while value.len() < keep {
        let Some((&token, rest)) = block.split_first() else { break };
        block = rest;
        let Some(literals) = lz4_length(&mut block, token >> 4) else { break };
        let Some((plain, rest)) = block.split_at_checked(literals) else { break };
        value.extend_from_slice(&plain[..literals.min(keep - value.len())]);
        let Some((distance, rest)) = rest.split_first_chunk() else { break };
        block = rest;
        let distance = usize::from(u16::from_le_bytes(*distance));
        let Some(length) = lz4_length(&mut block, token & 15) else { break };
        let Some(start) = value.len().checked_sub(distance).filter(|_| distance > 0) else { break };
        // What is copied may reach into what it makes.
        for at in start..start + (length + 4).min(keep - value.len()) {
            value.push(value[at]);
        }
    }
    value
}

/// Reads the rest of a length that did not fit into its half of the token.
fn lz4_length(block: &mut &[u8], half: u8) -> Option<usize> {
    let mut length = usize::from(half);
    let mut more = half == 15;
    while more {
        let (&byte, rest) = block.split_first()?;
        *block = rest;
        length += usize::from(byte);
        more = byte == 255;
    }
    Some(length)
}
