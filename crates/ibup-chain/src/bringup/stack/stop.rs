//! Stop: unloads the stack, whole or not at all.
//!
//! Who uses it is asked first, and named; then the order follows from who stands on whom. If the kernel refuses midway
//! all the same, what is gone is loaded again. Nothing but modules, bonds of InfiniBand netdevs and three services of
//! the stack itself is touched, and no file that a package owns is edited.

use ibup_config::Tree;

use super::super::modules::{LoadedModules, modprobe_d};
use super::super::users::Links;
use super::console::{Mark, log, message, print, remark};
use super::{ConfigTrouble, Request, service, start};
use crate::bringup::{Action, ActionError, Message, Plan, Priority, Step, carry_out};
use crate::host::Host;

mod bonds;
mod survey;

pub use bonds::Bond;
pub use survey::{Survey, survey};

/// Services that live by the stack and are stopped for it: the unit, and what is stopped with it.
const SERVICES: &[(&str, &[&str])] =
    &[("ibacm.service", &["ibacm.socket", "ibacm.service"]), ("srp_daemon.service", &["srp_daemon.service"])];
/// How often a module is tried again, a second apart: the last user may be on its way out.
const RETRIES: u32 = 3;

/// What came of a stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stopped {
    /// Nothing of the stack is loaded; these services were stopped for it.
    Done {
        /// The units, to be started again if the stack is.
        units: Vec<String>,
    },
    /// It is in use, and nothing was changed.
    Refused,
    /// The kernel refused midway; what was gone was loaded again, as far as that went.
    RolledBack,
}

/// Stops the stack as somebody asks it to be; `command` is how they would ask again.
pub fn stop(
    host: &mut dyn Host,
    request: &Request,
    links: Links<'_>,
    command: &str,
) -> Result<Stopped, ConfigTrouble> {
    let (conf, _) = super::configuration(host, &request.config_path)?;
    if !conf.allow_stop && !request.is_forced {
        let text = "ERROR: Option 'stop' is disabled!";
        print(host, text);
        log(host, message(Priority::Error, text));
        let way_out = format!(
            "Either use 'force-stop', or enable 'stop' by setting 'ALLOW_STOP=yes' in your {}",
            request.config_path
        );
        print(host, way_out);
        return Ok(Stopped::Refused);
    }
    unload(host, request, links, command)
}

/// Unloads the stack, whether or not a plain stop is allowed.
pub fn unload(
    host: &mut dyn Host,
    request: &Request,
    links: Links<'_>,
    command: &str,
) -> Result<Stopped, ConfigTrouble> {
    let (conf, _) = super::configuration(host, &request.config_path)?;
    let is_forced = request.is_forced || conf.force_mode;
    start::carry_out(
        start::hook(host, &conf.hooks.pre_stop, "OPENIBD_PRE_STOP").iter(),
        request.console,
        host,
    );
    let stopped = Stop { host, request, links, is_forced, command }.run();
    start::carry_out(
        start::hook(host, &conf.hooks.post_stop, "OPENIBD_POST_STOP").iter(),
        request.console,
        host,
    );
    Ok(stopped)
}

struct Stop<'a> {
    host: &'a mut dyn Host,
    request: &'a Request,
    links: Links<'a>,
    is_forced: bool,
    command: &'a str,
}

