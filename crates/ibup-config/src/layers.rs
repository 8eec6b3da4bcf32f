//! Directories in layers: a file takes the place of one of the same name in a lower layer.

use std::collections::BTreeMap;

use crate::limits::{self, LimitError};
use crate::place::{Place, quoted};
use crate::tree::{Content, Tree, join, sorted_names};

/// A file that exists and could not be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// It cannot be read.
    #[error("{place}: cannot be read: {reason}")]
    Unreadable {
        /// The file.
        place: Place,
        /// Why.
        reason: String,
    },
    /// It is too large.
    #[error(transparent)]
    Limit(#[from] LimitError),
}

/// Returns the paths of the files in use whose names pass, in the order of their names.
///
/// The first directory is the highest layer.
pub(crate) fn files(tree: &dyn Tree, directories: &[String], wanted: impl Fn(&str) -> bool) -> Vec<String> {
    let mut by_name = BTreeMap::new();
    for directory in directories {
        for name in sorted_names(tree, directory).into_iter().filter(|name| wanted(name)) {
            let path = join(directory, &name);
            by_name.entry(name).or_insert(path);
        }
    }
    by_name.into_values().collect()
}

/// Returns the text of a file; `None` where there is none.
pub(crate) fn text(tree: &dyn Tree, path: &str) -> Result<Option<String>, FileError> {
    match tree.read(path) {
        None => Ok(None),
        Some(Content::Text(text)) => {
            limits::check(path, &text)?;
            Ok(Some(text))
        }
        Some(Content::Unreadable(reason)) => {
            Err(FileError::Unreadable { place: Place::whole(path), reason: quoted(&reason) })
        }
    }
}

/// Returns whether a name has an ending and more than that.
pub(crate) fn has_ending(name: &str, ending: &str) -> bool {
    name.len() > ending.len() && name.ends_with(ending)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::MemoryTree;

    #[test]
    fn higher_layers_hide_lower_ones() {
        let tree = MemoryTree::new()
            .with("/etc/d/20.conf", "")
            .with("/usr/d/20.conf", "")
            .with("/usr/d/10.conf", "")
            .with("/usr/d/README", "");
        let found = files(&tree, &["/etc/d".into(), "/usr/d".into()], |name| has_ending(name, ".conf"));
        assert_eq!(found, ["/usr/d/10.conf", "/etc/d/20.conf"]);
    }
}
