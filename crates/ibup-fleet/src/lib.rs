//! Many verdicts as one: what a fleet is made of, merged in any order, and what it comes to.
//!
//! ```text
//! BootVerdict -> Record -> part (a shard's records, as lines of JSON) -> Fleet (merged) -> FleetVerdict
//! ```
//!
//! However the sources were cut into shards, in whatever order the parts are met and however often, the fleet is the
//! same: merging is a union, and where two records are of one boot the one that was read from more entries stays.
//!
//! This crate opens no file and asks no environment; it cannot fail but on parts that are none.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod fleet;
pub mod nodeset;
pub mod part;
pub mod record;
pub mod shard;
pub mod table;
pub mod verdict;

pub use fleet::Fleet;
pub use record::Record;
pub use shard::Shard;
pub use verdict::FleetVerdict;
