//! Several sources may hold one boot: a journal and its rotated part, `kern.log` beside `syslog`.
//!
//! In which order they were read does not matter: `messages` may come before `messages-20240502`, as it does by name, and
//! an archive holds them as it will.

use ibup_journal::Wall;
use ibup_journal::boots::is_same_host;

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
    for (met, boot) in parts {
        for (_, known) in &mut merged {
            date(known, &boot);
        }
        let same = merged.iter_mut().filter(|(_, known)| is_same(known, &boot));
        // A part without a beginning goes on from the last boot before it.
        let closest = same.max_by_key(|(_, known)| {
            (
                known.id.is_some() && known.id == boot.id,
                overlaps(known, &boot),
                known.last.wall.map(Wall::instant),
            )
        });
        match closest {
            Some((first_met, known)) => {
                *first_met = met.min(*first_met);
                known.merge(boot);
            }
            None => merged.push((met, boot)),
        }
    }
    merged.sort_by_key(|(met, _)| *met);
    merged.into_iter().map(|(_, boot)| boot).collect()
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
    let begins = later.coverage.has_beginning || first_enumeration(later).is_some();
    is_whole(earlier) && is_whole(later) && !begins && later.first.since(earlier.last).is_some()
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
