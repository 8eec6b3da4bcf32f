//! The kernel's own links, in a network namespace of our own: a tap device that says it is InfiniBand.
//!
//! Each test runs itself again inside `unshare --net --mount`, with a `/sys` of that namespace. That takes root, or a
//! kernel that lets everybody have namespaces; also unshare and mount (util-linux), ip (iproute2) and `/dev/net/tun`.
//! Where it cannot be had the tests fail if `IBUP_REQUIRE_ROOT=1` or `CI=true`, and say `skipped` otherwise.

use std::fs::File;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use ibup_chain::bringup::{Action, ActionError, LinkChange};
use ibup_chain::check::{self, Level};
use ibup_chain::host::Host;
use ibup_config::Configuration;
use ibup_config::tree::{Content, Tree};
use ibup_linux::LinuxHost;

/// Set in the process that runs inside the namespace.
const INSIDE: &str = "IBUP_TEST_INSIDE_NAMESPACE";

#[test]
fn a_link_is_set_up_and_down() {
    inside_a_namespace("a_link_is_set_up_and_down", || {
        let _tap = infiniband_tap("ib0");
        let mut host = LinuxHost::new("/");
        assert_eq!(attribute(&host, "type"), "32");
        assert_eq!(attribute(&host, "flags"), "0x1002");
        set(&mut host, LinkChange::Up).unwrap();
        assert_eq!(attribute(&host, "flags"), "0x1003");
        assert!(ip_link().contains(r#""link_type":"infiniband""#), "{}", ip_link());
        assert!(ip_link().contains(r#""flags":["BROADCAST","MULTICAST","UP","LOWER_UP"]"#), "{}", ip_link());
        set(&mut host, LinkChange::Up).unwrap();
        set(&mut host, LinkChange::Down).unwrap();
        assert_eq!(attribute(&host, "flags"), "0x1002");
    });
}

#[test]
fn an_mtu_is_set_and_a_refused_one_brings_the_kernels_words() {
    inside_a_namespace("an_mtu_is_set_and_a_refused_one_brings_the_kernels_words", || {
        let _tap = infiniband_tap("ib0");
        let mut host = LinuxHost::new("/");
        set(&mut host, LinkChange::Mtu(4092)).unwrap();
        assert_eq!(attribute(&host, "mtu"), "4092");
        let refused = |text: &str| Err(ActionError::System { errno: 22, text: text.to_owned() });
        assert_eq!(set(&mut host, LinkChange::Mtu(1_000_000)), refused("mtu greater than device maximum"));
        assert_eq!(set(&mut host, LinkChange::Mtu(1)), refused("mtu less than device minimum"));
        assert_eq!(attribute(&host, "mtu"), "4092");
    });
}

#[test]
fn a_link_that_is_not_there_is_no_such_device() {
    inside_a_namespace("a_link_that_is_not_there_is_no_such_device", || {
        let mut host = LinuxHost::new("/");
        let refused = Err(ActionError::System { errno: 19, text: "No such device".to_owned() });
        assert_eq!(set(&mut host, LinkChange::Up), refused);
    });
}

#[test]
fn an_attribute_of_the_kernel_is_written_or_refused_with_its_number() {
    inside_a_namespace("an_attribute_of_the_kernel_is_written_or_refused_with_its_number", || {
        let _tap = infiniband_tap("ib0");
        let mut host = LinuxHost::new("/");
        let mut write = |name: &str, value: &str| {
            let path = format!("/sys/class/net/ib0/{name}");
            host.perform(&Action::WriteAttribute { path, value: value.to_owned() })
        };
        assert_eq!(write("mtu", "700\n"), Ok(()));
        let refused = |errno, text: &str| Err(ActionError::System { errno, text: text.to_owned() });
        assert_eq!(write("mtu", "many\n"), refused(22, "Invalid argument"));
        assert_eq!(write("create_child", "0x8001\n"), refused(2, "No such file or directory"));
        assert_eq!(attribute(&host, "mtu"), "700");
        // A speed is what a link that is down does not have.
        let speed = host.read("/sys/class/net/ib0/speed");
        assert_eq!(speed, Some(Content::Unreadable("Invalid argument".to_owned())));
    });
}

#[test]
fn a_wait_ends_when_a_link_changes_and_not_before() {
    inside_a_namespace("a_wait_ends_when_a_link_changes_and_not_before", || {
        let _tap = infiniband_tap("ib0");
        let mut host = LinuxHost::new("/");
        let start = Instant::now();
        host.wait(Duration::from_millis(30));
        assert!(start.elapsed() >= Duration::from_millis(30), "{:?}", start.elapsed());
        set(&mut host, LinkChange::Up).unwrap();
        let start = Instant::now();
        host.wait(Duration::from_mins(1));
        assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
    });
}

#[test]
fn an_interface_is_waited_for_until_it_has_its_address() {
    inside_a_namespace("an_interface_is_waited_for_until_it_has_its_address", || {
        let name = "ib0".parse().expect("a name");
        let configuration = Configuration::default();
        let mut host = LinuxHost::new("/");
        let mut wait = |until, at_most| check::wait(&mut host, &configuration, &name, Some(until), at_most);
        let (present, is_there) = wait(Level::Netdev, Duration::from_millis(20));
        assert_eq!((present.reached, is_there), (None, false));
        let _tap = infiniband_tap("ib0");
        assert_eq!(wait(Level::Netdev, Duration::from_mins(1)).0.reached, Some(Level::Netdev));
        let script = "sleep 0.2; ip link set ib0 up; sleep 0.2; ip address add 10.8.0.9/24 dev ib0";
        let mut later = Command::new("sh").args(["-c", script]).spawn().expect("sh runs");
        let start = Instant::now();
        let (present, is_there) = wait(Level::Addressed, Duration::from_mins(1));
        assert!(later.wait().expect("it ends").success());
        assert_eq!((present.reached, is_there), (Some(Level::Addressed), true));
        assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
    });
}

/// Runs the body of a test inside a new namespace, by running the test again there.
#[expect(clippy::print_stdout, reason = "a test that did not run says so")]
fn inside_a_namespace(test: &str, body: fn()) {
    if std::env::var_os(INSIDE).is_some() {
        return body();
    }
    if let Err(reason) = namespaces() {
        let required = std::env::var("IBUP_REQUIRE_ROOT").is_ok_and(|value| value == "1")
            || std::env::var("CI").is_ok_and(|value| value == "true");
        assert!(!required, "{test} needs a network namespace and cannot have one: {reason}");
        println!("skipped: {test} needs a network namespace and cannot have one: {reason}");
        return;
    }
    let this = std::env::current_exe().expect("a test knows its file");
    let mut command = unshare();
    let script = r#"mount -t sysfs sysfs /sys && exec "$0" "$@""#;
    command.args(["sh", "-c", script]).arg(this).args(["--exact", test, "--nocapture"]).env(INSIDE, "1");
    let output = command.output().expect("unshare runs");
    assert!(output.status.success(), "inside the namespace:\n{}", said(&output));
    assert!(said(&output).contains("1 passed"), "no test has this name:\n{}", said(&output));
}

/// Returns why namespaces cannot be had.
fn namespaces() -> Result<(), String> {
    let script = "mount -t sysfs sysfs /sys && ip -V >/dev/null && test -c /dev/net/tun && : <>/dev/net/tun";
    let output =
        unshare().args(["sh", "-c", script]).output().map_err(|error| format!("unshare: {error}"))?;
    if output.status.success() { Ok(()) } else { Err(said(&output).trim().to_owned()) }
}

fn unshare() -> Command {
    let mut command = Command::new("unshare");
    command.args(["--net", "--mount"]);
    if !rustix::process::geteuid().is_root() {
        command.arg("--map-root-user");
    }
    command
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn set(host: &mut LinuxHost, change: LinkChange) -> Result<(), ActionError> {
    host.perform(&Action::SetLink { netdev: "ib0".parse().expect("a name"), change })
}

fn attribute(host: &LinuxHost, name: &str) -> String {
    match host.read(&format!("/sys/class/net/ib0/{name}")) {
        Some(Content::Text(text)) => text.trim_end().to_owned(),
        other => panic!("{name}: {other:?}"),
    }
}

fn ip_link() -> String {
    said(&Command::new("ip").args(["-j", "link", "show", "dev", "ib0"]).output().expect("ip runs"))
}

/// Makes a tap device of the ARP type that IPoIB netdevs have. It goes away with the file.
#[expect(unsafe_code, reason = "no safe call makes a tap device; ip(8) can, but not one of another type")]
fn infiniband_tap(name: &str) -> File {
    use rustix::ioctl::{IntegerSetter, Opcode, Setter, ioctl, opcode};
    /// `TUNSETIFF`.
    const SET_INTERFACE: Opcode = opcode::write::<i32>(b'T', 202);
    /// `TUNSETLINK`.
    const SET_LINK_TYPE: Opcode = opcode::write::<i32>(b'T', 205);
    /// `IFF_TAP | IFF_NO_PI`.
    const TAP: u16 = 0x1002;
    /// `ARPHRD_INFINIBAND`.
    const INFINIBAND: usize = 32;

    // `struct ifreq`: 16 bytes of name, then a union whose first two bytes are the flags.
    let mut request = [0_u8; 40];
    request[..name.len()].copy_from_slice(name.as_bytes());
    request[16..18].copy_from_slice(&TAP.to_ne_bytes());
    let tap = File::options().read(true).write(true).open("/dev/net/tun").expect("there is a tun driver");
    // SAFETY: TUNSETIFF reads and writes a `struct ifreq`, which has 40 bytes; TUNSETLINK takes its number by value.
    unsafe {
        ioctl(&tap, Setter::<SET_INTERFACE, _>::new(request)).expect("TUNSETIFF");
        ioctl(&tap, IntegerSetter::<SET_LINK_TYPE>::new_usize(INFINIBAND)).expect("TUNSETLINK");
    }
    tap
}
