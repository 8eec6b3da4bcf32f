//! Logical lines of interfaces(5): comments and blank lines dropped, continued lines joined.

/// A line of words, with the number of the line it begins at.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) number: usize,
    pub(super) text: String,
}

/// Returns the logical lines of a text.
///
/// A comment is a line that begins with `#`. A line that ends in a backslash goes on in the next, comment or not;
/// two backslashes are none.
pub(super) fn read(text: &str) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut continues = false;
    for (index, physical) in text.lines().enumerate() {
        let trimmed = physical.trim();
        let is_comment = trimmed.is_empty() || trimmed.starts_with('#');
        if is_comment && !continues {
            continue;
        }
        let goes_on = physical.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1;
        let content = if goes_on { &physical[..physical.len() - 1] } else { physical };
        match lines.last_mut() {
            Some(line) if continues => line.text.push_str(content),
            _ => lines.push(Line { number: index + 1, text: content.trim_start().to_owned() }),
        }
        continues = goes_on;
    }
    for line in &mut lines {
        line.text.truncate(line.text.trim_end().len());
    }
    lines.retain(|line| !line.text.is_empty());
    lines
}

/// Splits a line into its first word and the rest.
pub(super) fn first_word(text: &str) -> (&str, &str) {
    let (word, rest) = text.split_once([' ', '\t']).unwrap_or((text, ""));
    (word, rest.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(usize, &str)]) {
        let lines = read(text);
        let found: Vec<_> = lines.iter().map(|line| (line.number, line.text.as_str())).collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn lines_are_joined_and_comments_dropped() {
        check("# a\n\nauto ib0\n  # b\n\tmtu 2044 \n", &[(3, "auto ib0"), (5, "mtu 2044")]);
        check("auto ib0 \\\n ib1\nx", &[(1, "auto ib0  ib1"), (3, "x")]);
        check("auto ib0\\\n# no comment\n", &[(1, "auto ib0# no comment")]);
        check("a \\\\\nb", &[(1, "a \\\\"), (2, "b")]);
        check("a\\", &[(1, "a")]);
        check("\\\n\\\n", &[]);
    }
}
