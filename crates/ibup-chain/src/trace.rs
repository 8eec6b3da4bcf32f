//! The trace: who loads the modules of the InfiniBand stack, told by the kernel while it happens.
//!
//! ```text
//! trace_pipe -> line -> modules (is it ours?) -> process (who is that, by /proc) -> words -> Message -> journal
//!                                                                                   words <- recognize <- journal
//! ```
//!
//! A journal says when an interface appeared, and not who loaded the module that made it. The kernel knows: its
//! tracepoint `module:module_load` is passed in the process that asked, before the module's own code runs. `ibup trace
//! follow`, which ibup-trace.service runs from early in the boot on, reads it in a tracing instance of its own, so that
//! nobody else's tracing is touched, and writes one message for each module of the stack.
//!
//! What is said here is read again by [`recognize`](crate::recognize): both ends of the words are in `words`.

mod follow;
mod line;
mod modules;
mod process;
pub mod switch;
pub mod words;

pub use follow::{Follower, began};
pub use line::TraceLine;
pub use modules::is_of_stack;

/// What is asked of the kernel's tracing.
#[derive(Debug, Clone, Copy)]
pub struct Recipe {
    /// The name of the instance.
    pub instance: &'static str,
    /// The size of its buffer, per processor.
    pub buffer_kib: u32,
    /// The events, by their directories below `events`.
    pub events: &'static [TracedEvent],
}

/// An event that is traced.
#[derive(Debug, Clone, Copy)]
pub struct TracedEvent {
    /// Its directory below `events`.
    pub path: &'static str,
    /// Whether there is nothing to follow without it.
    pub is_needed: bool,
}

/// What is traced. Source: Linux, include/trace/events/module.h; both events are older than 4.18.
///
/// A load takes some forty bytes, and a boot has a few hundred: the smallest buffer holds them for as long as a reader
/// may be kept from the processor.
pub const RECIPE: Recipe = Recipe {
    instance: "ibup",
    buffer_kib: 16,
    events: &[
        TracedEvent { path: "module/module_load", is_needed: true },
        // For whom the kernel itself ran modprobe: `ip link add type ipoib` makes it load ib_ipoib.
        TracedEvent { path: "module/module_request", is_needed: false },
    ],
};
