//! Which netdevs a piece of configuration is for.

use crate::hardware_address::HardwareAddress;
use crate::name::NetdevName;
use crate::pkey::Pkey;

mod patterns;

pub use patterns::{Pattern, Patterns};

/// A netdev as far as the caller knows it: the question that configuration answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Netdev {
    /// Its name.
    pub name: NetdevName,
    /// Further names the kernel knows it by.
    pub other_names: Vec<NetdevName>,
    /// Its hardware address; `None` while it does not exist.
    pub hardware_address: Option<HardwareAddress>,
    /// The driver of the device behind it.
    pub driver: Option<String>,
    /// Its parent and `P_Key`, if it is a child.
    pub child_of: Option<(NetdevName, Pkey)>,
    /// Whether its link layer is InfiniBand (ARP type 32).
    pub is_infiniband: bool,
}

impl Netdev {
    /// Returns an InfiniBand netdev of which only the name is known.
    pub fn named(name: &NetdevName) -> Self {
        Self {
            name: name.clone(),
            other_names: Vec::new(),
            hardware_address: None,
            driver: None,
            child_of: None,
            is_infiniband: true,
        }
    }

    /// Returns the netdev with a hardware address.
    #[must_use]
    pub fn with_hardware_address(self, address: HardwareAddress) -> Self {
        Self { hardware_address: Some(address), ..self }
    }

    /// Returns the netdev with a driver.
    #[must_use]
    pub fn with_driver(self, driver: &str) -> Self {
        Self { driver: Some(driver.to_owned()), ..self }
    }

    /// Returns the netdev as a child of another.
    #[must_use]
    pub fn as_child_of(self, parent: &NetdevName, pkey: Pkey) -> Self {
        Self { child_of: Some((parent.clone(), pkey)), ..self }
    }

    fn names(&self) -> impl Iterator<Item = &NetdevName> {
        std::iter::once(&self.name).chain(&self.other_names)
    }
}

/// Which netdevs a piece of configuration is for: those that meet every condition stated.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selector {
    /// Names, as patterns.
    pub names: Patterns,
    /// Drivers, as patterns.
    pub drivers: Patterns,
    /// Hardware addresses, any of them; empty for every address.
    pub hardware_addresses: Vec<HardwareAddress>,
    /// How much of an InfiniBand address must agree.
    pub address_rule: AddressRule,
    /// The link layer, where stated: `Some(true)` for InfiniBand alone.
    pub infiniband: Option<bool>,
    /// Whether children are left out.
    pub excludes_children: bool,
    /// Conditions that this crate does not evaluate.
    pub not_evaluated: Vec<String>,
}

/// How much of an InfiniBand address must agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum AddressRule {
    /// All twenty bytes, queue pair number included.
    #[default]
    Whole,
    /// The port GUID: the last eight.
    PortGuid,
}

/// How a netdev fits a selector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fit {
    /// It is selected.
    Selected,
    /// It would be but for its hardware address, which is of another port or, the flag says, the same port's with
    /// another queue pair number or subnet prefix.
    OtherHardware {
        /// Whether the port GUID agrees.
        is_same_port: bool,
    },
    /// It would be but for a condition that this crate does not evaluate.
    CannotTell,
    /// It is not selected.
    No,
}

impl Selector {
    /// Returns the selector of one name.
    pub fn name(name: &NetdevName) -> Self {
        Self { names: Patterns::literal(name.as_str()), ..Self::default() }
    }

    /// Returns the one name selected, where a single name is written out.
    pub fn only_name(&self) -> Option<NetdevName> {
        match self.names.any_of.as_slice() {
            [Pattern::Literal(name)] if !self.names.negated => name.parse().ok(),
            _ => None,
        }
    }

