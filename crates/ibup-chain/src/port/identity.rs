//! Which function, RDMA device and netdev are one port.
//!
//! Few lines name two of the three. What is known goes first: lines that name both (a rename, a driver's prefix), and
//! predictable names, which spell the address. What is left is matched by count and order: netdevs that appeared with
//! functions that made one, netdevs that somebody missed with functions that made none. Where counts differ nothing
//! is guessed.

use std::collections::{BTreeMap, BTreeSet};

use super::Port;
use super::modules::Family;
use crate::boot::Boot;
use crate::event::{Event, EventKind, PciIdentity, Subject};
use crate::name::{HcaName, NetdevName, PciAddress};
use crate::stage::Stage;

mod ethernet;
mod number;

use ethernet::Ethernet;

/// What the log tells of identities.
#[derive(Default)]
struct Identities {
    /// What the bus said of each function, and whether an HCA driver spoke of it.
    functions: BTreeMap<PciAddress, Function>,
    /// Functions of RDMA devices.
    hcas: BTreeMap<HcaName, Option<PciAddress>>,
    /// IPoIB netdevs by their last name.
    netdevs: BTreeMap<NetdevName, Netdev>,
    /// The name each former name gave way to.
    renamed: BTreeMap<NetdevName, NetdevName>,
    /// Ethernet netdevs of HCAs, whose link the driver tells of.
    ethernet: BTreeMap<NetdevName, Ethernet>,
    /// Netdevs that a network service had to raise.
    wanted: BTreeSet<NetdevName>,
    /// Names that netdevs should have got and did not, each with the name that was kept.
    denied: BTreeMap<NetdevName, NetdevName>,
}

#[derive(Default)]
struct Function {
    identity: Option<PciIdentity>,
    has_hca_driver: bool,
    has_failed: bool,
    /// When an HCA driver first spoke of it, in the order of entries.
    taken: Option<u64>,
    /// Whether it has an Ethernet netdev.
    has_ethernet: bool,
    /// When it made a netdev, in the order of entries.
    made_netdev: Option<u64>,
    /// When it last failed to make a netdev, in the order of entries.
    failed_netdev: Option<u64>,
}

impl Function {
    /// Returns whether this is a function of an HCA whose link is InfiniBand, as far as the log tells.
    fn is_infiniband(&self) -> bool {
        let says_ethernet = self.has_ethernet || self.identity.is_some_and(PciIdentity::is_ethernet);
        self.identity.is_some_and(PciIdentity::is_fabric) || (self.has_hca_driver && !says_ethernet)
    }
}

#[derive(Default)]
struct Netdev {
    function: Option<PciAddress>,
    is_ethernet: bool,
    /// When it was first seen to exist, in the order of entries.
    appeared: Option<u64>,
}

/// Returns the ports that the log of a boot speaks of: bound ones by address, then the rest by name.
pub(super) fn ports(boot: &Boot) -> Vec<Port<'_>> {
    let mut identities = Identities::default();
    boot.events().for_each(|event| identities.learn(event));
    identities.bind_denied_names();
    identities.bind_hcas();
    identities.add_ethernet(boot);
    identities.forget_the_rest();
    identities.bind_by_name();
    identities.bind_children();
    identities.learn_failures(boot);
    // Where fewer netdevs appeared than there are functions, it is not that of a function which failed to make one. As many
    // as functions are there after a later try.
    let has_made = |function: &Function| function.made_netdev.is_some() && function.failed_netdev.is_none();
    identities.bind_by_order(|netdev| netdev.appeared.is_some(), has_made);
    identities.bind_by_order(|netdev| netdev.appeared.is_some(), |function| function.made_netdev.is_some());
    let may_have_made = |function: &Function| !function.has_failed && function.failed_netdev.is_none();
    identities.bind_by_order(|netdev| netdev.appeared.is_some(), may_have_made);
    identities.bind_by_order(|netdev| netdev.appeared.is_some(), |function| !function.has_failed);
    identities.bind_by_order(|netdev| netdev.appeared.is_none(), |function| function.made_netdev.is_none());
    identities.bind_by_order(|_| true, |_| true);
    identities.bind_children();
    identities.into_ports(boot)
}

