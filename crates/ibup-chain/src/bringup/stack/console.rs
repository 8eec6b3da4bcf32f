//! The console's lines: a text, and in a column of its own what came of it.

use super::super::action::{Action, Message, Priority};
use crate::host::Host;

/// The tag under which the stack speaks in the journal; programs match on it.
pub const TAG: &str = "openibd";

/// What came of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// It worked.
    Ok,
    /// It did not.
    Failed,
    /// It did, and somebody should look.
    Warning,
}

/// Where answers go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Console {
    /// Whether it knows columns and colours.
    pub is_terminal: bool,
}

impl Console {
    /// Returns a line with its mark.
    pub fn line(self, text: &str, mark: Mark) -> String {
        let (word, color) = match mark {
            Mark::Ok => ("  OK  ", 32),
            Mark::Failed => ("FAILED", 31),
            Mark::Warning => ("WARNING", 33),
        };
        if self.is_terminal {
            // Column 60, and the word alone in colour: as boots have looked since SysV.
            format!("{text}\x1b[60G[\x1b[1;{color}m{word}\x1b[0;39m]")
        } else {
            format!("{text}[{word}]")
        }
    }
}

/// Returns a message in the scripts' words.
pub(crate) fn message(priority: Priority, text: impl Into<String>) -> Message {
    Message { tag: TAG, priority, text: text.into(), interface: None, code: None, notice: None }
}

/// Returns a message of our own, which the scripts had no words for.
pub(crate) fn remark(priority: Priority, text: impl Into<String>) -> Message {
    Message { tag: "ibup", ..message(priority, text) }
}

/// Says something in the journal. A journal that cannot be written to must not keep anything from being done.
pub(crate) fn log(host: &mut dyn Host, message: Message) {
    let _ = host.perform(&Action::Log(message));
}

/// Says something to whoever asked; nobody may be listening.
pub(crate) fn print(host: &mut dyn Host, text: impl Into<String>) {
    let _ = host.perform(&Action::Print(text.into()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_has_a_column_on_terminals_alone() {
        let plain = Console::default();
        assert_eq!(plain.line("Unloading HCA driver:", Mark::Ok), "Unloading HCA driver:[  OK  ]");
        assert_eq!(plain.line("x ", Mark::Failed), "x [FAILED]");
        assert_eq!(plain.line("x ", Mark::Warning), "x [WARNING]");
        let terminal = Console { is_terminal: true };
        assert_eq!(terminal.line("x", Mark::Ok), "x\x1b[60G[\x1b[1;32m  OK  \x1b[0;39m]");
    }
}
