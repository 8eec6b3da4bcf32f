//! A case: a machine, an interface, and what is expected of the interface manager.

use std::collections::BTreeMap;
use std::time::Duration;

use ibup_chain::bringup::interface::words::Voice;
use ibup_chain::bringup::interface::{Request, Work, bring_up};
use ibup_config::Paths;
use ibup_linux::LinuxHost;

use crate::machine::{Machine, NOW};
use crate::refusing::{Refusal, Refusing};

/// The tag of the script that is replaced.
const TAG: &str = "mlnx_interface_mgr";
/// The tag of ibup's own remarks.
const OWN_TAG: &str = "ibup";

/// A case. What is not set is not expected to be.
pub(crate) struct Case {
    interface: &'static str,
    given: Box<dyn Fn(&'static str) -> Machine>,
    policies: &'static [&'static str],
    now: i64,
    refusals: Vec<Refusal>,
    exit: i32,
    log: Vec<String>,
    remarks: Vec<&'static str>,
    commands: Vec<String>,
    writes: BTreeMap<String, String>,
    waited: u64,
}

/// What happened.
#[derive(Debug, PartialEq)]
struct Seen {
    exit: i32,
    log: Vec<String>,
    commands: Vec<String>,
    writes: BTreeMap<String, String>,
}

impl Case {
    /// Begins a case that holds under both policies.
    pub(crate) fn new(interface: &'static str, given: impl Fn(Machine) -> Machine + 'static) -> Self {
        Self {
            interface,
            given: Box::new(move |policy| given(Machine::new(policy))),
            policies: &["converge", "reference"],
            now: NOW,
            refusals: Vec::new(),
            exit: 0,
            log: Vec::new(),
            remarks: Vec::new(),
            commands: Vec::new(),
            writes: BTreeMap::new(),
            waited: 0,
        }
    }

    /// Runs it by the vendor's boot question.
    pub(crate) fn by_reference(self) -> Self {
        Self { policies: &["reference"], ..self }
    }

    /// Runs it by converging alone.
    pub(crate) fn converging(self) -> Self {
        Self { policies: &["converge"], ..self }
    }

    /// Sets the clock on the wall.
    pub(crate) fn at(self, now: i64) -> Self {
        Self { now, ..self }
    }

    /// Refuses an action with an error number, so many times.
    pub(crate) fn refusing(mut self, action: &'static str, errno: i32, times: u32) -> Self {
        self.refusals.push(Refusal { action, errno, times });
        self
    }

    /// Expects it to end with 1.
    pub(crate) fn fails(self) -> Self {
        Self { exit: 1, ..self }
    }

    /// Expects what the script says.
    pub(crate) fn says(mut self, lines: &[&str]) -> Self {
        self.log = lines.iter().map(|line| (*line).to_owned()).collect();
        self
    }

    /// Expects a remark of ibup's own with these words in it.
    pub(crate) fn remarks(mut self, words: &'static str) -> Self {
        self.remarks.push(words);
        self
    }

    /// Expects programs to be run, and links to be changed.
    pub(crate) fn runs(mut self, commands: &[&str]) -> Self {
        self.commands = commands.iter().map(|command| (*command).to_owned()).collect();
        self
    }

    /// Expects a file to change to this text.
    pub(crate) fn writes(mut self, path: &str, text: &str) -> Self {
        self.writes.insert(path.to_owned(), text.to_owned());
        self
    }

    /// Expects so many seconds to be waited.
    pub(crate) fn waits(self, seconds: u64) -> Self {
        Self { waited: seconds, ..self }
    }

    /// Runs the case.
    pub(crate) fn check(self) {
        for policy in self.policies {
            self.check_in_process(policy);
            if self.refusals.is_empty() {
                self.check_program(policy);
            }
        }
    }

    fn check_in_process(&self, policy: &'static str) {
        let machine = (self.given)(policy);
        let before = machine.files();
        let host = LinuxHost::new(machine.root()).with_wall_clock(self.now).with_held_clock(Duration::ZERO);
        let mut host = Refusing::new(host, self.refusals.clone());
        let request = Request {
            netdev: self.interface.parse().expect("the name of a netdev"),
            work: Work::All,
            voice: Voice::Scripts,
            paths: Paths::default(),
        };
        let outcome = bring_up(&mut host, &request);
        let said = |tag: &str| {
            let messages = host.log.iter().filter(|message| message.tag == tag);
            messages.map(|message| message.text.clone()).collect::<Vec<_>>()
        };
        let seen = Seen {
            exit: i32::from(outcome.has_failed),
            log: said(TAG),
            commands: host.commands.clone(),
            writes: changes(&before, machine.files()),
        };
        assert_eq!(seen, self.expected(true), "{policy}, in process");
        assert_eq!(host.waited, self.waited, "{policy}, in process");
        self.check_remarks(&said(OWN_TAG), policy);
    }

    fn check_program(&self, policy: &'static str) {
        let machine = (self.given)(policy);
        let before = machine.files();
        let output = machine.run("mlnx_interface_mgr.sh", &[self.interface], self.now, &[]);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        let said = |tag: &str| {
            let lines = errors.lines().filter_map(|line| line.strip_prefix(tag)?.strip_prefix(": "));
            lines.map(str::to_owned).collect::<Vec<_>>()
        };
        let seen = Seen {
            exit: output.status.code().expect("it ends by itself"),
            log: said(TAG),
            commands: machine.commands(),
            writes: changes(&before, machine.files()),
        };
        assert_eq!(seen, self.expected(false), "{policy}, by the program: {errors}");
        self.check_remarks(&said(OWN_TAG), policy);
    }

    fn expected(&self, with_links: bool) -> Seen {
        let commands = self.commands.iter().filter(|command| with_links || !command.starts_with("ip "));
        Seen {
            exit: self.exit,
            log: self.log.clone(),
            commands: commands.cloned().collect(),
            writes: self.writes.clone(),
        }
    }

    fn check_remarks(&self, found: &[String], policy: &str) {
        assert_eq!(found.len(), self.remarks.len(), "{policy}: {found:?}");
        for (text, words) in found.iter().zip(&self.remarks) {
            assert!(text.contains(words), "{policy}: `{text}` lacks `{words}`");
        }
    }
}

/// Returns the files that are new or have another text.
fn changes(before: &BTreeMap<String, String>, after: BTreeMap<String, String>) -> BTreeMap<String, String> {
    assert!(before.keys().all(|path| after.contains_key(path)), "nothing is removed");
    after.into_iter().filter(|(path, text)| before.get(path) != Some(text)).collect()
}