impl Identities {
    fn learn(&mut self, event: &Event) {
        let subject = &event.subject;
        if let Some(pci) = subject.pci {
            let function = self.functions.entry(pci).or_default();
            match event.kind {
                EventKind::FunctionFound(identity) => function.identity = Some(identity),
                EventKind::FunctionSetUp | EventKind::BridgeFound(..) => {}
                // Of any device somebody may say that its bus has trouble.
                EventKind::Sign { code, .. }
                    if Stage::of_code(code) == Some(Stage::Pci) && !event.is_by_hca_driver() => {}
                EventKind::DriverFailed { .. } => {
                    (function.has_hca_driver, function.has_failed) = (true, true);
                }
                _ => function.has_hca_driver = true,
            }
            if function.has_hca_driver {
                function.taken.get_or_insert(event.order);
            }
            // Of a function of either kind, as the bus says, one port may be Ethernet and the other not.
            function.has_ethernet |= function.identity.is_none() && event.shows_ethernet();
            if event.kind == EventKind::NetdevCreated {
                function.made_netdev.get_or_insert(event.order);
            }
        }
        if let Some(hca) = &subject.hca {
            let function = self.hcas.entry(hca.clone()).or_default();
            *function = function.or(subject.pci);
        }
        if let Some(name) = &subject.netdev {
            self.learn_ethernet(name, event);
            self.learn_netdev(name, event);
        }
    }

    fn learn_netdev(&mut self, name: &NetdevName, event: &Event) {
        let mut known = Netdev::default();
        if let EventKind::NetdevRenamed { from } = &event.kind {
            known = self.netdevs.remove(from).unwrap_or_default();
            self.renamed.insert(from.clone(), name.clone());
            self.renamed.remove(name);
            if !from.looks_like_ipoib() && !name.looks_like_ipoib() && known.appeared.is_none() {
                return;
            }
        }
        let says_ipoib = match &event.kind {
            EventKind::HandOffDeferred
            | EventKind::NetdevRenamed { .. }
            | EventKind::Sign { code: "IB0803 opened", .. } => true,
            EventKind::NetdevRenameFailed { to } => to.looks_like_ipoib(),
            EventKind::Sign { code, .. } => *code == "IB0610 bond",
            _ => false,
        };
        if let EventKind::NetdevRenameFailed { to } = &event.kind {
            self.denied.insert(to.clone(), name.clone());
        }
        if self.renamed.contains_key(name) && !event.shows_netdev() {
            // Somebody asks for a name that is gone.
            return;
        }
        let is_known = self.netdevs.contains_key(name);
        if !is_known && !name.looks_like_ipoib() && !says_ipoib {
            return;
        }
        let netdev = self.netdevs.entry(name.clone()).or_insert(known);
        netdev.function = netdev.function.or(event.subject.pci);
        if event.shows_netdev() {
            netdev.appeared.get_or_insert(event.order);
        }
    }

    /// Takes a name that a netdev should have got for the one that it kept, unless another netdev has it: who asks for
    /// the one means the other.
    fn bind_denied_names(&mut self) {
        self.deny_by_order();
        for (name, kept) in std::mem::take(&mut self.denied) {
            let is_taken = self.netdevs.get(&name).is_some_and(|netdev| netdev.appeared.is_some());
            if !is_taken && self.netdevs.contains_key(&kept) {
                self.netdevs.remove(&name);
                self.renamed.insert(name, kept);
            }
        }
    }

    /// Takes the one netdev that was left under a name of the moment for the one that somebody missed.
    fn deny_by_order(&mut self) {
        let left =
            |(name, netdev): &(&NetdevName, &Netdev)| name.is_of_the_moment() && netdev.appeared.is_some();
        let is_missed = |(name, netdev): &(&NetdevName, &Netdev)| {
            netdev.appeared.is_none() && netdev.function.is_none() && name.parent().is_none()
        };
        let names = |is: &dyn Fn(&(&NetdevName, &Netdev)) -> bool| -> Vec<NetdevName> {
            self.netdevs.iter().filter(is).map(|(name, _)| name.clone()).collect()
        };
        if let ([kept], [missed]) = (&names(&left)[..], &names(&is_missed)[..]) {
            self.denied.insert(missed.clone(), kept.clone());
        }
    }

    /// Binds RDMA devices of mlx5 by their number: the driver counts the functions it took, Ethernet or not, in the order of
    /// the bus or, where the log shows other numbers, in that in which it first spoke of them. Those that udev named after
    /// their function tell it themselves.
    ///
    /// Source: Linux, drivers/infiniband/hw/mlx5/main.c, `mlx5_ib_stage_ib_reg_init` (the name is `mlx5_%d`).
    fn bind_hcas(&mut self) {
        let number_of = |hca: &HcaName| {
            hca.to_string().strip_prefix("mlx5_").and_then(|number| number.parse::<usize>().ok())
        };
        let mut taken: Vec<_> = self
            .functions
            .iter()
            .filter(|(_, function)| function.has_hca_driver && !function.has_failed)
            .map(|(pci, function)| (*pci, function.taken))
            .collect();
        let contradicts = |order: &[(PciAddress, Option<u64>)]| {
            self.hcas.iter().any(|(hca, function)| {
                let counted = number_of(hca).and_then(|number| order.get(number));
                function.zip(counted).is_some_and(|(shown, (counted, _))| shown != *counted)
            })
        };
        if contradicts(&taken) {
            taken.sort_by_key(|(_, taken)| *taken);
        }
        let taken: Vec<_> = taken.into_iter().map(|(pci, _)| pci).collect();
        for (hca, function) in &mut self.hcas {
            let number = number_of(hca);
            let spelled = hca.to_string().parse().ok();
            let spelled = spelled.and_then(|name| PciAddress::from_predictable_name(&name));
            let spelled = spelled.filter(|pci| taken.contains(pci));
            let counted = number.and_then(|number| taken.get(number).copied());
            *function = function.or(counted).or(spelled);
        }
    }

