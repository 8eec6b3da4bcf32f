//! Scenarios: one file each, what the machine is, what happens on it, and how it has to end.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, ensure};
use serde::Deserialize;

use crate::tools::read;

/// One boot: what the machine is, what happens on it, and how it has to end.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scenario {
    /// The name of its file.
    #[serde(skip)]
    pub(crate) name: String,
    /// What it shows, in one sentence.
    pub(crate) about: String,
    /// Whether it is among the few that every change is held against.
    #[serde(default)]
    pub(crate) essential: bool,
    /// Which image it boots.
    #[serde(default = "base")]
    pub(crate) image: String,
    /// How many HCAs are on the bus.
    #[serde(default = "one")]
    pub(crate) hcas: u8,
    /// The functions among them that are plugged in only when somebody rescans the bus.
    #[serde(default)]
    pub(crate) unplugged: Vec<String>,
    /// More words on the kernel's command line.
    #[serde(default = "old_names")]
    pub(crate) kernel: String,
    /// Lines for modprobe.d(5).
    #[serde(default)]
    pub(crate) modprobe: String,
    /// Units that are enabled, each with the unit that wants it.
    #[serde(default)]
    pub(crate) enable: BTreeMap<String, String>,
    /// Units that are not enabled.
    #[serde(default)]
    pub(crate) disable: Vec<String>,
    /// Units that cannot be started.
    #[serde(default)]
    pub(crate) mask: Vec<String>,
    /// Files that are not there.
    #[serde(default)]
    pub(crate) remove: Vec<String>,
    /// Files that are, by path.
    #[serde(default)]
    pub(crate) files: BTreeMap<String, String>,
    /// What somebody does when the boot is over (sh).
    #[serde(default)]
    pub(crate) script: String,
    /// How interfaces have to end.
    #[serde(default)]
    pub(crate) interfaces: BTreeMap<String, Interface>,
    /// How units have to end: their sub-state, `systemctl list-units` (`exited`, `failed`, `dead`, `running`).
    #[serde(default)]
    pub(crate) units: BTreeMap<String, String>,
    /// Files of `/tmp/keep` in the guest that have to hold a text.
    #[serde(default)]
    pub(crate) kept: BTreeMap<String, String>,
}

/// How an interface has to end: in the guest, and by the verdict on its journal.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Interface {
    pub(crate) state: State,
    /// The address it has to have, with its prefix.
    pub(crate) address: Option<String>,
    /// The outcome that `ibup diagnose` gives.
    pub(crate) outcome: Option<String>,
    /// The cause it names; none, unless it says so.
    pub(crate) cause: Option<String>,
}

/// What the kernel says of a netdev.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum State {
    /// Administratively up and with carrier.
    Up,
    /// Administratively up, without carrier.
    NoCarrier,
    /// There, and not up.
    Down,
    /// Not there.
    Absent,
}

impl State {
    /// Returns its name in scenarios and tables.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::NoCarrier => "no-carrier",
            Self::Down => "down",
            Self::Absent => "absent",
        }
    }
}

fn base() -> String {
    "base".to_owned()
}

fn one() -> u8 {
    1
}

/// `ib0`, unless a scenario is about names.
fn old_names() -> String {
    "net.ifnames=0".to_owned()
}

impl Scenario {
    /// Reads all scenarios of a folder, by name.
    pub(crate) fn all(folder: &Path) -> anyhow::Result<Vec<Self>> {
        let entries =
            std::fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
        let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        paths.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
        paths.sort();
        paths.iter().map(|path| Self::read(path)).collect()
    }

    fn read(path: &Path) -> anyhow::Result<Self> {
        let name = path.file_stem().context("a scenario has a name")?.to_string_lossy().into_owned();
        let text = read(path)?;
        let scenario: Self = toml::from_str(&text).with_context(|| format!("{}", path.display()))?;
        ensure!(crate::image::is_variant(&scenario.image), "{name}: there is no image {}", scenario.image);
        ensure!((1..=2).contains(&scenario.hcas), "{name}: one or two HCAs fit in the guest");
        ensure!(!scenario.interfaces.is_empty(), "{name} expects nothing");
        Ok(Self { name, ..scenario })
    }

    /// Returns the conditions that the guest waits for, in the shell's words, before it looks.
    pub(crate) fn awaited(&self) -> String {
        let condition = |(name, interface): (&String, &Interface)| match (interface.state, &interface.address)
        {
            (State::Up, Some(address)) => {
                format!(
                    "ip link show {name} | grep -q LOWER_UP && ip address show {name} | grep -q {address}\n"
                )
            }
            (State::Up, None) => format!("ip link show {name} | grep -q LOWER_UP\n"),
            (State::NoCarrier, _) => format!("ip link show {name} | grep -q NO-CARRIER\n"),
            // That nothing happens cannot be waited for; that nothing is left to happen is, already.
            (State::Down | State::Absent, _) => String::new(),
        };
        self.interfaces.iter().map(condition).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scenario_can_be_read() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
        let scenarios = Scenario::all(&folder).unwrap();
        for name in ["enabled", "disabled-late", "no-subnet-manager", "blacklisted"] {
            let found = scenarios.iter().find(|scenario| scenario.name == name);
            assert!(found.is_some_and(|scenario| scenario.essential), "{name}");
        }
    }

    #[test]
    fn an_unknown_word_is_an_error_with_its_line() {
        let error = toml::from_str::<Scenario>("about = \"x\"\nhca = 1\n").unwrap_err().to_string();
        assert!(error.contains("line 2") && error.contains("`hca`"), "{error}");
    }
}
