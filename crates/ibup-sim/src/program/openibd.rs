//! The vendor's openibd at boot, as far as it bears on order: it loads the stack, module by module, and does not wait
//! for what comes of it.
//!
//! Source: openibd of OFED 5.x, start. Which modules its switches amount to is asked of the shipped code, which answers
//! as the script does where the vendor's modules are installed.

use ibup_chain::bringup::stack::choice::{Choice, Weight};
use ibup_chain::bringup::stack::{ConfigTrouble, NO_CONFIGURATION, configuration, mode};
use ibup_chain::bringup::{Action, ActionError};
use ibup_chain::host::Host;
use ibup_config::Paths;

use super::{log, print};

/// Who speaks where `logger` is called without a tag.
const USER: &str = "root";

/// `/etc/init.d/openibd start bootid=…`
pub(super) fn start(host: &mut dyn Host, is_traced: bool) -> u8 {
    let trace = |host: &mut dyn Host, text: &str| {
        if is_traced {
            print(host, text);
        }
    };
    trace(host, "+ '[' '!' -f /etc/infiniband/openib.conf ']'");
    let conf = match configuration(host, &Paths::default().openib) {
        Ok((conf, _)) => conf,
        Err(ConfigTrouble::Missing) => {
            print(host, NO_CONFIGURATION);
            return 0;
        }
        Err(_) => return 1,
    };
    trace(host, "+ . /etc/infiniband/openib.conf");
    trace(host, &format!("++ IPOIB_LOAD={}", if conf.load.ipoib == Some(false) { "no" } else { "yes" }));
    remember(host, mode::LAST_CALL);
    if !conf.on_boot {
        log(host, USER, "openibd: running in auto mode and ONBOOT=no --> exiting");
        return 0;
    }
    log(host, USER, "openibd: running in auto mode");
    remember(host, mode::BOOT_WINDOW);
    let choice = Choice::of(host, &conf, false);
    let mut has_failed = false;
    for refusal in &choice.refused {
        print(host, &format!("{}  [FAILED]", refusal.text));
        has_failed = true;
    }
    for wanted in choice.load.iter().filter(|wanted| wanted.weight != Weight::Above) {
        trace(host, &format!("+ /sbin/modprobe {}", wanted.name));
        if let Err(error) = host.perform(&Action::LoadModules(vec![wanted.name.clone()])) {
            complain(host, &wanted.name, &error);
            has_failed = true;
            break;
        }
    }
    let outcome = if has_failed { "[FAILED]" } else { "[  OK  ]" };
    print(host, &format!("Loading HCA driver and Access Layer:  {outcome}"));
    let _ = host.perform(&Action::RemoveState { path: mode::BOOT_WINDOW.to_owned() });
    u8::from(has_failed)
}

fn remember(host: &mut dyn Host, path: &str) {
    // The script goes on where it cannot write.
    let text = format!("{}\n", crate::sight::BOOT_ID.replace('-', ""));
    let _ = host.perform(&Action::WriteState { path: path.to_owned(), text });
}

fn complain(host: &mut dyn Host, module: &str, error: &ActionError) {
    print(host, &error.to_string());
    log(host, USER, &format!("openibd: ERROR: Failed loading kernel module {module}."));
    print(host, &format!("Failed loading kernel module {module}:   [FAILED]"));
}
