//! The program under the names of the scripts it replaces: their arguments, messages and exit codes.

use std::path::Path;
use std::process::ExitCode;

pub mod conf_manager;
pub mod interface_manager;
pub mod openibd;

/// Acts under the name the program was called by, if that is the name of a script it replaces.
pub fn run(arguments: &[String]) -> Option<ExitCode> {
    let (name, rest) = arguments.split_first()?;
    let name = Path::new(name).file_name()?.to_str()?;
    Some(match name {
        "openibd" => openibd::run(arguments.first()?, rest),
        "mlnx_interface_mgr.sh" => interface_manager::run(arguments.first()?, rest),
        "mlnx_conf_mgr.sh" => conf_manager::run(arguments.first()?, rest),
        _ => return None,
    })
}
