//! `source` and `source-directory`: which files a line includes, bounded in depth and number, cycles refused.

use super::parse::Parser;
use super::{Interfaces, InterfacesError};
use crate::glob;
use crate::limits::{self, FILES_MAX, NESTING_MAX};
use crate::place::{Place, quoted};
use crate::tree::{Content, Tree, join, sorted_names};
use crate::warning::{Warning, WarningKind};

/// Follows includes, depth first, as ifupdown does.
pub(super) struct Includer<'a> {
    tree: &'a dyn Tree,
    pub(super) interfaces: &'a mut Interfaces,
    /// The files being read, the outermost first.
    open: Vec<String>,
    files: usize,
    bytes: usize,
    listings: usize,
}

/// Bytes all files together may have.
const BYTES_MAX: usize = 16 << 20;
/// Directories looked into for patterns.
const LISTINGS_MAX: usize = 4096;

impl<'a> Includer<'a> {
    pub(super) fn new(tree: &'a dyn Tree, interfaces: &'a mut Interfaces) -> Self {
        Self { tree, interfaces, open: Vec::new(), files: 0, bytes: 0, listings: 0 }
    }

    /// Reads the outermost file; that there is none is no mistake.
    pub(super) fn start(&mut self, path: &str) {
        if let Some(content) = self.tree.read(path) {
            self.read(path, content);
        }
    }

    /// Reads the files that a `source` line names.
    pub(super) fn source(&mut self, words: &str, place: &Place) {
        for word in words.split_ascii_whitespace() {
            if needs_shell(word) {
                self.warn(place, not_expanded(word));
                continue;
            }
            let path = self.absolute(word);
            for path in self.expand(&path) {
                self.include(&path, place);
            }
        }
    }

    /// Reads the files of the directories that a `source-directory` line names.
    pub(super) fn source_directory(&mut self, words: &str, place: &Place) {
        for word in words.split_ascii_whitespace() {
            if needs_shell(word) {
                self.warn(place, not_expanded(word));
                continue;
            }
            let path = self.absolute(word);
            for directory in self.expand(&path) {
                self.listings += 1;
                if self.listings > LISTINGS_MAX {
                    return;
                }
                for name in sorted_names(self.tree, &directory) {
                    let path = join(&directory, &name);
                    // What the directory holds otherwise, directories and copies of editors, is passed over.
                    if is_plain_name(&name) && self.tree.read(&path).is_some() {
                        self.include(&path, place);
                    }
                }
            }
        }
    }

    fn include(&mut self, path: &str, place: &Place) {
        let (place, path_shown) = (place.clone(), quoted(path));
        self.files += 1;
        let error = if self.open.iter().any(|open| open == path) {
            InterfacesError::Cycle { place, path: path_shown }
        } else if self.open.len() >= NESTING_MAX {
            InterfacesError::TooDeep { place, path: path_shown }
        } else if self.files > FILES_MAX || self.bytes > BYTES_MAX {
            InterfacesError::TooMany { place }
        } else {
            match self.tree.read(path) {
                Some(content) => self.read(path, content),
                None => self.warn(&place, WarningKind::Missing { what: path.to_owned() }),
            }
            return;
        };
        // One report is enough: a file may include a thousand others.
        if self.interfaces.errors.len() < FILES_MAX {
            self.interfaces.errors.push(error);
        }
    }

    fn read(&mut self, path: &str, content: Content) {
        let text = match content {
            Content::Text(text) => text,
            Content::Unreadable(reason) => {
                let reason = quoted(&reason);
                self.interfaces
                    .errors
                    .push(InterfacesError::Unreadable { place: Place::whole(path), reason });
                return;
            }
        };
        if let Err(error) = limits::check(path, &text) {
            self.interfaces.errors.push(error.into());
            return;
        }
        self.bytes += text.len();
        self.open.push(path.to_owned());
        Parser::new(path).read(&text, self);
        self.open.pop();
    }

    pub(super) fn warn(&mut self, place: &Place, kind: WarningKind) {
        self.interfaces.warnings.push(Warning { place: place.clone(), kind });
    }

    /// Returns a path as seen from the file being read.
    fn absolute(&self, path: &str) -> String {
        if path.starts_with('/') {
            return path.to_owned();
        }
        let file = self.open.last().map_or("", String::as_str);
        join(file.rsplit_once('/').map_or("", |(directory, _)| directory), path)
    }

    /// Returns the paths that a pattern matches, or the path itself where it is none.
    fn expand(&mut self, path: &str) -> Vec<String> {
        let mut found = vec![String::new()];
        for part in path.split('/').filter(|part| !part.is_empty() && *part != ".") {
            if !glob::is_pattern(part) {
                for path in &mut found {
                    *path = format!("{path}/{part}");
                }
                continue;
            }
            let mut matching = Vec::new();
            for directory in found {
                self.listings += 1;
                if self.listings <= LISTINGS_MAX && matching.len() <= FILES_MAX {
                    matching.extend(self.matching(&directory, part));
                }
            }
            found = matching;
        }
        found.retain(|path| !path.is_empty());
        found
    }

    fn matching(&self, directory: &str, pattern: &str) -> Vec<String> {
        let directory_read = if directory.is_empty() { "/" } else { directory };
        let mut names = sorted_names(self.tree, directory_read);
        // As in a shell, no pattern matches a hidden name unless it begins with the dot itself.
        names.retain(|name| {
            glob::matches(pattern, name) && (!name.starts_with('.') || pattern.starts_with('.'))
        });
        names.iter().map(|name| format!("{directory}/{name}")).collect()
    }
}

fn not_expanded(word: &str) -> WarningKind {
    WarningKind::NotEvaluated { what: word.to_owned(), instead: "write the path itself" }
}

fn needs_shell(word: &str) -> bool {
    word.starts_with('~') || word.contains(['$', '`', '\'', '"', '\\', '{', '(', ';', '&', '|', '<', '>'])
}

/// Returns whether `source-directory` reads a file of this name.
fn is_plain_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}
