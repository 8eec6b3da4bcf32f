//! Makes text safe to show: what comes out of here can be printed on a terminal as it stands.
//!
//! * Terminal escapes are removed, with what is left of those whose ESC byte was lost on the way.
//! * NUL (a log after a power loss is full of them) and byte order marks are removed.
//! * Tabs, carriage returns and their like become one space each.
//! * Other control characters, characters that turn the direction of text, and bytes that are no UTF-8 become
//!   U+FFFD, so that a reader sees that something was there.

use memchr::memchr_iter;

use crate::lines::{Blocks, Lines};

/// The current line, made clean.
#[derive(Debug, Default)]
pub(crate) struct CleanLine {
    /// Whether the line was clean as it stands in the buffer.
    is_plain: bool,
    /// The line otherwise; and the message of a record.
    pub(crate) text: String,
}

impl CleanLine {
    /// Makes the current line clean.
    pub(crate) fn clean<B: Blocks>(&mut self, lines: &Lines<B>) {
        let line = lines.line();
        self.is_plain = is_plain(line);
        if !self.is_plain {
            self.text.clear();
            let line = if lines.is_cut() { without_partial_character(line) } else { line };
            clean_into(line, &mut self.text);
        }
    }

    /// Returns the current line.
    pub(crate) fn line<'a, B: Blocks>(&'a self, lines: &'a Lines<B>) -> &'a str {
        if self.is_plain { std::str::from_utf8(lines.line()).unwrap_or_default() } else { &self.text }
    }
}

/// Tells whether nothing would be changed by [`clean_into`]: the bytes are printable ASCII without remains of escapes.
pub(crate) fn is_plain(bytes: &[u8]) -> bool {
    // Without an early end, so that the compiler makes vector instructions of it.
    let printable = bytes.iter().fold(true, |all, byte| all & matches!(byte, b' '..=b'~'));
    printable && !memchr_iter(b'[', bytes).any(|at| remains_length(&bytes[at..]).is_some())
}

/// Appends the text that the bytes hold, made clean.
pub(crate) fn clean_into(bytes: &[u8], out: &mut String) {
    if is_plain(bytes)
        && let Ok(text) = std::str::from_utf8(bytes)
    {
        return out.push_str(text);
    }
    let text = String::from_utf8_lossy(bytes);
    let mut rest: &str = &text;
    // Where in `out` an escape was removed last.
    let mut removed_at = usize::MAX;
    while let Some(first) = rest.chars().next() {
        if let Some(length) = escape_length(rest) {
            removed_at = out.len();
            rest = tail(rest, length);
        } else if let Some(length) = remains_length(rest.as_bytes())
            && is_remains(out, removed_at, rest, length)
        {
            drop_spelled_escape(out);
            removed_at = out.len();
            rest = tail(rest, length);
        } else {
            out.extend(replacement(first));
            rest = tail(rest, first.len_utf8());
        }
    }
}

/// Returns the bytes without a UTF-8 sequence that a cut left incomplete at their end.
fn without_partial_character(bytes: &[u8]) -> &[u8] {
    let end = bytes.len();
    // A character has at most three bytes after its first.
    for start in (end.saturating_sub(3)..end).rev() {
        let first = bytes[start];
        if first >= 0xc0 {
            let length = if first >= 0xf0 { 4 } else { 3 - usize::from(first < 0xe0) };
            return if end - start < length { &bytes[..start] } else { bytes };
        }
        if first < 0x80 {
            break;
        }
    }
    bytes
}

/// Returns what stands for a character in clean text.
fn replacement(character: char) -> Option<char> {
    match character {
        '\0' | '\u{feff}' => None,
        '\t'..='\r' => Some(' '),
        // The first three groups turn or break the direction of text; the last two are invisible annotations.
        '\u{61c}'
        | '\u{200e}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2066}'..='\u{206f}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}' => Some('\u{fffd}'),
        control if control.is_control() => Some('\u{fffd}'),
        other => Some(other),
    }
}

/// Returns the length of the terminal escape that the text starts with (ECMA-48, and xterm's own).
fn escape_length(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let (kind, body) = match bytes {
        [0x1b, kind, ..] => (*kind, 2),
        [0xc2, 0x9b, ..] => (b'[', 2),
        [0x1b] => return Some(1),
        _ => return None,
    };
    let count =
        |from: usize, class: fn(&u8) -> bool| bytes[from..].iter().take_while(|byte| class(byte)).count();
    match kind {
        b'[' => {
            let mut end = body + count(body, |byte| matches!(byte, 0x30..=0x3f));
            end += count(end, |byte| matches!(byte, 0x20..=0x2f));
            Some(end + usize::from(matches!(bytes.get(end), Some(0x40..=0x7e))))
        }
        // A string up to its terminator. Without one only the introducer goes: the rest may be what matters.
        b']' | b'P' | b'X' | b'^' | b'_' => Some(string_end(bytes, body).unwrap_or(body)),
        // Such as `ESC ( B`, and `ESC 7`.
        0x20..=0x2f => {
            let end = body + count(body, |byte| matches!(byte, 0x20..=0x2f));
            Some(end + usize::from(matches!(bytes.get(end), Some(0x30..=0x7e))))
        }
        0x30..=0x7e => Some(body),
        _ => Some(1),
    }
}

