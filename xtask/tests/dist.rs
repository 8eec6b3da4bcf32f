//! What gets installed, held against the programs that will read it: systemd, udev, journald, dpkg, rpm.
//!
//! Nothing of the machine is changed: packages are installed in throw-away roots, and udev sees devices made of files.
//! A program that is missing is a failure; docs/packaging.md says which packages bring them.

use std::collections::BTreeMap;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use clap::Parser;
use tempfile::TempDir;

#[path = "dist/boot.rs"]
mod boot;
#[path = "dist/install.rs"]
mod install;
#[path = "dist/rules.rs"]
mod rules;
#[path = "dist/units.rs"]
mod units;

const UNITS: &[&str] = &[
    "ibup.service",
    "ibup-configure@.service",
    "ibup-raise@.service",
    "ibup-trace.service",
    "ibup-textfile.service",
    "ibup-textfile.timer",
];

/// Names a netdev may have, and the instance that systemd-escape(1) makes of them.
const NAMES: &[(&str, &str)] = &[
    ("ib0", "ib0"),
    ("ib0.8001", "ib0.8001"),
    ("ibp75s0.8001", "ibp75s0.8001"),
    ("ib_stor.8001", "ib_stor.8001"),
    ("ib-s0", r"ib\x2ds0"),
    ("ib-s0.8001", r"ib\x2ds0.8001"),
    ("ibP1s0f0-a.ffff", r"ibP1s0f0\x2da.ffff"),
    (".ib0", r"\x2eib0"),
    ("ib0#a", r"ib0\x23a"),
];

/// The packages, made once of a program that does nothing.
static PACKAGES: LazyLock<TempDir> = LazyLock::new(|| package(Path::new("/usr/bin/true")));

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

fn package(program: &Path) -> TempDir {
    let folder = TempDir::new().expect("there is room for packages");
    let mut xtask = Command::new(env!("CARGO_BIN_EXE_xtask"));
    succeed(xtask.args(["package", "--program"]).arg(program).arg("--into").arg(folder.path()));
    folder
}

/// Returns the package with an ending.
fn packaged(folder: &Path, ending: &str) -> PathBuf {
    let mut entries = folder.read_dir().expect("packages lie there").map(|entry| entry.unwrap().path());
    entries.find(|path| path.extension().is_some_and(|found| found == ending)).expect("the package was made")
}

/// Runs a program, with words in no language.
fn run(command: &mut Command) -> Output {
    let name = command.get_program().to_string_lossy().into_owned();
    command.env("LC_ALL", "C.UTF-8").env("SYSTEMD_COLORS", "0");
    command.output().unwrap_or_else(|error| {
        panic!("{name}: {error}; see \"Packages for the tests\" in docs/packaging.md")
    })
}

