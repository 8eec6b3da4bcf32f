//! Several sources may hold one boot: a journal and its rotated part, `kern.log` beside `syslog`.

use crate::boot::Boot;
use crate::event::{Event, EventKind};

/// Enumerations of the same function that lie so close are the same one, written down twice.
const SAME_MOMENT_SECONDS: u64 = 60;

/// Adds a boot, or merges it into the one of the earlier sources that it is a part of. Boots of one source are never
/// the same: there the splitter has told them apart.
pub(super) fn add(boots: &mut Vec<Boot>, earlier: usize, boot: Boot) {
    match boots[..earlier].iter_mut().rev().find(|known| is_same(known, &boot)) {
        Some(known) => known.merge(boot),
        None => boots.push(boot),
    }
}

/// Returns whether two logs are of one boot.
fn is_same(known: &Boot, other: &Boot) -> bool {
    if let (Some(a), Some(b)) = (known.id, other.id) {
        return a == b;
    }
    if known.host.is_none() || known.host != other.host {
        return false;
    }
    let one_moment = overlaps(known, other) && enumerations_agree(known, other);
    one_moment || continues(known, other) || continues(other, known)
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
