//! The hashes by which a journal finds its data.
//!
//! Files since systemd 246 are keyed: SipHash-2-4 with the file's id as its key, so that nobody who writes to a journal
//! can make chains long. Older ones have the hash of Bob Jenkins's lookup3.

/// The hash of a file's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hash {
    /// lookup3, `hashlittle2`, with seeds of zero; its first result is the upper half.
    Lookup3,
    /// SipHash-2-4 with the given key.
    SipHash(u64, u64),
}

impl Hash {
    pub(super) fn of(self, bytes: &[u8]) -> u64 {
        match self {
            Self::Lookup3 => lookup3(bytes),
            Self::SipHash(first, second) => siphash(first, second, bytes),
        }
    }
}

/// Returns the lower half of a number.
fn lower(number: u64) -> u32 {
    u32::try_from(number & 0xffff_ffff).unwrap_or_default()
}

/// Returns up to eight bytes as a number, the first byte lowest.
fn number(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn lookup3(bytes: &[u8]) -> u64 {
    // The length is taken modulo 2^32, as there.
    let start = lower(0xdead_beef + bytes.len() as u64);
    let mut state = [start; 3];
    let (mut blocks, mut rest) = (bytes, bytes);
    while blocks.len() > 12 {
        let (block, others) = blocks.split_at(12);
        add(&mut state, block);
        mix(&mut state);
        (blocks, rest) = (others, others);
    }
    if !rest.is_empty() {
        add(&mut state, rest);
        finish(&mut state);
    }
    u64::from(state[2]) << 32 | u64::from(state[1])
}

/// Adds up to twelve bytes.
fn add(state: &mut [u32; 3], block: &[u8]) {
    for (word, bytes) in state.iter_mut().zip(block.chunks(4)) {
        *word = word.wrapping_add(lower(number(bytes)));
    }
}

fn mix([a, b, c]: &mut [u32; 3]) {
    let step = |x: &mut u32, y: &mut u32, z: &mut u32, bits: u32| {
        *x = x.wrapping_sub(*z) ^ z.rotate_left(bits);
        *z = z.wrapping_add(*y);
    };
    step(a, b, c, 4);
    step(b, c, a, 6);
    step(c, a, b, 8);
    step(a, b, c, 16);
    step(b, c, a, 19);
    step(c, a, b, 4);
}

fn finish([a, b, c]: &mut [u32; 3]) {
    let step = |x: &mut u32, y: u32, bits: u32| *x = (*x ^ y).wrapping_sub(y.rotate_left(bits));
    step(c, *b, 14);
    step(a, *c, 11);
    step(b, *a, 25);
    step(c, *b, 16);
    step(a, *c, 4);
    step(b, *a, 14);
    step(c, *b, 24);
}

fn siphash(first: u64, second: u64, bytes: &[u8]) -> u64 {
    let mut state = [
        first ^ 0x736f_6d65_7073_6575,
        second ^ 0x646f_7261_6e64_6f6d,
        first ^ 0x6c79_6765_6e65_7261,
        second ^ 0x7465_6462_7974_6573,
    ];
    let words = bytes.chunks_exact(8);
    let last = (bytes.len() as u64) << 56 | number(words.remainder());
    for word in words.map(number).chain([last]) {
        state[3] ^= word;
        (0..2).for_each(|_| round(&mut state));
        state[0] ^= word;
    }
    state[2] ^= 0xff;
    (0..4).for_each(|_| round(&mut state));
    state.iter().fold(0, |all, part| all ^ part)
}

fn round([a, b, c, d]: &mut [u64; 4]) {
    *a = a.wrapping_add(*b);
    *b = b.rotate_left(13) ^ *a;
    *a = a.rotate_left(32);
    *c = c.wrapping_add(*d);
    *d = d.rotate_left(16) ^ *c;
    *a = a.wrapping_add(*d);
    *d = d.rotate_left(21) ^ *a;
    *c = c.wrapping_add(*b);
    *b = b.rotate_left(17) ^ *c;
    *c = c.rotate_left(32);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lookup3_gives_what_its_author_prints() {
        // From the self-test of lookup3.c (`driver5`).
        assert_eq!(lookup3(b""), 0xdead_beef_dead_beef);
        assert_eq!(lookup3(b"Four score and seven years ago"), 0x1777_0551_ce72_26e6);
    }

    #[test]
    fn siphash_gives_what_its_authors_print() {
        // From the paper's appendix and the reference `vectors.h`: key 00 01 .. 0f, message 00 01 .. 0e.
        let message: Vec<u8> = (0..15).collect();
        let (first, second) = (0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908);
        assert_eq!(siphash(first, second, &message), 0xa129_ca61_49be_45e5);
        assert_eq!(siphash(first, second, b""), 0x726f_db47_dd0e_0e31);
    }
}
