//! Names of months. journalctl and dmesg write them in the language of whoever runs them.

use crate::scan::Scan;

/// Reads the name of a month and returns its number.
pub(crate) fn read(scan: &mut Scan<'_>) -> Option<u8> {
    if let Some(month) = english(scan.rest()) {
        let mut ahead = *scan;
        ahead.expect(&scan.rest()[..3])?;
        // A longer word is no abbreviation: `Marvin`. `Nov23` is what `dmesg --reltime` writes.
        if matches!(ahead.peek(), Some(b' ' | b'0'..=b'9')) {
            *scan = ahead;
            return Some(month);
        }
    }
    if matches!(scan.peek()?, b' ' | b'0'..=b'9') { numbered(scan) } else { local(scan) }
}

/// Returns the month whose English abbreviation the text starts with.
fn english(text: &[u8]) -> Option<u8> {
    Some(match text.get(..3)? {
        b"Jan" => 1,
        b"Feb" => 2,
        b"Mar" => 3,
        b"Apr" => 4,
        b"May" => 5,
        b"Jun" => 6,
        b"Jul" => 7,
        b"Aug" => 8,
        b"Sep" => 9,
        b"Oct" => 10,
        b"Nov" => 11,
        b"Dec" => 12,
        _ => return None,
    })
}

/// Reads `3月` (Chinese, Japanese) or `3월` (Korean), which some locales pad with a blank.
fn numbered(scan: &mut Scan<'_>) -> Option<u8> {
    scan.accept(b' ');
    let month = u8::try_from(scan.number(1, 2)?).ok()?;
    scan.expect("月".as_bytes()).or_else(|| scan.expect("월".as_bytes()))?;
    (1..=12).contains(&month).then_some(month)
}

/// The abbreviations in German, French, Spanish, Italian, Portuguese and Russian that are not the English ones, in
/// lower case and without the dot that some of them end in. No abbreviation stands for two months.
const LOCAL: [&[&str]; 12] = [
    &["ene", "gen", "jan", "janv", "янв"],
    &["feb", "fev", "févr", "фев", "февр", "fév"],
    &["mar", "mars", "mär", "märz", "мар"],
    &["abr", "apr", "avr", "avril", "апр"],
    &["mag", "mai", "may", "май", "мая"],
    &["giu", "juin", "jun", "juni", "июн", "июня"],
    &["juil", "jul", "juli", "lug", "июл", "июля"],
    &["ago", "août", "aug", "авг"],
    &["sep", "sept", "set", "сен", "сент", "сентября"],
    &["oct", "okt", "ott", "out", "окт"],
    &["nov", "ноя", "нояб"],
    &["dec", "dez", "dic", "déc", "дек"],
];

/// Reads an abbreviation of another language.
fn local(scan: &mut Scan<'_>) -> Option<u8> {
    let mut ahead = *scan;
    let name = std::str::from_utf8(ahead.token()).ok()?;
    // Most lines that get here start with a word of a message, and no day follows.
    if name.len() > 16 || !matches!(ahead.rest(), [b' ', b' ' | b'0'..=b'9', ..]) {
        return None;
    }
    let name = name.strip_suffix('.').unwrap_or(name).to_lowercase();
    let index = LOCAL.iter().position(|names| names.contains(&name.as_str()))?;
    *scan = ahead;
    u8::try_from(index + 1).ok()
}
