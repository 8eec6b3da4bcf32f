//! What belongs to one machine among many: sources are read group by group, each by a diagnoser of its own, so that ten
//! thousand machines take the memory of one.
//!
//! A directory that is a report, or that holds a log under a name which tells of no host (`messages`, `system.journal`), is
//! of one machine, with all below it. In any other directory each file is of one machine, together with what rotation made
//! of it, and each directory is looked at in the same way. Where that is wrong the answers are right all the same, since
//! hosts are told apart in every log; only the memory is not that of one machine.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};

use super::{Source, report};

/// Logs whose name tells of no host, without what rotation adds: rsyslog's, journald's, the kernel's.
const NAMELESS: &[&str] = &["messages", "syslog", "kern.log", "dmesg", "journal", "system.journal"];

/// Endings of compressed files.
const COMPRESSED: &[&str] = &[".gz", ".xz", ".zst", ".bz2"];

/// What belongs to one machine, as far as can be told before it is read.
#[derive(Debug, Default)]
pub(crate) struct Group {
    /// What it is called.
    pub(crate) name: String,
    /// Its files.
    files: Vec<Source>,
    /// Its directories, with all below them.
    directories: Vec<PathBuf>,
}

/// Groups, by their names, and the places that cannot be looked at.
#[derive(Debug, Default)]
pub(crate) struct Groups {
    groups: BTreeMap<String, Group>,
    /// Directories that cannot be listed, by name, and why.
    pub(crate) unreadable: Vec<(String, anyhow::Error)>,
}

impl Groups {
    /// Finds the groups that the arguments name.
    ///
    /// # Errors
    /// An argument that is not there: who was told of a disk that is not mounted must not say that nothing is wrong.
    pub(crate) fn find(arguments: &[PathBuf]) -> anyhow::Result<Self> {
        let mut groups = Self::default();
        for path in arguments {
            if path.as_os_str() == "-" {
                groups.add_file("-".into(), Source::Stdin);
                continue;
            }
            let data = fs::metadata(path).with_context(|| format!("cannot read {}", path.display()))?;
            if data.is_dir() {
                groups.look_into(path);
            } else {
                groups.add_file(stem(path), Source::File(path.clone()));
            }
        }
        Ok(groups)
    }

    /// Returns the group of all that the arguments name, under one name: they are of one machine.
    pub(crate) fn of_one(name: String, arguments: &[PathBuf]) -> anyhow::Result<Self> {
        let mut group = Group { name: name.clone(), ..Group::default() };
        for path in arguments {
            ensure!(
                path.as_os_str() != "-",
                "standard input cannot be told apart from that of other machines"
            );
            let data = fs::metadata(path).with_context(|| format!("cannot read {}", path.display()))?;
            if data.is_dir() {
                group.directories.push(path.clone());
            } else {
                group.files.push(Source::File(path.clone()));
            }
        }
        Ok(Self { groups: BTreeMap::from([(name, group)]), unreadable: Vec::new() })
    }

    /// Returns how many there are.
    pub(crate) fn len(&self) -> usize {
        self.groups.len() + self.unreadable.len()
    }

    /// Returns the groups, in order of their names.
    pub(crate) fn into_values(self) -> impl Iterator<Item = Group> {
        self.groups.into_values()
    }

    fn look_into(&mut self, directory: &Path) {
        let list = || -> std::io::Result<Vec<(PathBuf, fs::FileType)>> {
            let entries = fs::read_dir(directory)?.collect::<std::io::Result<Vec<_>>>()?;
            entries.into_iter().map(|entry| Ok((entry.path(), entry.file_type()?))).collect()
        };
        let mut entries = match list() {
            Ok(entries) => entries,
            Err(error) => {
                let name = directory.display().to_string();
                let error = anyhow::Error::new(error).context(format!("cannot read the directory {name}"));
                self.unreadable.push((name, error));
                return;
            }
        };
        entries.sort_by(|(a, _), (b, _)| a.cmp(b));
        let is_there = |name: &str| entries.iter().any(|(path, kind)| kind.is_dir() && path.ends_with(name));
        let is_nameless = |(path, kind): &(PathBuf, fs::FileType)| {
            kind.is_file() && NAMELESS.iter().any(|name| Path::new(&stem(path)).ends_with(name))
        };
        if report::is_report(is_there) || entries.iter().any(is_nameless) {
            let name = directory.display().to_string();
            let directories = vec![directory.to_owned()];
            self.groups.insert(name.clone(), Group { name, files: Vec::new(), directories });
            return;
        }
        for (path, kind) in entries {
            if kind.is_dir() {
                self.look_into(&path);
            } else if kind.is_file() {
                self.add_file(stem(&path), Source::Found(path));
            }
        }
    }

    fn add_file(&mut self, name: String, source: Source) {
        let group = self.groups.entry(name.clone()).or_default();
        group.name = name;
        let is_known = group.files.iter().any(|known| known.name() == source.name());
        if !is_known {
            group.files.push(source);
        }
    }
}

