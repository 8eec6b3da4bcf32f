//! Actions on a tree of plain files, through the door that everybody uses.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

use ibup_chain::bringup::{Action, ActionError};
use ibup_chain::host::Host;
use ibup_config::tree::{Content, Tree};
use ibup_linux::LinuxHost;

fn machine() -> (tempfile::TempDir, LinuxHost) {
    let directory = tempfile::tempdir().unwrap();
    let host = LinuxHost::new(directory.path());
    (directory, host)
}

/// Puts a program into a machine. Another process writes it, because a program that anybody has open for writing cannot
/// be run, and a test that starts a process at this moment would have it open.
fn install(host: &LinuxHost, path: &str, script: &str) {
    let path = host.root().join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut shell = Command::new("/bin/sh")
        .args(["-c", r#"cat >"$0" && chmod 755 "$0""#])
        .arg(path)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    shell.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
    assert!(shell.wait().unwrap().success());
}

fn text(host: &LinuxHost, path: &str) -> String {
    match host.read(path) {
        Some(Content::Text(text)) => text,
        other => panic!("{path}: {other:?}"),
    }
}

fn load(modules: &[&str]) -> Action {
    Action::LoadModules(modules.iter().map(|module| (*module).to_owned()).collect())
}

#[test]
fn modules_are_loaded_by_one_process_and_unloaded_one_by_one() {
    let (_directory, mut host) = machine();
    install(&host, "usr/sbin/modprobe", "#!/bin/sh\necho \"$@\" >>calls\n");
    assert_eq!(host.perform(&load(&["mlx5_ib", "ib_ipoib", "ib_umad"])), Ok(()));
    assert_eq!(host.perform(&Action::UnloadModule("ib_ipoib".to_owned())), Ok(()));
    assert_eq!(host.perform(&load(&[])), Ok(()));
    assert_eq!(text(&host, "/calls"), "-a mlx5_ib ib_ipoib ib_umad\n-r ib_ipoib\n");
}

#[test]
fn modprobe_is_quoted_when_it_fails() {
    let (_directory, mut host) = machine();
    let said = "modprobe: FATAL: Module ib_ipoib not found in directory /lib/modules/5.14.0";
    install(&host, "sbin/modprobe", &format!("#!/bin/sh\necho '{said}' >&2\nexit 1\n"));
    let failed = ActionError::Failed { status: Some(1), text: format!("{said}\n") };
    assert_eq!(host.perform(&load(&["ib_ipoib"])), Err(failed));
}

#[test]
fn a_machine_without_modprobe_says_where_it_was_looked_for() {
    let (_directory, mut host) = machine();
    let text = "modprobe is not in /sbin, /usr/sbin, /bin, /usr/bin".to_owned();
    assert_eq!(host.perform(&load(&["ib_ipoib"])), Err(ActionError::System { errno: 2, text }));
}

#[test]
fn an_option_is_no_module() {
    let (_directory, mut host) = machine();
    let refused = |text: &str| Err(ActionError::System { errno: 22, text: format!("`{text}` is no module") });
    assert_eq!(host.perform(&load(&["ib_ipoib", "--dirname=/tmp"])), refused("--dirname=/tmp"));
    assert_eq!(host.perform(&Action::UnloadModule(String::new())), refused(""));
}

#[test]
fn a_program_of_the_tree_is_run_there() {
    let (_directory, mut host) = machine();
    install(&host, "usr/sbin/ifup", "#!/bin/sh\necho \"$0 $@\" >called\n");
    std::os::unix::fs::symlink("/usr/sbin", host.root().join("sbin")).unwrap();
    let run = Action::Run { program: "/sbin/ifup".to_owned(), arguments: vec!["ib0".into(), "a b;c".into()] };
    assert_eq!(host.perform(&run), Ok(()));
    let called = host.root().join("usr/sbin/ifup").display().to_string();
    assert_eq!(text(&host, "/called"), format!("{called} ib0 a b;c\n"));
}

#[test]
fn a_program_that_never_ends_is_stopped() {
    let (_directory, host) = machine();
    install(&host, "sbin/ifup", "#!/bin/sh\nexec sleep 600\n");
    let mut host = host.with_time_limit(Duration::from_millis(50));
    let run = Action::Run { program: "/sbin/ifup".to_owned(), arguments: vec!["ib0".to_owned()] };
    assert_eq!(host.perform(&run), Err(ActionError::TimedOut));
}

#[test]
fn state_is_written_read_and_removed() {
    let (_directory, mut host) = machine();
    let path = || "/run/ibup/ib0.seen".to_owned();
    host.perform(&Action::WriteState { path: path(), text: "boot\n".to_owned() }).unwrap();
    assert_eq!(text(&host, &path()), "boot\n");
    assert_eq!(host.list("/run/ibup"), ["ib0.seen"]);
    host.perform(&Action::RemoveState { path: path() }).unwrap();
    assert_eq!(host.read(&path()), None);
}

#[test]
fn held_clocks_are_moved_by_waiting_alone() {
    let (_directory, host) = machine();
    let mut host = host.with_held_clock(Duration::from_secs(80)).with_wall_clock(1_700_000_000);
    host.wait(Duration::from_hours(1));
    assert_eq!(host.now(), Duration::from_secs(3680));
    assert_eq!(host.wall_clock(), 1_700_000_000);
}

#[test]
fn what_is_printed_is_whole_lines() {
    if std::env::var_os("IBUP_TEST_PRINTS").is_some() {
        let (_directory, mut host) = machine();
        host.perform(&Action::Print("one".to_owned())).unwrap();
        return host.perform(&Action::Print("two\nthree\n".to_owned())).unwrap();
    }
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "what_is_printed_is_whole_lines", "--nocapture", "--test-threads=1"])
        .env("IBUP_TEST_PRINTS", "1")
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("one\ntwo\nthree\n"), "{said}");
}
