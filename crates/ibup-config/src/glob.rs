//! Shell patterns for names: `*`, `?`, `[a-z]`, `[!a-z]` and a backslash before a character that means itself.
//!
//! Patterns come from files, so they are bounded and matching never recurses.

/// Characters a pattern may have; a longer one matches nothing, as no name is as long.
const PATTERN_CHARS_MAX: usize = 256;

/// Returns whether a text has a character that means more than itself.
pub fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?', '['])
}

/// Returns whether a pattern matches the whole of a text.
pub fn matches(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().take(PATTERN_CHARS_MAX + 1).collect();
    if pattern.len() > PATTERN_CHARS_MAX {
        return false;
    }
    let text: Vec<char> = text.chars().collect();
    let (mut at, mut read) = (0, 0);
    // Where to go on after the last star, one character of the text further each time.
    let mut retry: Option<(usize, usize)> = None;
    while read < text.len() {
        if pattern.get(at) == Some(&'*') {
            at += 1;
            retry = Some((at, read));
        } else if let Some(next) = match_one(&pattern, at, text[read]) {
            at = next;
            read += 1;
        } else if let Some((star, from)) = retry {
            at = star;
            read = from + 1;
            retry = Some((star, from + 1));
        } else {
            return false;
        }
    }
    pattern[at..].iter().all(|c| *c == '*')
}

/// Matches one character against what stands at `at`, and returns what stands behind it in the pattern.
fn match_one(pattern: &[char], at: usize, character: char) -> Option<usize> {
    match pattern.get(at)? {
        '?' => Some(at + 1),
        '[' => match set(pattern, at, character) {
            Some((true, next)) => Some(next),
            Some((false, _)) => None,
            // A bracket that is never closed means itself.
            None => (character == '[').then_some(at + 1),
        },
        '\\' if at + 1 < pattern.len() => (pattern[at + 1] == character).then_some(at + 2),
        literal => (*literal == character).then_some(at + 1),
    }
}

/// Reads the set that opens at `at`: whether the character is in it, and what stands behind it.
fn set(pattern: &[char], at: usize, character: char) -> Option<(bool, usize)> {
    let negated = matches!(pattern.get(at + 1), Some('!' | '^'));
    let first = at + 1 + usize::from(negated);
    let mut index = first;
    let mut found = false;
    loop {
        let low = *pattern.get(index)?;
        if low == ']' && index > first {
            return Some((found != negated, index + 1));
        }
        match (pattern.get(index + 1), pattern.get(index + 2)) {
            (Some('-'), Some(high)) if *high != ']' => {
                found |= (low..=*high).contains(&character);
                index += 3;
            }
            _ => {
                found |= low == character;
                index += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_in_a_shell() {
        for (pattern, text, expected) in [
            ("ib*", "ib0", true),
            ("ib*", "ib", true),
            ("ib*", "eth0", false),
            ("*", "", true),
            ("ib?", "ib0", true),
            ("ib?", "ib10", false),
            ("ib[0-3]", "ib3", true),
            ("ib[0-3]", "ib4", false),
            ("ib[!0]", "ib1", true),
            ("ib[!0]", "ib0", false),
            ("ib[]x]", "ib]", true),
            ("ib[-0]", "ib-", true),
            ("ib[0", "ib[0", true),
            ("ib\\*", "ib*", true),
            ("ib\\*", "ib0", false),
            ("*.cfg", "a.cfg.cfg", true),
            ("a*b*c", "a-b-b-d", false),
            ("", "", true),
            ("", "x", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn many_stars_take_no_time() {
        assert!(matches(&"*a".repeat(100), &"a".repeat(20_000)));
        assert!(!matches(&format!("{}b", "a*".repeat(100)), &"a".repeat(20_000)));
        assert!(!matches(&"*[".repeat(100), &"a".repeat(20_000)));
        assert!(!matches(&"*".repeat(300), "ib0"));
    }
}
