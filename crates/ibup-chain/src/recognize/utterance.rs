//! What was said, taken out of its wrapping: the speaker, the device it speaks of, and the words.
//!
//! The wrapping varies between versions and must not matter to the patterns:
//!
//! - mlx5_core says `BDF: MSG`, `BDF: function:line:(pid N): MSG`, `BDF NETDEV: MSG` or, in old kernels, doubles the
//!   BDF (`mlx5_core.h`: `mlx5_core_info` and `mlx5_core_err`; `netdev_info` once the netdev exists);
//! - openibd logs through `logger -i`, whose tag is the user: `root[2319]: openibd: running in auto mode`;
//! - init scripts move the cursor to a column before they say how it went, and no journal keeps that:
//!   `Access Layer:[  OK  ]`;
//! - a script run with `set -x` traces `+ log_msg 'TEXT'`;
//! - `journalctl -o with-unit` puts the unit where the identifier stands otherwise.

use std::borrow::Cow;
use std::sync::LazyLock;

use ibup_journal::Entry;
use memchr::{memchr, memmem};

use super::Speaker;
use crate::event::Subject;
use crate::name::{NetdevName, PciAddress};
use crate::template::Captures;

/// The part of a message that is looked at, in bytes. No known message is longer, and a bound keeps hostile ones cheap.
const TEXT_LENGTH_MAX: usize = 4096;

/// What openibd puts before what it logs, under whatever name.
pub(super) const OPENIBD_PREFIX: &str = "openibd: ";

/// Finds where blanks are more than one.
static DOUBLE_BLANK: LazyLock<memmem::Finder<'static>> = LazyLock::new(|| memmem::Finder::new("  "));

/// A message taken out of its wrapping.
#[derive(Debug)]
pub(crate) struct Utterance<'a> {
    /// The words, blanks single.
    pub(crate) text: Cow<'a, str>,
    /// The program, without path, `.sh`, `.service` and instance.
    program: Option<&'a str>,
    /// The shell's trace of a command rather than a message.
    traced: bool,
    /// The kernel driver and the function it speaks of.
    driver: Option<(&'a str, PciAddress)>,
    /// The netdev or RDMA device the driver names after the function.
    device: Option<&'a str>,
}

impl<'a> Utterance<'a> {
    /// Takes the entry's message out of its wrapping.
    pub(crate) fn of(entry: &'a Entry<'_>) -> Self {
        let mut text = cut(entry.message.trim(), TEXT_LENGTH_MAX);
        let speaker = entry.identifier.as_deref().or(entry.unit.as_deref());
        let mut program = speaker.map(program_name);
        if program.is_none()
            && let Some((speaker, words)) = bare_speaker(text)
        {
            program = Some(program_name(speaker));
            text = words;
        }
        if let Some(words) = text.strip_prefix(OPENIBD_PREFIX) {
            program = Some("openibd");
            text = words;
        }
        let mut utterance = Self { text: "".into(), program, traced: false, driver: None, device: None };
        if utterance.is_kernel() {
            text = utterance.take_driver(text);
        }
        if let Some(command) = text.strip_prefix('+').map(|rest| rest.trim_start_matches('+').trim_start()) {
            utterance.traced = true;
            text = command;
            if let Some(logged) = command.strip_prefix("log_msg ") {
                utterance.traced = false;
                text = logged.trim_matches(['\'', '"']);
            }
        }
        utterance.text = single_blanks(text);
        if let Some(spaced) = spaced_outcome(&utterance.text) {
            utterance.text = spaced.into();
        }
        utterance
    }

    /// Returns whether this may be the speaker's.
    pub(crate) fn is_by(&self, speaker: Speaker) -> bool {
        let is_program = |names: &[&str]| self.program.is_none_or(|program| names.contains(&program));
        match speaker {
            Speaker::Anyone => !self.traced,
            Speaker::AnyProgram => self.program.is_none_or(|program| program != "kernel") && !self.traced,
            Speaker::AnyShell => self.program.is_none_or(|program| program != "kernel"),
            Speaker::Kernel => self.is_kernel() && !self.traced,
            Speaker::Driver(names) => self.driver.is_some_and(|(name, _)| names.contains(&name)),
            Speaker::Program(names) => is_program(names) && !self.traced,
            Speaker::Trace(names) => is_program(names) && self.traced,
        }
    }

