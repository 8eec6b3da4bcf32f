//! Files that are written: state below `/run`, whole or not at all, and attributes below `/sys`, by one write.
//!
//! A state file is replaced: a new file beside it gets the text and reaches the disk, then takes its name. Whoever
//! reads, and whatever kills the writer, sees the old file or the new one. What a killed writer leaves behind is a
//! `.ibup-PID-N` that nobody reads and that does not hinder the next writer; `/run` is emptied by every boot.

use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use ibup_chain::bringup::ActionError;
use rustix::fs::{
    AtFlags, CWD, FileType, Mode, OFlags, chmod, fchmod, fstat, fsync, mkdirat, open, openat, renameat, stat,
    unlinkat,
};
use rustix::io::{Errno, retry_on_intr};

use crate::error::{refused, refused_because};
use crate::root::Root;

/// New files that may be in the way under our own process number: those of killed processes that had it before.
const LEFT_BEHIND_MAX: u32 = 64;

/// Replaces a state file. A directory that is missing is made.
pub(crate) fn write(root: &Root, path: &str, text: &str) -> Result<(), ActionError> {
    replace(root, path, text.as_bytes()).map_err(refused)
}

fn replace(root: &Root, path: &str, bytes: &[u8]) -> Result<(), Errno> {
    let (directory, name) = split(path)?;
    let directory = open_directory(&make_directory(root, directory)?)?;
    let (temporary, file) = create_beside(&directory)?;
    let written = fill(&file, bytes).and_then(|()| renameat(&directory, &temporary, &directory, name));
    if let Err(errno) = written {
        let _ = unlinkat(&directory, &temporary, AtFlags::empty());
        return Err(errno);
    }
    fsync(&directory)
}

/// Removes a state file; one that is not there is removed already. A link is removed, not what it leads to.
pub(crate) fn remove(root: &Root, path: &str) -> Result<(), ActionError> {
    let unlink = || {
        split(path)?;
        unlinkat(CWD, root.locate_itself(path)?.real, AtFlags::empty())
    };
    match unlink() {
        Ok(()) | Err(Errno::NOENT | Errno::NOTDIR) => Ok(()),
        Err(errno) => Err(refused(errno)),
    }
}

/// Writes an attribute that exists, by one write: the kernel takes each write as a whole value.
pub(crate) fn write_attribute(root: &Root, path: &str, value: &str) -> Result<(), ActionError> {
    let write = || {
        let location = root.locate(path)?;
        let found = stat(&location.real)?;
        only_regular(found.st_mode)?;
        // Cutting off what was there matters for a plain file only; the kernel's attributes do not know it.
        let flags = OFlags::WRONLY | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::TRUNC;
        let file = open(&location.real, flags, Mode::empty())?;
        retry_on_intr(|| rustix::io::write(&file, value.as_bytes()))
    };
    match write() {
        Ok(written) if written == value.len() => Ok(()),
        Ok(written) => {
            let text = format!("took only {written} of {} bytes", value.len());
            Err(refused_because(Errno::IO, text))
        }
        Err(errno) => Err(refused(errno)),
    }
}

/// Makes a directory, and those above it as far as the root, and returns where it is.
pub(crate) fn make_directory(root: &Root, path: &str) -> Result<PathBuf, Errno> {
    stat(root.path())?;
    let mut reached = String::from("/");
    let mut directory = root.path().to_owned();
    for part in path.split('/').filter(|part| !part.is_empty()) {
        reached.push_str(part);
        directory = root.locate(&reached)?.real;
        match mkdirat(CWD, &directory, Mode::from_raw_mode(0o755)) {
            // The umask may have taken something away.
            Ok(()) => chmod(&directory, Mode::from_raw_mode(0o755))?,
            Err(Errno::EXIST) => {}
            Err(errno) => return Err(errno),
        }
        reached.push('/');
    }
    Ok(directory)
}

/// Splits a path into a directory and the name of a file.
fn split(path: &str) -> Result<(&str, &str), Errno> {
    let (directory, name) = path.rsplit_once('/').unwrap_or(("", path));
    if name.is_empty() || name == "." || name == ".." {
        return Err(Errno::ISDIR);
    }
    if path.contains('\0') { Err(Errno::INVAL) } else { Ok((directory, name)) }
}

fn open_directory(path: &Path) -> Result<OwnedFd, Errno> {
    open(path, OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())
}

/// Makes a new file in a directory, never one that was there.
fn create_beside(directory: &OwnedFd) -> Result<(String, OwnedFd), Errno> {
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let process = std::process::id();
    for number in 0..LEFT_BEHIND_MAX {
        let name = format!(".ibup-{process}-{number}");
        match openat(directory, &name, flags, Mode::from_raw_mode(0o644)) {
            Err(Errno::EXIST) => {}
            result => return result.map(|file| (name, file)),
        }
    }
    Err(Errno::EXIST)
}

fn fill(file: &OwnedFd, mut bytes: &[u8]) -> Result<(), Errno> {
    fchmod(file, Mode::from_raw_mode(0o644))?;
    while !bytes.is_empty() {
        let written = retry_on_intr(|| rustix::io::write(file, bytes))?;
        bytes = &bytes[written..];
    }
    only_regular(fstat(file)?.st_mode)?;
    fsync(file)
}

