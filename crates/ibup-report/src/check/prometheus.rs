//! The answer as metrics in Prometheus' text format, for the textfile collector of `node_exporter`.
//!
//! Every interface that should be up is always there, so that an alert has something to compare; what changes with the
//! trouble (device, cause) stands in metrics of their own. No sample carries a time: the collector refuses a file that has one.
//!
//! Source: Prometheus, "Exposition formats"; `node_exporter`, `collector/textfile.go`.

use std::fmt::Write;

use ibup_chain::check::{Check, InterfaceCheck, State, Status};

/// One family of metrics.
struct Family<'t> {
    out: &'t mut String,
    name: &'static str,
}

/// Writes the metrics.
pub fn render(check: &Check) -> String {
    let mut out = String::new();
    let interfaces = || check.interfaces.iter();
    let mut up = Family::begin(
        &mut out,
        "ibup_interface_up",
        "Whether an InfiniBand interface that should be up is up, with its link and its address.",
    );
    for interface in interfaces() {
        up.sample(&[name(interface)], u64::from(interface.is_up()));
    }
    let mut state = Family::begin(
        &mut out,
        "ibup_interface_state",
        "How an InfiniBand interface that should be up is: 1 for the state that it is in.",
    );
    for interface in interfaces() {
        for possible in State::ALL {
            let labels = [name(interface), ("state", possible.name())];
            state.sample(&labels, u64::from(possible == interface.state));
        }
    }
    let mut port = Family::begin(&mut out, "ibup_interface_info", "The port that an interface is on.");
    for interface in interfaces() {
        if let (Some(device), Some(number)) = (&interface.port.device, interface.port.number) {
            port.sample(&[name(interface), ("device", device), ("port", &number.to_string())], 1);
        }
    }
    let mut cause = Family::begin(&mut out, "ibup_cause_info", "Why an interface is not up.");
    for interface in check.troubled() {
        if let Some(found) = &interface.cause {
            let labels = [
                name(interface),
                ("code", &*found.code),
                ("name", &*found.name),
                ("confidence", found.confidence.name()),
            ];
            cause.sample(&labels, 1);
        }
    }
    let mut complete = Family::begin(
        &mut out,
        "ibup_check_complete",
        "Whether the configuration could be read that says which interfaces should be up.",
    );
    complete.sample(&[], u64::from(check.status != Status::Unknown && check.unread.is_empty()));
    out
}

fn name(interface: &InterfaceCheck) -> (&'static str, &str) {
    ("interface", &interface.interface)
}

impl<'t> Family<'t> {
    fn begin(out: &'t mut String, name: &'static str, help: &str) -> Self {
        // Writing to a string does not fail.
        let _ = write!(out, "# HELP {name} {help}\n# TYPE {name} gauge\n");
        Self { out, name }
    }

    fn sample(&mut self, labels: &[(&str, &str)], value: u64) {
        let labels: Vec<_> =
            labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
        let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        let _ = writeln!(self.out, "{}{labels} {value}", self.name);
    }
}

/// Writes a label's value as the format wants it.
fn escaped(value: &str) -> String {
    crate::clean::clean(value).replace('\\', "\\\\").replace('"', "\\\"")
}
