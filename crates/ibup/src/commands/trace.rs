//! `ibup trace`: whether the machine records who loads the modules of the stack, and the recording itself.
//!
//! Wiring: systemd is told what to do, the kernel's trace is read. What is said of it is decided in `ibup_chain::trace`.

use anyhow::{Context, bail};
use ibup_chain::bringup::Action;
use ibup_chain::host::Host;
use ibup_chain::trace::{Follower, RECIPE, began, switch};
use ibup_linux::{LinuxHost, readiness};

use super::interface;
use crate::cli::{Trace, TraceAction};
use crate::error::{Exit, report};

/// Does what is asked of the trace; without a word, says whether it is on.
pub fn run(options: &Trace) -> anyhow::Result<Exit> {
    let host = interface::machine(&options.root);
    match options.action.unwrap_or(TraceAction::Status) {
        TraceAction::On => on(host),
        TraceAction::Off => off(host),
        TraceAction::Status => status(&host),
        TraceAction::Follow => follow(host),
        TraceAction::Forget => {
            host.forget_trace(&RECIPE);
            Ok(Exit::Good)
        }
    }
}

fn on(mut host: LinuxHost) -> anyhow::Result<Exit> {
    let action = switch::on(&host)?;
    let hint = format!("{action} failed; `journalctl -u ibup-trace` may say why");
    host.perform(&action).context(hint)?;
    super::print("who loads modules of the InfiniBand stack is recorded from now on, and at every boot\n")?;
    Ok(Exit::Good)
}

fn off(mut host: LinuxHost) -> anyhow::Result<Exit> {
    let action = switch::off(&host)?;
    host.perform(&action).with_context(|| format!("{action} failed"))?;
    // The service does so itself when it ends; one that was started by hand and killed does not.
    host.forget_trace(&RECIPE);
    super::print("who loads modules is no longer recorded\n")?;
    Ok(Exit::Good)
}

fn status(host: &LinuxHost) -> anyhow::Result<Exit> {
    let status = switch::Status::read(host);
    super::print(&format!("{status}\n"))?;
    Ok(if status.is_on() { Exit::Good } else { Exit::Bad })
}

/// Reads the trace for as long as there is one.
fn follow(mut host: LinuxHost) -> anyhow::Result<Exit> {
    let mut trace = host.trace(&RECIPE).context("cannot trace who loads modules")?;
    // Nothing is missed from here on, and nothing has to wait any longer.
    if let Some(socket) = std::env::var_os("NOTIFY_SOCKET")
        && let Err(error) = readiness::ready(&socket)
    {
        report(&anyhow::Error::new(error).context("cannot tell systemd that the trace is read"));
    }
    let began = began(&host);
    // A journal that takes nothing must not keep what comes next from being read.
    let _ = host.perform(&Action::Log(began));
    let mut follower = Follower::default();
    while let Some(line) = trace.next_line().context("cannot read the trace")? {
        if let Some(message) = follower.take(&line, &host) {
            let _ = host.perform(&Action::Log(message));
        }
    }
    bail!("the kernel has ended the trace: somebody switched it off")
}
