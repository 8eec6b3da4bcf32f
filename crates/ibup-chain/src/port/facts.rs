//! What the machine's files say of a port, beside its log.

use super::Port;
use crate::event::{Event, EventKind, NetworkStack};
use crate::fact::FactKind;

impl<'b> Port<'b> {
    /// Returns the line of the configuration by which the interface is raised at boot.
    pub fn configured_up(&self) -> Option<&'b Event> {
        self.told(FactKind::Wanted)
    }

    /// Returns the line of the configuration by which the interface is not raised at boot.
    pub fn configured_down(&self) -> Option<&'b Event> {
        self.told(FactKind::NotWanted)
    }

    fn told(&self, fact: FactKind) -> Option<&'b Event> {
        let of_this = |event: &&Event| self.netdev.is_some() && event.subject.netdev == self.netdev;
        self.boot.facts().filter(of_this).find(|event| event.kind == EventKind::Told(fact))
    }

    /// Returns whether the configuration wants the interface up, and the log is of a service that says whom it raises:
    /// in any other the interface may be up without a word.
    pub(super) fn is_wanted_by_configuration(&self) -> bool {
        let speaks = !matches!(self.network_stack(), None | Some(NetworkStack::Ifupdown));
        speaks && self.configured_up().is_some()
    }
}
