//! Installing and removing: what the packages leave on a machine, and that they take it back.

use std::collections::BTreeSet;

use super::*;

/// A machine as far as packages look at it, with or without the vendor's stack installed and enabled.
fn machine(has_vendor: bool) -> TempDir {
    let machine = TempDir::new().unwrap();
    let at = |path: &str| machine.path().join(path);
    for folder in [
        "etc/systemd/system",
        "etc/udev/rules.d",
        "run",
        "usr/bin",
        "usr/lib/systemd/system",
        "usr/lib/udev/rules.d",
        "usr/libexec",
        "usr/share/doc",
        "usr/share/man/man1",
        "var/lib/dpkg/info",
        "var/lib/rpm",
    ] {
        std::fs::create_dir_all(at(folder)).unwrap();
        // dpkg takes empty folders away that nobody else owns; on a machine they are not empty.
        std::fs::write(at(folder).join("of-the-distribution"), "").unwrap();
    }
    std::fs::create_dir(at("var/lib/dpkg/updates")).unwrap();
    std::fs::write(at("var/lib/dpkg/status"), "").unwrap();
    std::fs::write(at("usr/lib/systemd/system/sysinit.target"), "[Unit]\nDescription=x\n").unwrap();
    if has_vendor {
        let unit = "[Service]\nExecStart=/usr/bin/true\n[Install]\nWantedBy=sysinit.target\n";
        std::fs::write(at("usr/lib/systemd/system/openibd.service"), unit).unwrap();
        std::fs::write(at("usr/lib/systemd/system/mlnx_interface_mgr@.service"), unit).unwrap();
        std::fs::write(at("usr/lib/udev/rules.d/90-ib.rules"), "# theirs\n").unwrap();
        systemctl(machine.path(), &["enable", "openibd.service"]);
    }
    machine
}

fn systemctl(machine: &Path, words: &[&str]) -> String {
    let output = run(Command::new("systemctl").arg(format!("--root={}", machine.display())).args(words));
    String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
}

/// Runs dpkg on a machine. Scripts run outside it, as they do when an image is built.
fn dpkg(machine: &Path, words: &[&str], package: Option<&Path>) {
    succeed(
        Command::new("dpkg")
            .arg(format!("--root={}", machine.display()))
            .args(["--force-script-chrootless", "--force-depends"])
            .args(words)
            .args(package),
    );
}

fn rpm(machine: &Path, words: &[&str], package: Option<&Path>) -> String {
    // Debian's rpm would keep its records in the caller's home.
    let machine = format!("--root={}", machine.display());
    succeed(Command::new("rpm").args([&machine, "--dbpath=/var/lib/rpm"]).args(words).args(package))
}

/// Returns what came, went or changed.
fn changes(before: &Tree, machine: &Path) -> Vec<String> {
    let after = snapshot(machine);
    let paths: BTreeSet<_> = before.keys().chain(after.keys()).collect();
    let differs = paths.into_iter().filter(|path| before.get(*path) != after.get(*path));
    differs.map(|path| path.display().to_string()).collect()
}

#[test]
fn removing_the_deb_gives_everything_back() {
    for has_vendor in [false, true] {
        let machine = machine(has_vendor);
        let before = snapshot(machine.path());
        let deb = packaged(PACKAGES.path(), "deb");
        dpkg(machine.path(), &["--install"], Some(&deb));
        let link = machine.path().join("etc/systemd/system/openibd.service");
        assert_eq!(link.read_link().unwrap(), Path::new("/usr/lib/systemd/system/ibup.service"));
        assert_eq!(
            systemctl(machine.path(), &["is-enabled", "ibup.service", "openibd.service"]),
            "enabled\nalias"
        );

        // Once more, as an upgrade: nothing changes.
        let installed = snapshot(machine.path());
        dpkg(machine.path(), &["--install"], Some(&deb));
        assert_eq!(changes(&installed, machine.path()), [""; 0]);

        dpkg(machine.path(), &["--remove", "ibup"], None);
        assert_eq!(changes(&before, machine.path()), [""; 0]);
        if has_vendor {
            assert_eq!(systemctl(machine.path(), &["is-enabled", "openibd.service"]), "enabled");
        }

        // After a removal it is a new installation again, although dpkg remembers the old one.
        dpkg(machine.path(), &["--install"], Some(&deb));
        assert_eq!(systemctl(machine.path(), &["is-enabled", "ibup.service"]), "enabled");
        dpkg(machine.path(), &["--purge", "ibup"], None);
        assert_eq!(changes(&before, machine.path()), [""; 0]);
    }
}

#[test]
fn an_upgrade_leaves_a_disabled_unit_disabled_and_the_vendor_in_charge() {
    let machine = machine(true);
    let deb = packaged(PACKAGES.path(), "deb");
    dpkg(machine.path(), &["--install"], Some(&deb));
    systemctl(machine.path(), &["disable", "ibup.service"]);
    dpkg(machine.path(), &["--install"], Some(&deb));
    let states = systemctl(machine.path(), &["is-enabled", "ibup.service", "openibd.service"]);
    assert_eq!(states, "disabled\nenabled");
}

