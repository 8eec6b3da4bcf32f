//! A port's traffic: whether anything gets through an interface that is up.

use super::{LINK_PATIENCE, Port};
use crate::event::{Event, EventKind};

/// So many words on lost packets tell of more than a fabric that settles.
const OFTEN: usize = 3;

/// Who sends goes on sending: where the words stopped so early that they fill less than this part of the time since the
/// first, packets came to get through.
const LASTING_PART: u32 = 10;

impl<'b> Port<'b> {
    /// Returns the last word by which packets are lost for good, whatever the reason.
    pub fn packets_lost(&self) -> Option<&'b Event> {
        self.events().rev().find(|event| match event.kind {
            EventKind::Sign { code, .. } if event.kind.is_packet_loss() => {
                self.packets_lost_by(code).is_some_and(|last| last.order == event.order)
            }
            _ => false,
        })
    }

    /// Returns the last word by which packets are lost for this reason, if they are lost for good: it is said again and
    /// again, for longer than a fabric takes to settle, and nothing after it shows the link or the address come anew.
    pub fn packets_lost_by(&self, sign: &str) -> Option<&'b Event> {
        let words = self.signs(sign);
        let [first, .., last] = words[..] else { return None };
        let lasted = last.stamp.since(first.stamp)?;
        let watched = self.boot.last.since(first.stamp)?;
        let is_lasting = lasted >= LINK_PATIENCE && lasted * LASTING_PART >= watched;
        let is_over =
            self.link_came_after(last) || self.address_came_after(last) || self.was_lowered_before(last);
        (words.len() >= OFTEN && is_lasting && !is_over).then_some(last)
    }
}
