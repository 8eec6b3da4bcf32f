//! A port's link: cable, physical and logical state, carrier.

use std::time::Duration;

use super::Port;
use crate::event::{Event, EventKind, NetworkStack, PciIdentity, PhysicalState, PortState};
use crate::name::NetdevName;

/// A link that is not there so long after the interface was raised does not come by itself. Training takes seconds, and
/// `OpenSM` sweeps the subnet every ten (its `sweep_interval`), and at once when a port says that it has come up.
pub(crate) const LINK_PATIENCE: Duration = Duration::from_secs(30);

/// The reason of a cable error that is said of links which go on working.
const HOT: &str = "High Temperature";

impl<'b> Port<'b> {
    /// Returns the driver's last word on the cable where it says that there is none, if the link did not come after
    /// all.
    pub fn cable_out(&self) -> Option<&'b Event> {
        self.last_on_cable().filter(|cable| cable.kind == EventKind::CableUnplugged)
    }

    /// Returns the driver's last word on the cable where it says that it cannot be used, if the link did not come after
    /// all. A link that was there and became hot may still be.
    pub fn cable_failed(&self) -> Option<&'b Event> {
        let word = self.last_on_cable()?;
        let is_failure = |event: &&'b Event| matches!(event.kind, EventKind::CableFailed(_));
        // A loose contact is taken and lost in turn.
        let is_loose = word.kind == EventKind::CablePlugged && self.events().filter(is_failure).count() > 1;
        let failed = if is_loose { self.events().rfind(is_failure)? } else { word };
        let EventKind::CableFailed(reason) = &failed.kind else { return None };
        let was_up = self.first(shows_link).is_some_and(|link| link.order < failed.order);
        let lost = self.last(is_loss).is_some_and(|lost| lost.order > failed.order);
        let is_believed = !was_up || lost || **reason != *HOT;
        is_believed.then_some(failed)
    }

    /// Returns whether a cable is in the port, as far as the log tells.
    pub fn has_cable(&self) -> bool {
        self.last_on_cable().is_some_and(|cable| cable.kind == EventKind::CablePlugged)
            && self.cable_failed().is_none()
    }

    /// Returns the driver's last word on the cable, if no link came after it and nobody had taken the interface down.
    fn last_on_cable(&self) -> Option<&'b Event> {
        let cable = self.last(|kind| {
            let is_plain = matches!(kind, EventKind::CablePlugged | EventKind::CableUnplugged);
            is_plain || matches!(kind, EventKind::CableFailed(_))
        })?;
        (!self.link_came_after(cable) && !self.was_lowered_before(cable)).then_some(cable)
    }

    /// Returns the last word on the physical state of the port, if no link came after it.
    pub fn physical_state(&self) -> Option<(&'b Event, PhysicalState)> {
        let event = self.last(EventKind::is_port_state)?;
        let physical = self.last(|kind| matches!(kind, EventKind::PhysicalChanged(_)));
        let state = match (&event.kind, physical.map(|physical| &physical.kind)) {
            // Without a physical link a port is down; who says so need not say what it does instead.
            (EventKind::PhysicalChanged(state), _)
            | (EventKind::PortChanged(PortState::Down), Some(EventKind::PhysicalChanged(state))) => *state,
            (EventKind::PortChanged(PortState::Down | PortState::Active), _) => return None,
            _ => PhysicalState::LinkUp,
        };
        let is_over = self.link_came_after(event) || (state == PhysicalState::LinkUp && self.has_link());
        (!is_over).then_some((event, state))
    }

    /// Returns the last word on the logical state of the port, if no link came after it.
    pub fn logical_state(&self) -> Option<(&'b Event, PortState)> {
        let event = self.last(|kind| matches!(kind, EventKind::PortChanged(_)))?;
        let EventKind::PortChanged(state) = event.kind else { return None };
        // A port that looks for a partner again is no longer what it was.
        let last = self.last(|kind| kind.is_port_state() && *kind != LINK_UP)?;
        let is_over = self.link_came_after(event) || state == PortState::Active;
        (last.order == event.order && !is_over).then_some((event, state))
    }

    /// Returns the word by which the port is active, if that is the last on its state. Its netdev need not have carrier.
    pub fn is_active(&self) -> Option<&'b Event> {
        let active = EventKind::PortChanged(PortState::Active);
        self.last(|kind| kind.is_port_state() && *kind != LINK_UP).filter(|last| last.kind == active)
    }

    /// Returns the word by which the hardware has no link, whatever was done with the interface: no cable, a bad one, or
    /// a port that is not active.
    pub fn lacks_link(&self) -> Option<&'b Event> {
        let physical = || self.physical_state().filter(|(_, state)| *state != PhysicalState::LinkUp);
        let cable = self.cable_out().or_else(|| self.cable_failed());
        let logical = || self.logical_state().map(|(event, _)| event);
        cable.or_else(|| physical().map(|(event, _)| event)).or_else(logical)
    }

    /// Returns the event since when the interface, raised, waits for carrier, if none came.
    pub fn awaits_carrier(&self) -> Option<&'b Event> {
        let awaited = self.last(|kind| {
            matches!(kind, EventKind::CarrierAwaited | EventKind::CarrierMissing(_) | EventKind::CarrierLost)
        });
        let networkd = EventKind::Raised(Some(NetworkStack::Networkd));
        // networkd tells of the carrier of every link, at least of the loopback's.
        let by_networkd = |event: &Event| event.speaker.as_deref() == Some("systemd-networkd");
        let speaks =
            self.boot.events().any(|event| event.kind == EventKind::CarrierGained && by_networkd(event));
        let raised = self.first(|kind| *kind == networkd).filter(|_| speaks);
        let awaited = awaited.or(raised)?;
        (!self.link_came_after(awaited) && !self.was_lowered_before(awaited)).then_some(awaited)
    }

    /// Returns whether the log goes on so long after the event that the link would be there: by the clock or, where
    /// there is none, to the end of the boot. Who gave up has waited.
    pub fn has_waited_long(&self, since: &Event) -> bool {
        if matches!(since.kind, EventKind::CarrierMissing(_)) {
            return true;
        }
        match self.boot.last.since(since.stamp) {
            Some(waited) => waited >= LINK_PATIENCE,
            None => self.chance_shown_after(since),
        }
    }

    /// Returns the last event that shows the link gone or never there, if nothing after it shows it there.
    pub fn link_broken(&self) -> Option<&'b Event> {
        let link = self.last(|kind| {
            let is_told = shows_link(kind) || breaks_link(kind) || *kind == EventKind::CablePlugged;
            is_told && !matches!(kind, EventKind::CableFailed(_))
        });
        let broken = link.filter(|link| breaks_link(&link.kind));
        let since = self
            .awaits_carrier()
            .filter(|since| matches!(since.kind, EventKind::Raised(_)) && self.has_waited_long(since));
        let words = broken
            .into_iter()
            .chain(self.cable_failed())
            .chain(self.link_trouble())
            .chain(since)
            .chain(self.without_word())
            .chain(self.without_parent().filter(|word| !self.link_came_after(word)))
            .chain(self.unreachable());
        let last = words.max_by_key(|event| event.order)?;
        (!self.was_lowered_before(last)).then_some(last)
    }

    /// Returns a word on the machine that explains why there is no link, where a kernel that would tell of carrier tells of
    /// none for long: its subnet manager does not run, or the core cannot do with its ports what it should.
    /// NetworkManager raises nothing that has no carrier.
    fn without_word(&self) -> Option<&'b Event> {
        let said = self.machine.iter().copied().rfind(|sign| {
            matches!(sign.kind, EventKind::Sign { code: "IB0708 default" | "IB0714 moment", .. })
        });
        let unmanaged = || self.boot.manager_failed().filter(|_| self.has_cable());
        let word = unmanaged().or(said)?;
        let by_manager = EventKind::Raised(Some(NetworkStack::NetworkManager));
        // A port may be active and its interface without carrier all the same.
        let has_carrier =
            |kind: &EventKind| matches!(kind, EventKind::CarrierGained | EventKind::AddressAssigned);
        let has_link = self.first(|kind| has_carrier(kind) || *kind == by_manager).is_some();
        let is_managed = unmanaged().is_some() && self.is_active().is_some();
        let is_dark = self.boot.kernel_tells_carrier() && !has_link && !is_managed && !self.is_ethernet();
        (is_dark && self.has_waited_long(word)).then_some(word)
    }

    /// Returns the word by which a child is open and its parent is not: of `ip link`, or of the kernel at the time it was
    /// opened, if its network service, which tells of what it raises, was done and never raised the parent. A child has the
    /// link of its parent, and NetworkManager activates it without.
    pub fn without_parent(&self) -> Option<&'b Event> {
        let word =
            self.last(|kind| matches!(kind, EventKind::Sign { code: "IB0803 opened" | "IB0803 shown", .. }))?;
        let EventKind::Sign { code, detail: parent } = &word.kind else { return None };
        let is_shown = *code == "IB0803 shown";
        let is_parents_up = |event: &Event| {
            let is_parents = event.subject.netdev.as_ref().is_some_and(|name| *name.as_str() == **parent);
            is_parents
                && (event.order > word.order || !is_shown)
                && matches!(
                    event.kind,
                    EventKind::RaiseBegan(_)
                        | EventKind::Raised(_)
                        | EventKind::CarrierGained
                        | EventKind::AddressAssigned
                        | EventKind::Sign { code: "IB0803 opening", .. }
                )
        };
        // ifupdown says nothing where it succeeds; a kernel that speaks of what is opened does.
        let by_kernel = self.first(|kind| matches!(kind, EventKind::Sign { code: "IB0803 opening", .. }));
        let is_told = by_kernel.is_some()
            || self.boot.network_stack().is_some_and(|stack| stack != NetworkStack::Ifupdown);
        let is_alone = !self.boot.events().any(is_parents_up);
        let is_believed = is_shown || (is_told && self.chance_shown_after(word));
        let works = self.last(|kind| matches!(kind, EventKind::CarrierGained | EventKind::AddressAssigned));
        let works_after = works.is_some_and(|works| works.order > word.order);
        (is_alone && is_believed && !works_after).then_some(word)
    }

    /// Returns the last word by which the link cannot be, if no link came after it. Of an interface that had its link
    /// before, only a queue that is stuck is believed: the others may be got over without a word.
    pub fn link_trouble(&self) -> Option<&'b Event> {
        let trouble = self.last(EventKind::is_link_trouble)?;
        let is_stuck = matches!(trouble.kind, EventKind::Sign { code: "IB0712", .. });
        let had_link = self.first(shows_link).is_some_and(|link| link.order < trouble.order);
        let had_carrier = had_link && self.first(|kind| *kind == EventKind::CarrierGained).is_some();
        let came = self.link_came_after(trouble) || (is_stuck && self.was_raised_after(trouble));
        (!came && (is_stuck || !had_carrier)).then_some(trouble)
    }

    /// Returns whether the last word on the link is that it is there.
    fn has_link(&self) -> bool {
        self.last(|kind| shows_link(kind) || breaks_link(kind)).is_some_and(|link| shows_link(&link.kind))
    }

    /// Returns whether what fails in raising the interface, which was there in time, fails because the hardware has no link
    /// or somebody waited for carrier in vain.
    pub fn fails_for_want_of_link(&self) -> bool {
        let gave_up =
            self.awaits_carrier().is_some_and(|since| matches!(since.kind, EventKind::CarrierMissing(_)));
        self.missed().is_none() && (gave_up || self.lacks_link().is_some())
    }

    /// Returns the word by which neighbours do not answer over a link that is there, where the subnet manager of this
    /// machine is known to be older than its card.
    pub fn unreachable(&self) -> Option<&'b Event> {
        let sign = |wanted: &str| {
            let is = |event: &&&Event| matches!(event.kind, EventKind::Sign { code, .. } if code == wanted);
            self.machine.iter().rfind(is).copied()
        };
        let unreachable = sign("IB0711 unreachable").filter(|_| sign("IB0711 older").is_some())?;
        let link = self.last(|kind| shows_link(kind) || breaks_link(kind))?;
        let is_up = shows_link(&link.kind) && link.order < unreachable.order;
        let is_ndr = self.identity().is_some_and(PciIdentity::is_ndr);
        (is_up && is_ndr && !self.is_ethernet()).then_some(unreachable)
    }

    /// Returns whether the link came after the event.
    pub fn link_came_after(&self, event: &Event) -> bool {
        self.last(shows_link).is_some_and(|link| link.order > event.order)
    }

    /// Returns whether some port of this machine has its link: then what is said of another may be meant to be.
    pub fn is_beside_a_link(&self) -> bool {
        self.boot.events().any(|event| {
            let subject = &event.subject;
            let is_ours = subject.netdev.as_ref() == self.netdev.as_ref() && subject.netdev.is_some()
                || subject.pci == self.pci && subject.pci.is_some()
                || subject.hca == self.hca && subject.hca.is_some();
            let on_ipoib = subject.netdev.as_ref().is_some_and(NetdevName::looks_like_ipoib);
            let is_link =
                matches!(event.kind, EventKind::PortChanged(PortState::Active) | EventKind::EthernetLinkUp)
                    || (on_ipoib && matches!(event.kind, EventKind::CarrierGained | EventKind::Raised(_)));
            is_link && !is_ours
        })
    }

    /// Returns whether somebody wants the interface, or may: a cable was put into the port, and no network service is there
    /// that would have said that it tries. NetworkManager says nothing of an interface that has no carrier,
    /// ifupdown of none that it raised.
    pub fn may_be_wanted(&self) -> bool {
        let is_cabled =
            self.first(|kind| matches!(kind, EventKind::CablePlugged | EventKind::CableFailed(_))).is_some();
        let is_silent = matches!(
            self.boot.network_stack(),
            Some(NetworkStack::NetworkManager | NetworkStack::Ifupdown) | None
        );
        self.is_wanted()
            || !self.is_beside_a_link()
            || (is_silent && is_cabled && self.netdev_appeared().is_some())
    }

    /// Returns what the bus says the function is.
    pub fn identity(&self) -> Option<PciIdentity> {
        self.events().find_map(|event| match event.kind {
            EventKind::FunctionFound(identity) => Some(identity),
            _ => None,
        })
    }

    /// Returns whether this is a port of an Omni-Path adapter.
    pub fn is_omni_path(&self) -> bool {
        let name = self.hca.as_ref().map(ToString::to_string).unwrap_or_default();
        name.starts_with("hfi1")
            || name.starts_with("opa")
            || self.identity().is_some_and(PciIdentity::is_omni_path)
    }

    /// Returns whether this is an Ethernet port.
    pub fn is_ethernet(&self) -> bool {
        self.first(|kind| matches!(kind, EventKind::EthernetLinkUp | EventKind::EthernetLinkDown)).is_some()
    }

    /// Returns whether the function is a virtual one (SR-IOV), by its device number or by the `v` that predictable names
    /// have for it.
    pub fn is_virtual_function(&self) -> bool {
        let by_name = self.netdev.as_ref().is_some_and(NetdevName::names_virtual_function);
        by_name || self.identity().is_some_and(PciIdentity::is_virtual_function)
    }

    fn was_raised_after(&self, event: &Event) -> bool {
        let raised = self.last(|kind| matches!(kind, EventKind::Raised(_) | EventKind::AddressAssigned));
        raised.is_some_and(|raised| raised.order > event.order)
    }

    /// Returns whether somebody had taken the interface down before this: what its link does then is no trouble.
    pub(super) fn was_lowered_before(&self, event: &Event) -> bool {
        self.last(|kind| *kind == EventKind::Lowered).is_some_and(|lowered| lowered.order < event.order)
    }
}

