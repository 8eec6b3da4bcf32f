//! Node sets: many host names in few words, as Slurm, ClusterShell and pdsh write them: `node-[00003,00007-00012],login1`.
//!
//! Source: scontrol(1) `show hostlist`; ClusterShell, `NodeSet`. A number with zeros before it keeps its width.

use std::collections::{BTreeMap, BTreeSet};

/// So many names a node set may stand for.
const NAMES_MAX: usize = 1 << 20;

/// Writes host names as a node set. What could not stand in one (a comma, a bracket, a blank) becomes an underscore.
pub fn fold<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let mut plain = BTreeSet::new();
    let mut series: BTreeMap<(String, String), BTreeSet<(usize, u64)>> = BTreeMap::new();
    for name in names {
        let name = safe(name);
        match number(&name) {
            Some((before, digits, after)) if let Ok(number) = digits.parse() => {
                series
                    .entry((before.to_owned(), after.to_owned()))
                    .or_default()
                    .insert((digits.len(), number));
            }
            _ => {
                plain.insert(name);
            }
        }
    }
    let folded = series.into_iter().map(|((before, after), numbers)| {
        let ranges = ranges(&numbers);
        match &ranges[..] {
            [only] if !only.contains('-') => format!("{before}{only}{after}"),
            _ => format!("{before}[{}]{after}", ranges.join(",")),
        }
    });
    let mut words: Vec<String> = folded.chain(plain).collect();
    words.sort();
    words.join(",")
}

fn safe(name: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_.:/+~#@%=".contains(c);
    name.chars().map(|c| if is_plain(c) { c } else { '_' }).collect()
}

/// Splits a name at the last number of what stands before its domain.
fn number(name: &str) -> Option<(&str, &str, &str)> {
    // The numbers of an address are all of it.
    let is_address = name.bytes().all(|byte| byte.is_ascii_digit() || b".:".contains(&byte));
    let host = if is_address { name } else { name.split('.').next().unwrap_or(name) };
    let end = host.rfind(|c: char| c.is_ascii_digit())? + 1;
    let start = host[..end]
        .rfind(|c: char| !c.is_ascii_digit())
        .map_or(0, |at| at + host[at..].chars().next().map_or(1, char::len_utf8));
    Some((&name[..start], &name[start..end], &name[end..]))
}

/// Writes numbers, given with their widths, as ranges.
fn ranges(numbers: &BTreeSet<(usize, u64)>) -> Vec<String> {
    let mut runs: Vec<((usize, u64), (usize, u64))> = Vec::new();
    let is_padded = |(width, number): (usize, u64)| number.to_string().len() < width;
    for next in numbers.iter().copied() {
        let goes_on = runs.last().is_some_and(|(first, last)| {
            // Without zeros before it, 9 is followed by 10.
            let same_form = last.0 == next.0 || (!is_padded(*first) && !is_padded(next));
            same_form && last.1.checked_add(1) == Some(next.1)
        });
        match runs.last_mut().filter(|_| goes_on) {
            Some((_, last)) => *last = next,
            None => runs.push((next, next)),
        }
    }
    let write = |(width, number): (usize, u64)| format!("{number:0width$}");
    let range = |(first, last)| {
        if first == last { write(first) } else { format!("{}-{}", write(first), write(last)) }
    };
    runs.into_iter().map(range).collect()
}

/// Reads a node set; nothing where the text is none, or stands for more names than a fleet has.
pub fn unfold(text: &str) -> Option<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for word in words(text)? {
        for name in product(&word)? {
            names.insert(name);
            if names.len() > NAMES_MAX {
                return None;
            }
        }
    }
    Some(names)
}

