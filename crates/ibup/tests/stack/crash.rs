//! Crashes and crowds: a start that is killed is finished by the next, and two at once are one after the other.

use std::process::Command;

use super::machine::{ALL, LOADED, Machine};

/// What systemd calls at boot.
const AUTO: &str = "start bootid=11111111222233334444555555555555";

/// A machine whose modprobe says that it has begun, and then waits to be let go.
fn held() -> Machine {
    let machine = Machine::new().with("/on-load/mlx5_core", "echo > begun; cat go > /dev/null\n");
    for fifo in ["begun", "go"] {
        let status = Command::new("mkfifo").arg(machine.path(fifo)).status().expect("mkfifo runs");
        assert!(status.success());
    }
    machine
}

/// Waits until modprobe has begun.
fn begun(machine: &Machine) {
    machine.read("/begun").expect("modprobe opens its end");
}

/// Lets modprobe go on, now and from now on.
fn let_go(machine: &Machine) {
    std::fs::remove_file(machine.path("/on-load/mlx5_core")).expect("it is there");
    machine.write("/go", "");
}

#[test]
fn a_start_that_is_killed_is_finished_by_the_next() {
    let machine = held().with("/after", "echo > ended\n");
    let fifo = Command::new("mkfifo").arg(machine.path("ended")).status().expect("mkfifo runs");
    assert!(fifo.success());
    let mut killed = machine.spawn_openibd(AUTO);
    begun(&machine);
    killed.kill().expect("it runs");
    killed.wait().expect("it has ended");
    assert_eq!(
        machine.read("/run/mlx_os_booting").as_deref(),
        Some("1000000\n"),
        "its window is left behind"
    );
    let_go(&machine);
    machine.read("/ended").expect("modprobe outlives it");

    let done = machine.openibd(AUTO);
    assert_eq!((done.exit, done.stdout.as_str()), (0, LOADED));
    assert_eq!(machine.commands(), format!("modprobe -a {ALL}\n"), "all was loaded");
    assert_eq!(machine.read("/run/mlx_os_booting"), None);
}

#[test]
fn what_a_killed_start_has_left_out_is_loaded_by_the_next() {
    let machine = Machine::new()
        .with("/run/openibd.bootid", "11111111222233334444555555555555\n")
        .with("/run/mlx_os_booting", "999999\n")
        .with_modules("mlx5_ib 1 0 - Live 0x0\nmlx5_core 1 0 - Loading 0x0\n");
    let done = machine.openibd(AUTO);
    assert_eq!((done.exit, done.stdout.as_str()), (0, LOADED));
    assert_eq!(machine.commands(), format!("modprobe -a {}\n", ALL.replace("mlx5_ib ", "")));
    assert_eq!(machine.read("/run/mlx_os_booting"), None);
}

#[test]
fn two_starts_at_once_load_once() {
    let machine = held();
    let first = machine.spawn_openibd("start");
    begun(&machine);
    let second = machine.spawn_openibd("start");
    let_go(&machine);
    for child in [first, second] {
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(String::from_utf8_lossy(&output.stdout), LOADED);
    }
    assert_eq!(machine.commands(), format!("modprobe -a {ALL}\n"));
}