    /// Returns how a netdev fits.
    pub fn fit(&self, netdev: &Netdev) -> Fit {
        let driver_fits = netdev.driver.as_deref().map(|driver| self.drivers.matches([driver]));
        let link_fits = self.infiniband.is_none_or(|infiniband| infiniband == netdev.is_infiniband)
            && !(self.excludes_children && netdev.child_of.is_some());
        if !self.names.matches(netdev.names().map(NetdevName::as_str))
            || !link_fits
            || driver_fits == Some(false)
        {
            return Fit::No;
        }
        if let Some(fit) = self.misses_hardware(netdev) {
            return fit;
        }
        let is_known = self.not_evaluated.is_empty() && (driver_fits.is_some() || self.drivers.is_empty());
        if is_known { Fit::Selected } else { Fit::CannotTell }
    }

    /// Returns the fit of a netdev with another address than those selected.
    fn misses_hardware(&self, netdev: &Netdev) -> Option<Fit> {
        if self.hardware_addresses.is_empty() {
            return None;
        }
        let Some(address) = netdev.hardware_address else {
            // A netdev that does not exist yet: its name decides, where a name is stated at all.
            return self.names.is_empty().then_some(Fit::CannotTell);
        };
        let mut addresses = self.hardware_addresses.iter();
        let is_same_port = self.hardware_addresses.iter().any(|other| other.is_same_port(&address));
        let fits = match self.address_rule {
            AddressRule::Whole => addresses.any(|other| *other == address),
            AddressRule::PortGuid => is_same_port,
        };
        // Without a name, another address is no near miss but another interface's configuration.
        let miss = if self.names.is_empty() && !is_same_port {
            Fit::No
        } else {
            Fit::OtherHardware { is_same_port }
        };
        (!fits).then_some(miss)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IB: &str = "a0:00:02:20:fe:80:00:00:00:00:00:00:ec:0d:9a:03:00:15:e2:c1";

    fn ib0() -> Netdev {
        Netdev::named(&"ib0".parse().unwrap())
    }

    #[test]
    fn every_condition_counts() {
        let selector = Selector {
            names: Patterns::glob("ib*"),
            drivers: Patterns::glob("mlx5_core*"),
            infiniband: Some(true),
            ..Selector::default()
        };
        assert_eq!(selector.fit(&ib0()), Fit::CannotTell);
        assert_eq!(selector.fit(&ib0().with_driver("mlx5_core[ib_ipoib]")), Fit::Selected);
        assert_eq!(selector.fit(&ib0().with_driver("hfi1")), Fit::No);
        assert_eq!(selector.fit(&Netdev { is_infiniband: false, ..ib0() }), Fit::No);
    }

    #[test]
    fn a_negated_list_selects_the_others() {
        let names = Patterns { negated: true, ..Patterns::glob("ib*") };
        assert_eq!(Selector { names, ..Selector::default() }.fit(&ib0()), Fit::No);
    }

    #[test]
    fn hardware_is_compared_by_rule() {
        let address: HardwareAddress = IB.parse().unwrap();
        let reloaded: HardwareAddress = IB.replacen("a0:00:02:20", "80:00:10:48", 1).parse().unwrap();
        let other: HardwareAddress = IB.replace("e2:c1", "e2:c2").parse().unwrap();
        let whole = Selector { hardware_addresses: vec![address], ..Selector::name(&"ib0".parse().unwrap()) };
        let by_guid = Selector { address_rule: AddressRule::PortGuid, ..whole.clone() };
        let nameless = Selector { names: Patterns::default(), ..by_guid.clone() };
        for (selector, address, expected) in [
            (&whole, Some(address), Fit::Selected),
            (&whole, Some(reloaded), Fit::OtherHardware { is_same_port: true }),
            (&whole, Some(other), Fit::OtherHardware { is_same_port: false }),
            (&whole, None, Fit::Selected),
            (&by_guid, Some(reloaded), Fit::Selected),
            (&by_guid, Some(other), Fit::OtherHardware { is_same_port: false }),
            (&nameless, Some(reloaded), Fit::Selected),
            (&nameless, Some(other), Fit::No),
            (&nameless, None, Fit::CannotTell),
        ] {
            assert_eq!(selector.fit(&Netdev { hardware_address: address, ..ib0() }), expected);
        }
    }
}
