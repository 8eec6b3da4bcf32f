//! The kernel's tracing: an instance of our own, its events switched on, its pipe read line by line.
//!
//! An instance is a directory that is made below `instances` (Linux, Documentation/trace/ftrace.rst): the kernel fills
//! it with files, and whatever is done in it leaves other people's tracing alone. It lives until it is removed, not
//! until its maker ends. One that is there already is ours, left by a follower that was killed, and is taken over with
//! what is in its buffer. Who follows holds a lock on the pipe, because two readers would each see half of it.
//!
//! All that is needed for this is to be root, the owner of these files: no capability.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};

use ibup_chain::bringup::ActionError;
use ibup_chain::trace::Recipe;
use rustix::fs::{AtFlags, CWD, FlockOperation, Mode, flock, mkdirat, unlinkat};
use rustix::io::Errno;

use crate::root::Root;
use crate::state;

/// Where tracefs is mounted: on its own since Linux 4.1, and below debugfs.
const PLACES: [&str; 2] = ["/sys/kernel/tracing", "/sys/kernel/debug/tracing"];
/// What is kept of one line; the kernel's own are shorter than a page.
const LINE_BYTES_MAX: usize = 4096;

/// The trace cannot be followed.
#[derive(Debug, thiserror::Error)]
pub enum TraceError {
    /// No tracefs is mounted.
    #[error("tracefs is not mounted on {}", PLACES.join(" nor on "))]
    NotMounted,
    /// The kernel cannot trace this.
    #[error("this kernel does not trace {event}: there is no {path}")]
    NoEvent {
        /// The event.
        event: &'static str,
        /// Where it would be.
        path: String,
    },
    /// Somebody else follows.
    #[error("somebody else follows it already: {path} is locked")]
    Followed {
        /// The pipe.
        path: String,
    },
    /// The kernel refused.
    #[error("cannot use {path}")]
    Refused {
        /// The file or directory.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// A value was not taken.
    #[error("cannot write {value} to {path}: {reason}")]
    NotSet {
        /// The file.
        path: String,
        /// What was written.
        value: String,
        /// Why.
        reason: ActionError,
    },
}

/// The open pipe of an instance.
#[derive(Debug)]
pub struct Trace {
    pipe: BufReader<File>,
}

/// Opens the instance of a recipe, made if it is not there, with its events switched on.
pub(crate) fn open(root: &Root, recipe: &Recipe) -> Result<Trace, TraceError> {
    let place = place(root).ok_or(TraceError::NotMounted)?;
    let instance = format!("{place}/instances/{}", recipe.instance);
    let refused =
        |path: &str, errno: Errno| TraceError::Refused { path: path.to_owned(), source: errno.into() };
    let located = root.locate(&instance).map_err(|errno| refused(&instance, errno))?;
    match mkdirat(CWD, &located.real, Mode::from_raw_mode(0o700)) {
        Ok(()) | Err(Errno::EXIST) => {}
        Err(errno) => return Err(refused(&instance, errno)),
    }
    let opened = prepare(root, &instance, recipe);
    if opened.is_err() && !matches!(opened, Err(TraceError::Followed { .. })) {
        // Nothing is left of what cannot work.
        forget(root, recipe);
    }
    opened
}

/// Locks the pipe of an instance, then switches on what is wanted.
fn prepare(root: &Root, instance: &str, recipe: &Recipe) -> Result<Trace, TraceError> {
    let path = format!("{instance}/trace_pipe");
    let refused = |source: io::Error| TraceError::Refused { path: path.clone(), source };
    let located = root.locate(&path).map_err(|errno| refused(errno.into()))?;
    let pipe = File::open(located.real).map_err(refused)?;
    match flock(&pipe, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => {}
        Err(Errno::WOULDBLOCK) => return Err(TraceError::Followed { path }),
        Err(errno) => return Err(refused(errno.into())),
    }
    set(root, format!("{instance}/buffer_size_kb"), recipe.buffer_kib.to_string())?;
    for event in recipe.events {
        let path = format!("{instance}/events/{}/enable", event.path);
        match set(root, path.clone(), "1".to_owned()) {
            Err(_) if !event.is_needed => {}
            Err(TraceError::NotSet { reason: ActionError::System { errno, .. }, .. })
                if errno == Errno::NOENT.raw_os_error() =>
            {
                return Err(TraceError::NoEvent { event: event.path, path });
            }
            result => result?,
        }
    }
    // A follower before may have been kept from it by somebody who switched it off.
    set(root, format!("{instance}/tracing_on"), "1".to_owned())?;
    Ok(Trace { pipe: BufReader::with_capacity(LINE_BYTES_MAX, pipe) })
}

/// Removes the instance of a recipe; one that somebody reads stays.
pub(crate) fn forget(root: &Root, recipe: &Recipe) {
    for place in PLACES {
        let instance = format!("{place}/instances/{}", recipe.instance);
        if let Ok(located) = root.locate(&instance) {
            let _ = unlinkat(CWD, &located.real, AtFlags::REMOVEDIR);
        }
    }
}

impl Trace {
    /// Waits for the next line and returns it without its end; nothing where the kernel has ended the trace. A line that
    /// is too long is cut.
    pub fn next_line(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        let taken = self.pipe.by_ref().take(LINE_BYTES_MAX as u64).read_until(b'\n', &mut line)?;
        if line.last() == Some(&b'\n') {
            line.pop();
        } else if taken == LINE_BYTES_MAX {
            self.pipe.skip_until(b'\n')?;
        }
        Ok((taken > 0).then_some(line))
    }
}

/// Returns where tracefs is.
fn place(root: &Root) -> Option<&'static str> {
    let is_there = |place: &&str| {
        let instances = root.locate(&format!("{place}/instances"));
        instances.is_ok_and(|location| location.real.is_dir())
    };
    PLACES.into_iter().find(is_there)
}

