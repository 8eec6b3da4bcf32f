//! The forms that a journal is written in.

pub(crate) mod date;
mod dmesg;
pub(crate) mod export;
pub(crate) mod json;
pub(crate) mod line;
pub(crate) mod monotonic;
mod month;
pub(crate) mod parsed;
pub(crate) mod record;
mod short;
pub(crate) mod speaker;
mod syslog;
pub(crate) mod verbose;

use std::fmt;
use std::str::FromStr;

/// A form of text that a journal is written in, named as `journalctl --output` names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// `Mar 18 10:29:41 node-9 kernel: text`
    Short,
    /// `Mar 18 10:29:41.123456 node-9 kernel: text`
    ShortPrecise,
    /// `2026-11-23T01:44:20+0000 node-9 kernel: text`
    ShortIso,
    /// `2026-11-23T01:44:20.536709+0000 node-9 kernel: text`
    ShortIsoPrecise,
    /// `Mon 2026-11-23 01:44:20 UTC node-9 kernel: text`
    ShortFull,
    /// `[   29.653745] node-9 kernel: text`
    ShortMonotonic,
    /// `1795398260.536709 node-9 kernel: text`
    ShortUnix,
    /// `[   29.653745 <    0.000012 >] node-9 kernel: text`
    ShortDelta,
    /// `Mon 2026-11-23 01:44:20 UTC node-9 openibd.service[211]: text`
    WithUnit,
    /// `text`
    Cat,
    /// A line with the time and a cursor, then one indented line a field.
    Verbose,
    /// An object a line.
    Json,
    /// An object of many lines.
    JsonPretty,
    /// `KEY=value` lines, and an empty line after each entry.
    Export,
    /// What `dmesg` prints, with any of its options for the time.
    Dmesg,
    /// What rsyslog and its like write: RFC 3164, the same with a full date, RFC 5424.
    Syslog,
}

impl Form {
    /// Every form, in the order in which they are offered.
    pub const ALL: [Form; 16] = [
        Form::Short,
        Form::ShortPrecise,
        Form::ShortIso,
        Form::ShortIsoPrecise,
        Form::ShortFull,
        Form::ShortMonotonic,
        Form::ShortUnix,
        Form::ShortDelta,
        Form::WithUnit,
        Form::Cat,
        Form::Verbose,
        Form::Json,
        Form::JsonPretty,
        Form::Export,
        Form::Dmesg,
        Form::Syslog,
    ];

    /// Returns whether lines of this form can be skimmed.
    pub(crate) const fn is_skimmed(self) -> bool {
        use Form::{Short, ShortIso, ShortIsoPrecise, ShortPrecise, Syslog};
        matches!(self, Short | ShortPrecise | ShortIso | ShortIsoPrecise | Syslog)
    }

    /// Returns the form's name, as one gives it on a command line.
    pub const fn name(self) -> &'static str {
        match self {
            Form::Short => "short",
            Form::ShortPrecise => "short-precise",
            Form::ShortIso => "short-iso",
            Form::ShortIsoPrecise => "short-iso-precise",
            Form::ShortFull => "short-full",
            Form::ShortMonotonic => "short-monotonic",
            Form::ShortUnix => "short-unix",
            Form::ShortDelta => "short-delta",
            Form::WithUnit => "with-unit",
            Form::Cat => "cat",
            Form::Verbose => "verbose",
            Form::Json => "json",
            Form::JsonPretty => "json-pretty",
            Form::Export => "export",
            Form::Dmesg => "dmesg",
            Form::Syslog => "syslog",
        }
    }
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Form {
    type Err = UnknownForm;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|form| form.name() == name).ok_or_else(|| UnknownForm(name.to_owned()))
    }
}

/// A name that no form has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown form {0:?}")]
pub struct UnknownForm(pub String);

/// A set of forms.
#[derive(Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Forms(u16);

impl Forms {
    /// Adds a form.
    pub fn insert(&mut self, form: Form) {
        self.0 |= 1 << form as u16;
    }

    /// Tells whether the form is in the set.
    pub const fn contains(self, form: Form) -> bool {
        self.0 & 1 << form as u16 != 0
    }

    /// Tells whether no form is in the set.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Returns the forms in the order of [`Form::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Form> {
        Form::ALL.into_iter().filter(move |&form| self.contains(form))
    }
}

impl fmt::Debug for Forms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}
