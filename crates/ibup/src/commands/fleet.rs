//! `ibup fleet`: many machines at once.

use crate::cli::{Cli, Fleet, FleetAction};
use crate::error::Exit;

mod crew;
mod export;
mod map;
mod part_file;
#[cfg(feature = "query")]
mod query;
mod reduce;

/// Does what is asked for.
pub fn run(cli: &Cli, options: &Fleet) -> anyhow::Result<Exit> {
    match &options.action {
        FleetAction::Map(options) => map::run(options),
        FleetAction::Reduce(options) => reduce::run(cli, options),
        FleetAction::Export(options) => export::run(options),
        #[cfg(feature = "query")]
        FleetAction::Query(options) => query::run(options),
    }
}
