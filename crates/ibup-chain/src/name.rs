//! Names of things: PCI functions, HCAs, netdevs. Read once at the edge, valid ever after.
//!
//! Names come from logs that may be hostile and end up in commands that people paste into a root shell, so only
//! characters that mean nothing to a shell are let in.

use std::fmt;
use std::str::FromStr;

/// The place of a PCI function: domain, bus, device and function (`0000:4b:00.0`).
///
/// Domains are not always 0: `468b:00:02.0` on Hyper-V, `10000:e1:00.0` behind VMD.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PciAddress {
    domain: u32,
    bus: u8,
    device: u8,
    function: u8,
}

impl PciAddress {
    /// Returns the function a predictable interface name speaks of: `ibp75s0` is bus 75, slot 0; `ibP2p1s0f1` is in
    /// domain 2.
    ///
    /// Source: systemd, src/udev/udev-builtin-net_id.c, `names_pci_path`: all numbers are decimal, and a part that
    /// is 0 may be left out. Names by hot-plug slot (`ibs4f0`) or by the firmware (`ibo1`) say nothing of the
    /// address.
    pub fn from_predictable_name(netdev: &NetdevName) -> Option<Self> {
        let mut rest = netdev.as_str().strip_prefix("ib")?;
        let mut number_after = |mark: char| -> Option<u32> {
            let digits = rest.strip_prefix(mark)?;
            let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
            let number = digits[..end].parse().ok()?;
            rest = &digits[end..];
            Some(number)
        };
        let domain = number_after('P').unwrap_or(0);
        let bus = u8::try_from(number_after('p')?).ok()?;
        let device = u8::try_from(number_after('s')?).ok()?;
        let function = u8::try_from(number_after('f').unwrap_or(0)).ok()?;
        (rest.is_empty() && device < 32 && function < 8).then_some(Self { domain, bus, device, function })
    }
}

impl PciAddress {
    /// Returns whether the function lies behind a bridge of this domain that leads to these buses.
    pub fn is_behind(self, bridge: Self, first: u8, last: u8) -> bool {
        self.domain == bridge.domain && (first..=last).contains(&self.bus)
    }

    /// Returns whether the function is only reached by alternative routing-ID interpretation (ARI): at the end of a
    /// PCI Express link every function else has device number 0. Bus 0 has no link above it.
    pub fn needs_ari(self) -> bool {
        self.bus != 0 && self.device != 0
    }

    /// Returns whether text without a domain (`4b:00.0`) names this function, in the default domain.
    pub fn is_named_by(self, text: &str) -> bool {
        text.parse() == Ok(self) || format!("0000:{text}").parse() == Ok(self)
    }
}

impl FromStr for PciAddress {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let read = || {
            let (domain, rest) = text.split_once(':')?;
            let (bus, rest) = rest.split_once(':')?;
            let (device, function) = rest.split_once('.')?;
            let sized = (4..=8).contains(&domain.len()) && bus.len() == 2 && device.len() == 2;
            let hex = |part: &str| {
                part.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u32::from_str_radix(part, 16).ok())?
            };
            let address = Self {
                domain: hex(domain)?,
                bus: u8::try_from(hex(bus)?).ok()?,
                device: u8::try_from(hex(device)?).ok()?,
                function: u8::try_from(hex(function)?).ok()?,
            };
            (sized && function.len() == 1 && address.device < 32 && address.function < 8).then_some(address)
        };
        read().ok_or(InvalidName)
    }
}

impl fmt::Display for PciAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { domain, bus, device, function } = self;
        write!(f, "{domain:04x}:{bus:02x}:{device:02x}.{function:x}")
    }
}

/// The name of a network device (`ib0`, `ibp75s0`, `ib0.8001`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NetdevName(Box<str>);

impl NetdevName {
    /// The longest name the kernel accepts, in bytes (include/uapi/linux/if.h, `IFNAMSIZ` less the final NUL).
    pub const LENGTH_MAX: usize = 15;

    /// Returns the name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns whether the name is one that IPoIB interfaces are given: by the kernel (`ib%d`), by systemd (`ibp…`,
    /// `ibs…`, `ibo…`), or after the RDMA device (`mlx5_ib0`).
    pub fn looks_like_ipoib(&self) -> bool {
        let given = |rest: &str| rest.starts_with(|c: char| c.is_ascii_digit() || "pPsox".contains(c));
        let after_device = |rest: &str| rest.starts_with(|c: char| c.is_ascii_digit());
        self.0.strip_prefix("ib").is_some_and(given)
            || self.0.split_once("_ib").is_some_and(|(_, rest)| after_device(rest))
    }

    /// Returns the number in a name as the kernel gives it: `ib` and a number.
    pub fn kernel_number(&self) -> Option<u32> {
        let number = self.0.strip_prefix("ib")?;
        if number.bytes().all(|byte| byte.is_ascii_digit()) { number.parse().ok() } else { None }
    }