    /// Returns who says this: the driver that speaks of a function, else the program.
    pub(crate) fn speaker(&self) -> Option<&'a str> {
        self.driver.map(|(name, _)| name).or(self.program)
    }

    /// Returns whether systemd says this.
    pub(super) fn is_by_systemd(&self) -> bool {
        self.is_by(Speaker::Program(super::systemd::NAMES)) && self.driver.is_none()
    }

    /// Returns whether this may be said by the driver or program of this name.
    pub(crate) fn may_be_by(&self, name: &str) -> bool {
        let is_driver = self.driver.is_some_and(|(driver, _)| driver == name);
        is_driver || self.program.is_none_or(|program| program == name)
    }

    fn is_kernel(&self) -> bool {
        self.program.is_none_or(|program| program == "kernel")
    }

    /// Returns what the words are about: what the pattern's holes hold, else what the wrapping says.
    pub(crate) fn subject(&self, captures: &Captures<'_>) -> Subject {
        let port = captures.parse("port");
        // What has ports is an RDMA device; what the driver names otherwise is a netdev.
        let (device, netdev) = if port.is_some() { (self.device, None) } else { (None, self.device) };
        Subject {
            pci: captures.parse("pci").or(self.driver.map(|(_, pci)| pci)),
            hca: captures.parse("hca").or_else(|| device?.parse().ok()),
            port,
            netdev: captures.parse::<NetdevName>("netdev").or_else(|| netdev?.parse().ok()),
        }
    }

    /// Returns what the wrapping says the words are about.
    pub(crate) fn wrapped_subject(&self) -> Subject {
        self.subject(&Captures::default())
    }

    /// Takes `DRIVER BDF[ DEVICE]: [BDF:][function:line:(pid N): ]` off the text.
    fn take_driver(&mut self, text: &'a str) -> &'a str {
        let Some((name, rest)) = text.split_once(' ') else {
            return text;
        };
        let end = rest.find([' ', ',']).unwrap_or(rest.len());
        let Some(place) = rest[..end].strip_suffix(':').or(Some(&rest[..end])) else {
            return text;
        };
        let Ok(pci) = place.parse::<PciAddress>() else {
            return text;
        };
        self.driver = Some((name, pci));
        let rest = &rest[place.len()..];
        let words = match rest.strip_prefix(": ") {
            Some(words) => words,
            None => match rest.trim_start().split_once(": ") {
                Some((device, words)) if !device.contains(' ') => {
                    self.device = Some(device);
                    words
                }
                _ => rest.trim_start_matches([':', ' ']),
            },
        };
        let words = words.strip_prefix(place).map_or(words, |doubled| doubled.trim_start_matches([':', ' ']));
        without_function(words)
    }
}

/// Takes `kernel: ` or `program[pid]: ` off a line whose stamp and host somebody has cut away.
fn bare_speaker(text: &str) -> Option<(&str, &str)> {
    let (speaker, words) = text.split_once(": ")?;
    if speaker == "kernel" {
        return Some((speaker, words));
    }
    let (program, pid) = speaker.strip_suffix(']')?.split_once('[')?;
    let is_speaker = !program.is_empty() && !program.contains(' ') && pid.bytes().all(|b| b.is_ascii_digit());
    is_speaker.then_some((program, words))
}

/// Returns the bare name of a program: `/bin/mlnx_interface_mgr.sh` and `mlnx_interface_mgr@ib0.service` are both
/// `mlnx_interface_mgr`.
pub(crate) fn program_name(identifier: &str) -> &str {
    if identifier == "init.scope" {
        return "systemd";
    }
    let name = identifier.rsplit('/').next().unwrap_or(identifier);
    match name.strip_suffix(".service") {
        Some(unit) => unit.split('@').next().unwrap_or(unit),
        None => name.strip_suffix(".sh").unwrap_or(name),
    }
}

/// Drops `function:line:(pid N): ` from the front.
fn without_function(words: &str) -> &str {
    let Some((prefix, rest)) = words.split_once("): ") else {
        return words;
    };
    let mut parts = prefix.splitn(3, ':');
    let is_function = parts.next().is_some_and(|name| !name.is_empty() && !name.contains(' '));
    let is_line = parts.next().is_some_and(|line| line.bytes().all(|b| b.is_ascii_digit()));
    let is_process = parts.next().is_some_and(|process| process.starts_with("(pid "));
    if is_function && is_line && is_process { rest } else { words }
}

/// Makes every run of blanks one blank.
fn single_blanks(text: &str) -> Cow<'_, str> {
    if DOUBLE_BLANK.find(text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut single = String::with_capacity(text.len());
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        if !single.is_empty() {
            single.push(' ');
        }
        single.push_str(word);
    }
    Cow::Owned(single)
}

/// Returns whether a message holds its words as patterns have them, without double blanks and outcomes that touch them.
pub(super) fn is_as_said(message: &str) -> bool {
    DOUBLE_BLANK.find(message.as_bytes()).is_none()
        && (memchr(b'[', message.as_bytes()).is_none() || spaced_outcome(message).is_none())
}

