//! Facts: what the files of a machine say of it, beside its logs.
//!
//! A fact of its configuration is known for the moment at which the files were collected. That what it says has been so all through the boot is
//! likely; the log may show otherwise, and is believed then.

use ibup_journal::BootId;

use crate::name::NetdevName;

/// What the files of a machine say at one moment, beside its logs.
#[derive(Debug, Clone, Default)]
pub struct Collected {
    /// The machine's name.
    pub host: Option<String>,
    /// The boot in which it was collected, where that is known; the last one otherwise.
    pub boot_id: Option<BootId>,
    /// What its configuration says.
    pub facts: Vec<Fact>,
    /// What the kernel shows at that moment, word for word, which stands after all that the log says of the boot.
    pub shown: Vec<ShownLine>,
}

/// A line that the kernel shows in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownLine {
    /// The file.
    pub file: String,
    /// The line, clean.
    pub text: String,
}

/// What a line of a machine's files says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What it says.
    pub kind: FactKind,
    /// The interface it says it of.
    pub netdev: Option<NetdevName>,
    /// The file, as a source is named.
    pub file: String,
    /// The line, counted from 1.
    pub line: u64,
    /// The line itself, clean.
    pub text: String,
}

/// What a fact can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FactKind {
    /// systemd starts openibd at boot.
    StackEnabled,
    /// systemd does not start openibd at boot.
    StackDisabled,
    /// systemd may not start openibd at all.
    StackMasked,
    /// openibd is told not to load `ib_ipoib`.
    IpoibLeftOut,
    /// A network service is told to raise the interface at boot.
    Wanted,
    /// Its configuration says not to raise the interface at boot.
    NotWanted,
}

impl FactKind {
    /// Returns a name for it, as it stands in verdicts.
    pub fn name(self) -> &'static str {
        match self {
            Self::StackEnabled => "stack-enabled",
            Self::StackDisabled => "stack-disabled",
            Self::StackMasked => "stack-masked",
            Self::IpoibLeftOut => "ipoib-left-out",
            Self::Wanted => "configured-up",
            Self::NotWanted => "configured-down",
        }
    }
}
