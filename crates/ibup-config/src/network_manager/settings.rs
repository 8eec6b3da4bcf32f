//! NetworkManager.conf and its drop-ins: which plugins read connections, and which devices are left alone.

use std::collections::BTreeSet;

use super::KeyfileError;
use super::device_spec::DeviceSpecs;
use super::keyfile::Keyfile;
use crate::fields::boolean;
use crate::selector::Netdev;

/// The settings of NetworkManager that decide over interfaces.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    /// `[main] plugins`.
    pub plugins: Vec<String>,
    /// `[main] no-auto-default`: devices that get no connection made for them.
    pub no_auto_default: DeviceSpecs,
    /// `[keyfile] unmanaged-devices`.
    pub unmanaged: DeviceSpecs,
    /// `[device*] managed`, the sections that count most first.
    pub devices: Vec<DeviceSection>,
    raw: RawLists,
}

/// A `[device*]` section that says whether its devices are managed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceSection {
    /// `match-device`; `None` for every device.
    pub matches: Option<DeviceSpecs>,
    /// `managed`, or the contrary of `unmanaged`.
    pub managed: bool,
}

/// The lists as they are written, to which later files may add.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct RawLists {
    plugins: String,
    no_auto_default: String,
    unmanaged: String,
}

impl Settings {
    /// Reads one file over what was read before it.
    pub fn add(&mut self, file: &str, text: &str) -> Result<(), KeyfileError> {
        let keyfile = Keyfile::read(file, text)?;
        if keyfile.text(".config", "enable").as_deref().and_then(boolean) == Some(false) {
            return Ok(());
        }
        overlay(&mut self.raw.plugins, &keyfile, "main", "plugins");
        overlay(&mut self.raw.no_auto_default, &keyfile, "main", "no-auto-default");
        overlay(&mut self.raw.unmanaged, &keyfile, "keyfile", "unmanaged-devices");
        let words = self.raw.plugins.split([',', ';', ' ']).filter(|word| !word.is_empty());
        self.plugins = words.map(str::to_owned).collect();
        self.no_auto_default = DeviceSpecs::new(&self.raw.no_auto_default);
        self.unmanaged = DeviceSpecs::new(&self.raw.unmanaged);
        let mut sections = device_sections(&keyfile);
        sections.append(&mut self.devices);
        self.devices = sections;
        Ok(())
    }

    /// Returns whether a netdev is left alone; `None` where that depends on what is not evaluated.
    pub fn is_unmanaged(&self, netdev: &Netdev) -> Option<bool> {
        match self.unmanaged.contains(netdev) {
            Some(false) => {}
            listed => return listed,
        }
        for section in &self.devices {
            match section.matches.as_ref().map_or(Some(true), |specs| specs.contains(netdev)) {
                Some(true) => return Some(!section.managed),
                Some(false) => {}
                None => return None,
            }
        }
        Some(false)
    }
}

/// Applies `key=`, `key+=` and `key-=` of a file to a list.
fn overlay(list: &mut String, keyfile: &Keyfile, group: &str, key: &str) {
    // An assignment of nothing empties the list.
    if let Some((_, entry)) = keyfile.entries(group).find(|(name, _)| *name == key) {
        list.clone_from(&entry.raw);
    }
    if let Some(entry) = keyfile.entry(group, &format!("{key}+")) {
        list.push(',');
        list.push_str(&entry.raw);
    }
    if let Some(entry) = keyfile.entry(group, &format!("{key}-")) {
        let removed: BTreeSet<&str> = entry.raw.split([',', ';']).map(str::trim).collect();
        let kept: Vec<&str> =
            list.split([',', ';']).map(str::trim).filter(|item| !removed.contains(item)).collect();
        *list = kept.join(",");
    }
}

fn device_sections(keyfile: &Keyfile) -> Vec<DeviceSection> {
    // Within a file the plain section counts least, wherever it stands.
    let (plain, named): (Vec<&String>, Vec<&String>) =
        keyfile.order.iter().filter(|name| name.starts_with("device")).partition(|name| *name == "device");
    let section = |name: &&String| {
        let switch = |key| keyfile.text(name, key).as_deref().and_then(boolean);
        let managed = switch("managed").or_else(|| switch("unmanaged").map(|unmanaged| !unmanaged))?;
        let matches = keyfile.entry(name, "match-device").map(|entry| DeviceSpecs::new(&entry.raw));
        Some(DeviceSection { matches, managed })
    };
    named.iter().chain(&plain).filter_map(section).collect()
}
