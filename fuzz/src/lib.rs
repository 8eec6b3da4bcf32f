//! What must hold of whatever bytes the readers are given. Each target under `targets/` calls one function here.
//!
//! That nothing panics, and that neither time nor memory goes beyond what libFuzzer was told to allow, holds without a
//! word; what is checked besides is said where it is checked.

mod config;
mod journal;
mod journal_file;
mod verdict;

pub use config::{assignments, interfaces, keyfile, netplan, networkd};
pub use journal::{boots, export, json, native, text};
pub use verdict::{diagnose, packed, rules};

/// Returns whether a text can be shown on a terminal as it stands.
fn is_clean(text: &str) -> bool {
    !text.chars().any(|character| {
        character.is_control() && character != '\n'
            || matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    })
}
