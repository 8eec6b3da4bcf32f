//! The journal of this machine.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, ensure};

/// Where journald keeps its files, each machine's in a directory of its id: on disk, and in memory as long as there is no
/// disk (systemd-journald.service(8)).
const PLACES: [&str; 2] = ["var/log/journal", "run/log/journal"];

/// Returns the directories of the journal of the machine whose files lie below `root`.
pub(crate) fn directories(root: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let path = root.join("etc/machine-id");
    let id = fs::read_to_string(&path)
        .with_context(|| format!("cannot tell whose journal to read: cannot read {}", path.display()))?;
    let id = id.trim();
    let is_id = id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    ensure!(is_id, "cannot tell whose journal to read: {} holds no id", path.display());
    let found: Vec<_> =
        PLACES.iter().map(|place| root.join(place).join(id)).filter(|path| path.is_dir()).collect();
    ensure!(
        !found.is_empty(),
        "this machine keeps no journal in {} or {}; name one, or - for standard input",
        root.join(PLACES[0]).display(),
        root.join(PLACES[1]).display()
    );
    Ok(found)
}

/// Returns the files of the system's journal that have been written to since a moment: all that tell of a boot which began
/// then.
pub(crate) fn files_since(root: &Path, began: SystemTime) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for directory in directories(root)? {
        let entries =
            fs::read_dir(&directory).with_context(|| format!("cannot list {}", directory.display()))?;
        // What users' own services said is in files of their own.
        let is_systems = |path: &PathBuf| {
            path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with("system"))
        };
        let is_of_boot = |path: &PathBuf| {
            let written = path.metadata().and_then(|data| data.modified());
            written.is_ok_and(|written| written >= began)
        };
        let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
        found.extend(paths.filter(|path| is_systems(path) && is_of_boot(path)));
    }
    found.sort();
    ensure!(!found.is_empty(), "this machine's journal holds nothing of this boot");
    Ok(found)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_journal_of_a_machine_is_the_one_of_its_id() {
        let root = tempfile::tempdir().unwrap();
        let id = "c9420bac57e847b4b4a355e6e3a418c2";
        let error = || format!("{:#}", directories(root.path()).unwrap_err());
        assert!(error().contains("cannot read"), "{}", error());
        fs::create_dir(root.path().join("etc")).unwrap();
        fs::write(root.path().join("etc/machine-id"), "uninitialized\n").unwrap();
        assert!(error().contains("holds no id"), "{}", error());
        fs::write(root.path().join("etc/machine-id"), format!("{id}\n")).unwrap();
        fs::create_dir_all(root.path().join("var/log/journal/00000000000000000000000000000000")).unwrap();
        assert!(error().contains("keeps no journal"), "{}", error());
        fs::create_dir_all(root.path().join("run/log/journal").join(id)).unwrap();
        assert_eq!(directories(root.path()).unwrap(), [root.path().join("run/log/journal").join(id)]);
    }

    #[test]
    fn of_this_boot_are_the_systems_files_that_were_written_since() {
        let root = tempfile::tempdir().unwrap();
        let id = "c9420bac57e847b4b4a355e6e3a418c2";
        let journal = root.path().join("var/log/journal").join(id);
        fs::create_dir_all(&journal).unwrap();
        fs::create_dir(root.path().join("etc")).unwrap();
        fs::write(root.path().join("etc/machine-id"), id).unwrap();
        let began = SystemTime::now() - Duration::from_hours(1);
        assert!(files_since(root.path(), began).is_err());
        for name in ["system.journal", "system@1.journal", "system@2.journal", "user-1000.journal"] {
            fs::write(journal.join(name), "").unwrap();
        }
        let old = fs::File::options().write(true).open(journal.join("system@1.journal")).unwrap();
        old.set_modified(began - Duration::from_secs(1)).unwrap();
        let found = files_since(root.path(), began).unwrap();
        assert_eq!(found, [journal.join("system.journal"), journal.join("system@2.journal")]);
    }
}
