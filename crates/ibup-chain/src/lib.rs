//! The boot chain of an InfiniBand port: what happened, how far it came, and why it stopped.
//!
//! ```text
//! Entry -> recognize -> Event -> Boot -> Port (one a chain of eight stages) -> diagnosis -> Finding -> Verdict
//! ```
//!
//! An entry is raw words: [`recognize`] alone knows what programs say. A [`Boot`] folds the events of one boot of one
//! host, bounded however long the log. [`port`] works out which function, RDMA device and netdev belong together;
//! each diagnosis looks at one [`Port`] and says whether it is the trouble. [`Diagnoser`] is the way in,
//! [`Verdict`] the way out.
//!
//! This crate decides and never does: it touches no file, clock, environment, process or thread, and it cannot fail
//! on input. Whoever runs it (the real host, a recording, a simulation) runs the same code.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod boot;
pub mod bringup;
pub mod check;
pub mod compare;
pub mod coverage;
pub mod diagnose;
pub mod diagnosis;
pub mod event;
pub mod fact;
pub mod finding;
pub mod host;
pub mod name;
pub mod notice;
pub mod port;
pub mod recognize;
pub mod rules;
pub mod stage;
pub mod template;
pub mod trace;
pub mod verdict;

pub use boot::Boot;
pub use diagnose::Diagnoser;
pub use diagnosis::Diagnosis;
pub use port::Port;
pub use rules::Rules;
pub use stage::Stage;
pub use verdict::Verdict;
