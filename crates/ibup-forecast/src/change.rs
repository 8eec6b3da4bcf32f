//! Changes that may be supposed of a machine: each is some files that are different.

use std::fmt;
use std::str::FromStr;

use ibup_config::Tree;
use ibup_config::tree::Content;
use ibup_sim::units::{PLANNED, UnitFiles};

use crate::overlay::Overlay;
use crate::survey::units;

/// A change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A unit is started at boot.
    Enable(String),
    /// A unit is no longer started at boot.
    Disable(String),
    /// ibup is installed and its service enabled.
    InstallIbup,
    /// ibup is removed.
    RemoveIbup,
    /// A module is loaded early in the boot.
    Load(String),
    /// A file assigns another value to a name.
    Set {
        /// The file.
        file: String,
        /// The name.
        name: String,
        /// The value.
        value: String,
    },
    /// The firmware takes longer than systemd waits for the start of the stack.
    SlowFirmware,
}

/// A supposition that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is nothing that can be supposed: enable UNIT, disable UNIT, install ibup, remove ibup, load MODULE, \
     set FILE NAME=VALUE, slow firmware"
)]
pub struct ChangeError(pub String);

impl FromStr for Change {
    type Err = ChangeError;

    fn from_str(text: &str) -> Result<Self, ChangeError> {
        let words: Vec<&str> = text.split_whitespace().collect();
        Ok(match words[..] {
            ["enable", unit] if is_name(unit) => Self::Enable(unit_name(unit)),
            ["disable", unit] if is_name(unit) => Self::Disable(unit_name(unit)),
            ["install", "ibup"] => Self::InstallIbup,
            ["remove", "ibup"] => Self::RemoveIbup,
            ["load", module] if is_name(module) => Self::Load(module.replace('-', "_")),
            ["set", file, assignment] if file.starts_with('/') => {
                let (name, value) = assignment.split_once('=').ok_or_else(|| ChangeError(text.to_owned()))?;
                Self::Set { file: file.to_owned(), name: name.to_owned(), value: value.to_owned() }
            }
            ["slow", "firmware"] => Self::SlowFirmware,
            _ => return Err(ChangeError(text.to_owned())),
        })
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Enable(unit) => write!(f, "enable {unit}"),
            Self::Disable(unit) => write!(f, "disable {unit}"),
            Self::InstallIbup => f.write_str("install ibup"),
            Self::RemoveIbup => f.write_str("remove ibup"),
            Self::Load(module) => write!(f, "load {module}"),
            Self::Set { file, name, value } => write!(f, "set {file} {name}={value}"),
            Self::SlowFirmware => f.write_str("slow firmware"),
        }
    }
}

fn is_name(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-@\\:".contains(&byte))
}

/// Returns the whole name of a unit: systemctl takes a bare one for a service.
fn unit_name(word: &str) -> String {
    let has_suffix = [".service", ".target", ".socket", ".timer"].iter().any(|suffix| word.ends_with(suffix));
    if has_suffix { word.to_owned() } else { format!("{word}.service") }
}

/// Where what is supposed of modules is written.
const SUPPOSED: &str = "/etc/modules-load.d/ibup-forecast.conf";

impl Change {
    /// Makes the change.
    pub fn apply(&self, overlay: &mut Overlay<'_>) {
        match self {
            Self::Enable(unit) => enable(overlay, unit),
            Self::Disable(unit) => disable(overlay, unit),
            Self::InstallIbup => {
                for (name, text) in PLANNED {
                    overlay.write(&format!("/usr/lib/systemd/system/{name}"), *text);
                }
                enable(overlay, "ibup.service");
            }
            Self::RemoveIbup => {
                for (name, _) in PLANNED {
                    for directory in units::DIRECTORIES {
                        overlay.remove(&format!("{directory}/{name}"));
                    }
                    disable(overlay, name);
                }
            }
            Self::Load(module) => overlay.write(SUPPOSED, format!("{module}\n")),
            Self::Set { file, name, value } => {
                let text = match overlay.read(file) {
                    Some(Content::Text(text)) => text,
                    _ => String::new(),
                };
                overlay.write(file, assign(&text, name, value));
            }
            // The machine is the same; what may happen on it is not.
            Self::SlowFirmware => {}
        }
    }
}

fn enable(overlay: &mut Overlay<'_>, unit: &str) {
    let known = units::find(overlay, unit).and_then(|text| UnitFiles::default().with(unit, &text).read(unit));
    let mut wanted_by = known.map(|unit| unit.wanted_by).unwrap_or_default();
    if wanted_by.is_empty() {
        wanted_by.push("multi-user.target".to_owned());
    }
    for target in wanted_by {
        overlay.write(&format!("/etc/systemd/system/{target}.wants/{unit}"), "");
    }
}

fn disable(overlay: &mut Overlay<'_>, unit: &str) {
    for directory in units::want_directories(overlay) {
        overlay.remove(&format!("{directory}/{unit}"));
    }
    let service = unit.trim_end_matches(".service");
    for link in units::start_links(overlay, service) {
        overlay.remove(&link);
    }
}

/// Assigns a value to a name: in the last line that does, or in one more.
fn assign(text: &str, name: &str, value: &str) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let assigns =
        |line: &String| line.trim_start().split_once('=').is_some_and(|(left, _)| left.trim() == name);
    let assignment = format!("{name}={value}");
    match lines.iter_mut().rev().find(|line| assigns(line)) {
        Some(line) => *line = assignment,
        None => lines.push(assignment),
    }
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use ibup_config::MemoryTree;

    use super::*;

    #[test]
    fn a_change_reads_as_it_is_written() {
        for text in [
            "enable openibd.service",
            "disable NetworkManager.service",
            "install ibup",
            "remove ibup",
            "load ib_ipoib",
            "set /etc/infiniband/openib.conf ONBOOT=yes",
            "slow firmware",
        ] {
            assert_eq!(text.parse::<Change>().unwrap().to_string(), text);
        }
        assert_eq!("enable openibd".parse(), Ok(Change::Enable("openibd.service".to_owned())));
        for text in ["", "enable", "enable a b", "enable a/../b", "pray", "set x A=1", "set /x A"] {
            assert!(text.parse::<Change>().is_err(), "{text}");
        }
    }

    #[test]
    fn an_enabled_unit_is_wanted_where_it_says() {
        let base = MemoryTree::new()
            .with("/usr/lib/systemd/system/openibd.service", "[Install]\nWantedBy=sysinit.target\n");
        let mut overlay = Overlay::new(&base);
        Change::Enable("openibd.service".to_owned()).apply(&mut overlay);
        assert!(units::is_enabled(&overlay, "openibd.service"));
        assert_eq!(overlay.list("/etc/systemd/system/sysinit.target.wants"), ["openibd.service"]);
        Change::Disable("openibd.service".to_owned()).apply(&mut overlay);
        assert!(!units::is_enabled(&overlay, "openibd.service"));
    }

    #[test]
    fn the_last_assignment_is_the_one_that_changes() {
        assert_eq!(assign("A=1\n# A=2\nA=3\nB=4\n", "A", "5"), "A=1\n# A=2\nA=5\nB=4\n");
        assert_eq!(assign("", "A", "5"), "A=5\n");
    }
}
