//! IB0312: the configuration of modprobe, or the kernel's command line, keeps a module of the stack out.

use super::{Diagnosis, Nature};
use crate::event::EventKind;
use crate::finding::{Confidence, Finding};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};
use crate::template::Captures;
use crate::trace::is_of_stack;

pub(super) const CODE: &str = "IB0312";
/// The command line names it: that keeps it from being loaded for its device, not from being loaded by name.
const COMMAND_LINE: &str = "IB0312 command line";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "module-blacklisted",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("module_blacklisted.md"),
};

/// Parameters of the command line that keep modules out: of the kernel, of kmod, of dracut.
const PARAMETERS: &[&str] = &["module_blacklist=", "modprobe.blacklist=", "rd.driver.blacklist="];

fn kept_out(captures: &Captures<'_>) -> Option<EventKind> {
    EventKind::sign(CODE, captures.get("module")?)
}

/// Reads the first module of the stack that the command line keeps out.
fn on_command_line(captures: &Captures<'_>) -> Option<EventKind> {
    let parameters = captures.get("parameters")?.split(' ');
    let lists = parameters.filter_map(|word| PARAMETERS.iter().find_map(|name| word.strip_prefix(name)));
    let module = lists.flat_map(|list| list.split(',')).find(|module| is_of_stack(module))?;
    EventKind::sign(COMMAND_LINE, module)
}

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Anyone,
        says: "^Module '{module}' is deny-listed",
        means: kept_out,
        source: "systemd since 247, src/shared/module-util.c, module_load_and_warn",
        samples: &["systemd-modules-load: Module 'ib_ipoib' is deny-listed"],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "^Module '{module}' is blacklisted",
        means: kept_out,
        source: "systemd before 247, src/shared/module-util.c, module_load_and_warn",
        samples: &["systemd-modules-load: Module 'mlx5_core' is blacklisted"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "^Module {module} is blacklisted",
        means: kept_out,
        source: "Linux since 5.11, kernel/module/main.c, early_mod_check (before 6.4 load_module), by module_blacklist=",
        samples: &["kernel: Module mlx5_core is blacklisted"],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "Error running install command {command=any} for module {module}",
        means: kept_out,
        source: "kmod, libkmod/libkmod-module.c, command_do",
        samples: &[
            "openibd: modprobe: ERROR: ../libkmod/libkmod-module.c:1047 command_do() Error running install command '/bin/false' for module ib_ipoib: retcode 1",
        ],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "Error running install command for {module}",
        means: kept_out,
        source: "module-init-tools, modprobe.c, do_command",
        samples: &["modprobe: FATAL: Error running install command for ib_ipoib"],
    },
    Pattern {
        speaker: Speaker::Program(&["ibup", "openibd"]),
        says: "^{module} is kept out by a file of modprobe.d",
        means: kept_out,
        source: "ibup, at the start of the stack",
        samples: &["ibup: ib_ipoib is kept out by a file of modprobe.d: /etc/modprobe.d/x.conf:2: install ib_ipoib /bin/false"],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "^blacklist {module}$",
        means: |captures| is_of_stack(captures.get("module")?).then(|| kept_out(captures))?,
        source: "modprobe.d(5): a file that somebody prints into the log",
        samples: &["dracut-pre-udev: blacklist mlx5_core"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "ommand line: {parameters=any}",
        means: on_command_line,
        source: "Linux, init/main.c, start_kernel, and arch/x86/kernel/setup.c, setup_arch: the command line",
        samples: &[
            "kernel: Command line: BOOT_IMAGE=/vmlinuz root=/dev/sda1 ro modprobe.blacklist=nouveau,mlx5_core",
            "kernel: Kernel command line: BOOT_IMAGE=/vmlinuz ro module_blacklist=ib_ipoib quiet",
        ],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let kept_out = port.all_lacking(CODE);
    let listed = port.lacking(COMMAND_LINE);
    let sign = kept_out.first().copied().or(listed)?;
    let EventKind::Sign { detail: module, .. } = &sign.kind else { return None };
    // What the command line keeps out may still be loaded by name, and is missed by the kernel in its own words if not.
    let confidence = if kept_out.is_empty() { Confidence::Likely } else { Confidence::Certain };
    if kept_out.is_empty() && !port.is_wanted() && port.driver_bound().is_some() {
        return None;
    }
    let finding = Finding::new(confidence)
        .shown_by(listed)
        .shown_by(kept_out.iter().copied())
        .shown_by(port.missed())
        .check("modprobe -c | grep -E '^(blacklist|install) +(mlx|ib_)'")
        .check("cat /proc/cmdline")
        .remedy(format!("grep -rnE '^ *(blacklist|install) +{module}' /etc/modprobe.d /run/modprobe.d /usr/lib/modprobe.d"))
        .remedy("dracut -f || update-initramfs -u")
        .remedy(format!("modprobe {module}"))
        .remedy_raise(port);
    Some(finding)
}
