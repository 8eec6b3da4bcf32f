//! `openibd`: the driver stack as a whole, under the name and with the words of the script.

use std::process::ExitCode;

use ibup_chain::bringup::stack::{Call, Status};

use super::interface_manager::machine_of_environment;
use crate::commands::stack::{self, Act};

const USAGE: &str = "Usage: openibd {start|force-start|stop|force-stop|restart|force-restart|status}";
/// The longest boot ID believed; it goes into a file that others read.
const BOOT_ID_MAX: usize = 64;

/// Acts as the script does. A usage error and `status` touch nothing.
pub fn run(_program: &str, arguments: &[String]) -> ExitCode {
    let action = arguments.first().map(String::as_str).unwrap_or_default();
    let (is_forced, verb) = action.strip_prefix("force-").map_or((false, action), |verb| (true, verb));
    if !matches!((is_forced, verb), (_, "start" | "stop" | "restart") | (false, "status")) {
        return say(&format!("{USAGE}\n"), false);
    }
    let host = machine_of_environment();
    if verb == "status" {
        let status = Status::read(&host);
        return say(&status.to_string(), status.is_good());
    }
    let mut act = Act::new(host, is_forced, &format!("openibd {action}"));
    act.request.call = call(arguments.get(1));
    let result = match verb {
        "start" => act.start(),
        "stop" => act.stop(),
        _ => act.restart(),
    };
    code(result.unwrap_or_else(|error| {
        crate::report(&error);
        false
    }))
}

/// Returns who calls: systemd gives the boot's ID behind the action, as `bootid=ID`.
fn call(argument: Option<&String>) -> Call {
    let id = argument.and_then(|argument| argument.rsplit_once('=')).map(|(_, id)| id);
    let is_id =
        |id: &&str| !id.is_empty() && id.len() <= BOOT_ID_MAX && id.bytes().all(|b| b.is_ascii_graphic());
    id.filter(is_id).map_or(Call::ByHand, |id| Call::OfBoot(id.to_owned()))
}

fn say(text: &str, is_good: bool) -> ExitCode {
    // A reader that has gone away changes nothing about what is so.
    let _ = stack::say(text);
    code(is_good)
}

fn code(is_good: bool) -> ExitCode {
    if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
