//! `ibup start`, `stop`, `restart`, `status` and `plan`: the driver stack as a whole.

use anyhow::bail;

use crate::cli::{Machine, Start, Status, Stop};
use crate::error::Exit;

/// Loads the stack.
pub fn start(_: &Start) -> anyhow::Result<Exit> {
    bail!("not built yet")
}

/// Unloads the stack.
pub fn stop(_: &Stop) -> anyhow::Result<Exit> {
    bail!("not built yet")
}

/// Unloads the stack and loads it again.
pub fn restart(_: &Stop) -> anyhow::Result<Exit> {
    bail!("not built yet")
}

/// Says what is loaded and up.
pub fn status(_: &Status) -> anyhow::Result<Exit> {
    bail!("not built yet")
}

/// Prints what start would do.
pub fn plan(_: &Machine) -> anyhow::Result<Exit> {
    bail!("not built yet")
}
