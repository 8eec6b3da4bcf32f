//! Recognizes the form of a line that is an entry by itself.
//!
//! The first byte leaves one or two forms to try, so each line is looked at afresh, and a stream may mix forms as
//! `cat a.log b.log` does. Only dmesg's lines need their neighbors to be told; see [`Monotonic`].

use crate::form::monotonic::Monotonic;
use crate::form::parsed::Parsed;
use crate::form::{Form, dmesg, short, speaker, syslog};
use crate::scan::Scan;

/// Recognizes the form of a line, or reads it in the form that is told; `None` if it has no stamp of that form.
pub(crate) fn recognize(line: &str, told: Option<Form>, monotonic: &mut Monotonic) -> Option<Parsed> {
    let parsed = match told {
        None => anywhere(line, monotonic)?,
        Some(told) => {
            // The head of a verbose entry looks like a line of `short-full`.
            let parsed = told_at(line, 0, told)?;
            let is_told = (parsed.form == Form::Verbose) == (told == Form::Verbose);
            Parsed { form: is_told.then_some(told)?, ..parsed }
        }
    };
    Some(parsed.without_kernel_time(line))
}

/// Reads a line in the given form.
fn told_at(line: &str, at: usize, told: Form) -> Option<Parsed> {
    match told {
        Form::Short | Form::ShortPrecise => short::traditional(line, at),
        Form::ShortIso | Form::ShortIsoPrecise => short::iso(line, at),
        Form::ShortFull | Form::WithUnit | Form::Verbose => short::full(line, at),
        Form::ShortMonotonic => short::monotonic(line, at),
        Form::ShortUnix => short::unix(line, at),
        Form::ShortDelta => short::delta(line, at),
        Form::Dmesg => dmesg::any(line, at),
        Form::Syslog => syslog::any(line, at),
        Form::Cat | Form::Json | Form::JsonPretty | Form::Export => None,
    }
}

/// Recognizes a line, also where it is quoted (`> Mar 18 ...`) or was found by grep in several files
/// (`/var/log/messages:Mar 18 ...`, and with `-n` a number).
fn anywhere(line: &str, monotonic: &mut Monotonic) -> Option<Parsed> {
    let mut at = 0;
    while line[at..].starts_with("> ") {
        at += 2;
    }
    let found = at_place(line, at, monotonic);
    if found.is_some() {
        return found;
    }
    for _ in 0..2 {
        let name =
            line.as_bytes()[at..].iter().take(PREFIX_MAX).position(|byte| matches!(byte, b':' | b' '))?;
        at += name + 1;
        // A file's name begins no stamp, so what follows has to.
        if line.as_bytes()[at - 1] != b':' || name == 0 || line.as_bytes().get(at) == Some(&b' ') {
            return None;
        }
        let found = at_place(line, at, monotonic);
        if found.is_some() {
            return found;
        }
    }
    None
}

/// The longest name of a file that grep may have put before a line.
const PREFIX_MAX: usize = 256;

/// Recognizes a line from a place on.
fn at_place(line: &str, at: usize, monotonic: &mut Monotonic) -> Option<Parsed> {
    match Scan::new(line, at).peek()? {
        b'[' => bracketed(line, at, monotonic),
        b'<' => syslog::prioritized(line, at),
        // Some locales pad the number of the month: ` 3月 18 10:29:41`.
        b' ' => short::traditional(line, at),
        b'0'..=b'9' => {
            let parsed = short::iso(line, at).or_else(|| dmesg::iso(line, at));
            parsed.or_else(|| short::unix(line, at)).or_else(|| short::traditional(line, at))
        }
        _ => {
            let parsed = short::traditional(line, at).or_else(|| short::full(line, at));
            parsed.or_else(|| dmesg::decoded(line, at))
        }
    }
}

/// Reads a line that begins with `[`.
fn bracketed(line: &str, at: usize, monotonic: &mut Monotonic) -> Option<Parsed> {
    if let Some(kernel) = speaker::kernel_time(line, at)
        && !kernel.has_caller
        && let Some(speaker) = monotonic.read(line, kernel.end)
    {
        return Some(short::after_kernel_time(kernel, speaker));
    }
    dmesg::bracketed(line, at).or_else(|| short::delta(line, at))
}
