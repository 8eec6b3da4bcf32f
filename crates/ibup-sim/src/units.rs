//! Unit files, and what they say on order.
//!
//! The planned units are the very files that get installed (`dist/systemd/`); the vendor's and the distributions' lie
//! in `units/`. Only what bears on order is read.

/// The units of `dist/systemd/`, as they are installed.
pub const PLANNED: &[(&str, &str)] = &[
    ("ibup.service", include_str!("../../../dist/systemd/ibup.service")),
    ("ibup-configure@.service", include_str!("../../../dist/systemd/ibup-configure@.service")),
    ("ibup-raise@.service", include_str!("../../../dist/systemd/ibup-raise@.service")),
];

/// The units of others.
const OTHERS: &[(&str, &str)] = &[
    ("openibd.service", include_str!("../units/openibd.service")),
    ("mlnx_interface_mgr@.service", include_str!("../units/mlnx_interface_mgr@.service")),
    ("network.service", include_str!("../units/network.service")),
    ("networking.service", include_str!("../units/networking.service")),
    ("NetworkManager.service", include_str!("../units/NetworkManager.service")),
    ("systemd-modules-load.service", include_str!("../units/systemd-modules-load.service")),
    ("rdma-load-modules@.service", include_str!("../units/rdma-load-modules@.service")),
    ("sysinit.target", include_str!("../units/sysinit.target")),
    ("basic.target", include_str!("../units/basic.target")),
    ("network-pre.target", include_str!("../units/network-pre.target")),
    ("network.target", include_str!("../units/network.target")),
    ("multi-user.target", include_str!("../units/multi-user.target")),
];

/// The unit files of a machine, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitFiles {
    files: Vec<(String, String)>,
}

impl Default for UnitFiles {
    fn default() -> Self {
        let all = PLANNED.iter().chain(OTHERS);
        Self { files: all.map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect() }
    }
}

impl UnitFiles {
    /// Returns the files with another text for one of them.
    #[must_use]
    pub fn with(mut self, name: &str, text: &str) -> Self {
        self.files.retain(|(known, _)| known != name);
        self.files.push((name.to_owned(), text.to_owned()));
        self
    }

    /// Reads a unit; of a template, the instance.
    pub fn read(&self, name: &str) -> Option<UnitFile> {
        let (template, instance) = match name.split_once('@') {
            Some((prefix, rest)) => {
                let (instance, suffix) = rest.rsplit_once('.')?;
                (format!("{prefix}@.{suffix}"), instance)
            }
            None => (name.to_owned(), ""),
        };
        let (_, text) = self.files.iter().find(|(known, _)| *known == template)?;
        Some(UnitFile::parse(name, text, instance))
    }
}

/// What a unit file says, as far as it bears on order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UnitFile {
    /// The unit's name.
    pub name: String,
    /// `Description=`.
    pub description: String,
    /// `After=`.
    pub after: Vec<String>,
    /// `Before=`.
    pub before: Vec<String>,
    /// `WantedBy=`.
    pub wanted_by: Vec<String>,
    /// `Alias=`.
    pub aliases: Vec<String>,
    /// Whether it is ordered after the basic targets without saying so.
    pub has_default_order: bool,
    /// Whether it counts as active when its program has ended.
    pub remains: bool,
    /// `Type=`.
    pub kind: Kind,
}

/// What kind of unit it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// Started when its program runs.
    #[default]
    Simple,
    /// Started when its program has ended.
    Oneshot,
    /// A target.
    Target,
}

impl UnitFile {
    fn parse(name: &str, text: &str, instance: &str) -> Self {
        let mut unit = Self { name: name.to_owned(), has_default_order: true, ..Self::default() };
        if name.ends_with(".target") {
            unit.kind = Kind::Target;
        }
        for line in text.lines() {
            let Some((key, value)) = line.split_once('=').filter(|_| !line.starts_with(['#', ';'])) else {
                continue;
            };
            let value = value.trim().replace("%i", instance).replace("%I", instance);
            let words = || value.split_whitespace().map(str::to_owned);
            match key.trim() {
                "Description" => unit.description = value,
                "After" => unit.after.extend(words()),
                "Before" => unit.before.extend(words()),
                "WantedBy" => unit.wanted_by.extend(words()),
                "Alias" => unit.aliases.extend(words()),
                "DefaultDependencies" => unit.has_default_order = !matches!(&*value, "no" | "false"),
                "RemainAfterExit" => unit.remains = value == "yes",
                "Type" if matches!(&*value, "oneshot" | "forking") => unit.kind = Kind::Oneshot,
                _ => {}
            }
        }
        if unit.has_default_order && unit.kind != Kind::Target {
            unit.after.extend(["sysinit.target".to_owned(), "basic.target".to_owned()]);
        }
        unit
    }

    /// Returns whether it answers to a name.
    pub fn is_called(&self, name: &str) -> bool {
        self.name == name || self.aliases.iter().any(|alias| alias == name)
    }
}

/// Returns for each unit which others its start job waits for, as bits: those it comes after, and those that come
/// before it. That holds between jobs; a unit that no job is queued for is waited for by nobody.
pub fn order(units: &[UnitFile]) -> Vec<u32> {
    let waits = |own: &UnitFile| {
        let is_before = |other: &UnitFile| {
            own.after.iter().any(|name| other.is_called(name))
                || other.before.iter().any(|name| own.is_called(name))
                || (own.kind == Kind::Target
                    && own.has_default_order
                    && other.has_default_order
                    && other.wanted_by.iter().any(|name| own.is_called(name)))
        };
        let bits = units.iter().enumerate().filter(|(_, other)| other.name != own.name && is_before(other));
        bits.fold(0, |mask, (index, _)| mask | 1 << index)
    };
    units.iter().map(waits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits_for(units: &[&str], name: &str) -> Vec<String> {
        let files = UnitFiles::default();
        let units: Vec<UnitFile> = units.iter().map(|name| files.read(name).expect("it is known")).collect();
        let own = units.iter().position(|unit| unit.name == name).expect("it is among them");
        let mask = order(&units)[own];
        let waited = units.iter().enumerate().filter(|(index, _)| mask & (1 << index) != 0);
        waited.map(|(_, unit)| unit.name.clone()).collect()
    }

    #[test]
    fn the_planned_units_say_who_waits_for_whom() {
        let all = ["ibup.service", "network.service", "ibup-configure@ib0.service", "ibup-raise@ib0.service"];
        assert_eq!(waits_for(&all, "network.service"), ["ibup.service"]);
        assert_eq!(waits_for(&all, "ibup-configure@ib0.service"), ["ibup.service"]);
        let raise = waits_for(&all, "ibup-raise@ib0.service");
        assert_eq!(raise, ["ibup.service", "network.service", "ibup-configure@ib0.service"]);
    }

    #[test]
    fn the_vendors_service_is_known_by_its_alias() {
        let unit = UnitFiles::default().read("ibup.service").expect("it is known");
        assert!(unit.is_called("openibd.service") && unit.remains && !unit.has_default_order);
    }

    #[test]
    fn a_unit_without_a_word_on_order_comes_after_the_basic_targets() {
        let all = ["sysinit.target", "basic.target", "mlnx_interface_mgr@ib0.service", "openibd.service"];
        assert_eq!(waits_for(&all, "mlnx_interface_mgr@ib0.service"), ["sysinit.target", "basic.target"]);
        assert_eq!(waits_for(&all, "sysinit.target"), Vec::<String>::new());
    }
}
