//! Carrying a start out: the tasks of its plan, and what each finds once the drivers are there.

use std::time::Duration;

use ibup_config::openib::{NodeDescription, PfMac};

use super::super::attributes;
use super::super::choice::{Refusal, Wanted, Weight};
use super::super::console::{Console, Mark, log, message, print, remark};
use super::super::ports::{self, Lack};
use super::super::task::Task;
use crate::bringup::modules::{Explanation, Installed, LoadedModules, Origin, Reason};
use crate::bringup::modules::{explain_all, is_present, modprobe_d};
use crate::bringup::node_description;
use crate::bringup::{Action, ActionError, Message, Plan, Priority, Step, carry_out as carry_out_plan};
use crate::host::Host;

/// How often what is awaited is looked for.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// A machine of this name has not been given one yet.
const NO_NAME: &str = "localhost";

/// What came of a start.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ended {
    /// What failed of the stack itself.
    pub failures: u32,
    /// Modules above the stack that could not be loaded.
    pub above: Vec<String>,
    /// What is missing between the hardware and its netdevs.
    pub lacks: Vec<Lack>,
}

impl Ended {
    /// Returns whether everything is as it was wanted.
    pub fn is_good(&self) -> bool {
        self.failures == 0 && self.above.is_empty() && self.lacks.is_empty()
    }
}

/// Carries out the tasks of a plan.
pub fn carry_out<'a>(
    tasks: impl IntoIterator<Item = &'a Task>,
    console: Console,
    host: &mut dyn Host,
) -> Ended {
    let mut start = Start { host, console, ended: Ended::default(), waited: Duration::ZERO };
    for task in tasks {
        start.carry_out(task);
    }
    start.ended
}

struct Start<'a> {
    host: &'a mut dyn Host,
    console: Console,
    ended: Ended,
    /// How long was waited so far: all waits of a start have one bound, so that it stays below its unit's.
    waited: Duration,
}

