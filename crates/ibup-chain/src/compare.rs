//! A boot held against a healthy one, of the same machine or of its like.
//!
//! Not the lines are compared but what happened, step by step: pids, addresses, stamps and names of interfaces differ
//! between any two boots and mean nothing. Nor is one sequence held against another. What runs at the same time comes in
//! any order, so of the order only that counts which the chain hangs on: whether the stack and the netdev were there
//! when the network service looked. And a step is late only by what it took itself, since the step that it waited for:
//! of a boot that lost a minute at one place, only that place is named.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::boot::Boot;
use crate::coverage::BlindSpot;
use crate::event::Event;
use crate::port::Port;
use crate::stage::Stage;

mod pairing;
pub(crate) mod saying;
mod steps;

pub use pairing::{choose, pairs};
pub use steps::{Key, Step};

/// A step that takes so much more than in the healthy boot took longer; journals tell seconds, and machines vary.
const LONGER_MIN: Duration = Duration::from_secs(5);

/// And it takes at least so many times as long.
const LONGER_FACTOR: u32 = 2;

/// So many lines that nobody understands are listed of either boot.
const SAYINGS_MAX: usize = 16;

/// A step of the two boots, side by side.
#[derive(Debug, Clone)]
pub struct Row<'b> {
    /// The step.
    pub key: Key,
    /// The stage it belongs to, where it belongs to one.
    pub stage: Option<Stage>,
    /// Where it happened in the boot in question.
    pub here: Option<&'b Event>,
    /// Where it happened in the healthy boot.
    pub there: Option<&'b Event>,
    /// What differs, and matters.
    pub differences: Vec<Difference>,
}

/// How a step of a boot differs from the same step of the healthy one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// It did not happen, as far as the log shows.
    Missing,
    /// It happened here alone.
    OnlyHere,
    /// It happened only after another step, before which it happened in the healthy boot.
    OnlyAfter(Key),
    /// It took much longer, since the step before it.
    Longer {
        /// The step before it.
        since: Key,
        /// How long it took here.
        here: Duration,
        /// How long it took in the healthy boot.
        there: Duration,
    },
}

/// The steps of a port and of its like in a healthy boot.
#[derive(Debug, Clone)]
pub struct Courses<'b> {
    /// The steps, in the order of the healthy boot; what happened here alone stands after what it came after here.
    pub rows: Vec<Row<'b>>,
    /// The first step that both boots have, from which times are counted: here, and in the healthy boot.
    pub origin: Option<(&'b Event, &'b Event)>,
    /// How many lines that nobody understands are not among the rows, because they are too many.
    pub unlisted: usize,
}

/// Compares what happened to a port with what happened to its like in a healthy boot.
pub fn compare<'b>(here: &Port<'b>, there: &Port<'b>) -> Courses<'b> {
    let (ours, theirs) = (steps::of(here), steps::of(there));
    let mut rows = align(&ours, &theirs);
    let origin = rows.iter().find_map(|row| row.here.zip(row.there));
    let before_origin =
        |event: &Event, origin: Option<&Event>| origin.is_some_and(|origin| event.order < origin.order);
    rows.retain(|row| match (row.here, row.there) {
        (None, Some(event)) => {
            shows(here.boot, row.stage, before_origin(event, origin.map(|(_, there)| there)))
        }
        (Some(event), None) => {
            shows(there.boot, row.stage, before_origin(event, origin.map(|(here, _)| here)))
        }
        _ => true,
    });
    let judged: Vec<_> = rows.iter().map(|row| differences(row, &rows)).collect();
    for (row, differences) in rows.iter_mut().zip(judged) {
        row.differences = differences;
    }
    let unlisted = add_sayings(&mut rows, here, there);
    Courses { rows, origin, unlisted }
}

/// Returns whether a log would show a step, had it been: one without its beginning shows nothing of that, and one of the
/// kernel alone no word of services.
fn shows(boot: &Boot, stage: Option<Stage>, is_at_beginning: bool) -> bool {
    let spots = boot.coverage.blind_spots();
    let is_of_services =
        matches!(stage, Some(Stage::Stack | Stage::HandOff | Stage::Network | Stage::Address));
    let is_cut_off =
        is_at_beginning && (spots.contains(&BlindSpot::BeginsLate) || spots.contains(&BlindSpot::FrontCut));
    let is_unheard = is_of_services && spots.contains(&BlindSpot::KernelOnly);
    !is_cut_off && !is_unheard
}

