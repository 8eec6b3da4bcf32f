//! Addresses of interfaces, with the length of their prefix where the configuration states it.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::str::FromStr;

use crate::place::quoted;

/// An IP address for an interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InterfaceAddress {
    /// The address.
    pub ip: IpAddr,
    /// The length of the prefix; `None` leaves it to the network service.
    pub prefix: Option<u8>,
}

/// A text is not an address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not an IP address")]
pub struct AddressError {
    /// The text.
    pub text: String,
}

impl InterfaceAddress {
    /// Returns the address with a prefix written apart: a length, or a mask such as `255.255.255.0`.
    pub fn with_prefix(self, text: &str) -> Result<Self, AddressError> {
        let length = text.parse().ok().or_else(|| mask_length(text.parse().ok()?));
        let prefix = length.filter(|length| *length <= bits(self.ip));
        let prefix = prefix.ok_or_else(|| AddressError { text: quoted(text) })?;
        Ok(Self { prefix: Some(prefix), ..self })
    }
}

fn bits(ip: IpAddr) -> u8 {
    if ip.is_ipv4() { 32 } else { 128 }
}

/// Returns how many bits a mask has set, if they are all at its front.
fn mask_length(mask: Ipv4Addr) -> Option<u8> {
    let bits = mask.to_bits();
    let length = u8::try_from(bits.leading_ones()).ok()?;
    (bits.count_ones() == bits.leading_ones()).then_some(length)
}

impl FromStr for InterfaceAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || AddressError { text: quoted(text) };
        let (ip, prefix) = match text.trim().split_once('/') {
            Some((ip, prefix)) => (ip, Some(prefix)),
            None => (text.trim(), None),
        };
        let address = Self { ip: ip.parse().map_err(|_| error())?, prefix: None };
        prefix.map_or(Ok(address), |prefix| address.with_prefix(prefix).map_err(|_| error()))
    }
}

impl fmt::Display for InterfaceAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.prefix {
            Some(prefix) => write!(f, "{}/{prefix}", self.ip),
            None => write!(f, "{}", self.ip),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_keep_what_is_written() {
        for text in ["10.0.0.9/24", "10.0.0.9", "fd00::9/64"] {
            assert_eq!(text.parse::<InterfaceAddress>().unwrap().to_string(), text);
        }
        assert_eq!("10.0.0.9/255.255.0.0".parse::<InterfaceAddress>().unwrap().to_string(), "10.0.0.9/16");
    }

    #[test]
    fn impossible_prefixes_are_refused() {
        for text in ["10.0.0.9/33", "10.0.0.9/255.0.255.0", "fd00::9/129", "10.0.0/8", "dhcp", "10.0.0.9/"] {
            assert_eq!(
                text.parse::<InterfaceAddress>().unwrap_err().to_string(),
                format!("`{text}` is not an IP address")
            );
        }
    }
}
