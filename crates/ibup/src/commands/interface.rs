//! `ibup configure` and `ibup raise`: one interface.

use anyhow::bail;

use crate::cli::Interface;
use crate::error::Exit;

/// Applies an interface's settings.
pub fn configure(_: &Interface) -> anyhow::Result<Exit> {
    bail!("not built yet")
}

/// Raises an interface.
pub fn raise(_: &Interface) -> anyhow::Result<Exit> {
    bail!("not built yet")
}
