//! `ibup trace`, on a machine made of plain files: a systemctl that writes down how it is called, a tracefs whose pipe is
//! a FIFO, a journal and a systemd that are sockets.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixDatagram;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use tempfile::TempDir;

const INSTANCE: &str = "sys/kernel/tracing/instances/ibup";

/// A machine on which systemd runs.
struct Machine(TempDir);

impl Machine {
    fn new() -> Self {
        let machine = Self(TempDir::new().expect("a directory can be made"));
        machine.with("run/systemd/system/x", "").with("proc/filesystems", "nodev\ttracefs\n")
    }

    fn with(self, path: &str, text: &str) -> Self {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().expect("a file lies in a directory"))
            .expect("a directory can be made");
        fs::write(path, text).expect("a file can be written");
        self
    }

    fn with_systemctl(self, status: u8) -> Self {
        let script = format!("#!/bin/sh\necho \"systemctl $*\" >>commands\nexit {status}\n");
        let machine = self.with("usr/bin/systemctl", &script);
        let path = machine.0.path().join("usr/bin/systemctl");
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("a mode can be set");
        machine
    }

    /// What the kernel puts into a new instance.
    fn with_tracefs(self) -> Self {
        [
            "events/module/module_load/enable",
            "events/module/module_request/enable",
            "buffer_size_kb",
            "tracing_on",
        ]
        .iter()
        .fold(self, |machine, file| machine.with(&format!("{INSTANCE}/{file}"), ""))
    }

    fn socket(&self, path: &str) -> UnixDatagram {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().expect("a socket lies in a directory"))
            .expect("a directory can be made");
        let socket = UnixDatagram::bind(path).expect("a socket can be made");
        socket.set_read_timeout(Some(Duration::from_secs(30))).expect("a limit can be set");
        socket
    }

    fn ibup(&self, words: &[&str]) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("ibup"));
        command.arg("trace").args(words).arg("--root").arg(self.0.path()).env_clear();
        command
    }

    fn commands(&self) -> String {
        fs::read_to_string(self.0.path().join("commands")).unwrap_or_default()
    }
}

fn run(mut command: Command) -> (i32, String, String) {
    let Output { status, stdout, stderr } = command.output().expect("the program runs");
    let text = |bytes| String::from_utf8(bytes).expect("it is text");
    (status.code().expect("it ends by itself"), text(stdout), text(stderr))
}

fn heard(socket: &UnixDatagram) -> String {
    let mut buffer = vec![0; 1 << 16];
    let count = socket.recv(&mut buffer).expect("something is said");
    String::from_utf8(buffer[..count].to_owned()).expect("it is text")
}

#[test]
fn switching_on_and_off_is_systemds_work() {
    let machine = Machine::new().with_systemctl(0);
    let (exit, said, _) = run(machine.ibup(&["on"]));
    assert_eq!(exit, 0);
    assert_eq!(
        said,
        "who loads modules of the InfiniBand stack is recorded from now on, and at every boot\n"
    );
    let (exit, said, _) = run(machine.ibup(&["off"]));
    assert_eq!((exit, &*said), (0, "who loads modules is no longer recorded\n"));
    assert_eq!(
        machine.commands(),
        "systemctl enable --now ibup-trace.service\nsystemctl disable --now ibup-trace.service\n"
    );
}

#[test]
fn what_cannot_be_switched_is_an_error_that_says_why() {
    let check = |machine: &Machine, expected: &str| {
        let (exit, said, error) = run(machine.ibup(&["on"]));
        assert_eq!((exit, &*said), (2, ""));
        assert!(error.starts_with(&format!("ibup: {expected}")), "{error}");
    };
    check(&Machine::new(), "systemd does not run here");
    let no_tracing = Machine::new().with_systemctl(0).with("proc/filesystems", "nodev\tproc\n");
    check(&no_tracing, "this kernel has no tracing");
    let user = Machine::new().with_systemctl(0).with("proc/self/status", "Uid:\t7\t7\t7\t7\n");
    check(&user, "only root can switch the trace on or off");
    assert_eq!(user.commands(), "");
    let failing = Machine::new().with_systemctl(1);
    check(&failing, "/usr/bin/systemctl enable --now ibup-trace.service failed");
}

#[test]
fn the_status_is_told_in_words_and_by_the_exit_status() {
    let machine = Machine::new();
    let (exit, said, _) = run(machine.ibup(&[]));
    assert_eq!(exit, 1);
    assert!(said.starts_with("off: "), "{said}");
    let machine = machine
        .with("etc/systemd/system/sysinit.target.wants/ibup-trace.service", "")
        .with("sys/fs/cgroup/system.slice/ibup-trace.service/cgroup.procs", "812\n");
    let (exit, said, _) = run(machine.ibup(&["status"]));
    assert_eq!(exit, 0);
    assert!(said.starts_with("on (enabled, running): "), "{said}");
}

