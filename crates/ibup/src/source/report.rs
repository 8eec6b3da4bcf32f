//! Reports of support: where sosreport and sysinfo-snapshot keep what they collect.
//!
//! Of the thousands of texts in a report a few are logs, and some say how the machine is configured. Which is which is told
//! by the path alone, so that an archive can be read in one go.
//!
//! Source: sos, `report/plugins/logs.py`, `kernel.py` and `systemd.py`, and `report/plugins/__init__.py` for what it cuts;
//! `sysinfo-snapshot.py` for `commands_txt_output`.

/// The directories that only a report, or a copy of a whole machine, has at its top.
const MARKS: &[&str] =
    &["sos_commands", "sos_logs", "sos_reports", "sos_strings", "commands_txt_output", "etc", "proc", "sys"];
/// Logs by the beginnings of their names below `/var/log`: rsyslog's of each family, whatever logrotate adds.
const LOGS: &[&str] = &["messages", "syslog", "kern.log"];
/// Where journald keeps its files.
const JOURNALS: &[&str] = &["var/log/journal/", "run/log/journal/"];
/// What configures the network, and the stack.
const CONFIGURATION: &[&str] = &[
    "etc/",
    "lib/systemd/network/",
    "run/NetworkManager/",
    "run/netplan/",
    "run/systemd/network/",
    "usr/lib/NetworkManager/",
    "usr/lib/systemd/network/",
];

/// What a file of a report is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// A log.
    Log,
    /// The end of a log that was too long for the report.
    Tail,
    /// The kernel's ring buffer: what its part of the log says, for want of a log.
    Ring,
    /// Something that says how the machine is configured.
    File,
    /// Anything else.
    Other,
}

/// Returns what a report is called that a path in an archive lies in, and the path below it; nothing where the path is in
/// no report. An archive has one directory at its top, or none.
pub(super) fn split(path: &str) -> Option<(&str, &str)> {
    let (top, rest) = path.split_once('/')?;
    if MARKS.contains(&top) {
        return Some(("", path));
    }
    let is_named_so = ["sosreport-", "sysinfo-snapshot-"].iter().any(|name| top.starts_with(name));
    let is_marked = || rest.split_once('/').is_some_and(|(second, _)| MARKS.contains(&second));
    (is_named_so || is_marked()).then_some((top, rest))
}

/// Returns whether a directory that has these entries is a report, and no directory of logs.
pub(super) fn is_report(has: impl Fn(&str) -> bool) -> bool {
    has("sos_commands") || has("commands_txt_output")
}

/// Returns what a file is, by its path below the top of the report.
pub(super) fn part(path: &str) -> Part {
    let in_var_log = |name: &str| LOGS.iter().any(|log| name.starts_with(log));
    match path.rsplit_once('/') {
        Some(("sos_commands/logs", name)) if is_journal(name) => Part::Log,
        Some(("sos_strings/logs", name)) => match name.strip_suffix(".tailed") {
            Some(name) if is_journal(name) => Part::Tail,
            Some(name) if name.strip_prefix("var.log.").is_some_and(in_var_log) => Part::Tail,
            _ => Part::Other,
        },
        Some(("var/log", name)) if in_var_log(name) => Part::Log,
        Some(("commands_txt_output", "journal")) => Part::Log,
        Some(("commands_txt_output" | "sos_commands/kernel", "dmesg")) => Part::Ring,
        Some(("sos_commands/systemd", "systemctl_list-unit-files")) => Part::File,
        _ if JOURNALS.iter().any(|place| path.starts_with(place)) && is_native(path) => Part::Log,
        _ if CONFIGURATION.iter().any(|place| path.starts_with(place)) => Part::File,
        _ => Part::Other,
    }
}

/// Returns whether the output of journalctl of that name holds entries.
fn is_journal(name: &str) -> bool {
    name.strip_prefix("journalctl_").is_some_and(|options| {
        !["--list-boots", "--disk-usage", "--header", "--verify"].iter().any(|other| options.contains(other))
    })
}

/// Returns whether a file of journald's is called so: rotated ones have more in the middle of their names, and one that
/// was not closed a tilde at the end.
fn is_native(path: &str) -> bool {
    path.strip_suffix('~').unwrap_or(path).ends_with(".journal")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_report_are_known_by_their_paths() {
        for (path, expected) in [
            ("sos_commands/logs/journalctl_--no-pager", Part::Log),
            ("sos_commands/logs/journalctl_--no-pager_--catalog_--boot", Part::Log),
            ("sos_commands/logs/journalctl_--disk-usage", Part::Other),
            ("sos_strings/logs/journalctl_--no-pager.tailed", Part::Tail),
            ("sos_strings/logs/var.log.messages-20240502.tailed", Part::Tail),
            ("sos_strings/yum/var.log.yum.log.tailed", Part::Other),
            ("var/log/messages", Part::Log),
            ("var/log/messages-20240502.gz", Part::Log),
            ("var/log/syslog.2.gz", Part::Log),
            ("var/log/boot.log", Part::Other),
            ("var/log/audit/messages", Part::Other),
            ("sos_commands/kernel/dmesg", Part::Ring),
            ("var/log/journal/c9420bac57e847b4b4a355e6e3a418c2/system.journal", Part::Log),
            ("run/log/journal/c9420bac57e847b4b4a355e6e3a418c2/system@0006-d3b07.journal~", Part::Log),
            ("var/log/journal/c9420bac57e847b4b4a355e6e3a418c2/fss", Part::Other),
            ("commands_txt_output/journal", Part::Log),
            ("commands_txt_output/dmesg", Part::Ring),
            ("sos_commands/systemd/systemctl_list-unit-files", Part::File),
            ("sos_commands/systemd/systemctl_list-units", Part::Other),
            ("etc/sysconfig/network-scripts/ifcfg-ib0", Part::File),
            ("usr/share/doc/etc/x", Part::Other),
            ("proc/cpuinfo", Part::Other),
        ] {
            assert_eq!(part(path), expected, "{path}");
        }
    }

    #[test]
    fn a_report_is_known_by_its_name_or_by_what_lies_in_it() {
        assert_eq!(split("sosreport-node-9-2024/date"), Some(("sosreport-node-9-2024", "date")));
        assert_eq!(split("node-9/etc/passwd"), Some(("node-9", "etc/passwd")));
        assert_eq!(split("sos_commands/logs/x"), Some(("", "sos_commands/logs/x")));
        assert_eq!(split("logs/node-9/messages"), None);
        assert_eq!(split("messages"), None);
    }
}
