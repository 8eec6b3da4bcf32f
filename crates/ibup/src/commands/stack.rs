//! `ibup start`, `stop`, `restart`, `status` and `plan`: the driver stack as a whole.
//!
//! Wiring: the machine, the environment, the lock. What is done is decided in `ibup_chain::bringup::stack`.

use std::path::Path;

use anyhow::Context;
use ibup_chain::bringup::stack::stop::Stopped;
use ibup_chain::bringup::stack::{
    self, Call, ConfigTrouble, Console, Request, StartPlan, Status, restart, start, stop,
};
use ibup_chain::host::Host;
use ibup_config::Tree;
use ibup_config::tree::Content;
use ibup_linux::{LinuxHost, Lock, LockError};

use super::interface;
use crate::cli::{self, Color};
use crate::error::Exit;

/// The lock that everything that loads or unloads the stack holds.
const LOCK: &str = "stack";

/// Loads the stack.
pub fn start(options: &cli::Start) -> anyhow::Result<Exit> {
    let mut act = Act::new(machine(&options.machine), options.force, "ibup start");
    if options.boot {
        act.request.call = act.boot();
    }
    exit(if options.check { act.may_start()? } else { act.start()? })
}

/// Unloads the stack.
pub fn stop(options: &cli::Stop) -> anyhow::Result<Exit> {
    let command = if options.force { "ibup stop --force" } else { "ibup stop" };
    exit(Act::new(machine(&options.machine), options.force, command).stop()?)
}

/// Unloads the stack and loads it again.
pub fn restart(options: &cli::Stop) -> anyhow::Result<Exit> {
    let command = if options.force { "ibup restart --force" } else { "ibup restart" };
    exit(Act::new(machine(&options.machine), options.force, command).restart()?)
}

/// Says what is loaded and up.
pub fn status(options: &cli::Status) -> anyhow::Result<Exit> {
    let status = Status::read(&machine(&options.machine));
    super::print(&if options.json { status.to_json() } else { status.to_string() })?;
    exit(status.is_good())
}

/// Prints what start would do.
pub fn plan(options: &cli::Machine) -> anyhow::Result<Exit> {
    let act = Act::new(machine(options), false, "ibup plan");
    match start::plan(&act.host, &act.request) {
        Err(ConfigTrouble::Missing) => super::print(&format!("{}\n", stack::NO_CONFIGURATION))?,
        plan => super::print(&listing(&plan?))?,
    }
    Ok(Exit::Good)
}

fn machine(options: &cli::Machine) -> LinuxHost {
    interface::machine(&options.root)
}

/// Writes an answer to standard output.
pub(crate) fn say(answer: &str) -> anyhow::Result<()> {
    super::print(answer)
}

fn listing(plan: &StartPlan) -> String {
    let tasks = plan.all().zip(1_u32..);
    tasks.map(|(task, number)| format!("{number:>2}. {task}\n    {}\n", task.reason())).collect()
}

fn exit(is_good: bool) -> anyhow::Result<Exit> {
    Ok(if is_good { Exit::Good } else { Exit::Bad })
}

/// One action on one machine.
pub(crate) struct Act {
    pub(crate) host: LinuxHost,
    pub(crate) request: Request,
    /// How somebody would ask for the same again.
    command: String,
}

impl Act {
    /// Acts on a machine.
    pub(crate) fn new(host: LinuxHost, is_forced: bool, command: &str) -> Self {
        let request = Request {
            config_path: interface::paths().openib,
            is_forced,
            call: Call::ByHand,
            wall_clock: host.wall_clock(),
            console: Console { is_terminal: super::is_colored(Color::Auto) },
        };
        Self { host, request, command: command.to_owned() }
    }

    /// Returns the call that the boot makes.
    fn boot(&self) -> Call {
        match self.host.read("/proc/sys/kernel/random/boot_id") {
            Some(Content::Text(id)) if !id.trim().is_empty() => Call::OfBoot(id.trim().replace('-', "")),
            _ => Call::ByHand,
        }
    }

    /// Tells whether anything may be started: the configuration lets it, and there is hardware. Where not, that is said
    /// and remembered, and the unit stays inactive, so that an HCA that comes later can still start it.
    fn may_start(mut self) -> anyhow::Result<bool> {
        match configured(start::refusal(&self.host, &self.request))?.flatten() {
            Some(plan) => {
                self.carry_out(&plan);
                Ok(false)
            }
            None => Ok(true),
        }
    }

    /// Starts; true if all is as it was wanted.
    pub(crate) fn start(mut self) -> anyhow::Result<bool> {
        // Planned without the lock first: where there is nothing to do, nothing is written, not even a lock.
        let Some(plan) = configured(start::plan(&self.host, &self.request))? else { return Ok(true) };
        if plan.is_idle {
            return Ok(self.carry_out(&plan));
        }
        let _lock = lock(&self.host)?;
        let Some(plan) = configured(start::plan(&self.host, &self.request))? else { return Ok(true) };
        Ok(self.carry_out(&plan))
    }

    fn carry_out(&mut self, plan: &StartPlan) -> bool {
        start::carry_out(plan.all(), self.request.console, &mut self.host).is_good()
    }

    /// Stops; true if nothing of the stack is left.
    pub(crate) fn stop(mut self) -> anyhow::Result<bool> {
        if configured(stack::configuration(&self.host, &self.request.config_path))?.is_none() {
            return Ok(true);
        }
        let _lock = lock(&self.host)?;
        let links = links(self.host.root());
        let stopped = stop::stop(&mut self.host, &self.request, &links, &self.command)?;
        Ok(matches!(stopped, Stopped::Done { .. }))
    }

    /// Stops and starts; true if all is as it was wanted.
    pub(crate) fn restart(mut self) -> anyhow::Result<bool> {
        let Some(plan) = configured(start::plan(&self.host, &self.request))? else { return Ok(true) };
        if plan.is_idle {
            return Ok(self.carry_out(&plan));
        }
        let _lock = lock(&self.host)?;
        let links = links(self.host.root());
        Ok(restart::restart(&mut self.host, &self.request, &links, &self.command)?)
    }
}

/// Says that nobody wants the stack where that is so, which is no error.
fn configured<T>(result: Result<T, ConfigTrouble>) -> anyhow::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(ConfigTrouble::Missing) => super::print(&format!("{}\n", stack::NO_CONFIGURATION)).map(|()| None),
        Err(trouble) => Err(trouble.into()),
    }
}

/// Takes the lock. Where there can be none the stack is loaded all the same: a boot matters more.
fn lock(host: &LinuxHost) -> anyhow::Result<Option<Lock>> {
    match host.lock(LOCK) {
        Ok(lock) => Ok(Some(lock)),
        Err(error @ LockError::Held { .. }) => {
            Err(error).context("the driver stack is being started or stopped")
        }
        Err(error) => {
            crate::report(&anyhow::Error::new(error).context("going on without a lock"));
            Ok(None)
        }
    }
}

/// Returns what reads symbolic links below a directory, word for word.
fn links(root: &Path) -> impl Fn(&str) -> Option<String> + use<> {
    let root = root.to_owned();
    move |path| {
        let target = std::fs::read_link(root.join(path.trim_start_matches('/'))).ok()?;
        Some(target.to_string_lossy().into_owned())
    }
}
