//! Reading: the files of a machine as text, each bounded, none of them able to block the reader.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use ibup_config::limits::FILE_BYTES_MAX;
use ibup_config::tree::Content;
use rustix::fs::{FileType, Mode, OFlags, fstat, major, minor, open, stat};
use rustix::io::Errno;

use crate::error::{number, words};
use crate::root::Root;

/// Names one directory may give; more is no directory of a machine's configuration or state.
const NAMES_MAX: usize = 1 << 16;

/// Returns the content of a file, or nothing where there is no file.
pub(crate) fn read(root: &Root, path: &str) -> Option<Content> {
    match read_bytes(root, path) {
        Ok(bytes) => Some(Content::Text(String::from_utf8_lossy(&bytes).into_owned())),
        Err(Errno::NOENT | Errno::NOTDIR | Errno::ISDIR | Errno::NAMETOOLONG) => None,
        // Our own refusal below: a device, a socket or a FIFO.
        Err(Errno::NXIO) => Some(Content::Unreadable("not a regular file".to_owned())),
        Err(errno) => Some(Content::Unreadable(words(errno))),
    }
}

/// Returns the names in a directory, sorted. A name that is not UTF-8 is left out: no path of ours could reach it.
pub(crate) fn list(root: &Root, directory: &str) -> Vec<String> {
    let entries = root.locate(directory).ok().and_then(|location| fs::read_dir(location.real).ok());
    let entries = entries.into_iter().flatten().map_while(Result::ok).take(NAMES_MAX);
    let mut names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    names
}

/// Reads a file up to one byte more than a file may have.
fn read_bytes(root: &Root, path: &str) -> Result<Vec<u8>, Errno> {
    let location = root.locate(path)?;
    // A tree seldom has the device that masks a file.
    if location.inside == Path::new("/dev/null") {
        return Ok(Vec::new());
    }
    // Looked at before it is opened, because opening is an act for a device; and again afterwards, to be sure.
    let found = stat(&location.real)?;
    if FileType::from_raw_mode(found.st_mode) == FileType::CharacterDevice
        && (major(found.st_rdev), minor(found.st_rdev)) == (1, 3)
    {
        return Ok(Vec::new());
    }
    only_regular(found.st_mode)?;
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
    let file = File::from(open(&location.real, flags, Mode::empty())?);
    only_regular(fstat(&file)?.st_mode)?;
    read_bounded(file).map_err(|error| number(&error))
}

fn only_regular(mode: u32) -> Result<(), Errno> {
    match FileType::from_raw_mode(mode) {
        FileType::RegularFile => Ok(()),
        FileType::Directory => Err(Errno::ISDIR),
        _ => Err(Errno::NXIO),
    }
}

fn read_bounded(file: File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(FILE_BYTES_MAX as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;

    use super::*;

    fn tree() -> (tempfile::TempDir, Root) {
        let directory = tempfile::tempdir().unwrap();
        let root = Root::new(directory.path().to_owned());
        (directory, root)
    }

    fn text(text: &str) -> Option<Content> {
        Some(Content::Text(text.to_owned()))
    }

    #[test]
    fn text_is_read_with_odd_bytes_replaced() {
        let (_directory, root) = tree();
        fs::write(root.path().join("mtu"), b"20\xff44\n").unwrap();
        assert_eq!(read(&root, "/mtu"), text("20\u{fffd}44\n"));
        assert_eq!(read(&root, "mtu"), text("20\u{fffd}44\n"));
    }

    #[test]
    fn what_is_not_there_or_a_directory_is_no_file() {
        let (_directory, root) = tree();
        fs::create_dir(root.path().join("etc")).unwrap();
        fs::write(root.path().join("file"), "").unwrap();
        symlink("gone", root.path().join("dangling")).unwrap();
        for path in
            ["/missing", "/missing/x", "/etc", "/", "", "/file/x", "/dangling", "/et\0c", &"x".repeat(300)]
        {
            assert_eq!(read(&root, path), None, "{path:?}");
        }
    }

    #[test]
    fn a_link_to_dev_null_is_an_empty_file() {
        let (_directory, root) = tree();
        symlink("/dev/null", root.path().join("masked")).unwrap();
        assert_eq!(read(&root, "/masked"), text(""));
        assert_eq!(read(&Root::new("/".into()), "/dev/null"), text(""));
    }

    #[test]
    fn no_more_is_read_than_shows_that_a_file_is_too_long() {
        let (_directory, root) = tree();
        fs::write(root.path().join("long"), "x".repeat(2 * FILE_BYTES_MAX)).unwrap();
        assert_eq!(read(&root, "/long"), text(&"x".repeat(FILE_BYTES_MAX + 1)));
    }

    #[test]
    fn what_cannot_be_read_says_why() {
        let (_directory, root) = tree();
        rustix::fs::mknodat(
            rustix::fs::CWD,
            root.path().join("fifo"),
            FileType::Fifo,
            Mode::from_raw_mode(0o600),
            0,
        )
        .unwrap();
        symlink("loop", root.path().join("loop")).unwrap();
        let unreadable = |reason: &str| Some(Content::Unreadable(reason.to_owned()));
        assert_eq!(read(&root, "/fifo"), unreadable("not a regular file"));
        assert_eq!(read(&root, "/loop"), unreadable(&words(Errno::LOOP)));
        // The machine's own memory from its first byte on: open to root, and never readable.
        assert_eq!(read(&Root::new("/".into()), "/proc/self/mem"), unreadable(&words(Errno::IO)));
    }

    #[test]
    fn a_directory_gives_its_names_in_order() {
        let (_directory, root) = tree();
        fs::create_dir_all(root.path().join("d/b")).unwrap();
        fs::write(root.path().join("d/a"), "").unwrap();
        fs::write(root.path().join("d").join(std::ffi::OsStr::from_bytes(b"\xff")), "").unwrap();
        symlink("/d", root.path().join("link")).unwrap();
        assert_eq!(list(&root, "/d"), ["a", "b"]);
        assert_eq!(list(&root, "/link/"), ["a", "b"]);
        assert_eq!(list(&root, "/d/a"), Vec::<String>::new());
        assert_eq!(list(&root, "/nowhere"), Vec::<String>::new());
    }
}