fn set(root: &Root, path: String, value: String) -> Result<(), TraceError> {
    let set = state::write_attribute(root, &path, &value);
    set.map_err(|reason| TraceError::NotSet { path, value, reason })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use ibup_chain::trace::RECIPE;

    use super::*;

    /// A tracefs of plain files, with what the kernel would put into a new instance.
    fn tracefs(place: &str, events: &[&str]) -> (tempfile::TempDir, Root) {
        let directory = tempfile::tempdir().unwrap();
        let instance = directory.path().join(place).join("instances/ibup");
        for event in events {
            fs::create_dir_all(instance.join("events").join(event)).unwrap();
            fs::write(instance.join("events").join(event).join("enable"), "0").unwrap();
        }
        fs::create_dir_all(&instance).unwrap();
        for file in ["buffer_size_kb", "tracing_on", "trace_pipe"] {
            fs::write(instance.join(file), "").unwrap();
        }
        let root = Root::new(directory.path().to_owned());
        (directory, root)
    }

    fn text(root: &Root, path: &str) -> String {
        fs::read_to_string(root.path().join("sys/kernel/tracing/instances/ibup").join(path)).unwrap()
    }

    #[test]
    fn what_is_wanted_is_switched_on_and_the_pipe_is_read_by_lines() {
        let (_directory, root) =
            tracefs("sys/kernel/tracing", &["module/module_load", "module/module_request"]);
        let pipe = root.path().join("sys/kernel/tracing/instances/ibup/trace_pipe");
        let long = "x".repeat(3 * LINE_BYTES_MAX);
        let exact = "y".repeat(LINE_BYTES_MAX - 1);
        fs::write(pipe, format!("one\n{long}\n{exact}\n\ntwo")).unwrap();
        let mut trace = open(&root, &RECIPE).unwrap();
        assert_eq!(text(&root, "events/module/module_load/enable"), "1");
        assert_eq!(text(&root, "events/module/module_request/enable"), "1");
        assert_eq!(text(&root, "buffer_size_kb"), "16");
        assert_eq!(text(&root, "tracing_on"), "1");
        let mut next = || trace.next_line().unwrap().map(|line| String::from_utf8(line).unwrap());
        assert_eq!(next().as_deref(), Some("one"));
        assert_eq!(next().as_deref(), Some(&long[..LINE_BYTES_MAX]));
        assert_eq!(next().as_deref(), Some(&*exact));
        assert_eq!(next().as_deref(), Some(""));
        assert_eq!(next().as_deref(), Some("two"));
        assert_eq!(next(), None);
    }

    #[test]
    fn tracefs_is_found_below_debugfs_too() {
        let (_directory, root) = tracefs("sys/kernel/debug/tracing", &["module/module_load"]);
        assert!(open(&root, &RECIPE).is_ok(), "the other event is not needed");
    }

    #[test]
    fn what_is_missing_is_named() {
        let directory = tempfile::tempdir().unwrap();
        let error = open(&Root::new(directory.path().to_owned()), &RECIPE).unwrap_err();
        let expected = "tracefs is not mounted on /sys/kernel/tracing nor on /sys/kernel/debug/tracing";
        assert_eq!(error.to_string(), expected);

        let (_directory, root) = tracefs("sys/kernel/tracing", &[]);
        let error = open(&root, &RECIPE).unwrap_err();
        let path = "/sys/kernel/tracing/instances/ibup/events/module/module_load/enable";
        let expected = format!("this kernel does not trace module/module_load: there is no {path}");
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn a_second_follower_is_sent_away_and_the_first_goes_on() {
        let (_directory, root) = tracefs("sys/kernel/tracing", &["module/module_load"]);
        let _first = open(&root, &RECIPE).unwrap();
        let error = open(&root, &RECIPE).unwrap_err();
        assert!(matches!(error, TraceError::Followed { .. }), "{error}");
    }

    /// On this machine's own tracing, if it has any: what is made is taken away again. No module is loaded for it.
    #[test]
    fn the_kernels_own_tracing_is_left_as_it_was() {
        let root = Root::new("/".into());
        let instance = |place: &str| Path::new(place).join("instances/ibup");
        let Some(place) = place(&root).filter(|place| !instance(place).exists()) else {
            return;
        };
        match open(&root, &RECIPE) {
            Ok(trace) => {
                assert!(instance(place).join("events/module/module_load/enable").exists());
                drop(trace);
                forget(&root, &RECIPE);
            }
            Err(error) => {
                let is_expected = matches!(error, TraceError::NoEvent { .. } | TraceError::Refused { .. });
                assert!(is_expected, "{error}");
            }
        }
        assert!(!instance(place).exists(), "the instance is left");
    }
}