    /// Notes of which functions the kernel says that the netdev of a port could not be made. It names the RDMA device.
    fn learn_failures(&mut self, boot: &Boot) {
        for event in boot.events().filter(|event| event.kind == EventKind::NetdevFailed) {
            let Subject { pci, hca, .. } = &event.subject;
            let by_device = hca.as_ref().and_then(|hca| self.hcas.get(hca).copied().flatten());
            if let Some(function) = pci.or(by_device).and_then(|pci| self.functions.get_mut(&pci)) {
                function.failed_netdev = Some(event.order);
            }
        }
    }

    /// Drops functions that are not of an HCA on InfiniBand.
    fn forget_the_rest(&mut self) {
        let bound: BTreeSet<_> = self.netdevs.values().filter_map(|netdev| netdev.function).collect();
        self.functions.retain(|pci, function| function.is_infiniband() || bound.contains(pci));
    }

    /// Binds netdevs whose name spells the address of a known function.
    fn bind_by_name(&mut self) {
        for (name, netdev) in &mut self.netdevs {
            let spelled = PciAddress::from_predictable_name(name);
            let known = spelled.filter(|pci| self.functions.contains_key(pci));
            netdev.function = netdev.function.or(known);
        }
    }

    /// Binds `P_Key` children to the function of their parent.
    fn bind_children(&mut self) {
        let parents: BTreeMap<_, _> =
            self.netdevs.iter().map(|(name, netdev)| (name.clone(), netdev.function)).collect();
        for (name, netdev) in &mut self.netdevs {
            let parent = name.parent().and_then(|parent| parents.get(&parent).copied().flatten());
            netdev.function = netdev.function.or(parent);
        }
    }

    /// Binds what is still free on both sides, in order, if there are as many netdevs as functions.
    fn bind_by_order(&mut self, of: impl Fn(&Netdev) -> bool, to: impl Fn(&Function) -> bool) {
        let taken: BTreeSet<_> = self.netdevs.values().filter_map(|netdev| netdev.function).collect();
        let free = self.functions.iter().filter(|(pci, function)| !taken.contains(pci) && to(function));
        // Functions make their netdevs in turn; those that made none are in the order of the bus.
        let mut functions: Vec<_> = free.map(|(pci, function)| (function.made_netdev, *pci)).collect();
        functions.sort_unstable();
        let has_two_ports = self.has_two_ports();
        let known: BTreeSet<_> = self.netdevs.keys().cloned().collect();
        let is_parent = |name: &NetdevName| name.parent().is_none_or(|parent| !known.contains(&parent));
        let mut netdevs: Vec<_> = self
            .netdevs
            .iter_mut()
            .filter(|(_, netdev)| netdev.function.is_none() && !netdev.is_ethernet && of(netdev))
            .filter(|(name, _)| is_parent(name))
            .collect();
        if let [(_, only)] = functions[..]
            && netdevs.len() == 2
            && has_two_ports
        {
            for (_, netdev) in netdevs {
                netdev.function = Some(only);
            }
            return;
        }
        if netdevs.len() != functions.len() {
            return;
        }
        netdevs.sort_by_key(|(name, _)| natural_order(name));
        for ((_, netdev), (_, pci)) in netdevs.into_iter().zip(functions) {
            netdev.function = Some(pci);
        }
    }

    /// Returns whether the machine's HCA is of a generation that has two ports on one function: `ConnectX-3` and before.
    fn has_two_ports(&self) -> bool {
        let identities = self.functions.values().filter_map(|function| function.identity);
        let by_bus = identities.filter_map(Family::of_identity);
        let mut families = self.hcas.keys().filter_map(Family::of_device).chain(by_bus);
        self.functions.len() <= 1 && families.any(|family| family.has_two_ports)
    }

