//! `mlnx_conf_mgr.sh`: relaxed packet ordering of HCAs.
//!
//! It takes names of RDMA devices or netdevs, or none for all that mlx5.conf speaks of. `MLX5_CONFIG` names another
//! mlx5.conf, `IBUP_ROOT` a tree of files that stands for a machine.

use std::process::ExitCode;

use anyhow::bail;
use ibup_chain::bringup::interface::words::Voice;
use ibup_chain::bringup::{Action, carry_out, relaxed_ordering};
use ibup_chain::host::Host;
use ibup_config::{Configuration, Tree};
use ibup_linux::LinuxHost;

use super::interface_manager::machine_of_environment;
use crate::commands::interface::paths;
use crate::error::report;

/// Acts as the script does.
pub fn run(program: &str, arguments: &[String]) -> ExitCode {
    let mut host = machine_of_environment();
    if arguments.iter().any(|argument| argument == "-h" || argument == "--help") {
        print(&mut host, usage(program));
        return ExitCode::SUCCESS;
    }
    let is_wrong = |argument: &&String| !relaxed_ordering::is_device_word(&host, argument);
    if let Some(wrong) = arguments.iter().find(is_wrong) {
        report(&anyhow::anyhow!("Wrong parameter {}", ibup_config::place::quoted(wrong)));
        print(&mut host, usage(program));
        return ExitCode::FAILURE;
    }
    match act(&mut host, arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            report(&error);
            ExitCode::FAILURE
        }
    }
}

/// Sets the ordering, and returns whether all of it could be set.
fn act(host: &mut LinuxHost, names: &[String]) -> anyhow::Result<bool> {
    let paths = paths();
    if host.read(&paths.mlx5).is_none() {
        print(host, format!("No MLX5 InfiniBand configuration found at {}\n", paths.mlx5));
        return Ok(false);
    }
    let configuration = Configuration::read(host, &paths);
    let Some(wishes) = &configuration.mlx5 else {
        let errors = configuration.unread.iter().map(|unread| unread.error.to_string());
        let about: Vec<String> = errors.filter(|text| text.starts_with(&paths.mlx5)).collect();
        bail!("{}", about.join("; "));
    };
    let ordering = if names.is_empty() {
        relaxed_ordering::for_all(host, wishes, &paths.mlx5, Voice::Scripts)
    } else {
        relaxed_ordering::for_names(host, wishes, names, Voice::Scripts)
    };
    let done = carry_out(&ordering.plan, host);
    Ok(done.failures.is_empty() && !ordering.is_impossible)
}

fn usage(program: &str) -> String {
    format!("Usage:\n      {program} [-h|--help] [<device or interface> ...]\n")
}

/// Prints. Whoever reads may have gone away.
fn print(host: &mut LinuxHost, text: String) {
    let _ = host.perform(&Action::Print(text));
}
