//! What is installed for monitoring systems, held against the systems themselves or, where they cannot be had, against what
//! they do with it.
//!
//! `prometheus-node-exporter` and `monitoring-plugins-basic` are Debian packages. Where they are missing the tests fail if
//! `CI=true`, and say `skipped` otherwise.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::machine::{machine, raise, write};

/// A machine with a program `ibup` that is asked about it, however it is called.
struct Site {
    machine: TempDir,
    programs: TempDir,
}

impl Site {
    fn new() -> Self {
        let site = Self { machine: machine(), programs: tempfile::tempdir().expect("there is room") };
        let (ibup, root) = (assert_cmd::cargo::cargo_bin!("ibup"), site.machine.path());
        let (ibup, root) = (ibup.display(), root.display());
        site.program(
            "ibup",
            &format!("exec '{ibup}' \"$@\" --root '{root}' --journal '{root}/journal.log'\n"),
        );
        site
    }

    /// Makes a program of the site.
    fn program(&self, name: &str, script: &str) {
        let path = self.programs.path().join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}")).expect("a program can be written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("it can be made one");
    }

    fn path(&self, name: &str) -> PathBuf {
        self.programs.path().join(name)
    }

    /// Runs a program with next to no environment, the site's programs first.
    fn run(&self, program: impl AsRef<Path>, arguments: &[&str]) -> (Option<i32>, String) {
        let mut command = Command::new(program.as_ref());
        command
            .args(arguments)
            .env_clear()
            .env("PATH", format!("{}:/usr/bin:/bin", self.programs.path().display()));
        command.env("IBUP", self.path("ibup")).env("IBUP_RUN", self.machine.path().join("run"));
        command.env("IBUP_DEFAULTS", self.machine.path().join("etc/default/ibup-slurm"));
        command.env("SLURMD_NODENAME", "n0");
        said(&command.output().expect("the program runs"))
    }
}

fn said(output: &Output) -> (Option<i32>, String) {
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    (output.status.code(), text.trim_end().to_owned())
}

fn dist(path: &str) -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../dist")).join(path)
}

/// Returns whether no program is missing; where they have to be there and are not, the test fails.
#[expect(clippy::print_stdout, reason = "a test that did not run says so")]
pub(crate) fn is_installed(missing: &[&str], packages: &str) -> bool {
    assert!(
        missing.is_empty() || std::env::var("CI").is_err(),
        "{missing:?} are missing: install {packages}"
    );
    if !missing.is_empty() {
        println!("skipped: {missing:?} are missing: install {packages}");
    }
    missing.is_empty()
}

/// Returns the program if it is not there.
fn missing(program: &str) -> Vec<&str> {
    if Path::new(program).exists() { Vec::new() } else { vec![program] }
}

#[test]
fn node_health_check_fails_the_node_and_names_the_cause() {
    let site = Site::new();
    // What nhc does: it sources the modules, evaluates the lines of nhc.conf, and a check that calls `die` has failed.
    let nhc = r#"
        function die() { CHECK_RC=$1; shift; echo "ERROR:  nhc:  Health check failed:  $*"; return "$CHECK_RC"; }
        . "$0" && eval "$1"
    "#;
    let module = dist("nhc/ibup.nhc").display().to_string();
    let run = |line: &str| site.run("/bin/bash", &["-c", nhc, &module, line]);
    let failed = "ERROR:  nhc:  Health check failed:  check_ibup:  IB0301 ib0 down driver-stack-not-started";
    assert_eq!(run("check_ibup"), (Some(1), failed.to_owned()));
    let (status, text) = run("check_ibup --no-such-option");
    assert_eq!(
        (status, text.contains("check_ibup:  ibup check ended with status 2")),
        (Some(1), true),
        "{text}"
    );
    raise(site.machine.path());
    assert_eq!(run("check_ibup"), (Some(0), String::new()));
    assert_eq!(run("check_ibup --expect ib0,ib1").0, Some(1));
}

