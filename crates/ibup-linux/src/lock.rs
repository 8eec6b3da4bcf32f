//! The lock: one at a time changes a netdev, however many events there are for it.
//!
//! It is held by the kernel on an open file (flock(2)), not by the existence of a file: a holder that ends, by whatever
//! means, has let go of it, and nobody has to guess whether a file left behind still means anything. The file is never
//! written to. Its holder removes it before letting go; so whoever gets a lock looks whether the file it holds is still
//! the one that others would open, and begins again if it is not. Programs started while the lock is held do not
//! inherit it. Only root may open the file, because whoever can open it can hold it.

use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::time::Duration;
use std::{io, thread};

use rustix::fs::{
    AtFlags, FileType, FlockOperation, Mode, OFlags, flock, fstat, open, openat, statat, unlinkat,
};
use rustix::io::Errno;

use crate::clock::monotonic;
use crate::root::Root;
use crate::state;

/// Where locks lie.
const DIRECTORY: &str = "/run/ibup";
/// How often a held lock is tried again.
const PAUSE: Duration = Duration::from_millis(20);

/// A lock that is held. Dropping it lets go.
#[derive(Debug)]
#[must_use = "a lock that is dropped is let go"]
pub struct Lock {
    directory: OwnedFd,
    name: String,
    _held: OwnedFd,
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Still held, so this is the file that was locked. One that stays behind does no harm.
        let _ = unlinkat(&self.directory, &*self.name, AtFlags::empty());
    }
}

/// A lock could not be had.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// The name cannot be the name of a file.
    #[error("`{}` cannot be the name of a lock", name.escape_debug())]
    Name {
        /// The name.
        name: String,
    },
    /// The directory of locks cannot be made or opened.
    #[error("cannot use the directory {}", path.display())]
    Directory {
        /// The directory.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file cannot be opened or locked.
    #[error("cannot lock {}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Somebody else held it all the time.
    #[error("{} is still held by another process after {} s", path.display(), waited.as_secs())]
    Held {
        /// The file.
        path: PathBuf,
        /// How long it was waited for.
        waited: Duration,
    },
}

/// Takes a lock, waiting for it at most so long.
pub(crate) fn take(root: &Root, name: &str, at_most: Duration) -> Result<Lock, LockError> {
    if name.is_empty() || name.len() > 200 || name.starts_with('.') || name.contains(['/', '\0']) {
        return Err(LockError::Name { name: name.to_owned() });
    }
    let directory = root.path().join(DIRECTORY.trim_start_matches('/'));
    let path = directory.join(format!("{name}.lock"));
    let opened = open_directory(root)
        .map_err(|errno| LockError::Directory { path: directory.clone(), source: errno.into() })?;
    let refused = |errno: Errno| LockError::File { path: path.clone(), source: errno.into() };
    let name = format!("{name}.lock");
    let start = monotonic();
    loop {
        let file = open_file(&opened, &name).map_err(refused)?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) if is_at(&opened, &name, &file) => {
                return Ok(Lock { directory: opened, name, _held: file });
            }
            Ok(()) | Err(Errno::INTR) => {}
            Err(Errno::WOULDBLOCK) => {
                let waited = monotonic().saturating_sub(start);
                if waited >= at_most {
                    return Err(LockError::Held { path, waited });
                }
                thread::sleep(PAUSE.min(at_most.saturating_sub(waited)));
            }
            Err(errno) => return Err(refused(errno)),
        }
    }
}

/// Returns whether the open file is the one of this name.
fn is_at(directory: &OwnedFd, name: &str, file: &OwnedFd) -> bool {
    match (fstat(file), statat(directory, name, AtFlags::SYMLINK_NOFOLLOW)) {
        (Ok(open), Ok(named)) => (open.st_dev, open.st_ino) == (named.st_dev, named.st_ino),
        _ => false,
    }
}

fn open_directory(root: &Root) -> Result<OwnedFd, Errno> {
    state::make_directory(root, DIRECTORY)?;
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    open(root.locate_itself(DIRECTORY)?.real, flags, Mode::empty())
}

