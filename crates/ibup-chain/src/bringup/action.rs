//! Actions: all that may be done to a machine. The list is closed.

use std::fmt;

use ibup_config::NetdevName;

use crate::notice::Announced;

/// Something done to a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Loads modules, and what they stand on, by one call of modprobe.
    LoadModules(Vec<String>),
    /// Unloads one module that nobody uses.
    UnloadModule(String),
    /// Writes a kernel attribute below `/sys`.
    WriteAttribute {
        /// The attribute.
        path: String,
        /// What is written, byte for byte.
        value: String,
    },
    /// Writes a file, whole or not at all: state below `/run`, or what others read of us.
    WriteState {
        /// The file.
        path: String,
        /// Its whole text.
        text: String,
    },
    /// Removes a state file; one that does not exist is removed already.
    RemoveState {
        /// The file.
        path: String,
    },
    /// Runs a program and waits for its end.
    Run {
        /// The program, by its whole path.
        program: String,
        /// What it is told.
        arguments: Vec<String>,
    },
    /// Changes a netdev through the kernel's own interface.
    SetLink {
        /// The netdev.
        netdev: NetdevName,
        /// What changes.
        change: LinkChange,
    },
    /// Says something in the journal.
    Log(Message),
    /// Says something to whoever started the program.
    Print(String),
}

/// What changes on a netdev.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkChange {
    /// Administratively up.
    Up,
    /// Administratively down.
    Down,
    /// The largest packet, in bytes.
    Mtu(u32),
}

/// Something said in the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Who says it (`SYSLOG_IDENTIFIER`).
    pub tag: &'static str,
    /// How urgent it is.
    pub priority: Priority,
    /// What is said.
    pub text: String,
    /// The netdev it is about (`INTERFACE`).
    pub interface: Option<NetdevName>,
    /// The diagnosis it amounts to (`IBUP_CODE`).
    pub code: Option<&'static str>,
    /// The kind of notice it is, with what it tells in fields.
    pub notice: Option<Announced>,
}

/// How urgent a message is (syslog(3)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Priority {
    /// Something failed.
    Error = 3,
    /// Something is not as it should be.
    Warning = 4,
    /// Worth knowing.
    Notice = 5,
    /// For whoever looks closely.
    Info = 6,
}

/// Why an action failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActionError {
    /// The system refused.
    System {
        /// The error number (errno(3)).
        errno: i32,
        /// The system's own words.
        text: String,
    },
    /// The program ended with a status other than 0.
    Failed {
        /// The status; `None` where a signal ended it.
        status: Option<i32>,
        /// What it said on standard error, bounded.
        text: String,
    },
    /// The program did not end in time and was stopped.
    TimedOut,
}

/// Errors that asking again does not change: EINVAL, and ENOTUNIQ of a child that exists.
const PERMANENT: &[i32] = &[22, 76];

impl ActionError {
    /// Returns whether asking again is of no use.
    pub fn is_permanent(&self) -> bool {
        matches!(self, Self::System { errno, .. } if PERMANENT.contains(errno))
    }
}

impl fmt::Display for ActionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System { text, .. } => f.write_str(text),
            Self::Failed { status, text } if text.is_empty() => match status {
                Some(status) => write!(f, "ended with status {status}"),
                None => f.write_str("ended by a signal"),
            },
            Self::Failed { text, .. } => f.write_str(text.trim_end()),
            Self::TimedOut => f.write_str("did not end in time"),
        }
    }
}

impl std::error::Error for ActionError {}

impl fmt::Display for Action {
    /// Writes the action as a person would do it by hand.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LoadModules(modules) => write!(f, "modprobe -a {}", modules.join(" ")),
            Self::UnloadModule(module) => write!(f, "modprobe -r {module}"),
            Self::WriteAttribute { path, value } => write!(f, "echo {} > {path}", value.trim_end()),
            Self::WriteState { path, .. } => write!(f, "write {path}"),
            Self::RemoveState { path } => write!(f, "rm -f {path}"),
            Self::Run { program, arguments } => {
                f.write_str(program)?;
                arguments.iter().try_for_each(|argument| write!(f, " {argument}"))
            }
            Self::SetLink { netdev, change: LinkChange::Up } => write!(f, "ip link set {netdev} up"),
            Self::SetLink { netdev, change: LinkChange::Down } => write!(f, "ip link set {netdev} down"),
            Self::SetLink { netdev, change: LinkChange::Mtu(mtu) } => {
                write!(f, "ip link set {netdev} mtu {mtu}")
            }
            Self::Log(message) => write!(f, "log {}: {}", message.tag, message.text),
            Self::Print(text) => write!(f, "print {text}"),
        }
    }
}
