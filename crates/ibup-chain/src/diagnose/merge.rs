//! Several sources may hold one boot: a journal and its rotated part, `kern.log` beside `syslog`.
//!
//! In which order they were read does not matter: `messages` may come before `messages-20240502`, as it does by name, and
//! an archive holds them as it will.

use std::collections::{BTreeMap, BTreeSet};

use ibup_journal::boots::is_same_host;
use ibup_journal::{BootId, Wall};

use crate::boot::Boot;
use crate::event::{Event, EventKind};

/// Enumerations of the same function that lie so close are the same one, written down twice.
const SAME_MOMENT_SECONDS: u64 = 60;

/// Merges what is of one boot, and returns the boots in the order in which they were met.
pub(super) fn all(boots: Vec<Boot>) -> Vec<Boot> {
    // In order of time, so that what goes on comes after what it goes on from.
    let mut parts: Vec<(usize, Boot)> = boots.into_iter().enumerate().collect();
    parts.sort_by_key(|(_, boot)| boot.first.wall.map(Wall::instant));
    let mut merged: Vec<(usize, Boot)> = Vec::new();
    let mut relatives = Relatives::default();
    for (met, boot) in parts {
        let related = relatives.of(&boot);
        for index in &related {
            date(&mut merged[*index].1, &boot);
        }
        let same = related.into_iter().filter(|index| is_same(&merged[*index].1, &boot));
        // A part without a beginning goes on from the last boot before it.
        let closest = same.max_by_key(|index| {
            let known = &merged[*index].1;
            (
                known.id.is_some() && known.id == boot.id,
                overlaps(known, &boot),
                known.last.wall.map(Wall::instant),
            )
        });
        let index = closest.unwrap_or(merged.len());
        match merged.get_mut(index) {
            Some((first_met, known)) => {
                *first_met = met.min(*first_met);
                known.merge(boot);
            }
            None => merged.push((met, boot)),
        }
        relatives.add(index, &merged[index].1);
    }
    merged.sort_by_key(|(met, _)| *met);
    merged.into_iter().map(|(_, boot)| boot).collect()
}

/// Finds what may be of one boot: of thousands of hosts, each has few boots.
#[derive(Default)]
struct Relatives {
    /// By the first label of the host's name, which the long name and the short one share.
    by_host: BTreeMap<Box<str>, BTreeSet<usize>>,
    by_id: BTreeMap<BootId, BTreeSet<usize>>,
}

impl Relatives {
    fn add(&mut self, index: usize, boot: &Boot) {
        if let Some(label) = label(boot) {
            self.by_host.entry(label.into()).or_default().insert(index);
        }
        if let Some(id) = boot.id {
            self.by_id.entry(id).or_default().insert(index);
        }
    }

    fn of(&self, boot: &Boot) -> BTreeSet<usize> {
        let of_host = label(boot).and_then(|label| self.by_host.get(label));
        let of_id = boot.id.and_then(|id| self.by_id.get(&id));
        of_host.into_iter().chain(of_id).flatten().copied().collect()
    }
}

fn label(boot: &Boot) -> Option<&str> {
    boot.host.as_deref()?.split('.').next()
}

/// Gives a log without years those of another, if they turn out to be of one boot by that. Those without come first.
fn date(known: &mut Boot, other: &Boot) {
    if is_one_host(known, other)
        && let Some(dated) = known.dated_like(other).filter(|dated| is_same(dated, other))
    {
        *known = dated;
    }
}

/// Returns whether two logs are of one boot. Boots of one source are never the same: there the splitter has told them
/// apart.
fn is_same(known: &Boot, other: &Boot) -> bool {
    if !known.sources.is_disjoint(&other.sources) {
        return false;
    }
    if let (Some(a), Some(b)) = (known.id, other.id) {
        return a == b;
    }
    if !is_one_host(known, other) {
        return false;
    }
    let one_moment = overlaps(known, other) && enumerations_agree(known, other);
    one_moment || continues(known, other) || continues(other, known)
}

/// Returns whether both logs name the same host: one may have the long name and the other the short one.
fn is_one_host(a: &Boot, b: &Boot) -> bool {
    a.host.as_deref().zip(b.host.as_deref()).is_some_and(|(a, b)| is_same_host(a, b))
}

/// Returns whether the second log goes on where the first ends, as a rotated file does: it comes later and has no
/// beginning of its own. Of a filtered log that cannot be told.
fn continues(earlier: &Boot, later: &Boot) -> bool {
    let is_whole = |boot: &Boot| !boot.coverage.is_filtered();
    let begins = later.coverage.has_beginning
        || first_enumeration(later).is_some_and(|found| !goes_on_enumerating(earlier, found));
    is_whole(earlier) && is_whole(later) && !begins && later.first.since(earlier.last).is_some()
}

/// Returns whether a log ends amid the enumeration that a function is found by: just before, and without that function.
fn goes_on_enumerating(earlier: &Boot, found: &Event) -> bool {
    let is_found = |event: &Event| matches!(event.kind, EventKind::FunctionFound(_));
    let is_known = earlier.events().any(|event| is_found(event) && event.subject == found.subject);
    let lag = found.stamp.since(earlier.last);
    !is_known && lag.is_some_and(|lag| lag.as_secs() <= SAME_MOMENT_SECONDS)
}

/// Returns whether the spans of time of two logs overlap.
fn overlaps(a: &Boot, b: &Boot) -> bool {
    b.last.since(a.first).is_some() && a.last.since(b.first).is_some()
}

/// Returns whether both logs have the kernel find its functions at the same time, or only one of them tells.
fn enumerations_agree(a: &Boot, b: &Boot) -> bool {
    let seconds_between = |a: &Event, b: &Event| {
        a.stamp.since(b.stamp).or(b.stamp.since(a.stamp)).map(|duration| duration.as_secs())
    };
    match (first_enumeration(a), first_enumeration(b)) {
        (Some(a), Some(b)) => seconds_between(a, b).is_some_and(|seconds| seconds <= SAME_MOMENT_SECONDS),
        _ => true,
    }
}

fn first_enumeration(boot: &Boot) -> Option<&Event> {
    boot.first_event(|kind| matches!(kind, EventKind::FunctionFound(_)))
}