    fn into_ports(self, boot: &Boot) -> Vec<Port<'_>> {
        let mut ports: Vec<Port<'_>> = Vec::new();
        for (name, netdev) in &self.netdevs {
            ports.push(Port { pci: netdev.function, netdev: Some(name.clone()), ..Port::blank(boot) });
        }
        let named: BTreeSet<_> = ports.iter().filter_map(|port| port.pci).collect();
        for pci in self.functions.keys().filter(|pci| !named.contains(pci)) {
            ports.push(Port { pci: Some(*pci), ..Port::blank(boot) });
        }
        let free: Vec<_> = self.hcas.iter().filter(|(_, pci)| pci.is_none()).map(|(hca, _)| hca).collect();
        let functions: BTreeSet<_> = ports.iter().map(|port| port.pci).collect();
        let is_one = ports.len() == 1 || (functions.len() == 1 && self.has_two_ports());
        let single = if is_one && self.hcas.len() == 1 { free.first().copied() } else { None };
        for port in &mut ports {
            let hca =
                self.hcas.iter().find(|(_, pci)| pci.is_some() && **pci == port.pci).map(|(hca, _)| hca);
            port.hca = hca.or(single).cloned();
        }
        if ports.is_empty() {
            ports.extend(free.iter().map(|hca| Port { hca: Some((*hca).clone()), ..Port::blank(boot) }));
        }
        self.deal_out(boot, &mut ports);
        ports.sort_by_cached_key(|port| {
            (port.pci.is_none(), port.pci, port.netdev.as_ref().map(natural_order))
        });
        ports
    }

    /// Gives each port the events that happened to it, and all of them what was said of the machine.
    fn deal_out<'b>(&self, boot: &'b Boot, ports: &mut [Port<'b>]) {
        let (mut by_netdev, mut by_pci, mut by_hca) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let mut machine = Vec::new();
        for event in boot.events() {
            let subject = &event.subject;
            if let Some(name) = &subject.netdev {
                by_netdev.entry(self.last_name(name).clone()).or_insert_with(Vec::new).push(event);
            } else if let Some(pci) = subject.pci {
                by_pci.entry(pci).or_insert_with(Vec::new).push(event);
            } else if let Some(hca) = &subject.hca {
                by_hca.entry(hca.clone()).or_insert_with(Vec::new).push(event);
            } else if matches!(event.kind, EventKind::Sign { .. }) {
                machine.push(event);
            }
        }
        // A tool that tells of no device in particular tells of the only one.
        let only = ports.len() == 1;
        let is_bare = |event: &&Event| {
            event.subject == Subject::default() && matches!(event.kind, EventKind::PhysicalChanged(_))
        };
        let bare: Vec<_> = boot.events().filter(|event| only && is_bare(event)).collect();
        let siblings = number::siblings(ports);
        for (port, index) in ports.iter_mut().zip(siblings) {
            let is_child = port.netdev.as_ref().is_some_and(|name| name.parent().is_some());
            let mine = port.netdev.as_ref().and_then(|name| by_netdev.get(name));
            let function = port.pci.and_then(|pci| by_pci.get(&pci));
            let device = port.hca.as_ref().and_then(|hca| by_hca.get(hca));
            let of_parent = |event: &&&Event| is_child && event.kind == EventKind::NetdevCreated;
            let shared = function.into_iter().chain(device).flatten().filter(|event| !of_parent(event));
            let above = port.pci.map(|pci| super::bus::signs_above(boot, pci)).unwrap_or_default();
            port.events =
                mine.into_iter().flatten().chain(shared).chain(&bare).copied().chain(above).collect();
            port.events.sort_by_key(|event| event.order);
            port.number = number::number(port, index);
            let number = port.number;
            port.events.retain(|event| event.subject.port.is_none_or(|port| Some(port) == number));
            port.machine.clone_from(&machine);
        }
    }

    /// Returns the name that a netdev ended up with.
    fn last_name<'n>(&'n self, name: &'n NetdevName) -> &'n NetdevName {
        let mut last = name;
        for _ in 0..RENAMES_MAX {
            match self.renamed.get(last) {
                Some(next) => last = next,
                None => break,
            }
        }
        last
    }
}

/// So many renames of one netdev are followed. udev renames once; the bound cuts circles.
const RENAMES_MAX: usize = 16;

/// Returns a key by which `ib10` comes after `ib9`.
fn natural_order(name: &NetdevName) -> (String, u64, String) {
    let text = name.as_str();
    let digits = text.find(|c: char| c.is_ascii_digit()).unwrap_or(text.len());
    let rest = &text[digits..];
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    (text[..digits].into(), rest[..end].parse().unwrap_or(0), rest[end..].into())
}
