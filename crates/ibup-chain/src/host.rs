//! The door: the machine that ibup runs on, a real one or one in memory.
//!
//! What is read is raw text behind [`Tree`]: sysfs attributes, configuration, state files. All reading of meaning is on
//! this side of the door, so every machine runs the same parsers and the same decisions. What is done goes through
//! [`Host::perform`], which carries out and decides nothing.

use std::time::Duration;

use ibup_config::Tree;

use crate::bringup::action::{Action, ActionError};

/// The machine ibup runs on.
pub trait Host: Tree {
    /// Returns the time since the kernel started. Decisions have no other clock.
    fn now(&self) -> Duration;

    /// Returns the seconds since 1970 by the clock on the wall, which may be set at any time. Only the reference policy
    /// looks at it.
    fn wall_clock(&self) -> i64;

    /// Lets time pass until something may have changed, at most so long.
    fn wait(&mut self, at_most: Duration);

    /// Carries out one decided action.
    fn perform(&mut self, action: &Action) -> Result<(), ActionError>;
}