const LINK_UP: EventKind = EventKind::PhysicalChanged(PhysicalState::LinkUp);

/// Returns whether the link is there by this. NetworkManager raises nothing that has no carrier.
fn shows_link(kind: &EventKind) -> bool {
    matches!(
        kind,
        EventKind::CarrierGained
            | EventKind::Raised(Some(NetworkStack::NetworkManager))
            | EventKind::EthernetLinkUp
            | EventKind::PortChanged(PortState::Active)
            | EventKind::AddressAssigned
    )
}

/// Returns whether the link is not there by this.
fn breaks_link(kind: &EventKind) -> bool {
    match kind {
        EventKind::CableUnplugged
        | EventKind::CableFailed(_)
        | EventKind::CarrierAwaited
        | EventKind::CarrierMissing(_) => true,
        EventKind::PortChanged(state) => *state != PortState::Active,
        EventKind::PhysicalChanged(state) => *state != PhysicalState::LinkUp,
        _ => is_loss(kind),
    }
}

/// Returns whether a link that was there is gone by this.
fn is_loss(kind: &EventKind) -> bool {
    matches!(
        kind,
        EventKind::CarrierLost
            | EventKind::EthernetLinkDown
            | EventKind::CableUnplugged
            | EventKind::PortChanged(PortState::Down)
    )
}
