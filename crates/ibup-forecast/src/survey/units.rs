//! Units: which there are, what their files say, and which are started at boot.
//!
//! Source: systemd.unit(5), "Unit File Load Path"; systemd-sysv-generator(8) for scripts of runlevels.

use ibup_chain::bringup::modules::text;
use ibup_config::Tree;

/// Where unit files are, the strongest first.
pub const DIRECTORIES: &[&str] = &[
    "/etc/systemd/system",
    "/run/systemd/system",
    "/usr/local/lib/systemd/system",
    "/usr/lib/systemd/system",
    "/lib/systemd/system",
];
/// Where the links of runlevels 3 and 5 are.
const RUNLEVELS: &[&str] = &["/etc/rc.d/rc3.d", "/etc/rc3.d", "/etc/rc.d/rc5.d", "/etc/rc5.d"];
/// Where scripts of runlevels are.
const SCRIPTS: &[&str] = &["/etc/init.d", "/etc/rc.d/init.d"];

/// Returns what a unit's file and its drop-ins say; empty of a unit that is masked, `None` of one without a file.
pub fn find(tree: &dyn Tree, unit: &str) -> Option<String> {
    let (_, mut found) = file(tree, unit)?;
    if found.trim().is_empty() {
        return Some(String::new());
    }
    for directory in DIRECTORIES {
        let mut names = tree.list(&format!("{directory}/{unit}.d"));
        names.retain(|name| name.strip_suffix(".conf").is_some());
        names.sort();
        for name in names {
            found += "\n";
            found += &text(tree, &format!("{directory}/{unit}.d/{name}")).unwrap_or_default();
        }
    }
    Some(found)
}

/// Returns the file of a unit and what it says by itself; of a unit that is masked, nothing.
pub fn file(tree: &dyn Tree, unit: &str) -> Option<(String, String)> {
    let paths = DIRECTORIES.iter().map(|directory| format!("{directory}/{unit}"));
    paths.into_iter().find_map(|path| text(tree, &path).map(|text| (path, text)))
}

/// Returns whether there is a unit or a script of that name that can be started.
pub fn exists(tree: &dyn Tree, unit: &str) -> bool {
    match find(tree, unit) {
        Some(text) => !text.is_empty(),
        None => is_scripted(tree, unit.trim_end_matches(".service")),
    }
}

/// Returns whether a unit is started at boot: some target wants it, or a runlevel starts its script.
pub fn is_enabled(tree: &dyn Tree, unit: &str) -> bool {
    match find(tree, unit) {
        Some(text) if text.is_empty() => false,
        Some(_) => wanting_link(tree, unit).is_some(),
        None => {
            wanting_link(tree, unit).is_some()
                || !start_links(tree, unit.trim_end_matches(".service")).is_empty()
        }
    }
}

/// Returns the link by which some target wants a unit.
pub fn wanting_link(tree: &dyn Tree, unit: &str) -> Option<String> {
    let wants = |directory: &String| tree.list(directory).iter().any(|name| name == unit);
    want_directories(tree).into_iter().find(wants).map(|directory| format!("{directory}/{unit}"))
}

/// Returns the directories that say which units others want.
pub(crate) fn want_directories(tree: &dyn Tree) -> Vec<String> {
    let mut found = Vec::new();
    for directory in DIRECTORIES {
        let names = tree.list(directory).into_iter();
        let wants =
            names.filter(|name| [".wants", ".requires"].iter().any(|kind| name.strip_suffix(kind).is_some()));
        found.extend(wants.map(|name| format!("{directory}/{name}")));
    }
    found
}

/// Returns the links by which runlevels start a script.
pub(crate) fn start_links(tree: &dyn Tree, service: &str) -> Vec<String> {
    let mut found = Vec::new();
    for directory in RUNLEVELS {
        let starts = |name: &String| {
            let rest =
                name.strip_prefix('S').map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
            rest == Some(service)
        };
        found.extend(
            tree.list(directory).into_iter().filter(starts).map(|name| format!("{directory}/{name}")),
        );
    }
    found
}

fn is_scripted(tree: &dyn Tree, service: &str) -> bool {
    SCRIPTS.iter().any(|directory| tree.list(directory).iter().any(|name| name == service))
}

#[cfg(test)]
mod tests {
    use ibup_config::MemoryTree;

    use super::*;

    #[test]
    fn a_unit_is_enabled_where_a_target_wants_it() {
        let tree = MemoryTree::new()
            .with("/lib/systemd/system/a.service", "[Unit]\n")
            .with("/etc/systemd/system/multi-user.target.wants/a.service", "[Unit]\n");
        assert!(is_enabled(&tree, "a.service") && exists(&tree, "a.service"));
        assert!(!is_enabled(&tree, "b.service") && !exists(&tree, "b.service"));
    }

    #[test]
    fn a_masked_unit_is_not_there() {
        let tree = MemoryTree::new()
            .with("/etc/systemd/system/a.service", "")
            .with("/lib/systemd/system/a.service", "[Unit]\n")
            .with("/etc/systemd/system/multi-user.target.wants/a.service", "");
        assert!(!is_enabled(&tree, "a.service") && !exists(&tree, "a.service"));
    }

    #[test]
    fn a_script_is_enabled_by_its_runlevel() {
        let tree =
            MemoryTree::new().with("/etc/rc.d/init.d/network", "").with("/etc/rc.d/rc3.d/S10network", "");
        assert!(is_enabled(&tree, "network.service") && exists(&tree, "network.service"));
        let tree =
            MemoryTree::new().with("/etc/rc.d/init.d/network", "").with("/etc/rc.d/rc3.d/K90network", "");
        assert!(!is_enabled(&tree, "network.service") && exists(&tree, "network.service"));
    }

    #[test]
    fn drop_ins_are_read_with_the_unit() {
        let tree = MemoryTree::new()
            .with("/lib/systemd/system/a.service", "[Unit]\nAfter=b.service\n")
            .with("/etc/systemd/system/a.service.d/late.conf", "[Unit]\nAfter=c.service\n");
        let text = find(&tree, "a.service").unwrap();
        assert!(text.contains("After=b.service") && text.contains("After=c.service"));
    }
}