#[test]
fn node_problem_detector_is_told_what_its_configuration_asks_for() {
    let site = Site::new();
    let config = fs::read_to_string(dist("npd/ibup.json")).expect("it is there");
    let config: serde_json::Value = serde_json::from_str(&config).expect("it is JSON");
    let rule = &config["rules"][0];
    assert_eq!((&rule["type"], &rule["condition"]), (&"permanent".into(), &config["conditions"][0]["type"]));
    assert_eq!(rule["path"], "/usr/bin/ibup");
    let arguments: Vec<&str> =
        rule["args"].as_array().expect("a list").iter().map(|word| word.as_str().expect("a word")).collect();
    let (status, text) = site.run(site.path("ibup"), &arguments);
    let longest =
        usize::try_from(config["pluginConfig"]["max_output_length"].as_u64().expect("a number")).unwrap();
    assert!(text.starts_with("IB0301 ib0 down") && text.len() <= longest, "{text}");
    assert_eq!(status, Some(1));
    raise(site.machine.path());
    assert_eq!(site.run(site.path("ibup"), &arguments), (Some(0), "1 interface up".to_owned()));
}

#[test]
fn the_monitoring_plugins_know_the_statuses_of_nagios() {
    const NEGATE: &str = "/usr/lib/nagios/plugins/negate";
    if !is_installed(&missing(NEGATE), "monitoring-plugins-basic") {
        return;
    }
    let site = Site::new();
    let ibup = site.path("ibup").display().to_string();
    let negated = |statuses: &[&str]| {
        let arguments: Vec<&str> =
            statuses.iter().copied().chain(["-s", &ibup, "check", "--format", "nagios"]).collect();
        let (status, text) = site.run(NEGATE, &arguments);
        (status, text.lines().next().unwrap_or_default().to_owned())
    };
    let line = "IBUP WARNING - 1/1 not up: IB0301 ib0 down driver-stack-not-started | 'up'=0;;1:;0;1";
    assert_eq!(negated(&["-c", "WARNING"]), (Some(1), line.to_owned()));
    raise(site.machine.path());
    assert_eq!(
        negated(&["-o", "UNKNOWN"]),
        (Some(3), "IBUP UNKNOWN - 1 interface up | 'up'=1;;1:;0;1".to_owned())
    );
    for (name, command) in
        [("nagios/ibup.cfg", "command_line    /usr/bin/ibup"), ("nagios/nrpe.cfg", "=/usr/bin/ibup")]
    {
        let text = fs::read_to_string(dist(name)).expect("it is there");
        assert!(text.contains(&format!("{command} check --format nagios")), "{text}");
    }
}

/// A daemon that ends with the test.
struct Daemon(Child);

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn node_exporter_serves_what_the_service_writes() {
    const EXPORTER: &str = "/usr/bin/prometheus-node-exporter";
    if !is_installed(&missing(EXPORTER), "prometheus-node-exporter") {
        return;
    }
    let site = Site::new();
    let service = fs::read_to_string(dist("systemd/ibup-textfile.service")).expect("it is there");
    let value =
        |key: &str| service.lines().find_map(|line| line.strip_prefix(key)).expect("the service has it");
    let file = value("Environment=IBUP_TEXTFILE=");
    assert_eq!(file, "/var/lib/prometheus/node-exporter/ibup.prom");
    let folder = site.machine.path().join("metrics");
    let written = folder.join("ibup.prom").display().to_string();
    let mut words =
        value("ExecStart=").split(' ').map(|word| if word == "${IBUP_TEXTFILE}" { &*written } else { word });
    assert_eq!(words.next(), Some("/usr/bin/ibup"));
    let arguments: Vec<&str> = words.collect();
    assert_eq!(site.run(site.path("ibup"), &arguments), (Some(0), String::new()));

    let address =
        TcpListener::bind("127.0.0.1:0").and_then(|port| port.local_addr()).expect("a port is free");
    let exporter = Command::new(EXPORTER)
        .args(["--collector.disable-defaults", "--collector.textfile"])
        .arg(format!("--collector.textfile.directory={}", folder.display()))
        .arg(format!("--web.listen-address={address}"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it runs");
    let _exporter = Daemon(exporter);
    let scrape = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(address)?;
        stream.write_all(b"GET /metrics HTTP/1.0\r\n\r\n")?;
        let mut text = String::new();
        stream.read_to_string(&mut text).map(|_| text)
    };
    let start = Instant::now();
    let scraped = loop {
        match scrape() {
            Ok(text) => break text,
            Err(error) if start.elapsed() > Duration::from_secs(30) => panic!("{address}: {error}"),
            Err(_) => std::thread::sleep(Duration::from_millis(20)),
        }
    };
    let has =
        |scraped: &str, line: &str| assert!(scraped.lines().any(|found| found == line), "{line}\n{scraped}");
    has(&scraped, "node_textfile_scrape_error 0");
    has(&scraped, "ibup_interface_up{interface=\"ib0\"} 0");
    has(
        &scraped,
        "ibup_cause_info{code=\"IB0301\",confidence=\"likely\",interface=\"ib0\",name=\"driver-stack-not-started\"} 1",
    );
    raise(site.machine.path());
    site.run(site.path("ibup"), &arguments);
    has(&scrape().expect("it still runs"), "ibup_interface_up{interface=\"ib0\"} 1");
}

/// What scontrol does of one node, by what Slurm 22.05 prints of it. Every call is written down.
const SCONTROL: &str = r#"
    echo "$*" >>"$0.calls"
    [ -e "$0.refuses" ] && { echo "slurm_load_node error: Unable to contact slurm controller" >&2; exit 1; }
    reason=$(cat "$0.reason" 2>/dev/null)
    case "$*" in
        "--oneliner show node n0")
            if [ -n "$reason" ]; then state=IDLE+DRAIN said=" Reason=$reason [root@2026-11-28T11:00:00]"; else state=IDLE said=; fi
            echo "NodeName=n0 Arch=x86_64 CPUTot=4 State=$state ThreadsPerCore=1 Weight=1 Owner=N/A$said" ;;
        "update NodeName=n0 State=RESUME") rm -f "$0.reason" ;;
        "update NodeName=n0 State=DRAIN Reason="*) echo "${4#Reason=}" >"$0.reason" ;;
        *) echo "invalid: $*" >&2; exit 1 ;;
    esac
