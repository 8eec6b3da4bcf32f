//! Restart: stop, then start. A stop that was undone is followed by a start all the same, so that what was held is
//! held; one that was refused has changed nothing, and there is nothing to start.

use super::super::users::Links;
use super::mode::{self, Mode};
use super::stop::{self, Stopped};
use super::task::Task;
use super::{ConfigTrouble, Request, start};
use crate::host::Host;

/// Restarts the stack; true if all is as it was wanted. A restart is not a stop, so `ALLOW_STOP` does not matter.
pub fn restart(
    host: &mut dyn Host,
    request: &Request,
    links: Links<'_>,
    command: &str,
) -> Result<bool, ConfigTrouble> {
    let mode = Mode::of(host, &request.call);
    let plan = start::plan(host, request)?;
    start::carry_out(&plan.opening, request.console, host);
    if plan.is_idle {
        return Ok(true);
    }
    let stopped = stop::unload(host, request, links, command)?;
    if stopped == Stopped::Refused {
        let close: Vec<Task> = mode::close_window(host, mode).map(Task::from).into_iter().collect();
        start::carry_out(&close, request.console, host);
        return Ok(false);
    }
    // Planned again, because what is loaded has changed.
    let tasks = start::tasks_of(host, request, mode)?;
    let ended = start::carry_out(&tasks, request.console, host);
    if let Stopped::Done { units } = &stopped {
        stop::start_units(host, units);
    }
    Ok(ended.is_good() && stopped != Stopped::RolledBack)
}
