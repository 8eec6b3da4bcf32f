//! What the second and later lines of a message have from its first.

use crate::stamp::Stamp;

/// The stamp and the speaker of the entry above.
///
/// They are copied here because the line they stood in is gone when the next one is read.
#[derive(Debug, Default)]
pub(crate) struct Inherited {
    is_some: bool,
    pub(crate) stamp: Stamp,
    pub(crate) pid: Option<u32>,
    /// How far the other lines of the message are indented.
    pub(crate) indent: usize,
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

    pub(crate) fn host(&self) -> Option<&str> {
        self.host.get()
    }

    pub(crate) fn identifier(&self) -> Option<&str> {
        self.identifier.get()
    }

    pub(crate) fn unit(&self) -> Option<&str> {
        self.unit.get()
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
