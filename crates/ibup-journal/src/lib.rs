//! Reads journals in any textual form, and journald's own files: bytes in, entries out.
//!
//! ```text
//! bytes -> Lines (bounded, clean) -> form (short, json, export, dmesg ...) -> Entry -> Splitter -> which boot
//! ```
//!
//! This crate knows what a journal looks like and nothing of what is said in one: no InfiniBand. It opens no file
//! and reads no clock; whoever owns the bytes hands them in. Nothing here panics on any input, and memory stays
//! bounded however long a line or a stream is.
//!
//! What a source contains may be hostile. Terminal escapes, control characters and invalid UTF-8 end here: every
//! string in an [`Entry`] can be shown on a terminal as it stands.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod between;
mod binary;
pub mod boots;
mod clean;
pub mod entry;
pub mod form;
mod inherited;
mod lines;
pub mod native;
pub mod reader;
mod scan;
pub mod skim;
pub mod stamp;

pub use binary::Binary;
pub use boots::{BootIndex, Splitter};
pub use entry::{BootId, Entry, Marker};
pub use form::{Form, Forms, UnknownForm};
pub use lines::{Blocks, LINE_MAX};
pub use reader::{ReadError, Reader};
pub use stamp::{Stamp, Wall};
