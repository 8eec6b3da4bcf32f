//! Where in the configuration something is written, and how a piece of it is quoted in a message.

use std::fmt;
use std::sync::Arc;

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file as the caller named it.
    pub file: Arc<str>,
    /// The line, counted from 1; 0 for the file as a whole.
    pub line: usize,
}

impl Place {
    /// Returns the place of a line.
    pub fn new(file: &str, line: usize) -> Self {
        Self { file: file.into(), line }
    }

    /// Returns the file as a whole.
    pub fn whole(file: &str) -> Self {
        Self::new(file, 0)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Names of files come from directories anybody may have written to.
        for character in self.file.chars() {
            write_printable(f, character)?;
        }
        if self.line == 0 { Ok(()) } else { write!(f, ":{}", self.line) }
    }
}

/// How many characters of a file a message quotes at most.
const QUOTED_CHARS_MAX: usize = 80;

/// Returns text as it may stand in a message: one line, no control character, not longer than a line of a terminal.
///
/// The text comes from a file anybody may have written, and the message ends on somebody's terminal.
pub fn quoted(text: &str) -> String {
    let mut out = String::new();
    for (count, character) in text.trim_end_matches('\n').chars().enumerate() {
        if count == QUOTED_CHARS_MAX {
            out.push('…');
            break;
        }
        // Writing to a string does not fail.
        let _ = write_printable(&mut out, character);
    }
    out
}

fn write_printable(out: &mut impl fmt::Write, character: char) -> fmt::Result {
    if is_unprintable(character) {
        write!(out, "{}", character.escape_default())
    } else {
        out.write_char(character)
    }
}

/// Returns whether a character would act on a terminal rather than show: controls and changes of text direction.
pub(crate) fn is_unprintable(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn place_shows_file_and_line() {
        assert_eq!(Place::new("/etc/a", 3).to_string(), "/etc/a:3");
        assert_eq!(Place::whole("/etc/a").to_string(), "/etc/a");
        assert_eq!(Place::new("/etc/\u{1b}[2J", 1).to_string(), "/etc/\\u{1b}[2J:1");
    }

    #[test]
    fn quoted_text_cannot_act_on_a_terminal() {
        assert_eq!(quoted("a\u{1b}[31mb\r\n"), "a\\u{1b}[31mb\\r");
        assert_eq!(quoted("\u{202e}x"), "\\u{202e}x");
        assert_eq!(quoted(&"x".repeat(100)).chars().count(), QUOTED_CHARS_MAX + 1);
    }
}
