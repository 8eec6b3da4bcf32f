//! A machine on which everything succeeds and nothing happens: what a plan is printed from.

use std::time::Duration;

use ibup_config::Tree;
use ibup_config::tree::Content;

use super::super::action::{Action, ActionError};
use crate::host::Host;

/// A machine that is read and not changed.
pub(super) struct Rehearsal<'a> {
    tree: &'a dyn Tree,
    wall_clock: i64,
}

impl<'a> Rehearsal<'a> {
    pub(super) fn new(tree: &'a dyn Tree, wall_clock: i64) -> Self {
        Self { tree, wall_clock }
    }
}

impl Tree for Rehearsal<'_> {
    fn read(&self, path: &str) -> Option<Content> {
        self.tree.read(path)
    }

    fn list(&self, directory: &str) -> Vec<String> {
        self.tree.list(directory)
    }
}

impl Host for Rehearsal<'_> {
    fn now(&self) -> Duration {
        Duration::ZERO
    }

    fn wall_clock(&self) -> i64 {
        self.wall_clock
    }

    fn wait(&mut self, _: Duration) {}

    fn perform(&mut self, _: &Action) -> Result<(), ActionError> {
        Ok(())
    }
}
