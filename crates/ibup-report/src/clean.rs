//! Makes text safe to show: a verdict's strings and the names of files may hold anything.

use std::borrow::Cow;

/// Returns the text with each character that could move the cursor, change colours or turn the direction of writing
/// replaced by U+FFFD.
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
    if text.chars().any(is_unsafe) {
        text.chars().map(|c| if is_unsafe(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
    } else {
        text.into()
    }
}

fn is_unsafe(c: char) -> bool {
    let turns_direction =
        matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c.is_control() || turns_direction || matches!(c, '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn what_a_terminal_would_obey_is_replaced() {
        assert_eq!(clean("a\u{1b}[31mb\u{202e}\nc"), "a\u{fffd}[31mb\u{fffd}\u{fffd}c");
        assert_eq!(clean("启动 ib0"), "启动 ib0");
    }
}