/// How init scripts say how it went.
const OUTCOMES: &[&str] = &["[ OK ]", "[FAILED", "[WARNING"];

/// Puts a blank between what an init script did and how it went, where only the cursor was moved.
fn spaced_outcome(text: &str) -> Option<String> {
    let at = OUTCOMES.iter().find_map(|outcome| text.find(outcome)).filter(|at| *at > 0)?;
    let (words, outcome) = text.split_at(at);
    (!words.ends_with(' ')).then(|| format!("{words} {outcome}"))
}

/// Cuts the text to so many bytes, between characters.
pub(crate) fn cut(text: &str, length_max: usize) -> &str {
    let mut end = text.len().min(length_max);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(identifier: &str, message: &str, expected: (&str, Option<&str>, &str)) {
        let entry =
            Entry { identifier: Some(identifier.into()), message: message.into(), ..Entry::default() };
        let utterance = Utterance::of(&entry);
        let driver = utterance.driver.map(|(name, pci)| format!("{name} {pci}"));
        assert_eq!((utterance.program.unwrap_or(""), driver.as_deref(), &*utterance.text), expected);
    }

    #[test]
    fn a_driver_and_its_function_come_off_in_all_their_forms() {
        let words = "firmware version: 20.36.1010";
        let driver = Some("mlx5_core 0000:4b:00.0");
        for wrapped in [
            "mlx5_core 0000:4b:00.0: firmware version: 20.36.1010",
            "mlx5_core 0000:4b:00.0: mlx5_function_setup:821:(pid 994): firmware version: 20.36.1010",
            "mlx5_core 0000:4b:00.0: 0000:4b:00.0:mlx5_function_setup:821:(pid 994): firmware version: 20.36.1010",
            "mlx5_core 0000:4b:00.0 ib0: firmware version: 20.36.1010",
        ] {
            check("kernel", wrapped, ("kernel", driver, words));
        }
    }

    #[test]
    fn the_device_a_driver_names_is_kept() {
        let message = "mlx4_core 0000:c3:00.0 ibp195s0: Port: 1 Link ACTIVE";
        let entry = Entry { message: message.into(), ..Entry::default() };
        assert_eq!(Utterance::of(&entry).device, Some("ibp195s0"));
    }

    #[test]
    fn programs_are_known_by_their_bare_name() {
        check("/etc/sysconfig/network-scripts/ifup-eth", "x", ("ifup-eth", None, "x"));
        check("mlnx_interface_mgr.sh", "x", ("mlnx_interface_mgr", None, "x"));
        check("mlnx_interface_mgr@ib0.service", "x", ("mlnx_interface_mgr", None, "x"));
        check("init.scope", "x", ("systemd", None, "x"));
        check("root", "openibd: running in auto mode", ("openibd", None, "running in auto mode"));
    }

    #[test]
    fn a_line_without_stamp_and_host_still_names_its_speaker() {
        let speaker = |message: &str| {
            let entry = Entry { message: message.into(), ..Entry::default() };
            let utterance = Utterance::of(&entry);
            (utterance.program.map(str::to_owned), utterance.text.to_string())
        };
        assert_eq!(speaker("kernel: Linux version 6.1"), (Some("kernel".into()), "Linux version 6.1".into()));
        assert_eq!(speaker("network[2914]: x"), (Some("network".into()), "x".into()));
        assert_eq!(speaker("mlx5_0, 1: x"), (None, "mlx5_0, 1: x".into()));
    }

    #[test]
    fn a_traced_log_call_is_what_it_logs() {
        check(
            "mlnx_interface_mgr.sh",
            "+ log_msg 'OS is booting'",
            ("mlnx_interface_mgr", None, "OS is booting"),
        );
        check("openibd", "++ IPOIB_LOAD=yes", ("openibd", None, "IPOIB_LOAD=yes"));
    }

    #[test]
    fn runs_of_blanks_count_as_one() {
        check("network", "interface ib0:  [  OK  ]", ("network", None, "interface ib0: [ OK ]"));
    }

    #[test]
    fn an_outcome_stands_apart_from_what_was_done() {
        check("openibd", "Access Layer:[  OK  ]", ("openibd", None, "Access Layer: [ OK ]"));
        check(
            "openibd",
            "part of MLNX[FAILED]kipping...",
            ("openibd", None, "part of MLNX [FAILED]kipping..."),
        );
        check("x", "[  OK  ] Started y", ("x", None, "[ OK ] Started y"));
    }
}
