//! `ibup configure` and `ibup raise`: one interface.

use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use ibup_chain::bringup::interface::words::Voice;
use ibup_chain::bringup::interface::{self, Outcome, Request, Work};
use ibup_config::{NetdevName, Paths};
use ibup_linux::{LinuxHost, Lock, LockError};

use crate::cli::Interface;
use crate::error::{Exit, report};

/// Applies an interface's settings.
pub fn configure(options: &Interface) -> anyhow::Result<Exit> {
    act(options, Work::Configure)
}

/// Raises an interface.
pub fn raise(options: &Interface) -> anyhow::Result<Exit> {
    act(options, Work::Raise)
}

fn act(options: &Interface, work: Work) -> anyhow::Result<Exit> {
    let netdev: NetdevName = options.netdev.parse()?;
    let request = Request { netdev, work, voice: Voice::Own, paths: paths() };
    let outcome = bring_up(&mut machine(&options.machine.root), &request)?;
    Ok(if outcome.has_failed { Exit::Bad } else { Exit::Good })
}

/// Brings an interface up while nobody else changes it or its bond.
pub(crate) fn bring_up(host: &mut LinuxHost, request: &Request) -> anyhow::Result<Outcome> {
    let _own = lock(host, &request.netdev)?;
    // Always a port before its bond, so that two ports cannot wait for each other.
    let _bond = match interface::also_changed(host, request) {
        Some(bond) if bond != request.netdev => lock(host, &bond)?,
        _ => None,
    };
    Ok(interface::bring_up(host, request))
}

/// Takes the lock of a netdev. Where there can be no locks, an interface that is up counts for more than one.
fn lock(host: &LinuxHost, netdev: &NetdevName) -> anyhow::Result<Option<Lock>> {
    match host.lock(&format!("interface-{netdev}")) {
        Ok(lock) => Ok(Some(lock)),
        Err(error @ LockError::Held { .. }) => Err(error).with_context(|| format!("{netdev} is busy")),
        Err(error) => {
            report(&anyhow::Error::new(error).context(format!("{netdev} is not locked")));
            Ok(None)
        }
    }
}

/// Returns where the configuration is: `OPENIBD_CONFIG` and `MLX5_CONFIG` name other files than usual.
pub(crate) fn paths() -> Paths {
    let mut paths = Paths::default();
    let told = |name: &str| std::env::var(name).ok().filter(|path| !path.is_empty());
    paths.openib = told("OPENIBD_CONFIG").unwrap_or(paths.openib);
    paths.mlx5 = told("MLX5_CONFIG").unwrap_or(paths.mlx5);
    paths
}

/// Returns the machine whose files lie below a directory.
///
/// For a tree of files that stands for a machine, `IBUP_NOW` holds the clock on the wall at so many seconds since 1970,
/// and waiting takes no time. On this machine nothing holds a clock.
pub(crate) fn machine(root: &Path) -> LinuxHost {
    let host = LinuxHost::new(root);
    let now = std::env::var("IBUP_NOW").ok().and_then(|text| text.parse().ok());
    match now.filter(|_| host.root() != Path::new("/")) {
        Some(now) => host.with_wall_clock(now).with_held_clock(Duration::ZERO),
        None => host,
    }
}
