//! The files of a machine out of an archive: those that say something beside the logs, kept in memory.
//!
//! Links are followed inside the archive only, as a process would follow them whose root directory the report is.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};

use ibup_config::Tree;
use ibup_config::limits::FILE_BYTES_MAX;
use ibup_config::tree::Content;

/// So many files and links are kept. A large report has some thousands below `etc`.
const FILES_MAX: usize = 1 << 15;
/// So much of them in all, in bytes, with their paths.
const BYTES_MAX: usize = 64 << 20;
/// Links one path may lead over, as the kernel has it (`path_resolution(7)`).
const LINKS_MAX: usize = 40;

/// Files and links by their paths below the root, without a slash before them.
#[derive(Debug, Default)]
pub(super) struct Kept {
    files: BTreeMap<String, String>,
    links: BTreeMap<String, String>,
    bytes: usize,
}

impl Kept {
    /// Keeps a file, as far as it could be configuration, and as there is room.
    pub(super) fn keep(&mut self, path: &str, contents: impl Read) -> io::Result<()> {
        if self.has_room(path.len()) {
            let mut bytes = Vec::new();
            contents.take(FILE_BYTES_MAX as u64 + 1).read_to_end(&mut bytes)?;
            let text = String::from_utf8_lossy(&bytes).into_owned();
            self.bytes += path.len() + text.len();
            self.files.insert(path.to_owned(), text);
        }
        Ok(())
    }

    /// Keeps a link.
    pub(super) fn keep_link(&mut self, path: &str, target: &str) {
        if self.has_room(path.len() + target.len()) {
            self.bytes += path.len() + target.len();
            self.links.insert(path.to_owned(), target.to_owned());
        }
    }

    fn has_room(&self, bytes: usize) -> bool {
        self.files.len() + self.links.len() < FILES_MAX && self.bytes + bytes < BYTES_MAX
    }

    /// Returns where a path leads; nothing of one that leads in circles.
    fn locate(&self, path: &str) -> Option<String> {
        let mut inside = String::new();
        let mut ahead: Vec<String> = parts(path);
        let mut links = 0;
        while let Some(part) = ahead.pop() {
            if part == ".." {
                inside.truncate(inside.rfind('/').unwrap_or(0));
                continue;
            }
            let next = if inside.is_empty() { part } else { format!("{inside}/{part}") };
            let Some(target) = self.links.get(&next) else {
                inside = next;
                continue;
            };
            links += 1;
            if links > LINKS_MAX {
                return None;
            }
            if target.starts_with('/') {
                inside.clear();
            }
            ahead.extend(parts(target));
        }
        Some(inside)
    }
}

/// Returns the parts of a path, the first one last.
fn parts(path: &str) -> Vec<String> {
    path.rsplit('/').filter(|part| !part.is_empty() && *part != ".").map(str::to_owned).collect()
}

impl Tree for Kept {
    fn read(&self, path: &str) -> Option<Content> {
        let inside = self.locate(path)?;
        // The mark of a masked file.
        if inside == "dev/null" {
            return Some(Content::Text(String::new()));
        }
        self.files.get(&inside).cloned().map(Content::Text)
    }

    fn list(&self, directory: &str) -> Vec<String> {
        let Some(inside) = self.locate(directory) else { return Vec::new() };
        let prefix = if inside.is_empty() { inside } else { inside + "/" };
        let below = |paths: &BTreeMap<String, String>| -> BTreeSet<String> {
            let from = paths.range(prefix.clone()..).map_while(|(path, _)| path.strip_prefix(&prefix));
            from.filter_map(|rest| rest.split('/').next()).map(str::to_owned).collect()
        };
        below(&self.files).union(&below(&self.links)).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(files: &[(&str, &str)], links: &[(&str, &str)]) -> Kept {
        let mut kept = Kept::default();
        for (path, text) in files {
            kept.keep(path, text.as_bytes()).expect("memory can be read");
        }
        for (path, target) in links {
            kept.keep_link(path, target);
        }
        kept
    }

    fn text(text: &str) -> Option<Content> {
        Some(Content::Text(text.to_owned()))
    }

    #[test]
    fn links_lead_where_they_would_on_the_machine() {
        let tree = kept(
            &[("etc/real/a", "1"), ("usr/b", "2")],
            &[
                ("etc/link", "real"),
                ("etc/up", "../usr/b"),
                ("etc/high", "../../../../usr/b"),
                ("etc/absolute", "/usr/b"),
                ("etc/masked", "/dev/null"),
                ("etc/loop", "loop"),
            ],
        );
        assert_eq!(tree.read("/etc/link/a"), text("1"));
        for path in ["/etc/up", "/etc/high", "/etc/absolute", "/etc/link/../../usr/b", "/../../usr/b"] {
            assert_eq!(tree.read(path), text("2"), "{path}");
        }
        assert_eq!(tree.read("/etc/masked"), text(""));
        assert_eq!(tree.read("/etc/loop"), None);
        assert_eq!(tree.list("/etc/link/"), ["a"]);
        assert_eq!(tree.list("/etc"), ["absolute", "high", "link", "loop", "masked", "real", "up"]);
        assert_eq!(tree.list("/"), ["etc", "usr"]);
    }

    #[test]
    fn a_flood_of_files_is_kept_as_far_as_there_is_room() {
        let mut tree = Kept::default();
        for number in 0..FILES_MAX + 10 {
            tree.keep(&format!("etc/{number}"), &b"x"[..]).expect("memory can be read");
        }
        assert_eq!(tree.files.len(), FILES_MAX);
        let mut tree = Kept::default();
        let large = vec![b'x'; 2 * FILE_BYTES_MAX];
        (0..100)
            .for_each(|number| tree.keep(&format!("etc/{number}"), &large[..]).expect("memory can be read"));
        assert!(tree.bytes <= BYTES_MAX + FILE_BYTES_MAX + 10, "{}", tree.bytes);
    }
}