/// Returns where the string ends that BEL or `ESC \` terminates.
fn string_end(bytes: &[u8], body: usize) -> Option<usize> {
    let at = body + bytes[body..].iter().position(|byte| matches!(byte, 0x07 | 0x1b))?;
    match &bytes[at..] {
        [0x07, ..] => Some(at + 1),
        [0x1b, b'\\', ..] => Some(at + 2),
        _ => None,
    }
}

/// Returns the length of what an escape looks like once its ESC byte is lost: `[60G`, `[0;39m`.
fn remains_length(bytes: &[u8]) -> Option<usize> {
    let [b'[', b'0'..=b'9', ..] = bytes else {
        return None;
    };
    let end = 1 + bytes[1..].iter().position(|byte| !matches!(byte, b'0'..=b'9' | b';'))?;
    matches!(bytes[end], b'm' | b'G' | b'K' | b'H' | b'J').then_some(end + 1)
}

/// Tells whether what looks like the remains of an escape is that, and no part of the text.
///
/// Certain are those beside another escape, those after a spelled ESC, and those around the status words that start
/// scripts print (`[60G[  [1;32mOK[0;39m  ]`).
fn is_remains(out: &str, removed_at: usize, rest: &str, length: usize) -> bool {
    let after = tail(rest, length);
    removed_at == out.len()
        || spelled_escape(out).is_some()
        || escape_length(after).is_some()
        || starts_with_status(after)
        || opens_status(after)
        || STATUS.iter().any(|word| out.ends_with(word))
}

/// The words that start scripts print in colors.
const STATUS: [&str; 8] = ["OK", "FAILED", "WARNING", "PASSED", "ERROR", "SKIPPED", "DONE", "INFO"];

fn starts_with_status(text: &str) -> bool {
    STATUS.iter().any(|word| text.starts_with(word))
}

/// Tells whether the text starts like `[  OK  ]`, perhaps with the remains of a color before the word.
fn opens_status(text: &str) -> bool {
    let Some(inner) = text.strip_prefix('[') else {
        return false;
    };
    let inner = inner.trim_start_matches(' ');
    starts_with_status(tail(inner, remains_length(inner.as_bytes()).unwrap_or(0)))
}

/// Returns how the text spells ESC at its end: rsyslog writes `#033`, dmesg `\x1b`, others `\033` or `^[`.
fn spelled_escape(out: &str) -> Option<&'static str> {
    ["#033", "\\x1b", "\\033", "^["].into_iter().find(|spelling| out.ends_with(spelling))
}

fn drop_spelled_escape(out: &mut String) {
    if let Some(spelling) = spelled_escape(out) {
        out.truncate(out.len() - spelling.len());
    }
}

fn tail(text: &str, from: usize) -> &str {
    text.get(from..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(dirty: impl AsRef<[u8]>, clean: &str) {
        let mut out = String::new();
        clean_into(dirty.as_ref(), &mut out);
        assert_eq!(out, clean, "{:?}", String::from_utf8_lossy(dirty.as_ref()));
    }

    #[test]
    fn text_of_any_language_stays_as_it_is() {
        check("Device ib0 does not seem to be present", "Device ib0 does not seem to be present");
        check("我们仅以node-9 ib0为例 é ✓", "我们仅以node-9 ib0为例 é ✓");
    }

    #[test]
    fn escapes_are_removed() {
        check("\x1b[1;32mOK\x1b[0;39m", "OK");
        check("a\x1b[60Gb\x1b[Kc\x1b[?25ld", "abcd");
        check("a\x1b]0;title\x07b\x1b]8;;http://x\x1b\\c", "abc");
        check("a\x1b(Bb\x1b7c\x1bMd", "abcd");
        check("a\u{9b}1mb", "ab");
        check("a\x1b", "a");
        check("a\x1bé", "aé");
        // A sequence that does not end hides nothing of what follows.
        check("a\x1b[1é", "aé");
        check("a\x1b]0;b", "a0;b");
    }

    #[test]
    fn what_is_left_of_escapes_is_removed_where_it_is_certain() {
        check("up:\r[60G[  OK  ]", "up: [  OK  ]");
        check("up:[60G[  [1;32mOK[0;39m  ]", "up:[  OK  ]");
        check("up:[60G[[0;31mFAILED[0;39m]", "up:[FAILED]");
        check("a#033[1;33mb#033[0;39m", "ab");
        check("a\\x1b[31mb^[[0mc\\033[0md", "abcd");
        check("\x1b[1m[31mred", "red");
    }

    #[test]
    fn brackets_of_the_text_stay() {
        for text in [
            "[12]",
            "[5G]",
            "a [10G network] b",
            "[mem 0x0-0x1]",
            "[1;2]",
            "array[0m] x",
            "[45B blob data]",
            "[60G",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn control_characters_are_shown_as_replaced() {
        check("a\x07b\x08c\x7fd\u{85}e", "a\u{fffd}b\u{fffd}c\u{fffd}d\u{fffd}e");
        check("a\u{202e}b\u{2066}c\u{200f}d\u{2028}e", "a\u{fffd}b\u{fffd}c\u{fffd}d\u{fffd}e");
        check(b"a\xffb\xe4\xb8c", "a\u{fffd}b\u{fffd}c");
        check("a\tb\rc", "a b c");
        check("a\0\0b\u{feff}c", "abc");
    }
}
