//! What is said of a load, and the reading of it.
//!
//! ```text
//! module ib_ipoib loaded by modprobe[414] of late-load.service, started by sh[400]
//! module ib_ipoib loaded by modprobe[97] of somebody's session (session-3.scope), started by bash[80]
//! module ib_ipoib loaded by modprobe[414], which has ended
//! module ib_ipoib loaded by modprobe[414], started by the kernel for ip[400] of x.service, which asked for rtnl-link-ipoib
//! modules loaded before tracing began: ib_core, mlx5_core
//! ```
//!
//! A process calls itself what it likes, and may try to look like another line. So in a name every character that is
//! not a letter, a digit or one of a few marks is written as `\x` and its number, and a name is one word without
//! brackets and commas.

use std::fmt;
use std::fmt::Write;

/// What stands before the modules that were there already.
pub(crate) const EARLIER: &str = "modules loaded before tracing began: ";
/// The longest name that is said; the kernel's and systemd's own are shorter.
const NAME_LENGTH_MAX: usize = 255;

const ENDED: &str = "which has ended";
const STARTED_BY: &str = "started by ";
const KERNEL: &str = "the kernel";
const ASKED: &str = ", which asked for ";
const SESSION: &str = "somebody's session (";

/// A process, named so that nothing in it can be mistaken.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Who {
    /// What it is called.
    pub comm: Box<str>,
    /// Its number; the reading of a message leaves it out, as it tells nobody anything later.
    pub pid: Option<u32>,
    /// The unit it belongs to.
    pub unit: Option<Box<str>>,
}

/// Who has a module loaded.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Loader {
    /// The process that hands the module to the kernel.
    pub who: Who,
    /// Whether it had ended before it could be looked at.
    pub has_ended: bool,
    /// Who started it.
    pub parent: Option<Who>,
    /// Whether the kernel itself started it.
    pub is_by_kernel: bool,
    /// For whom the kernel did, and what was asked for.
    pub request: Option<(Who, Box<str>)>,
}

impl Who {
    /// Names a process.
    pub fn new(comm: &str, pid: Option<u32>, unit: Option<&str>) -> Self {
        Self {
            comm: plain(comm).into(),
            pid,
            unit: unit.map(|unit| escaped(unit, is_plain_or_escape).into()),
        }
    }

    /// Returns whether the unit is somebody's session rather than a service.
    pub fn is_session(&self) -> bool {
        self.unit.as_deref().is_some_and(is_session)
    }

    /// Reads `NAME[PID][ of UNIT]`.
    fn read(text: &str) -> Option<Self> {
        let (process, unit) = match text.split_once(" of ") {
            Some((process, unit)) => (process, Some(unit)),
            None => (text, None),
        };
        let (comm, pid) = process.strip_suffix(']')?.split_once('[')?;
        let unit = unit
            .map(|unit| unit.strip_prefix(SESSION).and_then(|unit| unit.strip_suffix(')')).unwrap_or(unit));
        let is_word = |text: &str| !text.is_empty() && text.bytes().all(is_plain_or_escape);
        let is_number = !pid.is_empty() && pid.bytes().all(|byte| byte.is_ascii_digit());
        let is_who = is_number && is_word(comm) && unit.is_none_or(is_word);
        is_who.then(|| Self { comm: comm.into(), pid: None, unit: unit.map(Into::into) })
    }
}

