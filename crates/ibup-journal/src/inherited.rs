//! What the second and later lines of a message have from its first.

use std::borrow::Cow;

use crate::entry::Entry;
use crate::stamp::Stamp;

/// The stamp and the speaker of the entry above.
///
/// They are copied here because the line they stood in is gone when the next one is read.
#[derive(Debug, Default)]
pub(crate) struct Inherited {
    is_some: bool,
    stamp: Stamp,
    pid: Option<u32>,
    /// How far the other lines of the message are indented.
    indent: usize,
    host: Name,
    identifier: Name,
    unit: Name,
}

/// A name in a buffer that is used again.
#[derive(Debug, Default)]
struct Name {
    text: String,
    is_some: bool,
}

impl Inherited {
    /// Keeps what the next line may inherit.
    pub(crate) fn keep(&mut self, stamp: Stamp, pid: Option<u32>, indent: usize) {
        (self.is_some, self.stamp, self.pid, self.indent) = (true, stamp, pid, indent);
    }

    /// Keeps the names that the next line may inherit.
    pub(crate) fn keep_names(&mut self, host: Option<&str>, identifier: Option<&str>, unit: Option<&str>) {
        self.host.set(host);
        self.identifier.set(identifier);
        self.unit.set(unit);
    }

    /// Leaves nothing to inherit.
    pub(crate) fn forget(&mut self) {
        self.is_some = false;
    }

    /// Tells whether there is an entry above.
    pub(crate) fn is_some(&self) -> bool {
        self.is_some
    }

    /// Returns the given line as one more of the message.
    ///
    /// The message keeps what it is indented by itself.
    pub(crate) fn entry<'a>(&'a self, number: u64, line: &'a str) -> Entry<'a> {
        let blanks = line.bytes().take(self.indent).take_while(|byte| *byte == b' ').count();
        Entry {
            line: number,
            stamp: self.stamp,
            host: self.host.get().map(Cow::Borrowed),
            identifier: self.identifier.get().map(Cow::Borrowed),
            pid: self.pid,
            unit: self.unit.get().map(Cow::Borrowed),
            message: Cow::Borrowed(line.get(blanks..).unwrap_or_default()),
            text: Cow::Borrowed(line),
            ..Entry::default()
        }
    }
}

impl Name {
    fn set(&mut self, name: Option<&str>) {
        self.text.clear();
        self.text.push_str(name.unwrap_or_default());
        self.is_some = name.is_some();
    }

    fn get(&self) -> Option<&str> {
        self.is_some.then_some(self.text.as_str())
    }
}
