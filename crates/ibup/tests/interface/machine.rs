//! A machine made of plain files, with the fixtures that the cases share.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// The id of the boot, as state files hold it.
pub(crate) const BOOT: &str = "11111111222233334444555555555555\n";
/// The time by the clock on the wall.
pub(crate) const NOW: i64 = 1_000_000;
/// What is logged by a program that is run.
const COMMANDS: &str = "commands";
/// openib.conf as it is shipped.
const OPENIB_CONF: &str = "ONBOOT=yes\nALLOW_STOP=yes\nFORCE_MODE=no\nNODE_DESC=$(hostname -s)\n";
/// The setting that chooses a policy.
const POLICY: &str = "\nIBUP_POLICY=";

/// A machine made of plain files.
pub(crate) struct Machine {
    directory: TempDir,
    policy: &'static str,
}

impl Machine {
    /// Returns a machine that has booted and has openib.conf, mlx5.conf and an ifup that does nothing.
    pub(crate) fn new(policy: &'static str) -> Self {
        let machine = Self { directory: tempfile::tempdir().expect("a directory"), policy };
        machine
            .file("/proc/sys/kernel/random/boot_id", "11111111-2222-3333-4444-555555555555\n")
            .openib_conf(OPENIB_CONF)
            .file("/etc/infiniband/mlx5.conf", "# nothing is wished\n")
            .directory("/run")
            .program("/sbin/ifup", "exit 0")
    }

    /// Writes a file.
    pub(crate) fn file(self, path: &str, text: &str) -> Self {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a path below the root")).expect("directories are made");
        fs::write(path, text).expect("the file is written");
        self
    }

    /// Removes a file.
    pub(crate) fn without(self, path: &str) -> Self {
        fs::remove_file(self.path(path)).expect("the file was there");
        self
    }

    /// Makes a directory.
    pub(crate) fn directory(self, path: &str) -> Self {
        fs::create_dir_all(self.path(path)).expect("directories are made");
        self
    }

    /// Makes a program that notes how it was called and goes on with a script.
    pub(crate) fn program(self, path: &str, script: &str) -> Self {
        let name = path.rsplit('/').next().unwrap_or(path);
        let machine = self.file(path, &format!("#!/bin/sh\necho \"{name} $*\" >> {COMMANDS}\n{script}\n"));
        let mode = fs::Permissions::from_mode(0o755);
        fs::set_permissions(machine.path(path), mode).expect("the mode is set");
        machine
    }

    /// Writes openib.conf, with the policy of the case behind it.
    pub(crate) fn openib_conf(self, text: &str) -> Self {
        let policy = self.policy;
        self.file("/etc/infiniband/openib.conf", &format!("{text}{POLICY}{policy}\n"))
    }

    /// Makes it one of Red Hat's kin.
    pub(crate) fn red_hat(self) -> Self {
        self.file("/etc/redhat-release", "Red Hat Enterprise Linux\n")
            .file("/etc/sysconfig/network-scripts/ifcfg-lo", "DEVICE=lo\n")
            .file("/etc/sysconfig/network-scripts/network-functions", "# functions\n")
    }

    /// Adds an IPoIB netdev.
    pub(crate) fn infiniband(self, name: &str) -> Self {
        self.file(&format!("/sys/class/net/{name}/create_child"), "").infiniband_without_children(name)
    }

    /// Adds an IPoIB netdev that cannot have children.
    pub(crate) fn infiniband_without_children(self, name: &str) -> Self {
        let file = |machine: Self, attribute: &str, text: &str| {
            machine.file(&format!("/sys/class/net/{name}/{attribute}"), text)
        };
        let attributes = [
            ("device/local_cpus", "0000ffff\n"),
            ("type", "32\n"),
            ("queues/rx-0/rps_cpus", ""),
            ("flags", "0x1002\n"),
            ("mtu", "4092\n"),
        ];
        attributes.into_iter().fold(self, |machine, (attribute, text)| file(machine, attribute, text))
    }

    /// Adds an ifcfg file.
    pub(crate) fn ifcfg(self, name: &str, lines: &str) -> Self {
        let text = format!("DEVICE={name}\n{lines}\n");
        self.file(&format!("/etc/sysconfig/network-scripts/ifcfg-{name}"), &text)
    }

    /// Notes that an interface was seen in this boot.
    pub(crate) fn seen(self, name: &str) -> Self {
        self.file(&format!("/run/mlx_ifc-{name}.bootid"), BOOT)
    }

    /// Returns where a file lies.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.directory.path().join(path.trim_start_matches('/'))
    }

    /// Returns the root of the machine.
    pub(crate) fn root(&self) -> &Path {
        self.directory.path()
    }

    /// Runs the program under another name.
    pub(crate) fn run(
        &self,
        name: &str,
        arguments: &[&str],
        now: i64,
        environment: &[(&str, &str)],
    ) -> Output {
        let bin = self.path("/bin");
        fs::create_dir_all(&bin).expect("a directory for the program");
        let program = bin.join(name);
        match symlink(env!("CARGO_BIN_EXE_ibup"), &program) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => {
                panic!("no link to the program: {error}")
            }
            _ => {}
        }
        Command::new(program)
            .args(arguments)
            .env_remove("OPENIBD_CONFIG")
            .env_remove("MLX5_CONFIG")
            .env("IBUP_ROOT", self.root())
            .env("IBUP_NOW", now.to_string())
            .envs(environment.iter().copied())
            .output()
            .expect("the program runs")
    }

    /// Returns the files that may be changed, with their text.
    pub(crate) fn files(&self) -> BTreeMap<String, String> {
        let mut files = BTreeMap::new();
        for directory in ["run", "sys"] {
            self.collect(&self.path(directory), &mut files);
        }
        // Locks are empty, and how links look is told by the commands.
        let is_told_otherwise =
            |path: &str| path.starts_with("/run/ibup/") || path.ends_with("/flags") || path.ends_with("/mtu");
        files.retain(|path, _| !is_told_otherwise(path));
        files
    }

    fn collect(&self, directory: &Path, files: &mut BTreeMap<String, String>) {
        for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                self.collect(&path, files);
            } else if let Ok(text) = fs::read_to_string(&path) {
                let inside = path.strip_prefix(self.root()).expect("a path below the root");
                files.insert(format!("/{}", inside.display()), text);
            }
        }
    }

    /// Returns how programs were called.
    pub(crate) fn commands(&self) -> Vec<String> {
        let text = fs::read_to_string(self.path(COMMANDS)).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }
}