"#;

#[test]
fn slurm_drains_the_node_for_our_reason_and_takes_back_no_other() {
    let site = Site::new();
    site.program("scontrol", SCONTROL);
    let state = |name: &str| fs::read_to_string(site.path(&format!("scontrol.{name}"))).unwrap_or_default();
    let forget = |name: &str| drop(fs::remove_file(site.path(&format!("scontrol.{name}"))));
    let run = || {
        forget("calls");
        site.run(dist("slurm/slurm-healthcheck"), &[])
    };
    let ours = "ibup:IB0301 ib0 down driver-stack-not-started\n";
    assert_eq!(run(), (Some(0), "IB0301 ib0 down driver-stack-not-started".to_owned()));
    assert_eq!(state("reason"), ours);
    assert!(
        ours.starts_with("ibup:IB0301 ib0 down"),
        "what sinfo -R shows of it tells code, interface and state"
    );
    run();
    assert_eq!(state("calls"), "--oneliner show node n0\n", "a reason that stands is not set again");

    let theirs = "NHC: check_fs_mount: /home is not mounted\n";
    fs::write(site.path("scontrol.reason"), theirs).expect("it can be written");
    run();
    assert_eq!(state("reason"), theirs);
    raise(site.machine.path());
    run();
    assert_eq!(state("reason"), theirs);

    write(site.machine.path(), "sys/class/net/ib0/flags", "0x1002\n");
    forget("reason");
    run();
    assert_eq!(state("reason"), ours);
    raise(site.machine.path());
    assert_eq!(run(), (Some(0), String::new()));
    assert_eq!(state("reason"), "");
    run();
    assert_eq!(state("calls"), "", "a node that is well and was so asks nothing");

    write(site.machine.path(), "etc/default/ibup-slurm", "IBUP_CHECK_OPTIONS='--expect ib1'\n");
    run();
    assert_eq!(state("reason"), "ibup:unknown ib1 down\n");
    write(site.machine.path(), "etc/default/ibup-slurm", "IBUP_CHECK_OPTIONS=--no-such-option\n");
    assert_eq!(run().0, Some(2));
    assert_eq!((state("calls"), &*state("reason")), (String::new(), "ibup:unknown ib1 down\n"));

    write(site.machine.path(), "etc/default/ibup-slurm", "");
    fs::write(site.path("scontrol.refuses"), "").expect("it can be written");
    assert_eq!(run().0, Some(1));
    forget("refuses");
    run();
    assert_eq!(state("reason"), "", "what the controller could not be told is told at the next look");
}