/// Runs a program that has to succeed; returns what it said on standard output.
fn succeed(command: &mut Command) -> String {
    let output = run(command);
    assert!(output.status.success(), "{command:?}: {}\n{}", output.status, said(&output));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn unit(name: &str) -> String {
    std::fs::read_to_string(root().join("dist/systemd").join(name)).expect("the unit is there")
}

/// Copies the units to where a program under /usr/bin/ibup is not needed.
fn units_with_a_program() -> TempDir {
    let folder = TempDir::new().unwrap();
    std::fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    for name in UNITS.iter().chain(&["ibup-hca.target"]) {
        std::fs::write(folder.path().join(name), unit(name).replace("=/usr/bin/ibup", "=/usr/bin/true"))
            .unwrap();
    }
    folder
}

/// Returns the search path with a folder in front of the usual ones.
fn in_front(folder: &Path) -> String {
    format!("{}:", folder.display())
}

#[test]
fn systemd_has_nothing_to_say_against_the_units() {
    let units = units_with_a_program();
    let instances = NAMES.iter().flat_map(|(_, instance)| {
        ["configure", "raise"].map(|verb| format!("ibup-{verb}@{instance}.service"))
    });
    let output = run(Command::new("systemd-analyze")
        .args([
            "verify",
            "--man=no",
            "--recursive-errors=yes",
            "ibup.service",
            "ibup-hca.target",
            "ibup-trace.service",
            "ibup-textfile.timer",
        ])
        .args(instances)
        .env("SYSTEMD_UNIT_PATH", in_front(units.path())));
    // It succeeds on a key that it does not know, too, and only says so. What other units have wrong is not ours.
    let said = said(&output);
    let of_ours: Vec<_> = said.lines().filter(|line| line.contains("ibup")).collect();
    assert_eq!((output.status.code(), of_ours), (Some(0), vec![]), "{said}");
}

#[test]
fn a_boot_with_the_units_has_no_ordering_cycle_and_takes_openibd_for_ibup() {
    let units = units_with_a_program();
    let wants = units.path().join("sysinit.target.wants");
    std::fs::create_dir(&wants).unwrap();
    symlink("../ibup.service", wants.join("ibup.service")).unwrap();
    symlink("../ibup-trace.service", wants.join("ibup-trace.service")).unwrap();
    symlink("ibup.service", units.path().join("openibd.service")).unwrap();
    // As the vendor's package leaves it: the name is wanted, too, and leads to a file of its own elsewhere.
    symlink("/usr/lib/systemd/system/openibd.service", wants.join("openibd.service")).unwrap();
    // All that a boot may have of network services, so that every line of order counts.
    let wants = units.path().join("multi-user.target.wants");
    std::fs::create_dir(&wants).unwrap();
    let network = "[Unit]\nWants=network.target network-pre.target\nAfter=network-pre.target\nBefore=network.target network-online.target\n\
                   [Service]\nType=oneshot\nExecStart=/usr/bin/true\n";
    for name in services(&unit("ibup.service"), "Before=") {
        std::fs::write(units.path().join(&name), network).unwrap();
        symlink(format!("../{name}"), wants.join(name)).unwrap();
    }
    for name in ["network-online.target", "ibup-configure@ib0.service", "ibup-raise@ib0.service"] {
        symlink(format!("/usr/lib/systemd/system/{name}"), wants.join(name)).unwrap();
    }
    // systemd makes a boot's plan only for somebody without rights.
    let output = run(Command::new("setpriv")
        .args(["--reuid=65534", "--clear-groups", "/lib/systemd/systemd", "--test", "--system"])
        .arg("--unit=multi-user.target")
        .env("SYSTEMD_UNIT_PATH", in_front(units.path())));
    let plan = said(&output);
    let (_, unit) = plan.split_once("-> Unit ibup.service:\n").expect("ibup.service is part of the boot");
    let unit = unit.split("-> Unit ").next().unwrap_or_default();
    assert!(unit.contains("Alias: openibd.service"), "{unit}");
    for name in [
        "ibup.service",
        "ibup-trace.service",
        "NetworkManager.service",
        "network-online.target",
        "ibup-raise@ib0.service",
    ] {
        assert!(plan.contains(&format!("Action: {name} -> start")), "{name} is not started");
    }
    assert!(!plan.contains("ordering cycle"), "{plan}");
}

#[test]
fn every_command_in_a_unit_is_one_that_the_program_takes() {
    let mut seen = 0;
    for name in UNITS {
        for line in unit(name).lines().filter(|line| line.starts_with("Exec")) {
            let (_, command) = line.split_once("=/usr/bin/").expect("the program is ours");
            let words = command.split(' ').map(|word| if word == "%I" { "ib-s0.8001" } else { word });
            ibup::cli::Cli::try_parse_from(words).unwrap_or_else(|error| panic!("{name}: {line}: {error}"));
            seen += 1;
        }
    }
    assert_eq!(seen, 9);
}

#[test]
fn a_name_survives_the_way_through_a_unit_name() {
    for (name, instance) in NAMES {
        let escape = |words: &[&str]| succeed(Command::new("systemd-escape").args(words));
        assert_eq!(escape(&["--", name]).trim_end(), *instance);
        assert_eq!(escape(&["--unescape", "--", instance]).trim_end(), *name);
        // BindsTo= names the device by the same instance; systemd names the device by its path.
        let device = escape(&["--path", "--suffix=device", &format!("/sys/subsystem/net/devices/{name}")]);
        assert_eq!(
            device.trim_end(),
            format!("sys-subsystem-net-devices-{}.device", dot_inside_a_path(instance))
        );
    }
    for name in UNITS.iter().filter(|name| name.contains('@')) {
        let unit = unit(name);
        assert!(unit.contains("\nBindsTo=sys-subsystem-net-devices-%i.device\n"), "{name}");
        assert!(unit.contains(" -- %I\n"), "{name}");
    }
}

/// A dot is escaped at the very beginning only, which in a path's name it no longer is.
fn dot_inside_a_path(instance: &str) -> String {
    instance.strip_prefix(r"\x2e").map_or_else(|| instance.to_owned(), |rest| format!(".{rest}"))
}

#[test]
fn whoever_raises_is_told_after_every_network_service_that_is_started_before() {
    assert_eq!(services(&unit("ibup.service"), "Before="), services(&unit("ibup-raise@.service"), "After="));
}

/// Returns the network services that a unit orders itself against.
fn services(unit: &str, key: &str) -> Vec<String> {
    let values = unit.lines().filter_map(|line| line.strip_prefix(key)).flat_map(str::split_whitespace);
    let mut services: Vec<_> = values
        .filter(|name| name.ends_with(".service") && !name.starts_with("ibup"))
        // It only decides what networking.service will do.
        .filter(|name| *name != "ifupdown-pre.service")
        .map(str::to_owned)
        .collect();
    // systemd-udevd and the like are no network services.
    services.retain(|name| !name.starts_with("systemd-") || name == "systemd-networkd.service");
    services.sort();
    services
}

#[test]
fn the_documented_exposure_is_the_measured_one() {
    let page = std::fs::read_to_string(root().join("docs/boot-services.md")).expect("the page is there");
    let (_, page) = page.split_once("\n## Confinement\n").expect("the page has the chapter");
    for name in UNITS.iter().filter(|name| name.ends_with(".service")) {
        let row = page
            .lines()
            .find_map(|line| line.strip_prefix(&format!("| `{name}` | ")))
            .expect("the unit has a row");
        let documented: f64 =
            row.split(' ').next().unwrap_or_default().parse().expect("the exposure is a number");
        let output = succeed(
            Command::new("systemd-analyze")
                .args(["security", "--offline=true", "--no-pager"])
                .arg(root().join("dist/systemd").join(name)),
        );
        let (_, measured) = output.rsplit_once(".service: ").expect("the last line is the sum");
        let measured: f64 =
            measured.split(' ').next().unwrap_or_default().parse().expect("the sum is a number");
        // Versions of systemd weigh a little differently.
        assert!((documented - measured).abs() < 0.45, "{name}: the page says {documented}, it is {measured}");
    }
}

#[test]
fn journald_takes_the_catalogs_and_shows_each_entry_whole() {
    let machine = TempDir::new().unwrap();
    let catalogs = machine.path().join("usr/lib/systemd/catalog");
    std::fs::create_dir_all(&catalogs).unwrap();
    std::fs::create_dir_all(machine.path().join("var/lib/systemd/catalog")).unwrap();
    for name in ["ibup.catalog", "ibup.zh_CN.catalog"] {
        std::fs::copy(root().join("dist/catalog").join(name), catalogs.join(name)).unwrap();
    }
    let journalctl = || {
        let mut command = Command::new("journalctl");
        command.arg(format!("--root={}", machine.path().display()));
        command
    };
    let output = run(journalctl().arg("--update-catalog"));
    assert_eq!((output.status.code(), said(&output).as_str()), (Some(0), ""));
    for name in ["ibup.catalog", "ibup.zh_CN.catalog"] {
        let text = std::fs::read_to_string(catalogs.join(name)).unwrap();
        let entries: Vec<_> = text.split("\n-- ").skip(1).collect();
        assert_eq!(entries.len(), ibup_chain::diagnosis::ALL.len() + ibup_chain::notice::ALL.len());
        // Which language it shows depends on locales that need not be installed: English is everybody's.
        if name == "ibup.catalog" {
            let (id, _) = entries[0].split_once('\n').unwrap();
            let shown = succeed(journalctl().args(["--dump-catalog", id]));
            assert_eq!(shown.trim_end(), format!("-- {}", entries[0].trim_end()));
        }
    }
    let listed = succeed(journalctl().arg("--list-catalog"));
    for diagnosis in ibup_chain::diagnosis::ALL {
        assert!(
            listed.contains(&format!("ibup: {} {}: ", diagnosis.code, diagnosis.name)),
            "{}",
            diagnosis.code
        );
    }
}

#[test]
fn the_scripts_of_the_packages_are_clean() {
    let scripts = [
        "deb/preinst",
        "deb/postinst",
        "deb/prerm",
        "deb/postrm",
        "rpm/post.sh",
        "rpm/preun.sh",
        "rpm/postun.sh",
    ];
    succeed(
        Command::new("shellcheck")
            .args(["--shell=sh", "--norc"])
            .args(scripts.map(|script| root().join("dist").join(script))),
    );
}

/// The files of a tree: mode and content of each.
type Tree = BTreeMap<PathBuf, (u32, Vec<u8>)>;

/// Returns every file of a tree, but for what the package manager keeps for itself.
fn snapshot(tree: &Path) -> Tree {
    let walk = walkdir::WalkDir::new(tree).into_iter().map(|entry| entry.expect("the tree can be read"));
    let described = walk.map(|entry| {
        let path = entry.path();
        let kind = entry.file_type();
        let content = if kind.is_symlink() {
            path.read_link().unwrap().into_os_string().into_encoded_bytes()
        } else if kind.is_file() {
            std::fs::read(path).unwrap()
        } else {
            Vec::new()
        };
        let mode = path.symlink_metadata().unwrap().mode();
        (path.strip_prefix(tree).unwrap().to_owned(), (mode, content))
    });
    described
        .filter(|(path, _)| !path.starts_with("var/lib/dpkg") && !path.starts_with("var/lib/rpm"))
        .collect()
}
