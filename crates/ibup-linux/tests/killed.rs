//! What is left when ibup is killed: locks are let go, state files are the old ones or the new ones.
//!
//! Each test runs itself again as the process that is killed (SIGKILL, which nobody can catch).

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use ibup_chain::bringup::Action;
use ibup_chain::host::Host;
use ibup_config::tree::{Content, Tree};
use ibup_linux::LinuxHost;

/// The machine of the process that is going to be killed.
const ROOT: &str = "IBUP_TEST_KILLED_ROOT";
/// What that process says when it is about its work.
const READY: &str = "at work";

/// Starts a test again on a machine, and returns when it is at work.
fn start(test: &str, root: &Path) -> Child {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env(ROOT, root)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
    assert!(lines.map_while(Result::ok).any(|line| line.ends_with(READY)), "{test} did not get to work");
    child
}

fn kill(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
#[expect(clippy::print_stdout, reason = "the parent waits for these words")]
fn a_killed_holder_lets_go_of_its_lock() {
    if let Some(root) = std::env::var_os(ROOT) {
        let _held = LinuxHost::new(root).lock("ib0").unwrap();
        println!("{READY}");
        loop {
            std::thread::park();
        }
    }
    let directory = tempfile::tempdir().unwrap();
    let host = LinuxHost::new(directory.path()).with_lock_limit(Duration::ZERO);
    let child = start("a_killed_holder_lets_go_of_its_lock", directory.path());
    let path = host.root().join("run/ibup/ib0.lock");
    let held = host.lock("ib0").unwrap_err().to_string();
    assert_eq!(held, format!("{} is still held by another process after 0 s", path.display()));
    kill(child);
    let _held = host.lock("ib0").unwrap();
}

#[test]
#[expect(clippy::print_stdout, reason = "the parent waits for these words")]
fn a_killed_writer_leaves_the_old_text_or_the_new() {
    let texts = ["a".repeat(300_000), "b".repeat(200_000)];
    let write = |text: &str| Action::WriteState { path: "/run/x".to_owned(), text: text.to_owned() };
    if let Some(root) = std::env::var_os(ROOT) {
        let mut host = LinuxHost::new(root);
        println!("{READY}");
        loop {
            for text in &texts {
                host.perform(&write(text)).unwrap();
            }
        }
    }
    let directory = tempfile::tempdir().unwrap();
    let mut host = LinuxHost::new(directory.path());
    host.perform(&write(&texts[0])).unwrap();
    for _ in 0..10 {
        let child = start("a_killed_writer_leaves_the_old_text_or_the_new", directory.path());
        for _ in 0..20 {
            check(&host, &texts);
        }
        kill(child);
        check(&host, &texts);
    }
    host.perform(&write("the next run")).unwrap();
    assert_eq!(host.read("/run/x"), Some(Content::Text("the next run".to_owned())));
}

fn check(host: &LinuxHost, texts: &[String]) {
    match host.read("/run/x") {
        Some(Content::Text(text)) => assert!(texts.contains(&text), "{} bytes of a text", text.len()),
        other => panic!("{other:?}"),
    }
}
