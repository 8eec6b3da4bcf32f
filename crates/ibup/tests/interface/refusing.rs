//! The host of a machine made of plain files, with attributes that refuse and an eye on every action.

use std::time::Duration;

use ibup_chain::bringup::{Action, ActionError, Message};
use ibup_chain::host::Host;
use ibup_config::Tree;
use ibup_config::tree::Content;
use ibup_linux::LinuxHost;

/// A refusal to carry out an action.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    /// What the action, written as a person would do it, contains.
    pub(crate) action: &'static str,
    /// The error number.
    pub(crate) errno: i32,
    /// How often it is refused.
    pub(crate) times: u32,
}

/// The host.
pub(crate) struct Refusing {
    host: LinuxHost,
    refusals: Vec<Refusal>,
    /// What was logged.
    pub(crate) log: Vec<Message>,
    /// Programs that were run, and links that were changed.
    pub(crate) commands: Vec<String>,
    /// The seconds waited.
    pub(crate) waited: u64,
}

impl Refusing {
    /// Takes a host that refuses some actions.
    pub(crate) fn new(host: LinuxHost, refusals: Vec<Refusal>) -> Self {
        Self { host, refusals, log: Vec::new(), commands: Vec::new(), waited: 0 }
    }
}

impl Tree for Refusing {
    fn read(&self, path: &str) -> Option<Content> {
        self.host.read(path)
    }

    fn list(&self, directory: &str) -> Vec<String> {
        self.host.list(directory)
    }
}

impl Host for Refusing {
    fn now(&self) -> Duration {
        self.host.now()
    }

    fn wall_clock(&self) -> i64 {
        self.host.wall_clock()
    }

    fn wait(&mut self, at_most: Duration) {
        self.waited += at_most.as_secs();
        self.host.wait(at_most);
    }

    fn perform(&mut self, action: &Action) -> Result<(), ActionError> {
        let words = action.to_string();
        match action {
            Action::Log(message) => {
                self.log.push(message.clone());
                return Ok(());
            }
            Action::Print(_) => return Ok(()),
            Action::Run { .. } | Action::SetLink { .. } => {
                self.commands.push(words.trim_start_matches("/sbin/").to_owned());
            }
            _ => {}
        }
        let mut refusals = self.refusals.iter_mut();
        match refusals.find(|refusal| refusal.times > 0 && words.contains(refusal.action)) {
            Some(refusal) => {
                refusal.times -= 1;
                let text = std::io::Error::from_raw_os_error(refusal.errno).to_string();
                Err(ActionError::System { errno: refusal.errno, text })
            }
            None => self.host.perform(action),
        }
    }
}
