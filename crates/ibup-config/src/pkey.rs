//! Partition keys: sixteen bits, of which the highest says full member or limited member.

use std::fmt;
use std::str::FromStr;

use crate::name::NetdevName;
use crate::place::quoted;

/// The bit of full membership.
const FULL_MEMBER: u16 = 0x8000;
/// Characters of the parent's name that the kernel keeps in the name of a child (`ipoib_vlan.c`, `%.10s.%04x`).
const PARENT_CHARS_KEPT: usize = 10;

/// A `P_Key` that names a partition: anything but 0x0000 and 0x8000.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pkey(u16);

/// A text or number is not a usable `P_Key`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PkeyError {
    /// The text is not one to four hexadecimal digits.
    #[error("P_Key `{text}` is not hexadecimal (at most 4 digits)")]
    NotHexadecimal {
        /// The text.
        text: String,
    },
    /// The text is not a number of sixteen bits.
    #[error("P_Key `{text}` is not a number from 1 to 65535")]
    NotNumber {
        /// The text.
        text: String,
    },
    /// 0x0000 and 0x8000 name no partition; the kernel refuses them.
    #[error("P_Key 0x{number:04x} names no partition")]
    NoPartition {
        /// The number.
        number: u16,
    },
    /// The membership bit is not set where it must be.
    #[error("P_Key {pkey} lacks the membership bit (should be {})", pkey.full())]
    LimitedMember {
        /// The `P_Key` as written.
        pkey: Pkey,
    },
}

impl Pkey {
    /// Returns the `P_Key` of a number.
    pub fn new(number: u16) -> Result<Self, PkeyError> {
        if number & !FULL_MEMBER == 0 { Err(PkeyError::NoPartition { number }) } else { Ok(Self(number)) }
    }

    /// Reads a number as configuration files write it: hexadecimal after `0x`, else decimal.
    pub fn from_number(text: &str) -> Result<Self, PkeyError> {
        let text = text.trim();
        let number = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
            Some(digits) if digits.starts_with(|c: char| c.is_ascii_hexdigit()) => {
                u16::from_str_radix(digits, 16)
            }
            Some(_) => return Err(PkeyError::NotNumber { text: quoted(text) }),
            None if text.starts_with('+') => return Err(PkeyError::NotNumber { text: quoted(text) }),
            None => text.parse(),
        };
        Self::new(number.map_err(|_| PkeyError::NotNumber { text: quoted(text) })?)
    }

    /// Reads the suffix of a child's name, which must have the membership bit: `8001` of `ib0.8001`.
    pub fn from_name_suffix(suffix: &str) -> Result<Self, PkeyError> {
        hexadecimal(suffix)?.require_full()
    }

    /// Returns the number, membership bit included.
    pub fn number(self) -> u16 {
        self.0
    }

    /// Returns whether the membership bit is set.
    pub fn is_full_member(self) -> bool {
        self.0 & FULL_MEMBER != 0
    }

    /// Returns the same partition with the membership bit set, as the kernel sets it on every child.
    #[must_use]
    pub fn full(self) -> Self {
        Self(self.0 | FULL_MEMBER)
    }

    /// Returns the `P_Key` if its membership bit is set.
    pub fn require_full(self) -> Result<Self, PkeyError> {
        if self.is_full_member() { Ok(self) } else { Err(PkeyError::LimitedMember { pkey: self }) }
    }

    /// Returns the name the kernel gives a child of `parent`: long parents are cut.
    pub fn child_name(self, parent: &NetdevName) -> NetdevName {
        // The kernel cuts bytes; a name of the configuration is cut at a character.
        let mut kept = parent.as_str().len().min(PARENT_CHARS_KEPT);
        while !parent.as_str().is_char_boundary(kept) {
            kept -= 1;
        }
        let name = format!("{}.{:04x}", &parent.as_str()[..kept], self.0);
        name.parse().unwrap_or_else(|_| parent.clone())
    }
}

/// Reads one to four hexadecimal digits.
fn hexadecimal(digits: &str) -> Result<Pkey, PkeyError> {
    let well_formed = (1..=4).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let number = if well_formed { u16::from_str_radix(digits, 16).ok() } else { None };
    Pkey::new(number.ok_or_else(|| PkeyError::NotHexadecimal { text: quoted(digits) })?)
}

impl FromStr for Pkey {
    type Err = PkeyError;

    /// Reads hexadecimal digits in either case, with or without `0x` and leading zeros.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        hexadecimal(text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).unwrap_or(text))
    }
}

impl fmt::Display for Pkey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{:04x}", self.0)
    }
}

impl fmt::Debug for Pkey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pkey({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_suffixes_need_the_membership_bit() {
        let check = |suffix: &str, expected: Result<u16, &str>| {
            let found = Pkey::from_name_suffix(suffix).map(Pkey::number).map_err(|error| error.to_string());
            assert_eq!(found, expected.map_err(str::to_owned), "{suffix}");
        };
        check("8001", Ok(0x8001));
        check("FFFE", Ok(0xfffe));
        check("0001", Err("P_Key 0x0001 lacks the membership bit (should be 0x8001)"));
        check("80", Err("P_Key 0x0080 lacks the membership bit (should be 0x8080)"));
        check("1zz", Err("P_Key `1zz` is not hexadecimal (at most 4 digits)"));
        check("08001", Err("P_Key `08001` is not hexadecimal (at most 4 digits)"));
        check("+801", Err("P_Key `+801` is not hexadecimal (at most 4 digits)"));
        check("", Err("P_Key `` is not hexadecimal (at most 4 digits)"));
        check("8000", Err("P_Key 0x8000 names no partition"));
        check("0", Err("P_Key 0x0000 names no partition"));
    }

    #[test]
    fn spellings_of_one_partition_are_equal() {
        let pkey: Pkey = "0x8f0a".parse().unwrap();
        assert_eq!("8F0A".parse(), Ok(pkey));
        assert_eq!("F0A".parse::<Pkey>().unwrap().full(), pkey);
        assert_eq!(Pkey::from_number("36618"), Ok(pkey));
        assert_eq!(Pkey::from_number("0X8F0a"), Ok(pkey));
        assert_eq!(Pkey::from_number("+5"), Err(PkeyError::NotNumber { text: "+5".into() }));
        assert_eq!(Pkey::from_number("0x+5"), Err(PkeyError::NotNumber { text: "0x+5".into() }));
        assert_eq!(Pkey::from_number("65536"), Err(PkeyError::NotNumber { text: "65536".into() }));
        assert_eq!(Pkey::from_number("0x8000"), Err(PkeyError::NoPartition { number: 0x8000 }));
    }

    #[test]
    fn child_names_are_the_kernels() {
        let pkey = Pkey::new(0x8001).unwrap();
        assert_eq!(pkey.child_name(&"ib0".parse().unwrap()).as_str(), "ib0.8001");
        assert_eq!(pkey.child_name(&"ibp161s0f0v3".parse().unwrap()).as_str(), "ibp161s0f0.8001");
        assert_eq!(pkey.child_name(&"ibééééé".parse().unwrap()).as_str(), "ibéééé.8001");
    }
}
