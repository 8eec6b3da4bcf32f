//! `SMARTNIC_PF_MAC_CONF`: which address the host side of a smart NIC gets, as a list of function and address.

use std::fmt;

use crate::fields::Fields;
use crate::hardware_address::HardwareAddress;

/// An address for the physical function behind an embedded function.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PfMac {
    /// The PCI address of the embedded function, such as `0000:03:00.0`.
    pub pci: PciAddress,
    /// The address, of six bytes.
    pub mac: HardwareAddress,
}

/// The PCI address of a function, such as `0000:03:00.0`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PciAddress(String);

impl PciAddress {
    /// Reads an address; one without a domain is in domain 0000.
    pub fn new(text: &str) -> Option<Self> {
        let full = if text.matches(':').count() == 1 { format!("0000:{text}") } else { text.to_owned() };
        let (bus, function) = full.split_once('.')?;
        let digits: Vec<&str> = bus.split(':').chain([function]).collect();
        let hexadecimal = |digits: &&str| digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let lengths: Vec<usize> = digits.iter().map(|digits| digits.len()).collect();
        (lengths == [4, 2, 2, 1] && digits.iter().all(hexadecimal)).then(|| Self(full.to_ascii_lowercase()))
    }
}

impl fmt::Display for PciAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

pub(super) fn take(fields: &mut Fields) -> Vec<PfMac> {
    let name = "SMARTNIC_PF_MAC_CONF";
    let Some((text, place)) = fields.text(name) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for word in text.split([' ', '\t', '\n', ',']).filter(|word| !word.is_empty()) {
        match pf_mac(word) {
            Some(pf_mac) => found.push(pf_mac),
            None => fields.ignore(name, word, &place, "a PCI address, a hyphen and a hardware address"),
        }
    }
    found
}

fn pf_mac(word: &str) -> Option<PfMac> {
    let (pci, mac) = word.split_once('-')?;
    let mac: HardwareAddress = mac.parse().ok()?;
    (mac.port_guid().is_none()).then_some(PfMac { pci: PciAddress::new(pci)?, mac })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pci_addresses_are_made_whole() {
        assert_eq!(PciAddress::new("03:00.0").unwrap().to_string(), "0000:03:00.0");
        assert_eq!(PciAddress::new("0001:4B:00.1").unwrap().to_string(), "0001:4b:00.1");
        for text in ["", "03:00", "03:00.10", "../00.0", "0000:03:00.x"] {
            assert_eq!(PciAddress::new(text), None, "{text}");
        }
    }
}