impl Stop<'_> {
    fn run(&mut self) -> Stopped {
        let units = running_units(self.host);
        let first = survey(self.host, self.links, self.is_forced, &units);
        if first.is_blocked() {
            return self.refuse(&first);
        }
        if units.is_empty() {
            return self.take_down(&first, units);
        }
        if let Err(error) = self.systemctl("stop", &units) {
            log(
                self.host,
                remark(Priority::Error, format!("{} could not be stopped: {error}", units.join(" "))),
            );
        }
        let second = survey(self.host, self.links, self.is_forced, &[]);
        if second.is_blocked() {
            self.start_again(&units);
            return self.refuse(&second);
        }
        self.take_down(&second, units)
    }

    fn refuse(&mut self, survey: &Survey) -> Stopped {
        for line in survey.refusal(self.command) {
            print(self.host, line);
        }
        for blocker in &survey.blockers {
            log(self.host, remark(Priority::Error, blocker.as_str()));
        }
        Stopped::Refused
    }

    fn take_down(&mut self, survey: &Survey, units: Vec<String>) -> Stopped {
        let before = LoadedModules::read(self.host);
        for bond in &survey.bonds {
            bond.dismantle().into_iter().for_each(|step| drop(self.step(step)));
        }
        for module in &survey.order {
            // Unloading a module takes those with it that nobody needs any more.
            if LoadedModules::read(self.host).get(module).is_none() {
                continue;
            }
            let step = Step::new(Action::UnloadModule(module.clone()), "nobody stands on it any more");
            if let Err(error) = self.step(Step { retries: RETRIES, ..step }) {
                self.say_failed(module, &error);
                self.put_back(survey, &before, &units);
                return Stopped::RolledBack;
            }
        }
        print(self.host, self.request.console.line("Unloading HCA driver:", Mark::Ok));
        Stopped::Done { units }
    }

    fn step(&mut self, step: Step) -> Result<(), ActionError> {
        let mut report = carry_out(&Plan { steps: vec![step] }, self.host);
        report.failures.pop().map_or(Ok(()), |(_, error)| Err(error))
    }

    fn say_failed(&mut self, module: &str, error: &ActionError) {
        print(self.host, self.request.console.line(&format!("Unloading {module}"), Mark::Failed));
        print(self.host, error.to_string());
        let text = format!("{module} could not be unloaded: {error}");
        log(self.host, Message { code: Some("IB0316"), ..remark(Priority::Error, text) });
    }

    /// Brings back what is gone.
    fn put_back(&mut self, survey: &Survey, before: &LoadedModules, units: &[String]) {
        let now = LoadedModules::read(self.host);
        let gone: Vec<String> = before
            .iter()
            .map(|(name, _)| name)
            .filter(|name| now.get(name).is_none())
            .map(str::to_owned)
            .collect();
        if !gone.is_empty() {
            let call = modprobe_d::load(self.host, gone.clone());
            let loaded = self.host.perform(&call);
            let text = match loaded {
                Ok(()) => format!("Loaded again: {}", gone.join(" ")),
                Err(error) => format!("Could not load again all of {}: {error}", gone.join(" ")),
            };
            print(self.host, text.as_str());
            log(self.host, remark(Priority::Warning, text));
        }
        for bond in &survey.bonds {
            bond.rebuild().into_iter().for_each(|step| drop(self.step(step)));
        }
        self.start_again(units);
    }

    fn start_again(&mut self, units: &[String]) {
        start_units(self.host, units);
    }

    fn systemctl(&mut self, verb: &str, units: &[String]) -> Result<(), ActionError> {
        systemctl(self.host, verb, units)
    }
}

/// Starts services again that were stopped for the stack.
pub fn start_units(host: &mut dyn Host, units: &[String]) {
    if units.is_empty() {
        return;
    }
    if let Err(error) = systemctl(host, "start", units) {
        log(
            host,
            remark(Priority::Warning, format!("{} could not be started again: {error}", units.join(" "))),
        );
    }
}

fn systemctl(host: &mut dyn Host, verb: &str, units: &[String]) -> Result<(), ActionError> {
    let program = start::systemctl(host).unwrap_or("/usr/bin/systemctl").to_owned();
    let mut arguments = vec![verb.to_owned()];
    if verb == "start" {
        // Whoever is ordered after us must not wait for us while we wait for it.
        arguments.insert(0, "--no-block".to_owned());
    }
    arguments.extend(units.iter().cloned());
    host.perform(&Action::Run { program, arguments })
}

fn running_units(tree: &dyn Tree) -> Vec<String> {
    let running = SERVICES.iter().filter(|(unit, _)| service::is_running(tree, unit));
    running.flat_map(|(_, units)| units.iter().map(|unit| (*unit).to_owned())).collect()
}

#[cfg(test)]
mod tests;
