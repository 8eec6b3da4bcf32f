//! Programs: run to their end or stopped, with what they said kept within bounds.
//!
//! A program gets a fixed small environment, no input and its own process group, so that what it starts can be stopped
//! with it. A daemon that it leaves behind may hold its standard error open for ever; the end of the program is what is
//! waited for, not the end of what it says. A program below another root is not confined to it: it runs as it is, with
//! the root as its working directory.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use ibup_chain::bringup::ActionError;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::io::Errno;
use rustix::process::{
    Pid, PidfdFlags, Signal, WaitId, WaitIdOptions, kill_process_group, pidfd_open, waitid,
};

use crate::clock::monotonic;
use crate::error::{number, refused, refused_because};
use crate::root::Root;

/// Where programs named without a path are looked for, in this order.
const DIRECTORIES: [&str; 4] = ["/sbin", "/usr/sbin", "/bin", "/usr/bin"];
/// What is kept of what a program says: its last words, since they say why it failed.
const SAID_BYTES_MAX: usize = 64 << 10;
/// How long a killed program is waited for.
const LAST_WAIT: Duration = Duration::from_secs(5);
/// How often the end of a program is looked for where the kernel does not announce it (before 5.3).
const PAUSE: Duration = Duration::from_millis(20);

/// How long programs may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// From the start to SIGTERM.
    pub(crate) time: Duration,
    /// From SIGTERM to SIGKILL.
    pub(crate) grace: Duration,
}

/// Runs a program that is named without a path.
pub(crate) fn run_named(
    root: &Root,
    name: &str,
    arguments: &[String],
    limits: Limits,
) -> Result<(), ActionError> {
    let mut paths = DIRECTORIES.iter().map(|directory| format!("{directory}/{name}"));
    let is_file = |path: &String| root.locate(path).is_ok_and(|location| location.real.is_file());
    match paths.find(is_file) {
        Some(path) => run(root, &path, arguments, limits),
        None => Err(refused_because(Errno::NOENT, format!("{name} is not in {}", DIRECTORIES.join(", ")))),
    }
}

/// Runs a program and waits for its end.
pub(crate) fn run(
    root: &Root,
    program: &str,
    arguments: &[String],
    limits: Limits,
) -> Result<(), ActionError> {
    let location = root.locate(program).map_err(refused)?;
    let mut child = Command::new(location.real)
        // Programs of many names, such as kmod, know by it which one they are.
        .arg0(program)
        .args(arguments)
        .env_clear()
        .env("PATH", DIRECTORIES.join(":"))
        .env("LANG", "C")
        .current_dir(root.path())
        // Nothing to read, as from /dev/null, which early in a boot or in a bare tree may not be there.
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()
        .map_err(|error| refused(number(&error)))?;
    drop(child.stdin.take());
    let mut out = Said::new(child.stdout.take().map(OwnedFd::from));
    let mut err = Said::new(child.stderr.take().map(OwnedFd::from));
    match watch(&mut child, &mut out, &mut err, limits).map_err(|error| refused(number(&error)))? {
        None => Err(ActionError::TimedOut),
        Some(status) if status.success() => Ok(()),
        Some(status) => {
            let said = if err.bytes.is_empty() { out } else { err };
            let status = status.code().filter(|_| status.signal().is_none());
            Err(ActionError::Failed { status, text: said.text() })
        }
    }
}

/// Waits for the end of a program, and stops it if that does not come in time.
fn watch(
    child: &mut Child,
    out: &mut Said,
    err: &mut Said,
    limits: Limits,
) -> io::Result<Option<ExitStatus>> {
    let group = Pid::from_child(child);
    let end = pidfd_open(group, PidfdFlags::empty()).ok();
    let mut ended_within = |time| listen(group, end.as_ref(), out, err, time);
    if ended_within(limits.time) {
        let status = child.wait()?;
        out.take();
        err.take();
        return Ok(Some(status));
    }
    let _ = kill_process_group(group, Signal::TERM);
    ended_within(limits.grace);
    // Before the child is reaped, so that the number of its group cannot be somebody else's yet. What outlives the
    // child in its group goes, too.
    let _ = kill_process_group(group, Signal::KILL);
    // A program deep in the kernel, such as modprobe in a driver that waits for its firmware, ends when the kernel lets
    // go of it. It is not waited for; init reaps it when we are gone.
    if ended_within(LAST_WAIT) {
        child.wait()?;
    }
    Ok(None)
}

/// Takes what a program says until it ends, at most so long. Returns whether it ended.
fn listen(group: Pid, end: Option<&OwnedFd>, out: &mut Said, err: &mut Said, at_most: Duration) -> bool {
    let start = monotonic();
    loop {
        if has_ended(group) {
            return true;
        }
        let left = at_most.saturating_sub(monotonic().saturating_sub(start));
        if left.is_zero() {
            return false;
        }
        let left = if end.is_some() { left } else { left.min(PAUSE) };
        let open = [out.pipe.as_ref(), err.pipe.as_ref(), end];
        let mut fds: Vec<_> = open.into_iter().flatten().map(|fd| PollFd::new(fd, PollFlags::IN)).collect();
        // A failed poll is a look at once; the loop is bounded by the time.
        let _ = poll(&mut fds, Timespec::try_from(left).ok().as_ref());
        out.take();
        err.take();
    }
}

/// Returns whether a child has ended, without reaping it.
fn has_ended(child: Pid) -> bool {
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    !matches!(waitid(WaitId::Pid(child), options), Ok(None) | Err(Errno::INTR))
}

/// What a program says into one pipe.
struct Said {
    pipe: Option<OwnedFd>,
    bytes: Vec<u8>,
}