impl Start<'_> {
    fn carry_out(&mut self, task: &Task) {
        match task {
            Task::Do(step) => drop(self.step(Step::clone(step))),
            Task::Refuse(refusal) => self.refuse(refusal),
            Task::Load { modules, call } => self.load(modules, call),
            Task::TraceFirmware => self.trace_firmware(),
            Task::CheckSendQueue => self.check_send_queue(),
            Task::SetPfMacs(pf_macs) => self.set_pf_macs(pf_macs),
            Task::AwaitNetdevs { at_most } => self.await_netdevs(*at_most),
            Task::Describe { description, at_most } => self.describe(description, *at_most),
            Task::Conclude => self.conclude(),
            Task::Pause(pause) => self.wait_until(*pause, |_| false),
        }
    }

    /// Does one step; false if it failed and that matters.
    fn step(&mut self, step: Step) -> bool {
        carry_out_plan(&Plan { steps: vec![step] }, self.host).failures.is_empty()
    }

    fn log(&mut self, message: Message) {
        log(self.host, message);
    }

    fn mark(&mut self, text: &str, mark: Mark) {
        let line = self.console.line(text, mark);
        print(self.host, line);
    }

    fn refuse(&mut self, refusal: &Refusal) {
        match refusal.weight {
            Weight::Above => self.ended.above.push(refusal.module.clone()),
            _ => self.ended.failures += 1,
        }
        self.mark(&refusal.text, Mark::Failed);
        let text = refusal.text.trim_end_matches([' ', ':']);
        self.log(Message { code: Some(refusal.code), ..remark(Priority::Error, text) });
    }

    fn load(&mut self, modules: &[Wanted], call: &Action) {
        let result = self.host.perform(call);
        let loaded = LoadedModules::read(self.host);
        let installed = Installed::read(self.host);
        let explanations = match &result {
            Err(ActionError::Failed { text, .. }) => explain_all(text),
            _ => Vec::new(),
        };
        for wanted in modules {
            let is_there = is_present(self.host, &loaded, &wanted.name)
                || installed.origin(&wanted.name) == Origin::BuiltIn;
            if !is_there && let Some(why) = self.why(&wanted.name, &explanations, &result) {
                self.not_loaded(wanted, &why);
            }
        }
    }

    /// Returns why a module is not there after modprobe was asked for it; `None` where modprobe says that it is.
    fn why(
        &self,
        module: &str,
        explanations: &[Explanation],
        result: &Result<(), ActionError>,
    ) -> Option<(Reason, String)> {
        let kept_out = modprobe_d::kept_out(self.host, module);
        let error = match (kept_out, result) {
            (Some(place), _) => return Some((Reason::Blacklisted, place)),
            (None, Ok(())) => return None,
            (None, Err(error)) => error,
        };
        let ours = explanations.iter().find(|explanation| explanation.module.as_deref() == Some(module));
        let reason = ours.map_or(Reason::Other, |explanation| explanation.reason);
        let words = error.to_string();
        let line = words.lines().find(|line| line.contains(module)).or_else(|| words.lines().next());
        Some((reason, line.unwrap_or_default().to_owned()))
    }

    fn not_loaded(&mut self, wanted: &Wanted, (reason, words): &(Reason, String)) {
        let name = &wanted.name;
        if wanted.weight == Weight::Optional {
            return self.mark(&format!("Failed loading kernel module {name}: "), Mark::Warning);
        }
        self.mark(&format!("Failed loading kernel module {name}: "), Mark::Failed);
        let text = format!("ERROR: Failed loading kernel module {name}.");
        self.log(Message { code: Some(reason.code()), ..message(Priority::Error, text) });
        self.log(remark(Priority::Error, format!("{name} {}: {words}", reason.words())));
        match (name.as_str(), wanted.weight) {
            ("mlx5_ib", _) => self.mark("Loading Mellanox MLX5_IB HCA driver: ", Mark::Failed),
            ("mlx5_core", _) => self.mark("Loading Mellanox MLX5 HCA driver: ", Mark::Failed),
            _ => {}
        }
        match wanted.weight {
            Weight::Above => self.ended.above.push(name.clone()),
            _ => self.ended.failures += 1,
        }
    }

    fn trace_firmware(&mut self) {
        if let Some(step) = attributes::firmware_tracer(self.host) {
            self.step(step);
        }
    }

    fn check_send_queue(&mut self) {
        for text in attributes::send_queue_trouble(self.host).into_iter().flatten() {
            print(self.host, text);
            self.log(Message { code: Some("IB0324"), ..message(Priority::Warning, text) });
        }
    }

    fn set_pf_macs(&mut self, pf_macs: &[PfMac]) {
        for step in attributes::pf_macs(self.host, pf_macs) {
            self.ended.failures += u32::from(!self.step(step));
        }
    }

    fn await_netdevs(&mut self, at_most: Duration) {
        let loaded = LoadedModules::read(self.host);
        // Without IPoIB no netdev will come, and why it is not there has been said.
        if is_present(self.host, &loaded, "ib_ipoib") {
            self.wait_until(at_most, |host| !ports::lacks(host).iter().any(Lack::is_worth_waiting));
        }
        let lacks = ports::lacks(self.host);
        for lack in &lacks {
            let mut text = lack.to_string();
            if lack.is_worth_waiting() {
                text += &format!(" {} s after the modules were loaded", at_most.as_secs());
            }
            print(self.host, text.as_str());
            self.log(remark(Priority::Warning, text));
        }
        self.ended.lacks = lacks;
    }

    fn describe(&mut self, description: &NodeDescription, at_most: Duration) {
        if node_description::is_written_by_other(self.host) {
            return self.log(message(Priority::Info, "Skipping node_desc setup - handled by rdma-ndd"));
        }
        let resolve = |host: &dyn Host| node_description::resolve(host, description);
        let left = at_most.saturating_sub(self.waited);
        self.wait_until(left, |host| resolve(host).is_none_or(|resolved| resolved != NO_NAME));
        let Some(resolved) = resolve(self.host) else { return };
        for step in node_description::steps(self.host, &resolved) {
            self.step(step);
        }
    }

    fn conclude(&mut self) {
        let text = "Loading HCA driver and Access Layer:";
        if self.ended.failures == 0 {
            self.mark(text, Mark::Ok);
        } else {
            self.mark(text, Mark::Failed);
            print(self.host, "`journalctl -b | ibup diagnose -` names the cause.");
        }
        for module in self.ended.above.clone() {
            self.mark(&format!("Loading {module}"), Mark::Failed);
        }
    }

    /// Lets time pass until something is so, at most so long.
    fn wait_until(&mut self, at_most: Duration, is_so: impl Fn(&dyn Host) -> bool) {
        let start = self.host.now();
        while !is_so(self.host) {
            let left = at_most.saturating_sub(self.host.now().saturating_sub(start));
            if left.is_zero() {
                break;
            }
            self.host.wait(left.min(LOOK_EVERY));
        }
        self.waited += self.host.now().saturating_sub(start);
    }
}
