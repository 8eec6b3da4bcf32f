//! The graph of worlds: each once, with the step by which it was first come to, and all steps that lead on.

use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;

use crate::step::Step;
use crate::world::World;

/// The worlds of an exploration, in the order in which they were found.
pub(super) struct Graph {
    worlds: Vec<World>,
    /// From which world each was first come to, and by which step.
    origins: Vec<(u32, Step)>,
    /// The worlds that each leads to, one after the other, and where those of each begin.
    edges: Vec<u32>,
    begins: Vec<u32>,
    /// Places of worlds by their hash: open addressing, so that a world is stored once.
    table: Vec<u32>,
}

const FREE: u32 = u32::MAX;

impl Graph {
    /// Begins with one world.
    pub(super) fn new(start: World) -> Self {
        let mut graph = Self {
            worlds: Vec::new(),
            origins: Vec::new(),
            edges: Vec::new(),
            begins: vec![0],
            table: vec![FREE; 1 << 12],
        };
        graph.place(start, 0, Step::Age);
        graph
    }

    /// Returns how many worlds there are.
    pub(super) fn len(&self) -> u32 {
        u32::try_from(self.worlds.len()).unwrap_or(u32::MAX)
    }

    /// Returns a world.
    pub(super) fn world(&self, index: u32) -> World {
        self.worlds[index as usize]
    }

    /// Adds a step from one world to another.
    pub(super) fn add(&mut self, from: u32, step: Step, to: World) {
        let to = self.place(to, from, step);
        self.edges.push(to);
    }

    /// Notes that all steps from a world are added. Worlds are closed in their order.
    pub(super) fn close(&mut self, world: u32) {
        debug_assert_eq!(self.begins.len(), world as usize + 1);
        self.begins.push(u32::try_from(self.edges.len()).unwrap_or(u32::MAX));
    }

    /// Returns the place of a world, which is added if it is new.
    fn place(&mut self, world: World, from: u32, step: Step) -> u32 {
        if self.worlds.len() * 2 >= self.table.len() {
            self.grow();
        }
        let mask = self.table.len() - 1;
        let mut slot = hash(&world) & mask;
        loop {
            match self.table[slot] {
                FREE => break,
                known if self.worlds[known as usize] == world => return known,
                _ => slot = (slot + 1) & mask,
            }
        }
        let place = self.len();
        self.table[slot] = place;
        self.worlds.push(world);
        self.origins.push((from, step));
        place
    }

    fn grow(&mut self) {
        let mask = self.table.len() * 2 - 1;
        self.table = vec![FREE; mask + 1];
        for (world, place) in self.worlds.iter().zip(0..) {
            let mut slot = hash(world) & mask;
            while self.table[slot] != FREE {
                slot = (slot + 1) & mask;
            }
            self.table[slot] = place;
        }
    }

    /// Returns the steps that lead to a world, the fewest there are.
    pub(super) fn path(&self, world: u32) -> Vec<Step> {
        let mut path = Vec::new();
        let mut at = world;
        while at != 0 {
            let (from, step) = self.origins[at as usize];
            path.push(step);
            at = from;
        }
        path.reverse();
        path
    }

    fn next(&self, world: u32) -> &[u32] {
        let begin = self.begins.get(world as usize).copied().unwrap_or(0) as usize;
        let end = self.begins.get(world as usize + 1).map_or(begin, |end| *end as usize);
        &self.edges[begin..end]
    }

    /// Returns the worlds in which nothing is left to happen, and in how many orders each is come to.
    ///
    /// Nothing that has happened happens back, so the graph has no circle, and the orders that lead to a world are
    /// those that lead to the worlds before it, all together.
    pub(super) fn orders(&self) -> Vec<(u32, u128)> {
        let mut before = vec![0_u32; self.worlds.len()];
        self.edges.iter().for_each(|to| before[*to as usize] += 1);
        let mut orders = vec![0_u128; self.worlds.len()];
        orders[0] = 1;
        let mut ready = vec![0_u32];
        let mut ends = Vec::new();
        let mut done = 0_usize;
        while let Some(world) = ready.pop() {
            done += 1;
            let next = self.next(world);
            if next.is_empty() && self.begins.len() > world as usize + 1 {
                ends.push((world, orders[world as usize]));
            }
            for to in next {
                let to = *to as usize;
                orders[to] = orders[to].saturating_add(orders[world as usize]);
                before[to] -= 1;
                if before[to] == 0 {
                    ready.push(u32::try_from(to).unwrap_or(u32::MAX));
                }
            }
        }
        assert_eq!(done, self.worlds.len(), "something that has happened happens back");
        ends.sort_unstable();
        ends
    }
}

fn hash(world: &World) -> usize {
    let mut hasher = FxHasher::default();
    world.hash(&mut hasher);
    usize::try_from(hasher.finish()).unwrap_or(0)
}