/// Splits at commas and blanks that stand in no brackets.
fn words(text: &str) -> Option<Vec<String>> {
    let (mut words, mut word, mut inside) = (Vec::new(), String::new(), false);
    for c in text.chars() {
        match c {
            '[' if inside => return None,
            ']' if !inside => return None,
            '[' => inside = true,
            ']' => inside = false,
            ',' if !inside => {
                words.push(std::mem::take(&mut word));
                continue;
            }
            c if c.is_whitespace() && !inside => {
                words.push(std::mem::take(&mut word));
                continue;
            }
            _ => {}
        }
        word.push(c);
    }
    words.push(word);
    (!inside).then(|| words.into_iter().filter(|word| !word.is_empty()).collect())
}

/// Returns the names that a word stands for: each of its brackets by each of the others.
fn product(word: &str) -> Option<Vec<String>> {
    let mut names = vec![String::new()];
    let mut rest = word;
    while let Some((before, after)) = rest.split_once('[') {
        let (inside, behind) = after.split_once(']')?;
        let numbers = numbers(inside)?;
        if names.len().checked_mul(numbers.len())? > NAMES_MAX {
            return None;
        }
        names = names
            .iter()
            .flat_map(|name| numbers.iter().map(move |number| format!("{name}{before}{number}")))
            .collect();
        rest = behind;
    }
    for name in &mut names {
        name.push_str(rest);
    }
    Some(names)
}

fn numbers(inside: &str) -> Option<Vec<String>> {
    let mut numbers = Vec::new();
    for range in inside.split(',') {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number(first) || !is_number(last) {
            return None;
        }
        let (from, to): (u64, u64) = (first.parse().ok()?, last.parse().ok()?);
        let width = if first.starts_with('0') { first.len() } else { 0 };
        if usize::try_from(to.checked_sub(from)?).ok()? >= NAMES_MAX.checked_sub(numbers.len())? {
            return None;
        }
        numbers.extend((from..=to).map(|number| format!("{number:0width$}")));
    }
    Some(numbers)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_in_a_row_are_one_word() {
        let check = |names: &[&str], expected: &str| assert_eq!(fold(names.iter().copied()), expected);
        check(&[], "");
        check(&["node-00003", "node-00012", "node-00007", "node-00008"], "node-[00003,00007-00008,00012]");
        check(&["n8", "n9", "n10", "n11"], "n[8-11]");
        check(&["n08", "n09", "n10", "n9"], "n[9,08-10]");
        check(&["n099", "n100", "n98", "n99"], "n[98-99,099-100]");
        check(&["login", "node-1"], "login,node-1");
        check(&["n1.site", "n2.site", "n1"], "n1,n[1-2].site");
        check(&["r1-n3", "r1-n4", "r2-n3"], "r1-n[3-4],r2-n3");
        check(&["10.0.0.3", "10.0.0.4"], "10.0.0.[3-4]");
        check(&["a,b", "c[1]"], "a_b,c_1_");
        check(&["n99999999999999999999999"], "n99999999999999999999999");
        check(&["节点7", "节点8"], "节点[7-8]");
    }

    #[test]
    fn a_word_stands_for_its_names() {
        let check = |text: &str, expected: &[&str]| {
            let names: BTreeSet<_> = expected.iter().map(|name| (*name).to_owned()).collect();
            assert_eq!(unfold(text), Some(names), "{text}");
        };
        check("", &[]);
        check("node-[00003,00007-00008],login1", &["login1", "node-00003", "node-00007", "node-00008"]);
        check("r[1-2]n[09-10].site x", &["r1n09.site", "r1n10.site", "r2n09.site", "r2n10.site", "x"]);
        for text in ["n[", "n]", "n[1", "n[a]", "n[2-1]", "n[1-99999999]", "n[[1]]", "a[1-9999][1-9999]"] {
            assert_eq!(unfold(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_folded_unfolds_to_the_same_names(names in prop::collection::btree_set("[a-c]{1,2}-?[0-9]{0,4}(\\.[x-z]{1,2})?", 0..60)) {
            let folded = fold(names.iter().map(String::as_str));
            prop_assert_eq!(unfold(&folded), Some(names), "{}", folded);
        }
    }
}
