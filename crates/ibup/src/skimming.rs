//! Long texts are skimmed by all processors at once, block by block, and read in their order.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::num::NonZero;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::{self, Scope};

use ibup_journal::Blocks;
use ibup_journal::skim::{Interest, Run, skim};

/// How much of a text is skimmed at a time, in bytes. A text that is no longer is read as it is.
const BLOCK_SIZE: usize = 1 << 20;

/// Reads a text by blocks that others skim meanwhile.
pub(crate) fn skimming<R: Read, T>(
    input: R,
    interest: &'static dyn Interest,
    read: impl FnOnce(Skimmed<'_, '_, R>) -> T,
) -> T {
    thread::scope(|scope| {
        let blocks =
            Skimmed { input, rest: Vec::new(), is_begun: false, is_over: false, scope, interest, team: None };
        read(blocks)
    })
}

/// The blocks of a text, in their order.
pub(crate) struct Skimmed<'scope, 'env, R> {
    input: R,
    /// The beginning of a line whose end is not read yet.
    rest: Vec<u8>,
    is_begun: bool,
    is_over: bool,
    scope: &'scope Scope<'scope, 'env>,
    interest: &'static dyn Interest,
    /// Who skims; nobody before there is a second block.
    team: Option<Team>,
}

/// A block of a text.
#[derive(Default)]
struct Block {
    number: u64,
    bytes: Vec<u8>,
    runs: Vec<Run>,
}

/// Those who skim, and the blocks that are with them.
struct Team {
    todo: Sender<Block>,
    done: Receiver<Block>,
    /// Blocks that were done before their turn.
    early: BTreeMap<u64, Block>,
    given: u64,
    taken: u64,
    /// So many blocks may be with them.
    most: u64,
    empty: Vec<Block>,
}

impl Team {
    fn gather<'scope>(scope: &'scope Scope<'scope, '_>, interest: &'static dyn Interest) -> Self {
        let members = thread::available_parallelism().map_or(1, NonZero::get);
        let (todo, given) = channel::<Block>();
        let (finished, done) = channel();
        let given = Arc::new(Mutex::new(given));
        for _ in 0..members {
            let (given, finished) = (Arc::clone(&given), finished.clone());
            scope.spawn(move || {
                // It ends when the reader is gone, who gives and takes.
                while let Some(mut block) = given.lock().ok().and_then(|given| given.recv().ok()) {
                    skim(&block.bytes, interest, &mut block.runs);
                    if finished.send(block).is_err() {
                        return;
                    }
                }
            });
        }
        let most = 2 * members as u64 + 1;
        Self { todo, done, early: BTreeMap::new(), given: 0, taken: 0, most, empty: Vec::new() }
    }

    fn has_room(&self) -> bool {
        self.given - self.taken < self.most
    }

    fn give(&mut self, mut block: Block) {
        block.number = self.given;
        self.given += 1;
        // As long as there is a team, somebody takes it.
        let _ = self.todo.send(block);
    }

    /// Returns the next block in order, if there is one with the team.
    fn take(&mut self) -> Option<Block> {
        if self.taken == self.given {
            return None;
        }
        let block = loop {
            if let Some(block) = self.early.remove(&self.taken) {
                break block;
            }
            let block = self.done.recv().ok()?;
            self.early.insert(block.number, block);
        };
        self.taken += 1;
        Some(block)
    }
}

impl<R: Read> Skimmed<'_, '_, R> {
    /// Reads a block of whole lines, unless one is too long for that; an empty one is the end.
    fn fill(&mut self, block: &mut Block) -> io::Result<()> {
        block.bytes.clear();
        block.runs.clear();
        block.bytes.append(&mut self.rest);
        let missing = BLOCK_SIZE.saturating_sub(block.bytes.len());
        let count = self.input.by_ref().take(missing as u64).read_to_end(&mut block.bytes)?;
        self.is_over = count < missing;
        if !self.is_over
            && let Some(end) = memchr::memrchr(b'\n', &block.bytes)
        {
            self.rest.extend_from_slice(&block.bytes[end + 1..]);
            block.bytes.truncate(end + 1);
        }
        Ok(())
    }
}

impl<R: Read> Blocks for Skimmed<'_, '_, R> {
    fn append(&mut self, buffer: &mut Vec<u8>, runs: &mut Vec<Run>) -> io::Result<bool> {
        if !self.is_begun {
            self.is_begun = true;
            let mut first = Block::default();
            self.fill(&mut first)?;
            buffer.append(&mut first.bytes);
            return Ok(!buffer.is_empty());
        }
        if self.is_over && self.team.is_none() {
            return Ok(false);
        }
        let mut team = self.team.take().unwrap_or_else(|| Team::gather(self.scope, self.interest));
        while !self.is_over && team.has_room() {
            let mut block = team.empty.pop().unwrap_or_default();
            self.fill(&mut block)?;
            team.give(block);
        }
        let next = team.take();
        let is_some = next.is_some();
        if let Some(mut block) = next {
            if buffer.is_empty() {
                std::mem::swap(buffer, &mut block.bytes);
            } else {
                buffer.extend_from_slice(&block.bytes);
            }
            std::mem::swap(runs, &mut block.runs);
            team.empty.push(block);
        }
        self.team = Some(team);
        Ok(is_some)
    }
}