#[test]
fn following_tells_the_journal_who_loads_what() {
    let machine = Machine::new()
        .with_tracefs()
        .with("proc/modules", "nvme 1 0 - Live 0x0\nmlx5_core 1 0 - Live 0x0\n")
        .with("proc/414/stat", "414 (modprobe) R 400 400 400\n")
        .with("proc/414/cgroup", "0::/system.slice/late-load.service\n")
        .with("proc/400/stat", "400 (sh) S 1 400 400\n");
    let pipe = machine.0.path().join(INSTANCE).join("trace_pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs").success());
    let (journal, systemd) = (machine.socket("run/systemd/journal/socket"), machine.socket("run/notify"));
    let mut follow = machine.ibup(&["follow"]);
    follow.env("NOTIFY_SOCKET", machine.0.path().join("run/notify")).stderr(Stdio::piped());
    let follower = follow.spawn().expect("the program runs");
    // Open for both, so that nothing waits here for a program that never comes to read.
    let mut trace = fs::OpenOptions::new().read(true).write(true).open(&pipe).expect("it is a FIFO");

    assert_eq!(heard(&systemd), "READY=1");
    let switched =
        fs::read_to_string(machine.0.path().join(INSTANCE).join("events/module/module_load/enable"));
    assert_eq!(switched.expect("it is there"), "1");
    assert_eq!(
        heard(&journal),
        "MESSAGE=modules loaded before tracing began: mlx5_core\nPRIORITY=6\nSYSLOG_FACILITY=3\n\
         SYSLOG_IDENTIFIER=ibup\nMESSAGE_ID=6f1d0c2b9a4e4f6b8d37c5e2a91b0002\nMODULES=mlx5_core\n"
    );

    // A line may come in parts, and others in between.
    trace.write_all(b"        modprobe-414     [001] .....     7.113").expect("the follower reads");
    trace
        .write_all(b"943: module_load: ib_ipoib OE\n            kmod-9       [000] .....     7.2000")
        .unwrap();
    trace.write_all(b"00: module_load: nvme \n").expect("the follower reads");
    assert_eq!(
        heard(&journal),
        "MESSAGE=module ib_ipoib loaded by modprobe[414] of late-load.service, started by sh[400]\nPRIORITY=5\n\
         SYSLOG_FACILITY=3\nSYSLOG_IDENTIFIER=ibup\nMESSAGE_ID=6f1d0c2b9a4e4f6b8d37c5e2a91b0001\n\
         MODULE=ib_ipoib\nIBUP_STAGE=stack\nIBUP_BY_PID=414\nIBUP_BY_COMM=modprobe\n\
         IBUP_BY_UNIT=late-load.service\nIBUP_PARENT_PID=400\nIBUP_PARENT_COMM=sh\n"
    );

    // Somebody who calls himself like a field makes none.
    trace
        .write_all(b"    a]=\x1b[1m, x=\xff-77      [001] .....     7.300000: module_load: ib_cm \n")
        .unwrap();
    let said = heard(&journal);
    assert!(
        said.starts_with(
            "MESSAGE=module ib_cm loaded by a\\x5d\\x3d\\x1b\\x5b1m\\x2c\\x20x\\x3d?[77], which has ended\n"
        ),
        "{said}"
    );

    drop(trace);
    let ended = follower.wait_with_output().expect("the program ends");
    assert_eq!(ended.status.code(), Some(2));
    let error = String::from_utf8(ended.stderr).expect("it is text");
    assert_eq!(error, "ibup: the kernel has ended the trace: somebody switched it off\n");
}

#[test]
fn a_machine_without_tracing_says_what_it_lacks() {
    let (exit, _, error) = run(Machine::new().ibup(&["follow"]));
    assert_eq!(exit, 2);
    let expected = "ibup: cannot trace who loads modules: tracefs is not mounted on /sys/kernel/tracing nor on \
                    /sys/kernel/debug/tracing\n";
    assert_eq!(error, expected);
}

#[test]
fn what_was_made_is_taken_away() {
    let machine = Machine::new();
    fs::create_dir_all(machine.0.path().join(INSTANCE)).expect("a directory can be made");
    assert_eq!(run(machine.ibup(&["forget"])).0, 0);
    assert!(!machine.0.path().join(INSTANCE).exists());
    assert_eq!(run(machine.ibup(&["forget"])).0, 0, "twice is as good as once");
}