    /// Returns whether this is a name that udev gives for a moment, when two netdevs are to change theirs: `rename5`.
    ///
    /// Source: udev before 197, udev-event.c, `rename_netif`; Linux, `rename%d`.
    pub fn is_of_the_moment(&self) -> bool {
        let index = self.0.strip_prefix("rename").unwrap_or_default();
        !index.is_empty() && index.bytes().all(|byte| byte.is_ascii_digit())
    }

    /// Returns whether a predictable name spells a virtual function: `ibp75s0v3`, `ibs4f0v1`.
    ///
    /// Source: systemd, src/udev/udev-builtin-net_id.c, `names_pci`.
    pub fn names_virtual_function(&self) -> bool {
        let Some((slot, number)) = self.0.strip_prefix("ib").and_then(|rest| rest.rsplit_once('v')) else {
            return false;
        };
        let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        is_number && slot.ends_with(|c: char| c.is_ascii_digit())
    }

    /// Returns the parent of a `P_Key` child: `ib0` for `ib0.8001`.
    ///
    /// Source: `ipoib_vlan_add` in drivers/infiniband/ulp/ipoib: the name is `%s.%04x`.
    pub fn parent(&self) -> Option<NetdevName> {
        let (parent, pkey) = self.0.rsplit_once('.')?;
        let is_pkey = (1..=4).contains(&pkey.len()) && pkey.bytes().all(|b| b.is_ascii_hexdigit());
        if is_pkey { parent.parse().ok() } else { None }
    }
}

impl FromStr for NetdevName {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let fits = (1..=Self::LENGTH_MAX).contains(&text.len());
        let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-:@".contains(&b));
        let named = text.starts_with(|c: char| c.is_ascii_alphanumeric());
        if fits && plain && named { Ok(Self(text.into())) } else { Err(InvalidName) }
    }
}

impl fmt::Display for NetdevName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The name of an RDMA device (`mlx5_0`, `ibp75s0`), as under `/sys/class/infiniband`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HcaName(Box<str>);

impl HcaName {
    /// The longest name the kernel accepts, in bytes (`IB_DEVICE_NAME_MAX` of the RDMA verbs, less the NUL).
    pub const LENGTH_MAX: usize = 63;
}

impl FromStr for HcaName {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let fits = (1..=Self::LENGTH_MAX).contains(&text.len());
        let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b));
        let named = text.starts_with(|c: char| c.is_ascii_alphabetic());
        if fits && plain && named { Ok(Self(text.into())) } else { Err(InvalidName) }
    }
}

impl fmt::Display for HcaName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The text is not a name of this kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidName;

impl fmt::Display for InvalidName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a valid name")
    }
}

impl std::error::Error for InvalidName {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pci_addresses_read_and_write_back() {
        for text in ["0000:4b:00.0", "468b:00:02.0", "0004:02:00.1", "10000:e1:00.0"] {
            assert_eq!(text.parse::<PciAddress>().map(|a| a.to_string()).as_deref(), Ok(text));
        }
    }

    #[test]
    fn what_is_not_a_pci_address_is_refused() {
        for text in
            ["4b:00.0", "0000:4b:00", "0000:4b:20.0", "0000:4b:00.8", "0000:+b:00.0", "10:29:41.5", ""]
        {
            assert_eq!(text.parse::<PciAddress>(), Err(InvalidName), "{text}");
        }
    }

    #[test]
    fn names_that_a_shell_could_misread_are_refused() {
        for text in ["ib0;id", "ib0 x", "$(id)", "-rf", "", "a-name-too-long-x", "ib0\n", "ïb0"] {
            assert_eq!(text.parse::<NetdevName>(), Err(InvalidName), "{text:?}");
        }
    }

    #[test]
    fn predictable_names_tell_the_function() {
        let check = |name: &str, address: Option<&str>| {
            let name: NetdevName = name.parse().unwrap();
            let found = PciAddress::from_predictable_name(&name).map(|a| a.to_string());
            assert_eq!(found.as_deref(), address, "{name}");
        };
        check("ibp75s0", Some("0000:4b:00.0"));
        check("ibp161s0f1", Some("0000:a1:00.1"));
        check("ibP2p1s0", Some("0002:01:00.0"));
        check("ib0", None);
        check("ibs4f0", None);
        check("ibp75s0v3", None);
    }

    #[test]
    fn predictable_names_tell_virtual_functions() {
        let check = |name: &str| name.parse::<NetdevName>().unwrap().names_virtual_function();
        assert!(check("ibp75s0v3") && check("ibs4f0v1"));
        assert!(!check("ibp75s0") && !check("ib0") && !check("ibvirt0"));
    }

    #[test]
    fn children_know_their_parent() {
        let parent = |name: &str| name.parse::<NetdevName>().unwrap().parent().map(|p| p.to_string());
        assert_eq!(parent("ib0.8001").as_deref(), Some("ib0"));
        assert_eq!(parent("ibp75s0.ffff").as_deref(), Some("ibp75s0"));
        assert_eq!(parent("ib0"), None);
        assert_eq!(parent("eth0.zz"), None);
    }
}
