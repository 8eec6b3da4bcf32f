//! `ibup check --fix`: does what can be done here, looks again, and undoes what did not help.

use std::collections::BTreeMap;
use std::io::{self, BufRead, IsTerminal, Write};
use std::time::Duration;

use anyhow::Context;
use ibup_chain::bringup::interface::words::Voice;
use ibup_chain::bringup::interface::{self as bringup, Request, Work};
use ibup_chain::bringup::{Action, Plan, carry_out};
use ibup_chain::check::{self, Level, Repair, StackService, State};
use ibup_chain::host::Host;
use ibup_config::{Configuration, NetdevName};
use ibup_forecast::forecast::{ComesUp, forecast};
use ibup_forecast::survey::Survey;
use ibup_linux::LinuxHost;
use ibup_report::Words;

use super::{interface, look};
use crate::cli::Check;

/// How long an interface is waited for after what should bring it about.
const PATIENCE: Duration = Duration::from_secs(30);

/// Repairs what can be repaired, if somebody wants it, and returns the answer as it is then.
pub(super) fn fix(
    host: &mut LinuxHost,
    options: &Check,
    before: check::Check,
    words: &Words,
) -> anyhow::Result<check::Check> {
    let survey = Survey::of(host);
    let foretold = foretold(host);
    let comes_up =
        |interface: &check::InterfaceCheck| foretold.get(&interface.interface) == Some(&ComesUp::Always);
    let is_missed = !survey.stack.is_enabled && !before.troubled().all(comes_up);
    let stack = survey.stack.service.map(|unit| StackService { unit, is_missed });
    let repairs = check::repairs(host, &before, stack);
    if repairs.is_empty() {
        tell(&words.get("fix-nothing"))?;
        return Ok(before);
    }
    tell(&format!("{}\n{}", words.get("fix-plan"), listing(host, &repairs, words)))?;
    if !options.yes && !is_confirmed(words)? {
        tell(&words.get("fix-not-done"))?;
        return Ok(before);
    }
    let missing: Vec<NetdevName> = before
        .troubled()
        .filter(|interface| interface.state == State::Missing)
        .filter_map(|interface| interface.interface.parse().ok())
        .collect();
    for repair in &repairs {
        carry_out_one(host, repair, &missing)?;
    }
    let after = look(host, options);
    let mut is_undone = false;
    for repair in repairs.iter().rev() {
        if has_helped(host, repair, &before, &after, &foretold) {
            continue;
        }
        let plan = repair.undo(host);
        for step in &plan.steps {
            tell(&words.with("fix-undone", &[("action", &step.action.to_string())]))?;
        }
        report_failures(&plan, host);
        is_undone |= !plan.steps.is_empty();
    }
    Ok(if is_undone { look(host, options) } else { after })
}

/// Returns what the next boot comes to for each interface.
fn foretold(host: &LinuxHost) -> BTreeMap<String, ComesUp> {
    let interfaces = forecast(host, &[]).interfaces.into_iter();
    interfaces.map(|interface| (interface.interface, interface.comes_up)).collect()
}

/// Lists what is going to be done, as a person would do it.
fn listing(host: &LinuxHost, repairs: &[Repair], words: &Words) -> String {
    let mut lines: Vec<(String, String)> = Vec::new();
    for repair in repairs {
        let plan = match repair {
            Repair::Enable(_) | Repair::Start(_) => repair.plan(host),
            Repair::Raise(name) => bringup::rehearse(host, host.wall_clock(), &request(name)),
        };
        let acts = |action: &Action| {
            !matches!(
                action,
                Action::Log(_) | Action::Print(_) | Action::WriteState { .. } | Action::RemoveState { .. }
            )
        };
        let steps = plan.steps.into_iter().filter(|step| acts(&step.action));
        let known = lines.len();
        lines.extend(steps.map(|step| (step.action.to_string(), step.reason)));
        if let (Repair::Raise(name), true) = (repair, known == lines.len()) {
            lines.push((format!("ibup raise {name}"), words.get("fix-later")));
        }
    }
    let lines = lines.iter().zip(1_u32..);
    lines.map(|((action, reason), number)| format!("{number:>2}. {action}\n    {reason}\n")).collect()
}

fn request(name: &NetdevName) -> Request {
    Request { netdev: name.clone(), work: Work::All, voice: Voice::Own, paths: interface::paths() }
}

fn is_confirmed(words: &Words) -> anyhow::Result<bool> {
    if !io::stdin().is_terminal() {
        return Ok(false);
    }
    let mut stderr = anstream::stderr().lock();
    write!(stderr, "{} ", words.get("fix-ask")).and_then(|()| stderr.flush()).context("cannot ask")?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer).context("cannot read the answer")?;
    Ok(["y", "yes"].contains(&answer.trim().to_lowercase().as_str()))
}

fn carry_out_one(host: &mut LinuxHost, repair: &Repair, missing: &[NetdevName]) -> anyhow::Result<()> {
    let configuration = Configuration::read(host, &interface::paths());
    match repair {
        Repair::Enable(_) => report_failures(&repair.plan(host), host),
        Repair::Start(_) => {
            report_failures(&repair.plan(host), host);
            for name in missing {
                check::wait(host, &configuration, name, Some(Level::Netdev), PATIENCE);
            }
        }
        Repair::Raise(name) => {
            interface::bring_up(host, &request(name))?;
            check::wait(host, &configuration, name, None, PATIENCE);
        }
    }
    Ok(())
}

/// Carries out a plan and says what failed of it.
fn report_failures(plan: &Plan, host: &mut LinuxHost) {
    for (index, error) in carry_out(plan, host).failures {
        let action = plan.steps.get(index).map(|step| step.action.to_string()).unwrap_or_default();
        crate::report(&anyhow::Error::new(error).context(action));
    }
}

/// Returns whether a repair was of use: an interface has come into being, or the next boot fares better. Of a boot that nobody
/// can foretell, that the unit is enabled has to do.
fn has_helped(
    host: &LinuxHost,
    repair: &Repair,
    before: &check::Check,
    after: &check::Check,
    foretold_before: &BTreeMap<String, ComesUp>,
) -> bool {
    let missing = |check: &check::Check| {
        check.interfaces.iter().filter(|interface| interface.state == State::Missing).count()
    };
    match repair {
        Repair::Start(_) => missing(after) < missing(before),
        Repair::Raise(_) => true,
        Repair::Enable(_) => {
            let rank = |comes_up: Option<&ComesUp>| match comes_up {
                Some(ComesUp::Always) => 2,
                Some(ComesUp::Sometimes) => 1,
                Some(ComesUp::Never | ComesUp::Unknown) | None => 0,
            };
            let foretold = foretold(host);
            let is_better =
                |(name, now): (&String, &ComesUp)| rank(Some(now)) > rank(foretold_before.get(name));
            let is_open = foretold.values().any(|comes_up| *comes_up == ComesUp::Unknown);
            foretold.iter().any(is_better) || (is_open && Survey::of(host).stack.is_enabled)
        }
    }
}

/// Says something to whoever started the program, beside the answer.
fn tell(text: &str) -> anyhow::Result<()> {
    writeln!(anstream::stderr(), "{}", text.trim_end()).context("cannot say what is done")
}
