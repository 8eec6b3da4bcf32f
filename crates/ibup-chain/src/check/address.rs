//! Whether an interface has its address, by the tables that the kernel shows to everybody.
//!
//! The table of IPv4 addresses (`fib_trie`) does not say whose they are. An interface has one of them where a route that
//! needs no gateway leads through it to a network in which the address lies.
//!
//! Source: Linux, `net/ipv4/fib_trie.c` (`fib_trie_seq_show`, `fib_route_seq_show`), `net/ipv6/addrconf.c`
//! (`if6_seq_show`).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ibup_config::{InterfaceConfig, NetdevName, Tree};

use crate::bringup::modules::text;
use crate::bringup::raise::addressed::{LOCAL_ADDRESSES, local_addresses};

const ROUTES: &str = "/proc/net/route";
const ADDRESSES_6: &str = "/proc/net/if_inet6";
/// `IFA_F_DADFAILED`: somebody else has the address.
const DUPLICATE: u32 = 0x08;
/// `IPV6_ADDR_LINKLOCAL` as the scope that the table shows.
const LINK_LOCAL: &str = "20";

/// Returns whether the configuration gives the interface an address: to a port of a bond or bridge, it does not.
pub(super) fn is_given(config: &InterfaceConfig) -> bool {
    let is_port = config.bond_master.is_some() || config.bridge.is_some();
    !is_port && (config.dhcp || !config.addresses.is_empty())
}

/// Returns whether the interface has one of the addresses that are stated for it; where none is, any but a link-local one.
pub(super) fn is_there(tree: &dyn Tree, name: &NetdevName, config: Option<&InterfaceConfig>) -> bool {
    let stated = config.filter(|config| is_given(config)).map_or(&[][..], |config| &config.addresses);
    let fits = |ip: IpAddr| stated.is_empty() || stated.iter().any(|address| address.ip == ip);
    let leads_here = || networks(tree, name);
    let local = text(tree, LOCAL_ADDRESSES).unwrap_or_default();
    let mut own = local_addresses(&local).filter_map(|text| text.parse::<Ipv4Addr>().ok());
    // What is stated may be a lone address, which no network leads to.
    own.any(|ip| {
        fits(ip.into()) && (!stated.is_empty() || leads_here().iter().any(|network| network.has(ip)))
    }) || addresses_6(tree, name).into_iter().any(|ip| fits(ip.into()))
}

/// A network that an interface is in.
struct Network {
    address: u32,
    mask: u32,
}

impl Network {
    fn has(&self, ip: Ipv4Addr) -> bool {
        ip.to_bits() & self.mask == self.address
    }
}

/// Returns the IPv4 networks that an interface leads to without a gateway.
fn networks(tree: &dyn Tree, name: &NetdevName) -> Vec<Network> {
    let table = text(tree, ROUTES).unwrap_or_default();
    let network = |line: &str| {
        let mut columns = line.split_whitespace();
        let (interface, destination) = (columns.next()?, octets(columns.next()?)?);
        let gateway = octets(columns.next()?)?;
        let mask = octets(columns.nth(4)?)?;
        let is_own = interface == name.as_str() && gateway == 0 && mask != 0;
        is_own.then_some(Network { address: destination, mask })
    };
    table.lines().filter_map(network).collect()
}

/// Reads four octets in network order, which the table shows as one number of the machine.
fn octets(text: &str) -> Option<u32> {
    Some(u32::from_be_bytes(u32::from_str_radix(text, 16).ok()?.to_ne_bytes()))
}

/// Returns the IPv6 addresses of an interface, but for link-local ones and those that somebody else has.
fn addresses_6(tree: &dyn Tree, name: &NetdevName) -> Vec<Ipv6Addr> {
    let table = text(tree, ADDRESSES_6).unwrap_or_default();
    let address = |line: &str| {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let [address, _, _, scope, flags, interface] = columns[..] else { return None };
        let flags = u32::from_str_radix(flags, 16).ok()?;
        let is_own = interface == name.as_str() && scope != LINK_LOCAL && flags & DUPLICATE == 0;
        let address = u128::from_str_radix(address, 16).ok()?;
        is_own.then(|| Ipv6Addr::from_bits(address))
    };
    table.lines().filter_map(address).collect()
}