/// Puts the same steps side by side.
fn align<'b>(ours: &[Step<'b>], theirs: &[Step<'b>]) -> Vec<Row<'b>> {
    let row = |step: &Step<'b>, here, there| Row {
        key: step.key.clone(),
        stage: step.stage,
        here,
        there,
        differences: Vec::new(),
    };
    let mut rows: Vec<Row<'b>> = theirs
        .iter()
        .map(|step| {
            let here = ours.iter().find(|ours| ours.key == step.key).map(|ours| ours.event);
            row(step, here, Some(step.event))
        })
        .collect();
    let mut last = None;
    for step in ours {
        let known = rows.iter().position(|row| row.key == step.key);
        let index = known.unwrap_or_else(|| last.map_or(0, |last: usize| last + 1));
        if known.is_none() {
            rows.insert(index, row(step, Some(step.event), None));
        }
        last = Some(index);
    }
    rows
}

/// Says how a step differs.
fn differences(row: &Row<'_>, rows: &[Row<'_>]) -> Vec<Difference> {
    let (here, there) = match (row.here, row.there) {
        (Some(here), Some(there)) => (here, there),
        (None, _) => return vec![Difference::Missing],
        (Some(_), None) => return vec![Difference::OnlyHere],
    };
    let mut found = Vec::new();
    let common = || rows.iter().filter_map(|other| Some((other, other.here?, other.there?)));
    let looked = common().find(|(other, ..)| other.key.is_look());
    if let Some((look, look_here, look_there)) = looked
        && row.key.must_precede_the_look()
        && there.order < look_there.order
        && look_here.order < here.order
    {
        found.push(Difference::OnlyAfter(look.key.clone()));
    }
    // What it waited for is the last step that comes before it in both boots, of its stage or of an earlier one. One line
    // may show both.
    let before = common()
        .filter(|(other, other_here, other_there)| {
            let precedes = |other_event: &Event, event: &Event| {
                other_event.order < event.order
                    || (other_event.order == event.order && other.stage < row.stage)
            };
            let is_below = other.stage.is_some() && other.stage <= row.stage;
            is_below && precedes(other_here, here) && precedes(other_there, there)
        })
        .max_by_key(|(other, other_here, _)| (other_here.order, other.stage));
    if let Some((other, other_here, other_there)) = before
        && let (Some(took_here), Some(took_there)) =
            (here.stamp.since(other_here.stamp), there.stamp.since(other_there.stamp))
        && took_here >= took_there + LONGER_MIN
        && took_here >= took_there * LONGER_FACTOR
    {
        found.push(Difference::Longer { since: other.key.clone(), here: took_here, there: took_there });
    }
    found
}

/// Adds the lines on the device that nobody understands and only one of the boots has. Returns how many more there are.
fn add_sayings<'b>(rows: &mut Vec<Row<'b>>, here: &Port<'b>, there: &Port<'b>) -> usize {
    let (ours, theirs) = (saying::of(here), saying::of(there));
    let mut unlisted = 0;
    let known: BTreeSet<_> = ours.keys().filter(|said| theirs.contains_key(*said)).cloned().collect();
    let mut add = |said: std::collections::BTreeMap<Key, &'b Event>, difference: Difference| {
        let mut said: Vec<_> = said.into_iter().filter(|(key, _)| !known.contains(key)).collect();
        said.sort_by_key(|(_, event)| (event.evidence.source, event.evidence.line));
        unlisted += said.len().saturating_sub(SAYINGS_MAX);
        for (key, event) in said.into_iter().take(SAYINGS_MAX) {
            let (here, there) = match difference {
                Difference::Missing => (None, Some(event)),
                _ => (Some(event), None),
            };
            rows.push(Row { key, stage: None, here, there, differences: vec![difference.clone()] });
        }
    };
    add(theirs, Difference::Missing);
    add(ours, Difference::OnlyHere);
    unlisted
}
