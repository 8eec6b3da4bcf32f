//! The root: where a machine's files lie, and where a path leads below it.
//!
//! Below a root other than `/` a path means what it would mean to a process whose root directory that is (chroot(2)):
//! `..` stops at the root, and a link to an absolute path stays inside. The walk is done here, link by link, because
//! the system call that could do it (openat2) is younger than kernels in use. It is meant for trees that hold still:
//! whoever may swap directories for links while it walks can lead it astray.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};

use rustix::fs::readlink;
use rustix::io::Errno;

/// Links one path may lead over, as the kernel has it (`path_resolution(7)`).
const LINKS_MAX: usize = 40;

/// The directory below which a machine's files lie.
#[derive(Debug, Clone)]
pub(crate) struct Root {
    path: PathBuf,
    is_this_machine: bool,
}

impl Root {
    /// Takes a directory. `/` under another name is still this machine.
    pub(crate) fn new(path: PathBuf) -> Self {
        let found = std::fs::canonicalize(&path).unwrap_or(path);
        let is_this_machine = found == Path::new("/");
        Self { path: found, is_this_machine }
    }

    /// Returns whether this is the machine itself rather than a tree of files.
    pub(crate) fn is_this_machine(&self) -> bool {
        self.is_this_machine
    }

    /// Returns the directory.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns where a path leads, every link followed.
    pub(crate) fn locate(&self, path: &str) -> Result<Location, Errno> {
        self.walk(path, true)
    }

    /// Returns where a path leads, its last part not followed if it is a link.
    pub(crate) fn locate_itself(&self, path: &str) -> Result<Location, Errno> {
        self.walk(path, false)
    }

    fn walk(&self, path: &str, follow_last: bool) -> Result<Location, Errno> {
        if path.contains('\0') {
            return Err(Errno::NOENT);
        }
        if self.is_this_machine {
            let path = Path::new("/").join(path.trim_start_matches('/'));
            return Ok(Location { real: path.clone(), inside: path });
        }
        let mut inside = PathBuf::from("/");
        let mut ahead = parts(Path::new(path));
        let mut links = 0;
        while let Some(part) = ahead.pop() {
            if part == ".." {
                inside.pop();
                continue;
            }
            let next = inside.join(&part);
            match readlink(self.real(&next), Vec::new()) {
                Ok(_) if ahead.is_empty() && !follow_last => inside = next,
                Ok(target) => {
                    links += 1;
                    if links > LINKS_MAX {
                        return Err(Errno::LOOP);
                    }
                    let target = Path::new(OsStr::from_bytes(target.as_bytes()));
                    // The mark of a masked file, where a tree without devices has no such device either.
                    if target == Path::new("/dev/null") && ahead.is_empty() {
                        return Ok(Location { real: self.real(target), inside: target.to_owned() });
                    }
                    if target.is_absolute() {
                        inside = PathBuf::from("/");
                    }
                    ahead.extend(parts(target));
                }
                // It is there and no link, or it is the last part and somebody else's matter whether it is there.
                Err(Errno::INVAL) => inside = next,
                Err(Errno::NOENT) if ahead.is_empty() => inside = next,
                Err(errno) => return Err(errno),
            }
        }
        Ok(Location { real: self.real(&inside), inside })
    }

    fn real(&self, inside: &Path) -> PathBuf {
        self.path.join(inside.strip_prefix("/").unwrap_or(inside))
    }
}

/// Where a path leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Location {
    /// The path to open.
    pub(crate) real: PathBuf,
    /// The path as the machine sees it.
    pub(crate) inside: PathBuf,
}

/// Returns the parts of a path, the first one last.
fn parts(path: &Path) -> Vec<OsString> {
    let meaningful =
        path.components().filter(|part| matches!(part, Component::Normal(_) | Component::ParentDir));
    let mut parts: Vec<_> = meaningful.map(|part| part.as_os_str().to_owned()).collect();
    parts.reverse();
    parts
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    fn tree() -> (tempfile::TempDir, Root) {
        let directory = tempfile::tempdir().unwrap();
        let root = Root::new(directory.path().to_owned());
        fs::create_dir_all(root.path().join("sys/devices/pci/net/ib0")).unwrap();
        fs::create_dir_all(root.path().join("sys/class/net")).unwrap();
        symlink("../../devices/pci/net/ib0", root.path().join("sys/class/net/ib0")).unwrap();
        symlink("/sys", root.path().join("absolute")).unwrap();
        symlink("../../../../../../sys", root.path().join("high")).unwrap();
        symlink("b", root.path().join("a")).unwrap();
        symlink("a", root.path().join("b")).unwrap();
        (directory, root)
    }

    fn check(path: &str, expected: Result<&str, Errno>) {
        let (_directory, root) = tree();
        let found = root.locate(path);
        assert_eq!(found.clone().map(|location| location.inside), expected.map(PathBuf::from), "{path}");
        if let Ok(location) = found {
            assert!(location.real.starts_with(root.path()), "{path} leads to {}", location.real.display());
        }
    }

    #[test]
    fn links_are_followed_inside_the_root() {
        check("/sys/class/net/ib0/mtu", Ok("/sys/devices/pci/net/ib0/mtu"));
        check("/absolute/class/net/ib0", Ok("/sys/devices/pci/net/ib0"));
        check("/high/class", Ok("/sys/class"));
        check("/sys/class/net/ib0/..", Ok("/sys/devices/pci/net"));
    }

    #[test]
    fn no_path_leads_out_of_the_root() {
        check("/../../../../../../etc/passwd", Err(Errno::NOENT));
        check("/../../sys/../../../sys", Ok("/sys"));
        check("..", Ok("/"));
        check("", Ok("/"));
        check("sys//./class/", Ok("/sys/class"));
        check("/missing/../sys", Err(Errno::NOENT));
        check("/sys\0/class", Err(Errno::NOENT));
    }

    #[test]
    fn a_loop_of_links_ends() {
        check("/a", Err(Errno::LOOP));
        check("/a/x", Err(Errno::LOOP));
    }

    #[test]
    fn a_link_can_be_named_itself() {
        let (_directory, root) = tree();
        assert_eq!(root.locate_itself("/absolute").unwrap().inside, Path::new("/absolute"));
        assert_eq!(root.locate_itself("/absolute/class").unwrap().inside, Path::new("/sys/class"));
    }

    #[test]
    fn the_machine_is_known_under_any_name() {
        assert!(Root::new("/".into()).is_this_machine());
        assert!(Root::new("/proc/..".into()).is_this_machine());
        assert!(!Root::new("/proc".into()).is_this_machine());
        assert!(!Root::new("/nowhere/at/all".into()).is_this_machine());
        assert_eq!(Root::new("/".into()).locate("etc/x").unwrap().real, Path::new("/etc/x"));
    }
}
