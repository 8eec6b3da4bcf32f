//! Programs: what runs on the machine.
//!
//! ibup's are the shipped ones, called as its commands call them. The vendor's interface manager is the shipped code
//! under its reference policy. Of the vendor's openibd and the distributions' network services there is what bears on
//! order and what they say.

use ibup_chain::bringup::interface::words::Voice;
use ibup_chain::bringup::interface::{self, Work};
use ibup_chain::bringup::stack::{self, Call, ConfigTrouble, Console, start};
use ibup_chain::bringup::{Action, Message, Priority};
use ibup_chain::host::Host;
use ibup_config::{NetdevName, Paths};

use crate::machine::{Machine, Role};
use crate::scenario::{Loader, NetworkService};

mod network;
mod openibd;

/// Runs the program of a unit to its end, and returns its exit status.
pub(crate) fn run(machine: &Machine, role: Role, host: &mut dyn Host) -> u8 {
    match role {
        Role::Target => 0,
        Role::Stack if machine.is_reference() => openibd::start(host, machine.scenario.stack.traced),
        Role::Stack => start_stack(host),
        Role::Network => match machine.scenario.network.service {
            NetworkService::NetworkScripts => network::network_scripts(host),
            NetworkService::Ifupdown => network::ifupdown(host),
            NetworkService::NetworkManager => 0,
        },
        Role::Load(load) => load_modules(machine, usize::from(load), host),
        Role::Manager(port) => bring_up(machine, port, Work::All, Voice::Scripts, host),
        Role::Configure(port) => bring_up(machine, port, Work::Configure, Voice::Own, host),
        Role::Raise(port) => bring_up(machine, port, Work::Raise, Voice::Own, host),
    }
}

/// Returns under which name the journal has what a program prints.
pub(crate) fn identifier(machine: &Machine, role: Role) -> &'static str {
    match role {
        Role::Stack if machine.is_reference() => "openibd",
        Role::Stack | Role::Configure(_) | Role::Raise(_) => "ibup",
        Role::Network => match machine.scenario.network.service {
            NetworkService::NetworkScripts => "network",
            NetworkService::Ifupdown => "ifup",
            NetworkService::NetworkManager => "NetworkManager",
        },
        Role::Manager(_) => "mlnx_interface_mgr.sh",
        Role::Load(_) | Role::Target => "systemd-modules-load",
    }
}

/// `ibup start --boot`, as `commands/stack.rs` calls it.
fn start_stack(host: &mut dyn Host) -> u8 {
    let request = stack::Request {
        config_path: Paths::default().openib,
        is_forced: false,
        call: Call::OfBoot(crate::sight::BOOT_ID.replace('-', "")),
        wall_clock: host.wall_clock(),
        console: Console::default(),
    };
    match start::plan(host, &request) {
        Ok(plan) => {
            let ended = start::carry_out(plan.all(), request.console, host);
            u8::from(!ended.is_good())
        }
        Err(ConfigTrouble::Missing) => {
            print(host, stack::NO_CONFIGURATION);
            0
        }
        Err(_) => 2,
    }
}

/// `ibup configure IF`, `ibup raise IF` and `mlnx_interface_mgr.sh IF`, as `commands/interface.rs` and
/// `compat/interface_manager.rs` call them.
fn bring_up(machine: &Machine, port: u8, work: Work, voice: Voice, host: &mut dyn Host) -> u8 {
    let netdev: NetdevName = machine.ports[usize::from(port)].name.clone();
    let request = interface::Request { netdev, work, voice, paths: Paths::default() };
    let outcome = interface::bring_up(host, &request);
    u8::from(outcome.has_failed)
}

fn load_modules(machine: &Machine, load: usize, host: &mut dyn Host) -> u8 {
    let load = &machine.scenario.load[load];
    let result = host.perform(&Action::LoadModules(load.modules.clone()));
    if load.by == Loader::Somebody {
        return u8::from(result.is_err());
    }
    match result {
        Ok(()) => load.modules.iter().for_each(|module| print(host, &format!("Inserted module '{module}'"))),
        Err(error) => {
            let reason = error.to_string();
            let reason = reason.rsplit(": ").next().unwrap_or_default().to_owned();
            for module in &load.modules {
                let text = if reason.contains("not found") {
                    format!("Failed to find module '{module}'")
                } else {
                    format!("Failed to insert module '{module}': {reason}")
                };
                print(host, &text);
            }
            return 1;
        }
    }
    0
}

/// Prints a line.
fn print(host: &mut dyn Host, text: &str) {
    // Whoever started the program may have gone away.
    let _ = host.perform(&Action::Print(text.to_owned()));
}

/// Says something in the journal under a tag.
fn log(host: &mut dyn Host, tag: &'static str, text: &str) {
    let message = Message {
        tag,
        priority: Priority::Notice,
        text: text.to_owned(),
        interface: None,
        code: None,
        notice: None,
    };
    let _ = host.perform(&Action::Log(message));
}
