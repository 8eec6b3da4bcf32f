//! A machine in memory: it boots, and what ibup does at boot can be tried on it in every order.
//!
//! ```text
//! Scenario (TOML) -> Machine (what never changes) + World (what does)
//!                      |
//!     Step --apply--> World', and words for the journal
//!                      |
//!        simulate: one order, by durations and a seed -> journal -> the shipped diagnoser -> verdict
//!        explore:  all orders, breadth first          -> properties, shortest counterexamples
//! ```
//!
//! Programs of ibup that run on the machine are the shipped ones: they see it through [`sight::Sight`], which is a
//! `Tree`, and act on it through `Host`. What the vendor's and the distributions' programs do is in `program/`.
//! The machine's parts are one file each in `part/`. They speak only words found in recordings and kernel source.
//!
//! Deliberately absent: files, clocks, threads. The edge reads scenarios and measures time.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod clock;
pub mod continuation;
pub mod explore;
pub mod fault;
pub mod journal;
pub mod machine;
pub mod part;
pub mod program;
pub mod property;
pub mod random;
pub mod scenario;
pub mod sight;
pub mod simulate;
pub mod step;
pub mod units;
pub mod verdict;
pub mod world;

pub use explore::{Exploration, explore};
pub use fault::Fault;
pub use machine::{Machine, PolicyName};
pub use scenario::Scenario;
pub use simulate::{Simulation, simulate};
