//! Start: loads what is missing of the stack, waits for its netdevs, and tells what is still missing.
//!
//! Nothing is unloaded and nothing stops half-way: a module that cannot be loaded is said, and the rest goes on, so
//! that the ports that can work do. Started again, it does what is still to be done and nothing else.

use std::time::Duration;

use ibup_config::openib::OpenibConf;
use ibup_config::{Tree, Warning};

use super::super::modules::modprobe_d;
use super::choice::{Choice, Refusal, Weight};
use super::console::{Mark, message, remark};
use super::mode::{self, Call, Mode};
use super::task::Task;
use super::{ConfigTrouble, Request, hardware};
use crate::bringup::{Action, Message, OnFailure, Priority, Step};

mod carry_out;

pub use carry_out::{Ended, carry_out};

/// How long netdevs are waited for, unless `IBUP_WAIT_SECONDS` says otherwise.
const WAIT: Duration = Duration::from_secs(30);
/// The longest wait that is believed.
const WAIT_MAX: Duration = Duration::from_mins(5);
/// Where systemctl may be.
const SYSTEMCTL: &[&str] = &["/usr/bin/systemctl", "/bin/systemctl"];

/// What a start does, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StartPlan {
    /// What is said and written before anything is touched; a restart does it before its stop.
    pub opening: Vec<Task>,
    /// The start itself.
    pub tasks: Vec<Task>,
    /// Whether there is nothing to start.
    pub is_idle: bool,
}

impl StartPlan {
    /// Returns all tasks, in order.
    pub fn all(&self) -> impl Iterator<Item = &Task> {
        self.opening.iter().chain(&self.tasks)
    }
}

/// Plans a start.
pub fn plan(tree: &dyn Tree, request: &Request) -> Result<StartPlan, ConfigTrouble> {
    let (conf, warnings) = super::configuration(tree, &request.config_path)?;
    let mode = Mode::of(tree, &request.call);
    if mode == Mode::Boot && !conf.on_boot {
        return Ok(refused(tree, &request.call));
    }
    if !hardware::is_present(tree) {
        let none = remark(Priority::Info, "no InfiniBand hardware is present; there is nothing to do");
        return Ok(idle(vec![said(none)]));
    }
    Ok(StartPlan {
        opening: opening(tree, request, mode, &warnings),
        tasks: tasks(tree, request, mode, &conf),
        ..StartPlan::default()
    })
}

/// Plans what is said where a unit may start nothing: there is no hardware, or `ONBOOT=no`. That holds however often the
/// unit is wanted in a boot, since an HCA that appears wants it again; who means it all the same has `ibup start`.
pub fn refusal(tree: &dyn Tree, request: &Request) -> Result<Option<StartPlan>, ConfigTrouble> {
    let (conf, _) = super::configuration(tree, &request.config_path)?;
    let plan = if conf.on_boot { plan(tree, request)? } else { refused(tree, &request.call) };
    Ok(plan.is_idle.then_some(plan))
}

/// Plans the start itself, without what is said and written before.
pub(super) fn tasks_of(tree: &dyn Tree, request: &Request, mode: Mode) -> Result<Vec<Task>, ConfigTrouble> {
    let (conf, _) = super::configuration(tree, &request.config_path)?;
    Ok(tasks(tree, request, mode, &conf))
}

fn idle(opening: Vec<Task>) -> StartPlan {
    StartPlan { opening, is_idle: true, ..StartPlan::default() }
}

/// `ONBOOT=no`: the boot is told so and nothing is loaded. That the boot has asked is remembered, so that the next
/// call by systemd is known for somebody's wish.
fn refused(tree: &dyn Tree, call: &Call) -> StartPlan {
    let text = "running in auto mode and ONBOOT=no --> exiting";
    let said = said(Message { code: Some("IB0302"), ..message(Priority::Notice, text) });
    idle(std::iter::once(said).chain(mode::remember(tree, call).map(Task::from)).collect())
}

fn opening(tree: &dyn Tree, request: &Request, mode: Mode, warnings: &[Warning]) -> Vec<Task> {
    let mut tasks: Vec<Task> = mode::remember(tree, &request.call).map(Task::from).into_iter().collect();
    tasks.extend(mode.messages().into_iter().map(said));
    tasks.extend(warnings.iter().map(|warning| said(remark(Priority::Warning, warning.to_string()))));
    tasks.extend(mode.announce(tree, request.wall_clock).into_iter().map(Task::from));
    tasks
}