impl Said {
    fn new(pipe: Option<OwnedFd>) -> Self {
        let never_blocks = |pipe: &OwnedFd| {
            fcntl_getfl(pipe.as_fd()).and_then(|flags| fcntl_setfl(pipe, flags | OFlags::NONBLOCK)).is_ok()
        };
        Self { pipe: pipe.filter(never_blocks), bytes: Vec::new() }
    }

    /// Takes what is there now; a pipe that ends or fails is closed.
    fn take(&mut self) {
        let Some(pipe) = &self.pipe else { return };
        let mut buffer = [0; 8192];
        // Bounded, so that a program that never stops talking does not keep us from looking at the time.
        for _ in 0..64 {
            match rustix::io::read(pipe, &mut buffer) {
                Ok(0) => return self.pipe = None,
                Ok(count) => {
                    self.bytes.extend_from_slice(&buffer[..count]);
                    self.bytes.drain(..self.bytes.len().saturating_sub(SAID_BYTES_MAX));
                }
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return,
                Err(_) => return self.pipe = None,
            }
        }
    }

    /// Returns what was said, made safe to show.
    fn text(&self) -> String {
        let text = String::from_utf8_lossy(&self.bytes);
        let safe = |c: char| if c.is_control() && !matches!(c, '\n' | '\t') { '\u{fffd}' } else { c };
        text.chars().map(safe).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufRead;

    use super::*;

    const LIMITS: Limits = Limits { time: Duration::from_mins(1), grace: Duration::from_mins(1) };

    fn shell(script: &str, limits: Limits) -> Result<(), ActionError> {
        run(&Root::new("/".into()), "/bin/sh", &["-c".to_owned(), script.to_owned()], limits)
    }

    fn failed(status: Option<i32>, text: &str) -> Result<(), ActionError> {
        Err(ActionError::Failed { status, text: text.to_owned() })
    }

    #[test]
    fn a_program_that_succeeds_is_silent() {
        assert_eq!(shell("echo out; echo err >&2", LIMITS), Ok(()));
    }

    #[test]
    fn a_program_that_fails_is_quoted() {
        assert_eq!(shell("echo out; echo why >&2; exit 3", LIMITS), failed(Some(3), "why\n"));
        assert_eq!(shell("echo only this; exit 1", LIMITS), failed(Some(1), "only this\n"));
        assert_eq!(
            shell("printf 'a\\033[2Jb\\377' >&2; exit 1", LIMITS),
            failed(Some(1), "a\u{fffd}[2Jb\u{fffd}")
        );
        assert_eq!(shell("kill -9 $$", LIMITS), failed(None, ""));
    }

    #[test]
    fn the_environment_is_ours_and_there_is_no_input() {
        let script = "env | sort | grep -v -e ^_= -e ^SHLVL=; cat; pwd; exit 1";
        let expected = "LANG=C\nPATH=/sbin:/usr/sbin:/bin:/usr/bin\nPWD=/\n/\n";
        assert_eq!(shell(script, LIMITS), failed(Some(1), expected));
    }

    #[test]
    fn the_last_words_of_a_talkative_program_are_kept() {
        let script = "head -c 3000000 /dev/zero | tr '\\0' x >&2; echo >&2; echo the reason >&2; exit 1";
        let ending = "\nthe reason\n";
        let expected = format!("{}{ending}", "x".repeat(SAID_BYTES_MAX - ending.len()));
        assert_eq!(shell(script, LIMITS), failed(Some(1), &expected));
    }

    #[test]
    fn a_daemon_left_behind_does_not_hold_us_up() {
        let start = monotonic();
        assert_eq!(shell("sleep 30 & echo failed >&2; exit 4", LIMITS), failed(Some(4), "failed\n"));
        assert!(monotonic().saturating_sub(start) < Duration::from_secs(20));
    }

    #[test]
    fn a_program_that_does_not_end_is_killed_with_what_it_started() {
        let mut child = Command::new("/bin/sh")
            .args(["-c", "trap '' TERM; sleep 300 & echo $!; wait"])
            .stdout(Stdio::piped())
            .process_group(0)
            .spawn()
            .unwrap();
        let mut line = String::new();
        io::BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let started = Pid::from_raw(line.trim().parse().unwrap()).unwrap();
        let started = pidfd_open(started, PidfdFlags::empty()).unwrap();
        let limits = Limits { time: Duration::ZERO, grace: Duration::ZERO };
        let status = watch(&mut child, &mut Said::new(None), &mut Said::new(None), limits).unwrap();
        assert_eq!(status, None);
        assert_eq!(child.try_wait().unwrap().and_then(|status| status.signal()), Some(9));
        let patience = Timespec { tv_sec: 60, tv_nsec: 0 };
        let ended = poll(&mut [PollFd::new(&started, PollFlags::IN)], Some(&patience));
        assert_eq!(ended, Ok(1), "what the program started is still running");
    }

    #[test]
    fn a_program_that_takes_too_long_timed_out() {
        let limits = Limits { time: Duration::from_millis(20), grace: Duration::from_mins(1) };
        assert_eq!(shell("exec sleep 300", limits), Err(ActionError::TimedOut));
    }

    #[test]
    fn a_program_that_is_not_there_is_refused_by_the_system() {
        let root = Root::new("/".into());
        assert_eq!(run(&root, "/nowhere/ifup", &[], LIMITS), Err(refused(Errno::NOENT)));
        assert_eq!(run(&root, "/", &[], LIMITS), Err(refused(Errno::ACCESS)));
        assert_eq!(
            run_named(&root, "no-such-program", &[], LIMITS),
            Err(refused_because(Errno::NOENT, "no-such-program is not in /sbin, /usr/sbin, /bin, /usr/bin"))
        );
    }
}
