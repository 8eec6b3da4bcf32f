//! The network services that raise interfaces once: each interface they are told of, in turn, whether it is there or
//! not.
//!
//! Sources: initscripts, rc.d/init.d/network and network-scripts/ifup-eth; ifupdown, main.c; iproute2, lib/utils.c.

use ibup_chain::bringup::{Action, ActionError};
use ibup_chain::host::Host;
use ibup_config::{Configuration, Owner, Paths};

use super::{log, print};

/// network-scripts: says of every interface what became of it.
pub(super) fn network_scripts(host: &mut dyn Host) -> u8 {
    let mut status = 0;
    for name in wanted(host, Owner::NetworkScripts) {
        let begun = format!("Bringing up interface {name}: ");
        match ifup(host, &name) {
            Ok(()) => print(host, &format!("{begun} [  OK  ]")),
            Err(error) if is_absence(&error) => {
                let text = format!("Device {name} does not seem to be present, delaying initialization.");
                let script = "/etc/sysconfig/network-scripts/ifup-eth";
                print(host, &format!("{begun} ERROR     : [{script}] {text}"));
                log(host, script, &text);
                status = 1;
            }
            Err(error) => {
                print(host, &format!("{begun} {error}"));
                print(host, &format!("{begun} [FAILED]"));
                status = 1;
            }
        }
    }
    status
}

/// ifupdown: says only what went wrong.
pub(super) fn ifupdown(host: &mut dyn Host) -> u8 {
    let mut status = 0;
    for name in wanted(host, Owner::Ifupdown) {
        if let Err(error) = ifup(host, &name) {
            if is_absence(&error) {
                print(host, &format!("Cannot find device \"{name}\""));
            } else {
                print(host, &error.to_string());
            }
            print(host, &format!("ifup: failed to bring up {name}"));
            status = 1;
        }
    }
    status
}

fn wanted(host: &dyn Host, owner: Owner) -> Vec<String> {
    let configuration = Configuration::read(host, &Paths::default());
    let own = configuration.interfaces.iter().filter(|interface| interface.owner == owner);
    let wanted = own.filter(|interface| interface.on_boot.is_wanted());
    wanted.filter_map(|interface| interface.name.as_ref()).map(ToString::to_string).collect()
}

fn ifup(host: &mut dyn Host, name: &str) -> Result<(), ActionError> {
    host.perform(&Action::Run { program: "/sbin/ifup".to_owned(), arguments: vec![name.to_owned()] })
}

fn is_absence(error: &ActionError) -> bool {
    matches!(error, ActionError::Failed { text, .. } if text == crate::part::process::NO_SUCH_DEVICE)
}