impl Group {
    /// Finds its sources, and what is wrong with the rest.
    pub(crate) fn sources(self) -> (Vec<Source>, Vec<anyhow::Error>) {
        let (found, failures) = Source::find(&self.directories);
        (self.files.into_iter().chain(found).collect(), failures)
    }

    /// Returns how many bytes its files hold; of directories nobody knows.
    pub(crate) fn length(&self) -> u64 {
        self.files.iter().map(Source::length).sum()
    }

    /// Returns the directories it was found in as a whole.
    pub(crate) fn directories(&self) -> &[PathBuf] {
        &self.directories
    }
}

/// Returns a path without what rotation and compression add to its name.
///
/// Source: logrotate(8) (`dateext`: `-YYYYMMDD`, else `.N`); systemd, src/libsystemd/sd-journal/journal-file.c,
/// `journal_file_archive` (`NAME@….journal`, and `.journal~` of what was not closed).
fn stem(path: &Path) -> String {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
        return path.display().to_string();
    };
    let mut rest = COMPRESSED.iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(name);
    rest = rest.strip_suffix('~').unwrap_or(rest);
    let stem = match rest.strip_suffix(".journal") {
        Some(journal) => format!("{}.journal", journal.split('@').next().unwrap_or(journal)),
        None => without_number(rest).to_owned(),
    };
    path.with_file_name(stem).display().to_string()
}

fn without_number(name: &str) -> &str {
    let digits = name.len() - name.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let (before, number) = name.split_at(name.len() - digits);
    let is_date = || {
        let between = |range: std::ops::Range<usize>, first: u32, last: u32| {
            number
                .get(range)
                .and_then(|part| part.parse().ok())
                .is_some_and(|part: u32| (first..=last).contains(&part))
        };
        digits >= 8 && between(0..4, 1990, 2100) && between(4..6, 1, 12) && between(6..8, 1, 31)
    };
    // The last number of an address is no rotation.
    let is_word = |rest: &str| {
        rest.rsplit('.').next().is_some_and(|last| last.bytes().any(|byte| !byte.is_ascii_digit()))
    };
    match before.strip_suffix('-').or(before.strip_suffix('.')) {
        Some(rest) if !rest.is_empty() && is_date() => rest,
        Some(rest) if before.ends_with('.') && (1..=3).contains(&digits) && is_word(rest) => rest,
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_rotation_adds_to_a_name_is_known() {
        for (name, expected) in [
            ("messages-20240502", "messages"),
            ("messages-20240502.gz", "messages"),
            ("messages-2024050213.gz", "messages"),
            ("node-1.log.2.xz", "node-1.log"),
            ("node-1.log", "node-1.log"),
            ("node-00000017", "node-00000017"),
            ("node-1", "node-1"),
            ("10.0.0.1", "10.0.0.1"),
            ("10.0.0.1.log.1", "10.0.0.1.log"),
            ("remote-n1@000611-0a1b.journal", "remote-n1.journal"),
            ("remote-n1.journal~", "remote-n1.journal"),
            ("system@000611-0a1b.journal~", "system.journal"),
            ("sosreport-n1.tar.xz", "sosreport-n1.tar"),
            ("20240502", "20240502"),
        ] {
            assert_eq!(stem(&Path::new("d").join(name)), format!("d/{expected}"));
        }
    }

    #[test]
    fn a_machine_is_a_file_with_its_rotated_parts_or_a_directory_of_logs_that_name_no_host() {
        let folder = tempfile::tempdir().unwrap();
        for path in [
            "flat/n1.log",
            "flat/n1.log.1.gz",
            "flat/n2.log",
            "trees/n3/var/log/messages",
            "trees/n3/var/log/messages-20240502",
            "trees/n3/var/log/old/kern.log",
            "trees/n4/2024/n4.log",
            "sos/sos_commands/logs/journalctl",
            "sos/etc/hostname",
        ] {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let groups = Groups::find(&[folder.path().to_owned(), folder.path().join("flat/n1.log")]).unwrap();
        let below = |name: &str| name.strip_prefix(folder.path().to_str().unwrap()).unwrap().to_owned();
        let found: Vec<_> =
            groups.into_values().map(|group| (below(&group.name), group.sources().0.len())).collect();
        let expected = [
            ("/flat/n1.log", 2),
            ("/flat/n2.log", 1),
            ("/sos", 1),
            ("/trees/n3/var/log", 3),
            ("/trees/n4/2024/n4.log", 1),
        ];
        assert_eq!(found, expected.map(|(name, count)| (name.to_owned(), count)));
    }

    #[test]
    fn a_disk_that_is_not_there_is_an_error() {
        assert!(Groups::find(&["/nowhere/at/all".into()]).is_err());
    }
}
