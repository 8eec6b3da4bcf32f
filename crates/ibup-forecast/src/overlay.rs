//! A tree with some of its files different: what is supposed of a machine, laid over what is.

use std::collections::BTreeMap;

use ibup_config::Tree;
use ibup_config::tree::Content;

/// Files laid over those of a tree.
#[derive(Clone)]
pub struct Overlay<'t> {
    base: &'t dyn Tree,
    /// The text of each file that is different; `None` of one that is gone.
    files: BTreeMap<String, Option<String>>,
}

impl<'t> Overlay<'t> {
    /// Lays nothing over a tree yet.
    pub fn new(base: &'t dyn Tree) -> Self {
        Self { base, files: BTreeMap::new() }
    }

    /// Gives a file another text.
    pub fn write(&mut self, path: &str, text: impl Into<String>) {
        self.files.insert(path.to_owned(), Some(text.into()));
    }

    /// Takes a file away.
    pub fn remove(&mut self, path: &str) {
        self.files.insert(path.to_owned(), None);
    }
}

impl Tree for Overlay<'_> {
    fn read(&self, path: &str) -> Option<Content> {
        match self.files.get(path) {
            Some(text) => text.clone().map(Content::Text),
            None => self.base.read(path),
        }
    }

    fn list(&self, directory: &str) -> Vec<String> {
        let prefix = format!("{}/", directory.trim_end_matches('/'));
        let is_gone = |name: &String| matches!(self.files.get(&format!("{prefix}{name}")), Some(None));
        let mut names = self.base.list(directory);
        names.retain(|name| !is_gone(name));
        let written = self.files.iter().filter(|(_, text)| text.is_some());
        let inside = written.filter_map(|(path, _)| path.strip_prefix(&prefix)?.split('/').next());
        names.extend(inside.map(str::to_owned));
        names.sort();
        names.dedup();
        names
    }
}

#[cfg(test)]
mod tests {
    use ibup_config::MemoryTree;

    use super::*;

    #[test]
    fn what_is_laid_over_counts() {
        let base = MemoryTree::new().with("/etc/a", "1").with("/etc/b", "2");
        let mut overlay = Overlay::new(&base);
        overlay.write("/etc/c/d", "3");
        overlay.remove("/etc/a");
        assert_eq!(overlay.list("/etc"), ["b", "c"]);
        assert_eq!(overlay.list("/etc/c/"), ["d"]);
        assert_eq!(overlay.read("/etc/a"), None);
        assert_eq!(overlay.read("/etc/c/d"), Some(Content::Text("3".to_owned())));
    }
}