fn open_file(directory: &OwnedFd, name: &str) -> Result<OwnedFd, Errno> {
    let flags = OFlags::RDWR | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK;
    let file = openat(directory, name, flags, Mode::from_raw_mode(0o600))?;
    match FileType::from_raw_mode(fstat(&file)?.st_mode) {
        FileType::RegularFile => Ok(file),
        _ => Err(Errno::INVAL),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::process::{Command, Stdio};

    use super::*;

    /// A test that starts a program at this moment holds every open file until the program runs.
    const PATIENCE: Duration = Duration::from_secs(10);

    fn tree() -> (tempfile::TempDir, Root) {
        let directory = tempfile::tempdir().unwrap();
        fs::create_dir(directory.path().join("run")).unwrap();
        let root = Root::new(directory.path().to_owned());
        (directory, root)
    }

    #[test]
    fn a_held_lock_is_refused_until_it_is_let_go() {
        let (_directory, root) = tree();
        let path = root.path().join("run/ibup/ib0.lock");
        let held = take(&root, "ib0", Duration::ZERO).unwrap();
        let error = take(&root, "ib0", Duration::ZERO).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("{} is still held by another process after 0 s", path.display())
        );
        let other = take(&root, "ib1", Duration::ZERO).unwrap();
        drop((held, other));
        let _again = take(&root, "ib0", PATIENCE).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_program_started_meanwhile_does_not_keep_the_lock() {
        let (_directory, root) = tree();
        let held = take(&root, "ib0", Duration::ZERO).unwrap();
        let mut program = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
        drop(held);
        let _again = take(&root, "ib0", PATIENCE).unwrap();
        drop(program.stdin.take());
        assert!(program.wait().unwrap().success());
    }

    #[test]
    fn a_file_left_behind_is_no_hindrance_and_none_is_left() {
        let (_directory, root) = tree();
        let path = root.path().join("run/ibup/ib0.lock");
        fs::create_dir(path.parent().unwrap()).unwrap();
        fs::write(&path, "left by somebody").unwrap();
        let held = take(&root, "ib0", Duration::ZERO).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "left by somebody");
        drop(held);
        assert!(!path.exists());
    }

    #[test]
    fn one_at_a_time_holds_it_though_each_removes_the_file() {
        let (_directory, root) = tree();
        let inside = std::sync::atomic::AtomicU32::new(0);
        let order = std::sync::atomic::Ordering::SeqCst;
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..50 {
                        let held = take(&root, "ib0", PATIENCE * 6).unwrap();
                        assert_eq!(inside.fetch_add(1, order), 0, "two are inside");
                        inside.fetch_sub(1, order);
                        drop(held);
                    }
                });
            }
        });
    }

    #[test]
    fn a_link_is_not_a_lock() {
        let (_directory, root) = tree();
        fs::create_dir(root.path().join("run/ibup")).unwrap();
        symlink("elsewhere", root.path().join("run/ibup/ib0.lock")).unwrap();
        let error = take(&root, "ib0", Duration::ZERO).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("cannot lock {}", root.path().join("run/ibup/ib0.lock").display())
        );
        assert!(!root.path().join("run/ibup/elsewhere").exists());
    }

    #[test]
    fn names_that_lead_elsewhere_are_refused() {
        let (_directory, root) = tree();
        for name in ["", ".", "..", "../x", "a/b", "a\0b", ".hidden"] {
            let error = take(&root, name, Duration::ZERO).unwrap_err();
            assert_eq!(error.to_string(), format!("`{}` cannot be the name of a lock", name.escape_debug()));
        }
    }

    #[test]
    fn a_machine_that_is_not_there_has_no_locks() {
        let error = take(&Root::new("/nowhere/at/all".into()), "ib0", Duration::ZERO).unwrap_err();
        assert_eq!(error.to_string(), "cannot use the directory /nowhere/at/all/run/ibup");
        assert!(!std::path::Path::new("/nowhere").exists());
    }
}
