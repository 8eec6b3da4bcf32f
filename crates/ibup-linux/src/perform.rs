//! Acting: every action of the closed list becomes calls to the system. Nothing is decided here.

use std::io::{self, Write};

use ibup_chain::bringup::{Action, ActionError};
use rustix::io::Errno;

use crate::error::{number, refused, refused_because};
use crate::{LinuxHost, journal, netlink, process, state};

/// Carries out one action.
pub(crate) fn perform(host: &LinuxHost, action: &Action) -> Result<(), ActionError> {
    let (root, limits) = (&host.root, host.limits);
    match action {
        Action::LoadModules(modules) if modules.is_empty() => Ok(()),
        Action::LoadModules(modules) => {
            process::run_named(root, "modprobe", &with_option("-a", modules)?, limits)
        }
        Action::UnloadModule(module) => {
            let modules = std::slice::from_ref(module);
            process::run_named(root, "modprobe", &with_option("-r", modules)?, limits)
        }
        Action::WriteAttribute { path, value } => state::write_attribute(root, path, value),
        Action::WriteState { path, text } => state::write(root, path, text),
        Action::RemoveState { path } => state::remove(root, path),
        Action::Run { program, arguments } => process::run(root, program, arguments, limits),
        Action::SetLink { netdev, change } => netlink::set_link(root, netdev, *change),
        Action::Log(message) => journal::log(root, message),
        Action::Print(text) => print(text),
    }
}

/// Returns the arguments of modprobe. What would be taken for an option is no module.
fn with_option(option: &str, modules: &[String]) -> Result<Vec<String>, ActionError> {
    if let Some(module) = modules.iter().find(|module| module.is_empty() || module.starts_with('-')) {
        return Err(refused_because(Errno::INVAL, format!("`{}` is no module", module.escape_debug())));
    }
    Ok([option.to_owned()].into_iter().chain(modules.iter().cloned()).collect())
}

/// Writes a line, whole lines as they are.
fn print(text: &str) -> Result<(), ActionError> {
    let mut out = io::stdout().lock();
    let end = if text.ends_with('\n') { "" } else { "\n" };
    out.write_all(format!("{text}{end}").as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| refused(number(&error)))
}
