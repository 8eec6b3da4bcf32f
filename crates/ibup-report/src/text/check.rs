//! The answer of a check for a terminal: what should be up and is not first, each with its cause, and then the rest.

use ibup_chain::Diagnosis;
use ibup_chain::check::{Check, InterfaceCheck, Journal, State, Status};
use ibup_chain::verdict::PortVerdict;

use super::{BAD, GOOD, Layout, Page, STRONG};
use crate::clean::clean;
use crate::words::Words;

/// Writes the answer as text.
pub fn render(check: &Check, words: &Words, layout: Layout) -> String {
    let mut page = Page::new(words, layout);
    let host = check.host.clone().unwrap_or_else(|| words.get("no-host"));
    let troubled = check.troubled().count().to_string();
    let count = check.interfaces.len();
    let comes_to = match check.status {
        Status::Bad => words.with("now-bad", &[("troubled", &troubled), ("count", &count.to_string())]),
        _ if check.interfaces.is_empty() => words.get("now-nothing-expected"),
        _ => words.count("now-good", "count", count as u64),
    };
    let head = page.painted(STRONG, &clean(&host));
    page.line(&format!("{head}: {comes_to}"));
    for interface in check.troubled() {
        page.line("");
        page.troubled(interface, check);
    }
    let mut is_first = true;
    for interface in check.interfaces.iter().filter(|interface| interface.is_up()) {
        if std::mem::take(&mut is_first) {
            page.line("");
        }
        page.interface(interface);
    }
    for reason in &check.unread {
        page.line("");
        page.prose(&words.with("now-unread", &[("reason", &clean(reason))]));
    }
    page.out
}

impl Page<'_> {
    fn interface(&mut self, interface: &InterfaceCheck) {
        let style = if interface.is_up() { GOOD } else { BAD };
        let said = format!("{}: {}", clean(&interface.interface), self.state(interface));
        let said = self.painted(style, &said);
        self.line(&format!("{said}{}", Self::port_of(interface)));
    }

    fn state(&self, interface: &InterfaceCheck) -> String {
        let told = |text: &Option<String>| clean(text.as_deref().unwrap_or("?")).into_owned();
        match interface.state {
            State::NoLink if interface.port.port_state.is_some() => {
                let (port, physical) =
                    (told(&interface.port.port_state), told(&interface.port.physical_state));
                self.words.with("now-no-link-so", &[("port", &port), ("physical", &physical)])
            }
            state => self.words.get(&format!("now-{}", state.name())),
        }
    }

    /// Says which port it is: `  mlx5_0/1, 100 Gb/sec (4X EDR)`.
    fn port_of(interface: &InterfaceCheck) -> String {
        let port = &interface.port;
        let (Some(device), Some(number)) = (&port.device, port.number) else { return String::new() };
        let rate = port.rate.as_ref().filter(|_| interface.is_up()).map(|rate| format!(", {}", clean(rate)));
        format!("  ({}/{number}{})", clean(device), rate.unwrap_or_default())
    }

    fn troubled(&mut self, interface: &InterfaceCheck, check: &Check) {
        self.interface(interface);
        if let Some(place) = &interface.expected_by {
            self.line(&format!("  {}", self.words.with("now-expected-by", &[("place", &clean(place))])));
        }
        let Some(cause) = &interface.cause else { return self.without_cause(interface, check) };
        self.quoted.clear();
        self.line("");
        let port = PortVerdict { interface: Some(interface.interface.clone()), ..PortVerdict::unknown() };
        self.finding(cause, &port);
        self.commands("check", &cause.check);
        self.commands("remedy", &cause.remedy);
        if Diagnosis::find(&cause.code).is_some() {
            self.line("");
            self.line(&self.words.with("more", &[("code", &cause.code)]));
        }
    }

    /// Says that no cause is known, and what would tell it.
    fn without_cause(&mut self, interface: &InterfaceCheck, check: &Check) {
        let name = clean(&interface.interface);
        let (said, commands) = match &check.journal {
            Journal::Unread(reason) => {
                let said = self.words.with("now-no-journal", &[("reason", &clean(reason))]);
                (said, vec![format!("sudo ibup check {name}")])
            }
            Journal::Read | Journal::NotNeeded => {
                let device =
                    interface.port.device.as_deref().map(|device| format!("ibstat {}", clean(device)));
                let own = vec![format!("ip -d address show {name}"), "ibup diagnose".to_owned()];
                (self.words.get("now-no-cause"), device.into_iter().chain(own).collect())
            }
        };
        self.line("");
        self.prose(&said);
        self.commands("would-tell", &commands);
    }
}