fn only_regular(mode: u32) -> Result<(), Errno> {
    match FileType::from_raw_mode(mode) {
        FileType::RegularFile => Ok(()),
        FileType::Directory => Err(Errno::ISDIR),
        _ => Err(Errno::INVAL),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn tree() -> (tempfile::TempDir, Root) {
        let directory = tempfile::tempdir().unwrap();
        fs::create_dir(directory.path().join("run")).unwrap();
        let root = Root::new(directory.path().to_owned());
        (directory, root)
    }

    fn names(root: &Root, directory: &str) -> Vec<String> {
        crate::tree::list(root, directory)
    }

    #[test]
    fn a_state_file_is_made_with_its_directory() {
        let (_directory, root) = tree();
        write(&root, "/run/ibup/ib0.raised", "yes\n").unwrap();
        let path = root.path().join("run/ibup/ib0.raised");
        assert_eq!(fs::read_to_string(&path).unwrap(), "yes\n");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o644);
        assert_eq!(fs::metadata(root.path().join("run/ibup")).unwrap().permissions().mode() & 0o7777, 0o755);
        assert_eq!(names(&root, "/run/ibup"), ["ib0.raised"]);
    }

    #[test]
    fn a_reader_of_the_old_file_keeps_it_whole() {
        let (_directory, root) = tree();
        write(&root, "/run/x", "a long old text").unwrap();
        let reader = fs::File::open(root.path().join("run/x")).unwrap();
        write(&root, "/run/x", "new").unwrap();
        assert_eq!(std::io::read_to_string(reader).unwrap(), "a long old text");
        assert_eq!(fs::read_to_string(root.path().join("run/x")).unwrap(), "new");
        assert_eq!(names(&root, "/run"), ["x"]);
    }

    #[test]
    fn what_a_killed_writer_left_does_not_hinder_the_next() {
        let (_directory, root) = tree();
        let left = format!(".ibup-{}-0", std::process::id());
        fs::write(root.path().join("run").join(&left), "half a te").unwrap();
        symlink("victim", root.path().join(format!("run/.ibup-{}-1", std::process::id()))).unwrap();
        write(&root, "/run/x", "whole text").unwrap();
        assert_eq!(fs::read_to_string(root.path().join("run/x")).unwrap(), "whole text");
        assert_eq!(fs::read_to_string(root.path().join("run").join(left)).unwrap(), "half a te");
        assert!(!root.path().join("run/victim").exists());
    }

    #[test]
    fn a_link_is_replaced_and_not_followed() {
        let (_directory, root) = tree();
        fs::write(root.path().join("victim"), "untouched").unwrap();
        symlink("/victim", root.path().join("run/x")).unwrap();
        write(&root, "/run/x", "text").unwrap();
        assert_eq!(fs::read_to_string(root.path().join("victim")).unwrap(), "untouched");
        assert!(fs::symlink_metadata(root.path().join("run/x")).unwrap().is_file());
    }

    #[test]
    fn a_directory_is_not_replaced_and_nothing_is_left_behind() {
        let (_directory, root) = tree();
        fs::create_dir(root.path().join("run/d")).unwrap();
        assert_eq!(write(&root, "/run/d", "text"), Err(refused(Errno::ISDIR)));
        assert_eq!(names(&root, "/run"), ["d"]);
        for path in ["/run/", "/run/..", "/run/.", "", "/"] {
            assert_eq!(write(&root, path, "text"), Err(refused(Errno::ISDIR)), "{path:?}");
        }
        assert_eq!(write(&root, "/run/a\0b", "text"), Err(refused(Errno::INVAL)));
    }

    #[test]
    fn what_is_removed_is_the_link_and_twice_is_as_good_as_once() {
        let (_directory, root) = tree();
        fs::write(root.path().join("victim"), "untouched").unwrap();
        symlink("/victim", root.path().join("run/x")).unwrap();
        for path in ["/run/x", "/run/x", "/run/nowhere/x", "/victim/x"] {
            assert_eq!(remove(&root, path), Ok(()), "{path}");
        }
        assert_eq!(names(&root, "/run"), Vec::<String>::new());
        assert_eq!(fs::read_to_string(root.path().join("victim")).unwrap(), "untouched");
        assert_eq!(remove(&root, "/run"), Err(refused(Errno::ISDIR)));
    }

    #[test]
    fn an_attribute_is_written_where_its_link_leads() {
        let (_directory, root) = tree();
        fs::create_dir_all(root.path().join("sys/devices/ib0")).unwrap();
        fs::create_dir_all(root.path().join("sys/class/net")).unwrap();
        symlink("../../devices/ib0", root.path().join("sys/class/net/ib0")).unwrap();
        fs::write(root.path().join("sys/devices/ib0/mode"), "datagram\n").unwrap();
        write_attribute(&root, "/sys/class/net/ib0/mode", "short").unwrap();
        assert_eq!(fs::read_to_string(root.path().join("sys/devices/ib0/mode")).unwrap(), "short");
    }

    #[test]
    fn an_attribute_is_never_made() {
        let (_directory, root) = tree();
        fs::create_dir_all(root.path().join("sys/class")).unwrap();
        assert_eq!(write_attribute(&root, "/sys/class/mode", "x"), Err(refused(Errno::NOENT)));
        assert_eq!(write_attribute(&root, "/sys/class", "x"), Err(refused(Errno::ISDIR)));
        assert_eq!(names(&root, "/sys/class"), Vec::<String>::new());
        assert_eq!(write_attribute(&Root::new("/".into()), "/dev/full", "x"), Err(refused(Errno::INVAL)));
    }
}
