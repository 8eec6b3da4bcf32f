//! The files of a machine as this crate sees them: something the caller implements over a disk, a recording or a map.

use std::cell::Cell;
use std::collections::BTreeMap;

use crate::limits::FILES_MAX;

/// What is found where a file is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Its text, with every byte that is not UTF-8 replaced.
    Text(String),
    /// A file that may not or cannot be read, and why.
    Unreadable(String),
}

/// The files of a machine. Paths are absolute and written with slashes.
pub trait Tree {
    /// Returns the content of a file, or `None` where there is no file; a directory is not a file.
    ///
    /// A link to `/dev/null` is an empty file. Nothing over a mebibyte is looked at, so no more need be read of it
    /// than shows that it is longer.
    fn read(&self, path: &str) -> Option<Content>;

    /// Returns the names in a directory, in any order; none where there is no directory.
    fn list(&self, directory: &str) -> Vec<String>;
}

/// Files in memory.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MemoryTree {
    files: BTreeMap<String, Content>,
}

impl MemoryTree {
    /// Returns a tree without files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the tree with one file more.
    #[must_use]
    pub fn with(mut self, path: &str, text: &str) -> Self {
        self.files.insert(path.to_owned(), Content::Text(text.to_owned()));
        self
    }

    /// Returns the tree with a file that cannot be read.
    #[must_use]
    pub fn with_unreadable(mut self, path: &str, reason: &str) -> Self {
        self.files.insert(path.to_owned(), Content::Unreadable(reason.to_owned()));
        self
    }
}

impl Tree for MemoryTree {
    fn read(&self, path: &str) -> Option<Content> {
        self.files.get(path).cloned()
    }

    fn list(&self, directory: &str) -> Vec<String> {
        let prefix = format!("{}/", directory.trim_end_matches('/'));
        let inside = self.files.keys().filter_map(|path| path.strip_prefix(&prefix));
        let mut names: Vec<String> =
            inside.filter_map(|path| path.split('/').next()).map(str::to_owned).collect();
        names.dedup();
        names
    }
}

/// A tree that gives no more than a machine's configuration can be.
pub(crate) struct Bounded<'a> {
    tree: &'a dyn Tree,
    bytes: Cell<usize>,
}

impl<'a> Bounded<'a> {
    /// Returns a tree that gives as many bytes and no more.
    pub(crate) fn new(tree: &'a dyn Tree, bytes: usize) -> Self {
        Self { tree, bytes: Cell::new(bytes) }
    }
}

impl Tree for Bounded<'_> {
    fn read(&self, path: &str) -> Option<Content> {
        let content = self.tree.read(path)?;
        let Content::Text(text) = &content else {
            return Some(content);
        };
        // A small file costs more than its bytes.
        match self.bytes.get().checked_sub(text.len() + FILE_COST_BYTES) {
            Some(left) => self.bytes.set(left),
            None => return Some(Content::Unreadable("there is too much configuration".to_owned())),
        }
        Some(content)
    }

    fn list(&self, directory: &str) -> Vec<String> {
        self.tree.list(directory)
    }
}

/// What a file counts for beside its bytes.
const FILE_COST_BYTES: usize = 1024;

/// Returns the names in a directory in the order of their bytes, no more than a directory of configuration has.
pub(crate) fn sorted_names(tree: &dyn Tree, directory: &str) -> Vec<String> {
    let mut names = tree.list(directory);
    names.retain(|name| !name.is_empty() && !name.contains('/') && name != "." && name != "..");
    names.sort();
    names.dedup();
    names.truncate(FILES_MAX);
    names
}

/// Returns the path of a name in a directory.
pub(crate) fn join(directory: &str, name: &str) -> String {
    format!("{}/{name}", directory.trim_end_matches('/'))
}

/// Returns the last part of a path.
pub(crate) fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_lists_files_and_directories_once() {
        let tree = MemoryTree::new().with("/etc/a/x", "").with("/etc/a/y", "").with("/etc/b", "");
        assert_eq!(tree.list("/etc"), ["a", "b"]);
        assert_eq!(tree.list("/etc/a/"), ["x", "y"]);
        assert_eq!(tree.list("/nowhere"), Vec::<String>::new());
        assert_eq!(tree.read("/etc/a"), None);
        assert_eq!(tree.read("/etc/b"), Some(Content::Text(String::new())));
    }
}
