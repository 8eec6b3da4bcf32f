//! Loads of modules, as the trace tells them: `ibup trace follow` with all it knows, the kernel itself (`tp_printk`)
//! with the module alone.

use super::{Pattern, Speaker};
use crate::event::{EventKind, LoadedBy};
use crate::template::Captures;
use crate::trace::is_of_stack;
use crate::trace::words::Loader;

const IBUP: Speaker = Speaker::Program(&["ibup", "ibup-trace"]);
const SOURCE: &str = "ibup trace follow";

/// The module of the stack that makes netdevs.
const IPOIB: &str = "ib_ipoib";

/// Reads a load; one of a module that is not of the stack moves nothing.
fn load(captures: &Captures<'_>, by: LoadedBy) -> Option<EventKind> {
    let module = captures.get("module").filter(|module| is_of_stack(module))?;
    Some(EventKind::ModuleLoaded { module: module.into(), by })
}

fn told(captures: &Captures<'_>) -> Option<EventKind> {
    load(captures, LoadedBy::Told(Box::new(Loader::read(captures.get("by")?)?)))
}

/// Of the modules that were there already only `ib_ipoib` moves the chain.
fn earlier(captures: &Captures<'_>) -> Option<EventKind> {
    let has_ipoib = captures.get("modules")?.split(", ").any(|module| module == IPOIB);
    has_ipoib.then(|| EventKind::ModuleLoaded { module: IPOIB.into(), by: LoadedBy::Earlier })
}

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        speaker: IBUP,
        says: "^module {module} loaded by {by=any}",
        means: told,
        source: SOURCE,
        samples: &[
            "ibup: module ib_ipoib loaded by modprobe[414] of late-load.service, started by sh[400]",
            "ibup: module ib_ipoib loaded by modprobe[414], which has ended",
            "ibup-trace.service: module mlx5_core loaded by (udev-worker)[287] of systemd-udevd.service, \
             started by systemd-udevd[270]",
            "ibup: module ib_ipoib loaded by modprobe[97] of somebody's session (session-3.scope), \
             started by bash[80]",
            "ibup: module ib_ipoib loaded by modprobe[500], started by the kernel for ip[812] of \
             somebody's session (session-3.scope), which asked for rtnl-link-ipoib",
        ],
    },
    Pattern {
        speaker: IBUP,
        says: "^modules loaded before tracing began: {modules=any}",
        means: earlier,
        source: SOURCE,
        samples: &["ibup: modules loaded before tracing began: ib_cm, ib_core, ib_ipoib, mlx5_core"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "^module_load: {module}",
        means: |captures| load(captures, LoadedBy::Untold),
        source: "Linux, kernel/trace/trace.c, output_printk, with tp_printk and trace_event=module:module_load",
        samples: &["kernel: module_load: ib_ipoib OE", "kernel: module_load: ib_core "],
    },
];