impl Loader {
    /// Reads what a message says after `loaded by `.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let (who, rest) = match text.split_once(", ") {
            Some((who, rest)) => (who, Some(rest)),
            None => (text, None),
        };
        let mut loader = Self { who: Who::read(who)?, ..Self::default() };
        let Some(rest) = rest else { return Some(loader) };
        if rest == ENDED {
            loader.has_ended = true;
            return Some(loader);
        }
        let started_by = rest.strip_prefix(STARTED_BY)?;
        let Some(request) = started_by.strip_prefix(KERNEL) else {
            loader.parent = Some(Who::read(started_by)?);
            return Some(loader);
        };
        loader.is_by_kernel = true;
        if let Some(request) = request.strip_prefix(" for ") {
            let (who, name) = request.split_once(ASKED)?;
            loader.request = Some((Who::read(who)?, name.into()));
        }
        Some(loader)
    }
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.comm)?;
        if let Some(pid) = self.pid {
            write!(f, "[{pid}]")?;
        }
        match self.unit.as_deref() {
            Some(unit) if is_session(unit) => write!(f, " of {SESSION}{unit})"),
            Some(unit) => write!(f, " of {unit}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Loader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.who.fmt(f)?;
        if self.has_ended {
            write!(f, ", {ENDED}")?;
        } else if let Some(parent) = &self.parent {
            write!(f, ", {STARTED_BY}{parent}")?;
        } else if self.is_by_kernel {
            write!(f, ", {STARTED_BY}{KERNEL}")?;
            if let Some((who, name)) = &self.request {
                write!(f, " for {who}{ASKED}{name}")?;
            }
        }
        Ok(())
    }
}

/// Returns whether a unit is a login (`session-3.scope`) or what a user runs beside it (`user@1000.service`).
pub fn is_session(unit: &str) -> bool {
    let is =
        |beginning, ending| unit.strip_prefix(beginning).is_some_and(|rest: &str| rest.ends_with(ending));
    is("session-", ".scope") || is("user@", ".service")
}

/// Writes a name so that it is one word without brackets or commas, and can be read for nothing else.
pub(super) fn plain(name: &str) -> String {
    escaped(name, is_plain)
}

fn escaped(name: &str, is_plain: impl Fn(u8) -> bool) -> String {
    let mut out = String::new();
    for byte in name.bytes().take(NAME_LENGTH_MAX) {
        if is_plain(byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "\\x{byte:02x}");
        }
    }
    if out.is_empty() { "?".to_owned() } else { out }
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.:@/+#()<>?".contains(&byte)
}

/// The names of units have such escapes in them already: `rdma\x2dhw.target`.
fn is_plain_or_escape(byte: u8) -> bool {
    is_plain(byte) || byte == b'\\'
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_cannot_look_like_anything_else() {
        assert_eq!(plain("modprobe"), "modprobe");
        assert_eq!(plain("(udev-worker)"), "(udev-worker)");
        assert_eq!(plain("kworker/u8:3"), "kworker/u8:3");
        assert_eq!(plain("a b[1], \n\u{1b}é"), r"a\x20b\x5b1\x5d\x2c\x20\x0a\x1b\xc3\xa9");
        assert_eq!(plain(r"a\x20"), r"a\x5cx20");
        assert_eq!(plain(""), "?");
    }

    #[test]
    fn words_that_nobody_said_are_not_read() {
        for text in [
            "",
            "modprobe",
            "modprobe[x]",
            "modprobe[]",
            "a b[1]",
            "m[1] of ",
            "m[1], dancing",
            "m[1] of a b",
        ] {
            assert_eq!(Loader::read(text), None, "{text}");
        }
    }

    fn who() -> impl Strategy<Value = Who> {
        ("(?s).{0,15}", 1_u32..4_194_304, prop::option::of("(?s).{1,30}"))
            .prop_map(|(comm, pid, unit)| Who::new(&comm, Some(pid), unit.as_deref()))
    }

    fn without_pids(mut loader: Loader) -> Loader {
        loader.who.pid = None;
        if let Some(parent) = &mut loader.parent {
            parent.pid = None;
        }
        if let Some((who, _)) = &mut loader.request {
            who.pid = None;
        }
        loader
    }

    proptest! {
        #[test]
        fn what_is_said_is_read_again_whatever_anybody_is_called(
            who in who(), other in who(), kind in 0..5, name in "(?s).{1,40}",
        ) {
            let mut loader = Loader { who, ..Loader::default() };
            match kind {
                0 => {}
                1 => loader.has_ended = true,
                2 => loader.parent = Some(other),
                3 => loader.is_by_kernel = true,
                _ => (loader.is_by_kernel, loader.request) = (true, Some((other, plain(&name).into()))),
            }
            prop_assert_eq!(Loader::read(&loader.to_string()), Some(without_pids(loader)));
        }

        #[test]
        fn no_text_stops_the_reading(text in "(?s).{0,80}") {
            Loader::read(&text);
        }
    }
}
