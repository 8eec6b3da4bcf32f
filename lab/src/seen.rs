//! What was seen in a guest when its boot was over, and what ibup says of its journal.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};
use serde_json::Value;

use crate::scenario::State;
use crate::tools::read;

/// What was seen in a guest.
#[derive(Debug)]
pub(crate) struct Seen {
    folder: PathBuf,
    links: Vec<Value>,
    addresses: Vec<Value>,
    /// The sub-state of each unit.
    units: BTreeMap<String, String>,
}

impl Seen {
    /// Reads what a boot left behind.
    pub(crate) fn read(folder: &Path) -> anyhow::Result<Self> {
        let json = |name: &str| -> anyhow::Result<Vec<Value>> {
            serde_json::from_str(&read(&folder.join(name))?).with_context(|| format!("{name} is no JSON"))
        };
        let units = read(&folder.join("units"))?;
        let unit = |line: &str| {
            // UNIT LOAD ACTIVE SUB DESCRIPTION
            let mut words = line.split_whitespace();
            Some((words.next()?.to_owned(), words.nth(2)?.to_owned()))
        };
        Ok(Self {
            links: json("links.json")?,
            addresses: json("addresses.json")?,
            units: units.lines().filter_map(unit).collect(),
            folder: folder.to_owned(),
        })
    }

    /// Returns the state of a netdev.
    pub(crate) fn state(&self, netdev: &str) -> State {
        let Some(link) = self.links.iter().find(|link| link["ifname"] == netdev) else {
            return State::Absent;
        };
        let has =
            |flag: &str| link["flags"].as_array().is_some_and(|flags| flags.iter().any(|is| is == flag));
        match (has("UP"), has("LOWER_UP")) {
            (true, true) => State::Up,
            (true, false) => State::NoCarrier,
            (false, _) => State::Down,
        }
    }

    /// Returns the addresses of a netdev, with their prefixes.
    pub(crate) fn addresses(&self, netdev: &str) -> Vec<String> {
        let of_netdev = self.addresses.iter().filter(|link| link["ifname"] == netdev);
        let all = of_netdev.filter_map(|link| link["addr_info"].as_array()).flatten();
        all.filter_map(|info| Some(format!("{}/{}", info["local"].as_str()?, info["prefixlen"]))).collect()
    }

    /// Returns the sub-state of a unit; what systemd has not loaded is dead.
    pub(crate) fn unit(&self, name: &str) -> &str {
        self.units.get(name).map_or("dead", String::as_str)
    }

    /// Returns a file that the scenario kept.
    pub(crate) fn kept(&self, name: &str) -> Option<String> {
        read(&self.folder.join(name)).ok()
    }

    /// Returns the guest's journal as journalctl prints it.
    pub(crate) fn journal(&self, form: &str) -> anyhow::Result<Vec<u8>> {
        let output = Command::new("journalctl")
            .args(["--no-pager", "--output", form, "--directory"])
            .arg(self.folder.join("journal"))
            .env("TZ", "UTC")
            .output()
            .context("cannot run journalctl")?;
        if !output.status.success() {
            bail!("journalctl: {}", String::from_utf8_lossy(&output.stderr).trim_end());
        }
        Ok(output.stdout)
    }

    /// Returns what ibup says of the journal.
    pub(crate) fn verdict(&self, ibup: &Path) -> anyhow::Result<Value> {
        let file = self.folder.join("journal.export");
        std::fs::write(&file, self.journal("export")?).context("cannot write the journal")?;
        let output = Command::new(ibup)
            .args(["diagnose", "--format", "json", "-"])
            .stdin(Stdio::from(std::fs::File::open(&file).context("cannot read the journal")?))
            .output()
            .context("cannot run ibup")?;
        std::fs::write(self.folder.join("verdict.json"), &output.stdout)
            .context("cannot write the verdict")?;
        serde_json::from_slice(&output.stdout).context("ibup gave no verdict")
    }
}
