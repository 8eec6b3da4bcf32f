//! `mlnx_interface_mgr.sh`: what udev starts for a netdev.
//!
//! The script takes the netdev and nothing else, so what ibup has to be told besides is told by the environment:
//! `IBUP_ROOT` names a tree of files that stands for a machine, `OPENIBD_CONFIG` another openib.conf. It ends with 0
//! where the interface is as it should be, or is none of its business, and with 1 otherwise.

use std::path::PathBuf;
use std::process::ExitCode;

use ibup_chain::bringup::Action;
use ibup_chain::bringup::interface::words::Voice;
use ibup_chain::bringup::interface::{Request, Work};
use ibup_chain::host::Host;
use ibup_config::NetdevName;
use ibup_linux::LinuxHost;

use crate::commands::interface::{bring_up, machine, paths};
use crate::error::report;

/// Acts as the script does.
pub fn run(program: &str, arguments: &[String]) -> ExitCode {
    let mut host = machine_of_environment();
    let Some(netdev) = arguments.first().filter(|netdev| !netdev.is_empty()) else {
        let usage = Action::Print(format!("Usage:\n      {program} <interface>\n"));
        // Whoever asked may have gone away.
        let _ = host.perform(&usage);
        return ExitCode::FAILURE;
    };
    match act(&mut host, netdev) {
        Ok(exit) => exit,
        Err(error) => {
            report(&error);
            ExitCode::FAILURE
        }
    }
}

fn act(host: &mut LinuxHost, netdev: &str) -> anyhow::Result<ExitCode> {
    let netdev: NetdevName = netdev.parse()?;
    let request = Request { netdev, work: Work::All, voice: Voice::Scripts, paths: paths() };
    let outcome = bring_up(host, &request)?;
    Ok(if outcome.has_failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Returns the machine that `IBUP_ROOT` names, else this one.
pub(super) fn machine_of_environment() -> LinuxHost {
    let root = std::env::var_os("IBUP_ROOT").filter(|root| !root.is_empty());
    machine(&root.map_or_else(|| PathBuf::from("/"), PathBuf::from))
}
