//! Ports: which function, RDMA device and netdev belong together, and what happened to them.

use crate::boot::Boot;
use crate::event::{Event, EventKind, Subject};
use crate::name::{HcaName, NetdevName, PciAddress};

mod absence;
mod address;
mod bus;
mod ending;
mod ethernet;
mod facts;
mod identity;
mod link;
mod modules;
mod outcome;
mod raising;
mod stages;
mod traffic;

pub(crate) use link::LINK_PATIENCE;
pub use outcome::Outcome;
pub use stages::{StageReport, StageState};

/// One port of an HCA in one boot, with the interface on it: one climb of the chain.
#[derive(Debug, Clone)]
pub struct Port<'b> {
    /// The boot it is part of.
    pub boot: &'b Boot,
    /// The PCI function, where the log tells it.
    pub pci: Option<PciAddress>,
    /// The RDMA device, where the log tells it.
    pub hca: Option<HcaName>,
    /// The port of the RDMA device, where the log tells it.
    pub number: Option<u8>,
    /// The interface by its last name, where there is one or somebody asked for one.
    pub netdev: Option<NetdevName>,
    /// What happened to it, in order.
    events: Vec<&'b Event>,
    /// Signs that name no port.
    machine: Vec<&'b Event>,
}

impl<'b> Port<'b> {
    /// Returns the ports that the log of a boot speaks of.
    pub fn all(boot: &'b Boot) -> Vec<Port<'b>> {
        identity::ports(boot)
    }

    /// Returns a port of which nothing is known but what the log says of the machine as a whole.
    pub fn of_machine(boot: &'b Boot) -> Port<'b> {
        let machine = boot.events().filter(|event| event.subject == Subject::default());
        Port { machine: machine.collect(), ..Self::blank(boot) }
    }

    /// Returns a port of which nothing is known.
    fn blank(boot: &'b Boot) -> Port<'b> {
        Port {
            boot,
            pci: None,
            hca: None,
            number: None,
            netdev: None,
            events: Vec::new(),
            machine: Vec::new(),
        }
    }

    /// Returns what happened to this port, in order.
    pub fn events(&self) -> impl DoubleEndedIterator<Item = &'b Event> {
        self.events.iter().copied()
    }

    /// Returns the first event of a kind.
    pub fn first(&self, is: impl Fn(&EventKind) -> bool) -> Option<&'b Event> {
        self.events().find(|event| is(&event.kind))
    }

    /// Returns the last event of a kind.
    pub fn last(&self, is: impl Fn(&EventKind) -> bool) -> Option<&'b Event> {
        self.events().rfind(|event| is(&event.kind))
    }

    /// Returns the signs of a diagnosis: those of this port and those that name no port.
    pub fn signs(&self, wanted: &str) -> Vec<&'b Event> {
        let is_sign = |event: &&Event| matches!(event.kind, EventKind::Sign { code, .. } if code == wanted);
        let machine = self.machine.iter().copied();
        let mut signs: Vec<_> = self.events().chain(machine).filter(is_sign).collect();
        signs.sort_by_key(|event| event.order);
        signs
    }

    /// Returns the driver's first word on the function.
    pub fn driver_bound(&self) -> Option<&'b Event> {
        self.first(|kind| *kind == EventKind::DriverBound || kind.shows_driver())
    }

    /// Returns the first event that shows the function at work under its driver.
    pub fn driver_ready(&self) -> Option<&'b Event> {
        self.first(EventKind::shows_driver)
    }

    /// Returns the event by which the driver gave the function up, if it never took it after all.
    pub fn driver_failed(&self) -> Option<&'b Event> {
        let failed = self.last(|kind| matches!(kind, EventKind::DriverFailed { .. }))?;
        let recovered = self.last(|kind| kind.shows_driver() || kind.shows_netdev());
        recovered.is_none_or(|event| event.order <= failed.order).then_some(failed)
    }

    /// Returns the first event that shows that the netdev exists. mlx5 plans the queues of a netdev before it may fail
    /// to make it, so that alone shows nothing where a failure follows.
    pub fn netdev_appeared(&self) -> Option<&'b Event> {
        let failed = self.last(EventKind::fails_netdev);
        self.events().find(|event| {
            let is_undone = failed.is_some_and(|failed| failed.order > event.order);
            event.shows_netdev() && !(event.kind == EventKind::NetdevCreated && is_undone)
        })
    }

    /// Returns whether the trouble was got over: the netdev came after it, and the network service did not miss it in
    /// between.
    pub fn overcame(&self, trouble: &Event) -> bool {
        let netdev = self.last(EventKind::shows_netdev).is_some_and(|seen| seen.order > trouble.order);
        netdev && self.missed().is_none_or(|missed| missed.order < trouble.order)
    }

    /// Returns the network service's first try for a netdev that did not exist yet, by the name it asked for.
    pub fn missed(&self) -> Option<&'b Event> {
        let missed = self.first(|kind| matches!(kind, EventKind::RaiseFoundNothing(_)))?;
        let existed = self.netdev_appeared().is_some_and(|appeared| appeared.order < missed.order);
        (!existed || self.named_after(missed).is_some()).then_some(missed)
    }

    /// Returns the load of `ib_ipoib` that came too late for the network service, where the log tells of it.
    pub fn late_load(&self) -> Option<&'b Event> {
        let missed = self.missed()?;
        self.boot.ipoib_load(self.netdev_appeared()).filter(|load| load.order > missed.order)
    }

    /// Returns the event that made the netdev one that the network service could have found.
    pub fn available(&self) -> Option<&'b Event> {
        let named = self.missed().and_then(|missed| self.named_after(missed));
        named.or(self.netdev_appeared())
    }

    /// Returns the event by which the netdev got the name that somebody had asked for in vain.
    fn named_after(&self, missed: &Event) -> Option<&'b Event> {
        self.events().find(|event| {
            let renamed = matches!(event.kind, EventKind::NetdevRenamed { .. });
            renamed && event.order > missed.order && event.subject.netdev == missed.subject.netdev
        })
    }
}
