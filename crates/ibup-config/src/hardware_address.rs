//! Hardware addresses: six bytes on Ethernet; on InfiniBand twenty, of which the last eight are the port's GUID.

use std::fmt;
use std::str::FromStr;

use crate::place::quoted;

/// The hardware address of a netdev.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HardwareAddress {
    /// Six bytes.
    Ethernet([u8; 6]),
    /// Twenty bytes: flags and queue pair number (4), subnet prefix (8), port GUID (8).
    Infiniband([u8; 20]),
}

/// The GUID of a port, which stays when the netdev is renamed, the driver reloaded or the card moved.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PortGuid(pub u64);

/// A text is not a hardware address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a hardware address of 6 or 20 bytes")]
pub struct HardwareAddressError {
    /// The text.
    pub text: String,
}

impl HardwareAddress {
    /// Returns the GUID of the port, which only an InfiniBand address has.
    pub fn port_guid(&self) -> Option<PortGuid> {
        let Self::Infiniband(bytes) = self else {
            return None;
        };
        Some(PortGuid(bytes[12..].iter().fold(0, |guid, byte| guid << 8 | u64::from(*byte))))
    }

    /// Returns whether two addresses are of the same port.
    ///
    /// The first twelve bytes of an InfiniBand address may change while the port stays: the queue pair number with
    /// every reload of the driver, the prefix with the subnet.
    pub fn is_same_port(&self, other: &Self) -> bool {
        match (self.port_guid(), other.port_guid()) {
            (Some(guid), Some(other)) => guid == other,
            _ => self == other,
        }
    }

    fn bytes(&self) -> &[u8] {
        match self {
            Self::Ethernet(bytes) => bytes,
            Self::Infiniband(bytes) => bytes,
        }
    }
}

impl FromStr for HardwareAddress {
    type Err = HardwareAddressError;

    /// Reads bytes between colons or hyphens, or pairs of bytes between dots.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let bytes = match text.bytes().find(|byte| b":-.".contains(byte)) {
            Some(b'.') => dotted(text),
            Some(separator) => text.split(char::from(separator)).map(|digits| byte(digits, 1..=2)).collect(),
            None => None,
        };
        let bytes = bytes.unwrap_or_default();
        if let Ok(bytes) = <[u8; 6]>::try_from(bytes.as_slice()) {
            Ok(Self::Ethernet(bytes))
        } else if let Ok(bytes) = <[u8; 20]>::try_from(bytes.as_slice()) {
            Ok(Self::Infiniband(bytes))
        } else {
            Err(HardwareAddressError { text: quoted(text) })
        }
    }
}

fn byte(digits: &str, length: std::ops::RangeInclusive<usize>) -> Option<u8> {
    let well_formed = length.contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_hexdigit());
    if well_formed { u8::from_str_radix(digits, 16).ok() } else { None }
}

fn dotted(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for pair in text.split('.') {
        bytes.push(byte(pair.get(..2)?, 2..=2)?);
        bytes.push(byte(pair.get(2..)?, 2..=2)?);
    }
    Some(bytes)
}

impl fmt::Display for HardwareAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, byte) in self.bytes().iter().enumerate() {
            let separator = if index == 0 { "" } else { ":" };
            write!(f, "{separator}{byte:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for HardwareAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HardwareAddress({self})")
    }
}

impl fmt::Display for PortGuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{:016x}", self.0)
    }
}

impl fmt::Debug for PortGuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PortGuid({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IB: &str = "a0:00:02:20:fe:80:00:00:00:00:00:00:ec:0d:9a:03:00:15:e2:c1";

    #[test]
    fn both_lengths_are_read_in_every_spelling() {
        let ethernet = HardwareAddress::Ethernet([0, 0x15, 0x5d, 1, 4, 0x69]);
        for text in ["00:15:5d:01:04:69", "00-15-5D-01-04-69", "0015.5d01.0469", " 0:15:5d:1:4:69 "] {
            assert_eq!(text.parse(), Ok(ethernet), "{text}");
        }
        let infiniband: HardwareAddress = IB.parse().unwrap();
        assert_eq!(infiniband.to_string(), IB);
        assert_eq!(infiniband.port_guid().unwrap().to_string(), "0xec0d9a030015e2c1");
        assert_eq!(ethernet.port_guid(), None);
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["", "ib0", "00:15:5d:01:04", "00:15:5d:01:04:6g", "0015.5d01.046", "+1:2:3:4:5:6", "é.é"]
        {
            assert_eq!(
                text.parse::<HardwareAddress>().unwrap_err().to_string(),
                format!("`{text}` is not a hardware address of 6 or 20 bytes")
            );
        }
    }

    #[test]
    fn ports_compare_by_guid() {
        let address: HardwareAddress = IB.parse().unwrap();
        let reloaded = IB.replacen("a0:00:02:20", "80:00:10:48", 1).parse().unwrap();
        let neighbour = IB.replace("e2:c1", "e2:c2").parse().unwrap();
        assert!(address.is_same_port(&reloaded) && address != reloaded);
        assert!(!address.is_same_port(&neighbour));
    }
}
