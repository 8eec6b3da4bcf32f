//! Check: whether the interfaces that should be up are up now, and why one is not.
//!
//! ```text
//! configuration, --expect -> expected ---> present (sysfs, /proc) -> State of each interface
//!                                                                      | not up
//! journal of this boot, facts, present states of ports -> Diagnoser -> cause, by how far the interface came
//! ```
//!
//! What is now decides whether an interface is up; a diagnosis of the boot only tells why it is not. A port that nobody
//! configured is not spoken of. The states of ports are handed to the diagnoser word for word, as the kernel shows them,
//! so that there is one place that knows what they mean.
//!
//! The answer is data, in the form `ibup.check/1`; what monitoring systems want to hear is made of it elsewhere.

use ibup_config::{Configuration, NetdevName, Tree};
use serde::{Deserialize, Serialize};

use crate::bringup::modules::word;
use crate::verdict::{BootVerdict, FindingVerdict};

mod address;
mod cause;
mod expected;
mod fix;
mod present;
mod wait;

pub use expected::{Expectation, expected};
pub use fix::{Repair, StackService, repairs};
pub use present::{Level, Present, PresentPort, shown};
pub use wait::wait;

/// The name of the JSON form.
pub const SCHEMA: &str = "ibup.check/1";

/// The answer for one machine at one moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// [`SCHEMA`].
    pub schema: String,
    /// The machine's name.
    pub host: Option<String>,
    /// What it comes to.
    pub status: Status,
    /// The interfaces that should be up, by name.
    pub interfaces: Vec<InterfaceCheck>,
    /// Whether the journal of this boot was asked for causes.
    pub journal: Journal,
    /// What of the configuration could not be read, with the reasons.
    pub unread: Vec<String>,
}

/// What an answer comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// All that should be up is up.
    Good,
    /// Something that should be up is not.
    Bad,
    /// What should be up cannot be told.
    Unknown,
}

/// Whether the journal of this boot was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Journal {
    /// All is up: there was nothing to ask.
    NotNeeded,
    /// It was read.
    Read,
    /// It could not be read, for this reason.
    Unread(String),
}

/// The answer for one interface.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InterfaceCheck {
    /// The interface.
    pub interface: String,
    /// How it is.
    pub state: State,
    /// Where it is written that it should be up; nothing where the caller said so.
    pub expected_by: Option<String>,
    /// The port that it is on, as far as there is one.
    #[serde(flatten)]
    pub port: PresentPort,
    /// Why it is not up, as far as anything shows it.
    pub cause: Option<FindingVerdict>,
}

/// How an interface that should be up is. The order is that of the climb.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It does not exist.
    Missing,
    /// It exists, and nobody has raised it.
    Down,
    /// It was raised, and its port is not active or it has no carrier.
    NoLink,
    /// It has link, and not the address that its configuration gives it.
    NoAddress,
    /// It is up as configured.
    Up,
}

impl State {
    /// All states, in the order of the climb.
    pub const ALL: [State; 5] = [Self::Missing, Self::Down, Self::NoLink, Self::NoAddress, Self::Up];

    /// Returns the name as it stands in answers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Down => "down",
            Self::NoLink => "no-link",
            Self::NoAddress => "no-address",
            Self::Up => "up",
        }
    }
}

impl Check {
    /// Looks at the machine as it is. No cause is known yet.
    pub fn of(tree: &dyn Tree, configuration: &Configuration, expectations: &[Expectation]) -> Self {
        let interfaces: Vec<_> = expectations
            .iter()
            .map(|expectation| InterfaceCheck::of(tree, configuration, expectation))
            .collect();
        let (own, others): (Vec<_>, Vec<_>) =
            configuration.unread.iter().partition(|unread| unread.about.as_ref().is_some_and(concerns));
        let is_blind = !own.is_empty() || (!others.is_empty() && interfaces.is_empty());
        let is_up = interfaces.iter().all(InterfaceCheck::is_up);
        Self {
            schema: SCHEMA.to_owned(),
            host: word(tree, "/proc/sys/kernel/hostname"),
            status: match (is_up, is_blind) {
                (false, _) => Status::Bad,
                (true, true) => Status::Unknown,
                (true, false) => Status::Good,
            },
            journal: Journal::NotNeeded,
            unread: own.into_iter().chain(others).map(|unread| unread.error.to_string()).collect(),
            interfaces,
        }
    }

    /// Gives each interface that is not up the cause that the verdict on this boot has for it.
    pub fn explain(&mut self, boot: &BootVerdict) {
        cause::explain(&mut self.interfaces, boot);
    }

    /// Returns the interfaces that should be up and are not.
    pub fn troubled(&self) -> impl Iterator<Item = &InterfaceCheck> {
        self.interfaces.iter().filter(|interface| !interface.is_up())
    }
}

impl InterfaceCheck {
    fn of(tree: &dyn Tree, configuration: &Configuration, expectation: &Expectation) -> Self {
        let present = Present::of(tree, configuration, &expectation.interface);
        Self {
            interface: expectation.interface.to_string(),
            state: present.state(),
            expected_by: expectation.place.as_ref().map(ToString::to_string),
            port: present.port,
            cause: None,
        }
    }

    /// Returns whether it is up as configured.
    pub fn is_up(&self) -> bool {
        self.state == State::Up
    }

    /// Returns the code of the cause.
    pub fn code(&self) -> Option<&str> {
        self.cause.as_ref().map(|cause| &*cause.code)
    }
}

/// Returns whether what is said of a netdev may be on InfiniBand.
fn concerns(name: &NetdevName) -> bool {
    crate::bringup::interface::configured::looks_like_ipoib(name)
}

#[cfg(test)]
mod tests;
