//! Lines on the device that no recognizer understands: what they say, with all taken out that differs from boot to boot.

use std::collections::BTreeMap;

use ibup_journal::Entry;

use super::Key;
use crate::event::{Event, Subject};
use crate::name::PciAddress;
use crate::port::Port;
use crate::recognize::{HCA_DRIVERS, Utterance};

/// The step of a line that nobody understands.
const SAID: &str = "not-understood";

/// Returns what an entry says of a device, and of which, if it is the word of a driver of HCAs.
pub(crate) fn read(entry: &Entry<'_>) -> Option<(Box<str>, Subject, Box<str>)> {
    let utterance = Utterance::of(entry);
    let speaker = utterance.speaker().filter(|speaker| HCA_DRIVERS.contains(speaker))?;
    let subject = utterance.wrapped_subject();
    Some((without_numbers(&utterance.text).into(), subject, speaker.into()))
}

/// Returns what was said of the port and not understood, by what it says.
pub(super) fn of<'b>(port: &Port<'b>) -> BTreeMap<Key, &'b Event> {
    let netdev = port.netdev.as_ref().map(|name| without_numbers(name.as_str()));
    let is_of_port = |event: &Event| {
        let subject = &event.subject;
        let is_netdev = subject.netdev.is_none() || subject.netdev == port.netdev;
        subject.pci.is_some() && subject.pci == port.pci && is_netdev
    };
    let mut said = BTreeMap::new();
    for (text, event) in port.boot.sayings().filter(|(_, event)| is_of_port(event)) {
        let text = match &netdev {
            Some(name) => text.replace(name.as_str(), "{netdev}"),
            None => text.into(),
        };
        said.entry(Key::new(SAID, text)).or_insert(event);
    }
    said
}

/// Returns the text with its PCI addresses as `{pci}`, and every number, decimal or hexadecimal, as `#`.
pub(crate) fn without_numbers(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let is_of_word = |c: char| c.is_ascii_alphanumeric() || ":._-".contains(c);
    let mut rest = text;
    while !rest.is_empty() {
        let word = &rest[..rest.find(|c| !is_of_word(c)).unwrap_or(rest.len())];
        let others = &rest[word.len()..];
        let gap = &others[..others.find(is_of_word).unwrap_or(others.len())];
        put_word(word, &mut out);
        out.push_str(gap);
        rest = &others[gap.len()..];
    }
    out
}

fn put_word(word: &str, out: &mut String) {
    let name = word.trim_end_matches([':', '.', ',']);
    if name.parse::<PciAddress>().is_ok() {
        out.push_str("{pci}");
        out.push_str(&word[name.len()..]);
        return;
    }
    let is_part = |c: char| ":._-".contains(c);
    for part in word.split_inclusive(is_part) {
        let body = part.trim_end_matches(is_part);
        put_part(body, out);
        out.push_str(&part[body.len()..]);
    }
}

fn put_part(part: &str, out: &mut String) {
    let is_hexadecimal =
        |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_whole = match part.strip_prefix("0x") {
        Some(digits) => is_hexadecimal(digits),
        // Letters alone (`bad`, `face`) are a word.
        None => is_hexadecimal(part) && part.bytes().any(|byte| byte.is_ascii_digit()),
    };
    if is_whole {
        out.push('#');
        return;
    }
    let mut in_number = false;
    for c in part.chars() {
        if !c.is_ascii_digit() {
            out.push(c);
        } else if !in_number {
            out.push('#');
        }
        in_number = c.is_ascii_digit();
    }
}

#[cfg(test)]
mod tests {
    use super::without_numbers;

    #[test]
    fn numbers_and_addresses_are_taken_out_and_words_stay() {
        let check = |text, expected: &str| assert_eq!(without_numbers(text), expected);
        check("0000:4b:00.0: bad face 0xdeadbeef at 4f2a", "{pci}: bad face # at #");
        check("pid 994, 16 GT/s x16", "pid #, # GT/s x#");
        check("mlx5_0 of ibp75s0", "mlx#_# of ibp#s#");
        check("firmware 20.36.1010", "firmware #.#.#");
        check("网卡 7 号", "网卡 # 号");
        check("", "");
    }
}
