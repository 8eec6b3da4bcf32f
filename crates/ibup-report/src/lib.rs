//! Renders verdicts, on one machine or a fleet: as text for a terminal, as JSON, as Markdown, as a page for a browser; in
//! English and Chinese. And the answers of checks, as those who ask want them.
//!
//! One file a form. A renderer reads a [`Verdict`](ibup_chain::Verdict) and gives text; it knows no diagnosis and
//! decides nothing. Whether colours are shown and how wide the terminal is, the caller says.
//!
//! A verdict may have come from anywhere, so nothing in it reaches the output with a control character left in.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod check;
mod clean;
mod comparison;
mod evidence;
pub mod explain;
pub mod fleet;
pub mod html;
pub mod json;
pub mod markdown;
pub mod text;
pub mod words;

pub use words::Words;
