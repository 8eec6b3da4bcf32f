//! Forecasts: whether each interface will come up at the next boot, told today from the machine's files.
//!
//! ```text
//! Tree (this machine, a copy of one, a sosreport) -> Overlay (what is supposed) -> Survey
//!   -> plan: for each wanted interface an obstacle, or a Scenario -> every order explored
//!   -> Forecast: always, sometimes, never; the cause; the changes that help, each of them tried the same way
//! ```
//!
//! A change is nothing but files that are different, so "what if" surveys and explores the changed machine as it does
//! the real one. What cannot be read from files is assumed to be well: firmware, cables, the subnet manager.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod change;
pub mod facts;
pub mod forecast;
pub mod overlay;
pub mod plan;
pub mod sos;
pub mod survey;

pub use change::Change;
pub use forecast::{Forecast, forecast};
pub use overlay::Overlay;
pub use survey::Survey;
