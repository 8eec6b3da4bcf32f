//! Plans: actions in order, each with its reason and with what to do if it fails.

use std::time::Duration;

use super::action::{Action, ActionError, Message};
use crate::host::Host;

/// What is to be done, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// The steps.
    pub steps: Vec<Step>,
}

/// One step of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What is done.
    pub action: Action,
    /// Why.
    pub reason: String,
    /// How often it is tried again, a second apart, where the system refuses for now.
    pub retries: u32,
    /// What is said when it is done.
    pub on_success: Option<Message>,
    /// What is said when it failed; the error's own words are added if the text ends in a colon.
    pub on_failure_say: Option<Message>,
    /// What becomes of the rest.
    pub on_failure: OnFailure,
}

/// What becomes of the rest of a plan when a step fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnFailure {
    /// It goes on as if nothing had happened.
    Ignore,
    /// It goes on, and the failure is reported.
    GoOn,
    /// So many of the following steps make no sense any more and are left out.
    Skip(usize),
    /// It ends here.
    Stop,
}

/// What came of a plan.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// The steps that failed, by their place in the plan.
    pub failures: Vec<(usize, ActionError)>,
    /// Whether the plan ended before its last step.
    pub stopped: bool,
}

impl Step {
    /// Returns a step that is tried once and whose failure is reported.
    pub fn new(action: Action, reason: impl Into<String>) -> Self {
        Self {
            action,
            reason: reason.into(),
            retries: 0,
            on_success: None,
            on_failure_say: None,
            on_failure: OnFailure::GoOn,
        }
    }
}

/// Carries out a plan, step by step. Nothing is decided here that the plan does not say.
pub fn carry_out(plan: &Plan, host: &mut dyn Host) -> Report {
    let mut report = Report::default();
    let mut index = 0;
    while let Some(step) = plan.steps.get(index) {
        let place = index;
        index += 1;
        match attempt(step, host) {
            Ok(()) => say(host, step.on_success.as_ref(), None),
            Err(error) => {
                say(host, step.on_failure_say.as_ref(), Some(&error));
                match step.on_failure {
                    OnFailure::Ignore => continue,
                    OnFailure::GoOn => {}
                    OnFailure::Skip(count) => index += count,
                    OnFailure::Stop => report.stopped = true,
                }
                report.failures.push((place, error));
            }
        }
        if report.stopped {
            break;
        }
    }
    report
}

fn attempt(step: &Step, host: &mut dyn Host) -> Result<(), ActionError> {
    let mut tried = 0;
    loop {
        match host.perform(&step.action) {
            Err(error) if tried < step.retries && !error.is_permanent() => pause(host),
            result => return result,
        }
        tried += 1;
    }
}

/// Lets a second pass, however much happens meanwhile: the host's own wait ends with the first thing that does.
fn pause(host: &mut dyn Host) {
    let end = host.now() + Duration::from_secs(1);
    loop {
        let before = host.now();
        host.wait(end.saturating_sub(before));
        // A clock that stands still would keep us here for ever.
        if host.now() >= end || host.now() <= before {
            return;
        }
    }
}

fn say(host: &mut dyn Host, message: Option<&Message>, error: Option<&ActionError>) {
    let Some(message) = message else { return };
    let mut message = message.clone();
    if let Some(error) = error.filter(|_| message.text.ends_with(':')) {
        message.text = format!("{} {error}", message.text);
    }
    // A journal that cannot be written to must not keep anything from being done.
    let _ = host.perform(&Action::Log(message));
}