#[test]
fn removing_the_rpm_gives_everything_back() {
    let machine = machine(true);
    let before = snapshot(machine.path());
    let package = packaged(PACKAGES.path(), "rpm");
    // The scriptlets would need a whole system in there; the next test runs them.
    let install = ["--install", "--noscripts", "--nodeps", "--nosignature"];
    rpm(machine.path(), &install, Some(&package));
    let listed = rpm(machine.path(), &["--query", "--list", "ibup"], None);
    for path in listed.lines() {
        assert!(machine.path().join(&path[1..]).symlink_metadata().is_ok(), "{path}");
    }
    assert_eq!(rpm(machine.path(), &["--verify", "--nodeps", "ibup"], None), "");
    rpm(machine.path(), &["--erase", "--noscripts", "ibup"], None);
    let after = snapshot(machine.path());
    let left: Vec<_> = after.keys().filter(|path| !before.contains_key(*path)).collect();
    // Folders that are the distribution's stay where the distribution has not made them before.
    assert!(left.iter().all(|path| machine.path().join(path).is_dir()), "{left:?}");
    assert!(!left.iter().any(|path| path.to_string_lossy().contains("ibup")), "{left:?}");
    assert!(before.iter().all(|(path, entry)| after.get(path) == Some(entry)));
}

#[test]
fn the_scriptlets_of_the_rpm_enable_once_and_disable_at_the_end() {
    let calls = |script: &str, count: &str| {
        let folder = TempDir::new().unwrap();
        let log = folder.path().join("log");
        std::fs::write(&log, "").unwrap();
        // Programs that say how they were called, and fail: a scriptlet has to succeed even so.
        for name in ["systemctl", "journalctl", "udevadm", "systemd-tmpfiles", "rm"] {
            let text = format!("#!/bin/sh\necho {name} \"$@\" >>{}\nexit 1\n", log.display());
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        }
        let path = format!("{}:/usr/bin:/bin", folder.path().display());
        succeed(Command::new("sh").arg(root().join("dist/rpm").join(script)).arg(count).env("PATH", path));
        std::fs::read_to_string(log).unwrap()
    };
    let enable = "systemctl --no-reload preset ibup.service\n";
    let disable = "systemctl --no-reload disable ibup.service ibup-trace.service ibup-textfile.timer\n";
    assert!(calls("post.sh", "1").contains(enable));
    assert!(!calls("post.sh", "2").contains(enable));
    assert!(calls("preun.sh", "0").contains(disable));
    assert_eq!(calls("preun.sh", "1"), "");
    assert!(calls("postun.sh", "0").contains("journalctl --update-catalog\n"));
    assert_eq!(calls("postun.sh", "1"), "");
    // Nothing of a running machine is started, stopped or restarted, in neither form of package; but for the trace, which
    // does nothing to the machine, and ends with the program.
    let ends_the_trace = |line: &str| line.contains("systemctl stop ibup-trace.service");
    for script in ["deb/postinst", "deb/prerm", "deb/postrm", "rpm/post.sh", "rpm/preun.sh", "rpm/postun.sh"]
    {
        let text = std::fs::read_to_string(root().join("dist").join(script)).unwrap();
        for verb in [" start ", " stop ", " restart ", " --now "] {
            assert!(
                !text
                    .lines()
                    .any(|line| !line.starts_with('#') && line.contains(verb) && !ends_the_trace(line)),
                "{script}: {verb}"
            );
        }
    }
}

#[test]
fn both_packages_install_the_same_files() {
    let machine = machine(false);
    succeed(
        Command::new("dpkg-deb")
            .arg("--extract")
            .arg(packaged(PACKAGES.path(), "deb"))
            .arg(machine.path().join("deb")),
    );
    let of_deb: Vec<_> = snapshot(&machine.path().join("deb"))
        .into_keys()
        .filter(|path| !machine.path().join("deb").join(path).is_dir() || path.is_symlink())
        .map(|path| format!("/{}", path.display()))
        .collect();
    let of_rpm =
        rpm(machine.path(), &["--query", "--list", "--package"], Some(&packaged(PACKAGES.path(), "rpm")));
    let zsh = |path: &str| path.replace("site-functions", "vendor-completions");
    let of_rpm: Vec<_> = of_rpm.lines().map(zsh).collect();
    for path in &of_deb {
        assert!(of_rpm.contains(path), "{path} is missing in the rpm");
    }
    // Seven folders of its own are named in the rpm as well.
    assert_eq!(of_rpm.len(), of_deb.len() + 7, "{of_rpm:#?}");
    for link in ["openibd", "mlnx_interface_mgr.sh", "mlnx_conf_mgr.sh"] {
        let target = machine.path().join("deb/usr/libexec/ibup").join(link).canonicalize().unwrap();
        assert_eq!(target, machine.path().canonicalize().unwrap().join("deb/usr/bin/ibup"));
    }
}

#[test]
fn the_same_input_gives_the_same_packages() {
    let again = package(Path::new("/usr/bin/true"));
    for ending in ["deb", "rpm"] {
        let first = std::fs::read(packaged(PACKAGES.path(), ending)).unwrap();
        assert!(first == std::fs::read(packaged(again.path(), ending)).unwrap(), "the {ending} differs");
    }
}