fn tasks(tree: &dyn Tree, request: &Request, mode: Mode, conf: &OpenibConf) -> Vec<Task> {
    let choice = Choice::of(tree, conf, request.is_forced);
    let wait = wait_limit(conf);
    let mut tasks = Vec::new();
    tasks.extend(hook(tree, &conf.hooks.pre_start, "OPENIBD_PRE_START"));
    tasks.extend(modules(tree, request, &choice));
    let switched = [
        (conf.enable_firmware_tracer, Task::TraceFirmware),
        (choice.has("ib_ipoib"), Task::CheckSendQueue),
        (!conf.smartnic_pf_macs.is_empty(), Task::SetPfMacs(conf.smartnic_pf_macs.clone())),
        (brings_netdevs(tree, &choice), Task::AwaitNetdevs { at_most: wait }),
    ];
    tasks.extend(switched.into_iter().filter_map(|(is_on, task)| is_on.then_some(task)));
    let at_most = conf.node_description_timeout.min(wait);
    tasks.push(Task::Describe { description: conf.node_description.clone(), at_most });
    tasks.push(Task::Conclude);
    tasks.extend(afterwards(tree, conf));
    tasks.extend(hook(tree, &conf.hooks.post_start, "OPENIBD_POST_START"));
    if !conf.post_start_delay.is_zero() {
        tasks.push(Task::Pause(conf.post_start_delay));
    }
    tasks.extend(mode::close_window(tree, mode).map(Task::from));
    tasks
}

/// Returns whether netdevs can be expected: IPoIB is wanted, and so is what makes RDMA devices of the cards.
fn brings_netdevs(tree: &dyn Tree, choice: &Choice) -> bool {
    let is_mellanox = hardware::functions(tree).iter().any(hardware::Function::is_mellanox);
    choice.has("ib_ipoib") && (choice.has("mlx5_ib") || !is_mellanox)
}

/// Returns what is said of modules, and the one call that loads them.
fn modules(tree: &dyn Tree, request: &Request, choice: &Choice) -> Vec<Task> {
    let mut tasks: Vec<Task> =
        choice.notes.iter().map(|note| said(remark(Priority::Warning, note.as_str()))).collect();
    tasks.extend(choice.refused.iter().cloned().map(Task::Refuse));
    if let Some(module) = &choice.inbox {
        let text = format!("Loading inbox modules ({module})");
        tasks.push(printed(request.console.line(&text, Mark::Warning)));
    }
    if !choice.load.is_empty() {
        let names = choice.load.iter().map(|wanted| wanted.name.clone()).collect();
        let call = Box::new(modprobe_d::load(tree, names));
        tasks.push(Task::Load { modules: choice.load.clone(), call });
    } else if choice.is_empty() {
        let text = "No HCA kernel modules loaded: ".to_owned();
        let refusal = Refusal { module: String::new(), text, code: "IB0307", weight: Weight::Stack };
        tasks.push(Task::Refuse(refusal));
    }
    tasks
}

/// Returns what a site has switched on for the time after a start.
fn afterwards(tree: &dyn Tree, conf: &OpenibConf) -> Vec<Task> {
    let mut programs: Vec<(bool, &str, &[&str], &str)> = vec![
        (conf.run_sysctl, "/sbin/sysctl_perf_tuning", &["load"], "RUN_SYSCTL=yes"),
        (conf.run_affinity_tuner, "/usr/sbin/mlnx_affinity", &["start"], "RUN_AFFINITY_TUNER=yes"),
        (conf.run_mlnx_tune, "/usr/sbin/mlnx_tune", &[], "RUN_MLNX_TUNE=yes"),
    ];
    if let Some(systemctl) = systemctl(tree) {
        let is_wanted = conf.load.srp == Some(true) && conf.enable_srp_daemon;
        // Not waited for: at boot the daemon may be ordered after us.
        programs.push((
            is_wanted,
            systemctl,
            &["--no-block", "start", "srp_daemon.service"],
            "SRP_DAEMON_ENABLE=yes",
        ));
    }
    let wanted = programs.into_iter().filter(|(is_on, program, ..)| *is_on && tree.read(program).is_some());
    wanted.map(|(_, program, arguments, reason)| run(program, arguments, reason)).collect()
}

/// Returns where systemctl is.
pub(crate) fn systemctl(tree: &dyn Tree) -> Option<&'static str> {
    SYSTEMCTL.iter().copied().find(|path| tree.read(path).is_some())
}

/// Returns the task that runs a hook, if there is one.
pub(super) fn hook(tree: &dyn Tree, path: &str, variable: &str) -> Option<Task> {
    tree.read(path).is_some().then(|| run(path, &[], &format!("the site's hook {variable}")))
}

/// Returns the task that runs a program of the site's: its failure is said and changes nothing.
fn run(program: &str, arguments: &[&str], reason: &str) -> Task {
    let arguments = arguments.iter().map(|argument| (*argument).to_owned()).collect();
    let failed = remark(Priority::Warning, format!("{program}:"));
    let step = Step::new(Action::Run { program: program.to_owned(), arguments }, reason);
    Task::from(Step { on_failure_say: Some(failed), on_failure: OnFailure::Ignore, ..step })
}

/// Returns the task that says something in the journal.
fn said(message: Message) -> Task {
    Task::from(Step::new(Action::Log(message), "for whoever reads the journal"))
}

fn printed(text: String) -> Task {
    Task::from(Step::new(Action::Print(text), "for whoever started it"))
}

fn wait_limit(conf: &OpenibConf) -> Duration {
    let setting = conf.others.iter().find(|other| other.name == "IBUP_WAIT_SECONDS");
    let seconds = setting.and_then(|setting| setting.value.as_text()?.trim().parse().ok());
    seconds.map_or(WAIT, Duration::from_secs).min(WAIT_MAX)
}

#[cfg(test)]
mod tests;
