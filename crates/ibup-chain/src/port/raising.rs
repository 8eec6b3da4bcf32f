//! Raising: who wanted the interface up, who left it to whom, who did it.

use super::Port;
use super::outcome::PROMPT;
use crate::event::{Event, EventKind, NetworkStack, Progress, Subject};
use crate::name::NetdevName;
use crate::stage::Stage;

impl<'b> Port<'b> {
    /// Returns the interface manager's word that it leaves raising to somebody else.
    pub fn deferred(&self) -> Option<&'b Event> {
        self.first(|kind| *kind == EventKind::HandOffDeferred)
    }

    /// Returns the first event that shows the interface raised, unless NetworkManager or systemd-networkd failed with it after.
    ///
    /// Carrier shows that it is up, except under NetworkManager, which sets every device up to look for carrier.
    /// ifupdown says nothing where it succeeds: that it is done, and complained of nothing, is its word.
    pub fn raised(&self) -> Option<&'b Event> {
        let shows = |kind: &EventKind| self.shows_raised(kind);
        let failed = |kind: &EventKind| {
            // These two take the interface down again.
            let stacks = [NetworkStack::NetworkManager, NetworkStack::Networkd];
            stacks.iter().any(|stack| *kind == EventKind::RaiseFailed(Some(*stack)))
        };
        let undone = match (self.last(failed), self.last(shows)) {
            (Some(failed), Some(raised)) => failed.order > raised.order,
            _ => false,
        };
        let without_master = self.master_failed().is_some();
        let away = self.taken_away();
        let is_still_there = |event: &&'b Event| away.is_none_or(|away| away.order < event.order);
        let by_word = || self.events().find(|event| shows(&event.kind) && is_still_there(event));
        let silently = || self.raised_silently().filter(is_still_there);
        if undone || without_master { None } else { by_word().or_else(silently) }
    }

    /// Returns whether the interface is raised by this. Carrier under a name that whoever should raise it does not know
    /// was somebody else's doing.
    fn shows_raised(&self, kind: &EventKind) -> bool {
        let by_carrier = self.boot.network_stack() != Some(NetworkStack::NetworkManager)
            && self.asked_by_denied_name().is_none();
        matches!(kind, EventKind::Raised(_) | EventKind::AddressAssigned)
            || (by_carrier && *kind == EventKind::CarrierGained)
    }

    /// Returns the word by which somebody asked in vain for the name that the netdev should have got, if it never got it.
    fn asked_by_denied_name(&self) -> Option<&'b Event> {
        let mut denied = self.events().filter_map(|event| match &event.kind {
            EventKind::NetdevRenameFailed { to } => Some(to),
            _ => None,
        });
        let name = denied.next_back().filter(|name| Some(*name) != self.netdev.as_ref())?;
        self.events().find(|event| {
            let is_failure =
                matches!(event.kind, EventKind::RaiseFoundNothing(_) | EventKind::RaiseFailed(_));
            is_failure && event.subject.netdev.as_ref() == Some(name)
        })
    }

    /// Returns the word by which openibd took the stack down to load it anew or, where it says none, the driver takes the
    /// function up again, if the interface had been raised before and whoever raises it again would be seen: with its netdev
    /// that is gone.
    pub fn taken_away(&self) -> Option<&'b Event> {
        let reload = self.reload()?;
        let makes = |kind: &EventKind| {
            matches!(
                kind,
                EventKind::DriverBound | EventKind::NetdevCreated | EventKind::NetdevRenamed { .. }
            )
        };
        let anew = self.events().filter(|event| makes(&event.kind));
        let after = anew.chain(self.signs("IB0314 unloaded")).filter(|event| event.order > reload.order);
        let away = after.min_by_key(|event| event.order)?;
        let was_raised =
            self.events().any(|event| event.order < away.order && self.shows_raised(&event.kind));
        let tells = match self.network_stack() {
            Some(NetworkStack::NetworkManager | NetworkStack::Networkd) => true,
            _ => self.boot.kernel_tells_carrier(),
        };
        (was_raised && tells).then_some(away)
    }

    /// Returns the last event by which the bond or bridge over the netdev failed, unless it took the netdev in after all.
    /// A port without it is of no use, though it be up.
    pub fn master_failed(&self) -> Option<&'b Event> {
        let failed = self.last(|kind| *kind == EventKind::MasterFailed)?;
        let taken_in = self.last(|kind| matches!(kind, EventKind::Raised(_)));
        taken_in.is_none_or(|raised| raised.order < failed.order).then_some(failed)
    }

    /// Returns ifupdown's word that it is done, where it had this interface to raise and complained of nothing; unless
    /// the kernel speaks of carrier in this log, and not of this interface's, which may have had it for all that is known.
    fn raised_silently(&self) -> Option<&'b Event> {
        let speaks_of_carrier = self.boot.first_event(|kind| *kind == EventKind::CarrierGained).is_some();
        if speaks_of_carrier && self.lacks_link().is_none() {
            return None;
        }
        let deferred = self.deferred()?;
        let done = EventKind::Network(NetworkStack::Ifupdown, Progress::Done);
        let done = self.boot.events().find(|event| event.kind == done && event.order > deferred.order)?;
        let complained =
            self.first(|kind| matches!(kind, EventKind::RaiseFoundNothing(_) | EventKind::RaiseFailed(_)));
        complained.is_none().then_some(done)
    }

    /// Returns whether somebody wants this interface up: nobody is blamed for a port that nobody configured. Carrier shows
    /// that somebody opened it, except under NetworkManager.
    pub fn is_wanted(&self) -> bool {
        let by_carrier = self.boot.network_stack() != Some(NetworkStack::NetworkManager);
        let wish = |kind: &EventKind| {
            (by_carrier && *kind == EventKind::CarrierGained)
                || matches!(
                    kind,
                    EventKind::RaiseFoundNothing(_)
                        | EventKind::RaiseFailed(_)
                        | EventKind::RaiseBegan(_)
                        | EventKind::Raised(_)
                        | EventKind::HandOffDeferred
                        | EventKind::MasterFailed
                        | EventKind::CarrierAwaited
                        | EventKind::CarrierMissing(_)
                        | EventKind::CarrierLost
                        | EventKind::FoundDown
                        | EventKind::Sign { code: "IB0608 dropped", .. }
                        | EventKind::AddressRequested
                )
        };
        // What the kernel says of the link of a netdev it says of one that somebody has opened; and who wants an address
        // wants the interface.
        let is_open = |event: &Event| {
            let is_trouble = event.kind.is_link_trouble() || event.kind.is_address_trouble();
            is_trouble && event.subject.netdev.is_some()
        };
        let is_told = self.events().any(|event| wish(&event.kind) || is_open(event));
        is_told || self.is_wanted_by_configuration() || self.waited_for().is_some()
    }

    /// Returns the word by which the boot gave up waiting for the network, where this interface is not up: then it may be
    /// what was waited for, be it that nobody can name it because it never came.
    pub fn waited_for(&self) -> Option<&'b Event> {
        let is_port = self.netdev.is_some() || self.pci.is_some();
        let is_missing = is_port && self.raised().is_none();
        self.boot.first_event(EventKind::is_wait_given_up).filter(|_| is_missing)
    }

    /// Returns whether the log goes on long enough after the event to tell that nobody raised the interface.
    ///
    /// Where a log was filtered its last line is not its end, and whoever filtered it had the whole to look at; but the
    /// words of one unit alone say nothing of the others.
    pub fn had_its_chance_after(&self, event: &Event) -> bool {
        let shows_others = self.events().any(|event| event.subject.pci.is_some())
            || self.boot.first_event(|kind| matches!(kind, EventKind::Network(..))).is_some();
        self.chance_shown_after(event) || (self.boot.coverage.is_filtered() && shows_others)
    }

    /// Returns whether lines after the event show that the network service has had its turn, that the boot was over,
    /// or that so much time passed.
    pub fn chance_shown_after(&self, event: &Event) -> bool {
        let ended = self.boot.events().any(|later| {
            // Of a daemon the word that it is there says nothing of what it will do.
            let had_turn = matches!(
                later.kind,
                EventKind::BootFinished
                    | EventKind::Network(
                        NetworkStack::NetworkScripts | NetworkStack::Ifupdown | NetworkStack::Wicked,
                        Progress::Done | Progress::Failed
                    )
            );
            later.order > event.order && had_turn
        });
        let waited = self.boot.last.since(event.stamp).is_some_and(|waited| waited > PROMPT);
        self.missed().is_some() || ended || waited
    }

    /// Returns the network service that speaks of this interface or, where none does, that of the machine.
    pub fn network_stack(&self) -> Option<NetworkStack> {
        let own = self.events().find_map(|event| match event.kind {
            EventKind::RaiseBegan(stack) | EventKind::RaiseFailed(stack) | EventKind::Raised(stack) => stack,
            _ => None,
        });
        own.or_else(|| self.boot.network_stack())
    }

    /// Returns the word that a network service failed as a whole: it did not come to work after all, raised nothing, and
    /// did not come to this interface.
    pub fn broken_service(&self) -> Option<&'b Event> {
        let stack_of = |event: &Event| match event.kind {
            EventKind::Network(stack, progress) if progress != Progress::Spoke => Some((stack, progress)),
            _ => None,
        };
        let (last, stack) =
            self.boot.events().filter_map(|event| Some((event, stack_of(event)?))).next_back()?;
        let (stack, progress) = stack;
        let is_raising = |event: &Event| {
            let own = [EventKind::Raised(Some(stack)), EventKind::RaiseBegan(Some(stack))];
            own.contains(&event.kind)
        };
        let tried = self.boot.events().any(is_raising)
            || self
                .first(|kind| matches!(kind, EventKind::RaiseFailed(_) | EventKind::CarrierMissing(_)))
                .is_some();
        (progress == Progress::Failed && !tried && self.missed().is_none()).then_some(last)
    }

    /// Returns the word by which somebody who held up the boot for the network gave up, if the interface came up only after
    /// it: whatever was ordered after the network had to do without.
    pub fn wait_given_up(&self) -> Option<&'b Event> {
        let gave_up = self.boot.first_event(EventKind::is_wait_given_up)?;
        self.came_up().filter(|up| up.order > gave_up.order).map(|_| gave_up)
    }

    /// Returns the first event that shows the interface of use: raised, and where the log tells of its carrier, with it.
    pub fn came_up(&self) -> Option<&'b Event> {
        let raised = self.raised()?;
        let carrier =
            self.first(|kind| matches!(kind, EventKind::CarrierGained | EventKind::AddressAssigned));
        Some(carrier.filter(|carrier| carrier.order > raised.order).unwrap_or(raised))
    }

    /// Returns whether anything is known to be amiss with the link or the address of this port.
    pub fn has_later_trouble(&self) -> bool {
        self.events().any(|event| {
            let code = if let EventKind::Sign { code, .. } = event.kind { code } else { "" };
            code == "IB0802 refused"
                || event.kind.is_address_trouble()
                || Stage::of_code(code) == Some(Stage::Link)
        })
    }

    /// Returns whether another port of this machine has its interface up.
    pub fn has_raised_sibling(&self) -> bool {
        let by_carrier = self.boot.network_stack() != Some(NetworkStack::NetworkManager);
        self.boot.events().any(|event| {
            let Subject { netdev, .. } = &event.subject;
            let other = netdev.as_ref().filter(|name| Some(*name) != self.netdev.as_ref());
            let raised = matches!(event.kind, EventKind::Raised(_))
                || (by_carrier && event.kind == EventKind::CarrierGained);
            raised && other.is_some_and(NetdevName::looks_like_ipoib)
        })
    }
}
