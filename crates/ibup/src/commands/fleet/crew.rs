//! Many items worked on by all processors at once, and taken in their order.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::mpsc::channel;
use std::thread;

/// So many items may be ahead of the one whose turn it is, for each processor: results wait in memory.
const AHEAD: usize = 16;

/// Works on each item, and takes the results in order. The result is nothing where the work failed as it never should: one
/// broken item is not to cost the others.
///
/// # Errors
/// Those of the taker, with which it ends.
pub(super) fn in_order<T: Send, R: Send>(
    items: impl Iterator<Item = T>,
    work: impl Fn(T) -> R + Sync,
    mut take: impl FnMut(Option<R>) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let members = thread::available_parallelism().map_or(1, NonZero::get);
    let mut items = items.enumerate();
    let (todo, given) = channel::<(usize, T)>();
    let (finished, done) = channel();
    let given = Mutex::new(given);
    thread::scope(|scope| {
        // When this ends, early or not, nobody is left waiting: the channel goes with it.
        let todo = todo;
        for _ in 0..members {
            let finished = finished.clone();
            let (given, work) = (&given, &work);
            scope.spawn(move || {
                while let Some((index, item)) = given.lock().ok().and_then(|given| given.recv().ok()) {
                    let result = catch_unwind(AssertUnwindSafe(|| work(item))).ok();
                    if finished.send((index, result)).is_err() {
                        return;
                    }
                }
            });
        }
        let mut give = || items.next().is_some_and(|item| todo.send(item).is_ok());
        let mut early = BTreeMap::new();
        let (mut given, mut taken) = (0, 0);
        while given < members * AHEAD && give() {
            given += 1;
        }
        while taken < given {
            let Ok((index, result)) = done.recv() else { break };
            early.insert(index, result);
            while let Some(result) = early.remove(&taken) {
                take(result)?;
                taken += 1;
                given += usize::from(give());
            }
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_taken_in_the_order_of_their_items() {
        let mut taken = Vec::new();
        let work = |number: u64| {
            thread::sleep(std::time::Duration::from_micros(number * 7919 % 100));
            number * 2
        };
        in_order(0..500_u64, work, |result| {
            taken.extend(result);
            Ok(())
        })
        .unwrap();
        assert_eq!(taken, (0..1000).step_by(2).collect::<Vec<u64>>());
    }

    #[test]
    fn work_that_fails_as_it_never_should_costs_one_item_and_a_taker_that_fails_ends_it() {
        let mut taken = Vec::new();
        let work = |number: u32| {
            assert_ne!(number, 3, "as it never should");
            number
        };
        in_order(0..100, work, |result| {
            taken.push(result);
            Ok(())
        })
        .unwrap();
        assert_eq!((taken.len(), taken[3], taken[99]), (100, None, Some(99)));
        assert!(in_order(0..100, work, |_| anyhow::bail!("no room")).is_err());
    }
}
