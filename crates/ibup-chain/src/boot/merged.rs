//! The events of one boot from two sources, in one order.

use std::collections::BTreeMap;

use ibup_journal::Wall;

use crate::event::{Event, EventKind, Subject};

/// The events of two sources in one order, and where in it those of each are.
pub(super) struct Merged {
    /// All events, ordered anew.
    pub(super) events: Vec<Event>,
    /// The old order of each event of the first source, and its new one.
    pub(super) own: Vec<(u64, u64)>,
    /// The same of the other source. What the first one has said is the same event.
    pub(super) others: Vec<(u64, u64)>,
}

impl Merged {
    /// Merges the events of two sources.
    pub(super) fn of(own: Vec<Event>, others: Vec<Event>) -> Self {
        let key = |event: &Event| (event.kind.clone(), event.subject.clone());
        let mut known: BTreeMap<(EventKind, Subject), Vec<usize>> = BTreeMap::new();
        for (index, event) in own.iter().enumerate() {
            known.entry(key(event)).or_default().push(index);
        }
        let mut own_places: Vec<_> =
            own.iter().enumerate().map(|(index, event)| (event.order, index)).collect();
        let mut other_places = Vec::new();
        let mut events = own;
        for event in others {
            let alike = known.entry(key(&event)).or_default();
            let said = alike.iter().copied().find(|index| events[*index].stamp == event.stamp);
            other_places.push((event.order, said.unwrap_or(events.len())));
            if said.is_none() {
                alike.push(events.len());
                events.push(event);
            }
        }
        let order = order(&events);
        let mut places = vec![0; events.len()];
        // A place is left free before each event, for what stands there and is none.
        for (place, index) in (1..).step_by(2).zip(&order) {
            places[*index] = place;
        }
        for (event, place) in events.iter_mut().zip(&places) {
            event.order = *place;
        }
        events.sort_by_key(|event| event.order);
        let moved = |old: &mut Vec<(u64, usize)>| {
            old.drain(..).map(|(order, index)| (order, places[index])).collect()
        };
        Self { own: moved(&mut own_places), others: moved(&mut other_places), events }
    }

    /// Returns the new place of something that stands at a place of the old order and is no event: before whatever came
    /// after it.
    pub(super) fn place_before(&self, places: &[(u64, u64)], order: u64) -> u64 {
        let after = places.iter().filter(|(old, _)| *old > order).map(|(_, new)| new - 1).min();
        after.unwrap_or(2 * self.events.len() as u64 + 1)
    }
}

/// Returns the indices of the events in order of time. Without a clock common to all, each source's own order stays.
fn order(events: &[Event]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..events.len()).collect();
    if events.iter().all(|event| event.stamp.wall.is_some()) {
        order.sort_by_key(|index| events[*index].stamp.wall.map(Wall::instant));
    } else if events.iter().all(|event| event.stamp.monotonic.is_some()) {
        order.sort_by_key(|index| events[*index].stamp.monotonic);
    }
    order
}
