//! The journal of this machine.

use std::fs;
use std::path::{Path, PathBuf};

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

#[cfg(test)]
mod tests {
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
}
