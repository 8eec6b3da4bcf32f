//! A machine made of plain files, with a modprobe that knows nothing but them.

use std::collections::BTreeMap;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

/// The boot ID, without dashes, and as a state file holds it.
pub(crate) const BOOT_ID: &str = "11111111222233334444555555555555";
/// The modules that an empty openib.conf asks for, in order.
pub(crate) const ALL: &str = "mlx5_ib mlx5_core ib_umad ib_uverbs ib_ipoib rdma_cm rdma_ucm";
/// What a boot prints when all is well.
pub(crate) const LOADED: &str = "Loading HCA driver and Access Layer:[  OK  ]\n";

/// Refuses the modules that have a file under `refuse/`, with its words; runs what lies under `on-load/`.
const MODPROBE: &str = r#"#!/bin/sh
echo "modprobe $*" >> commands
action=$1; shift; status=0
for module; do
  if [ -e "refuse/$module" ]; then cat "refuse/$module" >&2; status=1; continue; fi
  if [ -e "on-load/$module" ]; then . "./on-load/$module"; fi
  grep -v "^$module " proc/modules > modules.new
  if [ "$action" = -a ]; then echo "$module 1 0 - Live 0x0" >> modules.new; fi
  mv modules.new proc/modules
done
if [ -e after ]; then . ./after; fi
exit $status
"#;

/// The shipped openib.conf, without its comments.
const SHIPPED: &str = "\
ONBOOT=yes
ALLOW_STOP=yes
FORCE_MODE=no
NODE_DESC=$(hostname -s)
NODE_DESC_TIME_BEFORE_UPDATE=20
NODE_DESC_UPDATE_TIMEOUT=120
POST_START_DELAY=0
RUN_AFFINITY_TUNER=no
RUN_MLNX_TUNE=no
RUN_SYSCTL=no
LOAD_EIPOIB=no
SRP_LOAD=no
ENABLE_FW_TRACER=yes
";

/// A machine.
pub(crate) struct Machine {
    directory: TempDir,
    environment: Vec<(&'static str, String)>,
}

/// What a program did.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) exit: i32,
    pub(crate) stdout: String,
    /// The log: standard error, since the machine has no journal.
    pub(crate) log: String,
}

impl Machine {
    /// Returns a machine with one card in Ethernet mode, the vendor's modules installed and none loaded.
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir().expect("a directory can be made");
        std::fs::create_dir(directory.path().join("root")).expect("a directory can be made");
        let program = assert_cmd::cargo::cargo_bin("ibup");
        symlink(program, directory.path().join("openibd")).expect("a link can be made");
        let machine = Self { directory, environment: vec![("IBUP_NOW", "1000000".to_owned())] };
        let index: String =
            ALL.split(' ').map(|name| format!("extra/{name}.ko: extra/mlx_compat.ko\n")).collect();
        machine
            .with("/proc/sys/kernel/random/boot_id", "11111111-2222-3333-4444-555555555555\n")
            .with("/proc/sys/kernel/osrelease", "5.14.0\n")
            .with("/proc/sys/kernel/hostname", "node-9.domain.tld\n")
            .with("/proc/modules", "")
            .with("/lib/modules/5.14.0/modules.dep", &format!("{index}extra/mlx_compat.ko:\n"))
            .with("/sys/bus/pci/devices/0000:4b:00.0/vendor", "0x15b3\n")
            .with("/sys/bus/pci/devices/0000:4b:00.0/class", "0x020000\n")
            .with("/etc/infiniband/openib.conf", SHIPPED)
            .with("/run/keep", "")
            .with_program("/sbin/modprobe", MODPROBE)
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.directory.path().join("root")
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root().join(path.trim_start_matches('/'))
    }

    pub(crate) fn with(self, path: &str, text: &str) -> Self {
        self.write(path, text);
        self
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().expect("it lies in a directory"))
            .expect("a directory can be made");
        std::fs::write(path, text).expect("a file can be written");
    }

    pub(crate) fn with_program(self, path: &str, text: &str) -> Self {
        self.write(path, text);
        let executable = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(self.path(path), executable).expect("it can be made executable");
        self
    }

    pub(crate) fn with_link(self, path: &str, target: &str) -> Self {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().expect("it lies in a directory"))
            .expect("a directory can be made");
        symlink(target, path).expect("a link can be made");
        self
    }

    pub(crate) fn without(self, path: &str) -> Self {
        std::fs::remove_file(self.path(path)).expect("it was there");
        self
    }

    pub(crate) fn with_environment(mut self, name: &'static str, value: &str) -> Self {
        self.environment.push((name, value.to_owned()));
        self
    }

    /// Returns the machine with lines more in openib.conf.
    pub(crate) fn with_conf(self, lines: &str) -> Self {
        self.with("/etc/infiniband/openib.conf", &format!("{SHIPPED}{lines}"))
    }

    /// Returns the machine with these modules loaded, as lines of `/proc/modules`.
    pub(crate) fn with_modules(self, modules: &str) -> Self {
        self.with("/proc/modules", modules)
    }

    /// Returns the machine as one whose modprobe refuses a module.
    pub(crate) fn refusing(self, module: &str, words: &str) -> Self {
        self.with(&format!("/refuse/{module}"), words)
    }

    /// Runs the program under the name of the script.
    pub(crate) fn openibd(&self, arguments: &str) -> Done {
        done(&self.command(&self.directory.path().join("openibd"), arguments).output().expect("it runs"))
    }

    /// Runs the program under its own name.
    pub(crate) fn ibup(&self, arguments: &str) -> Done {
        let mut command = self.command(&assert_cmd::cargo::cargo_bin("ibup"), arguments);
        done(&command.arg("--root").arg(self.root()).output().expect("it runs"))
    }

    /// Starts the program under the name of the script.
    pub(crate) fn spawn_openibd(&self, arguments: &str) -> Child {
        let mut command = self.command(&self.directory.path().join("openibd"), arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs")
    }

    fn command(&self, program: &Path, arguments: &str) -> Command {
        let mut command = Command::new(program);
        command.args(arguments.split_whitespace()).env_clear().env("IBUP_ROOT", self.root());
        command.envs(self.environment.iter().cloned()).stdin(Stdio::null());
        command
    }

    /// Returns the programs that were run, one a line.
    pub(crate) fn commands(&self) -> String {
        self.read("/commands").unwrap_or_default()
    }

    pub(crate) fn read(&self, path: &str) -> Option<String> {
        std::fs::read_to_string(self.path(path)).ok()
    }

    /// Returns all files and what they hold, the tools of the machine and locks aside.
    pub(crate) fn files(&self) -> BTreeMap<String, String> {
        let root = self.root();
        let mut files = BTreeMap::new();
        for entry in walkdir::WalkDir::new(&root).into_iter().map(|entry| entry.expect("it can be read")) {
            let path =
                entry.path().strip_prefix(&root).expect("it lies below").to_string_lossy().into_owned();
            let is_tool = ["commands", "proc/modules", "run/ibup/"].iter().any(|tool| path.starts_with(tool));
            if entry.file_type().is_file() && !is_tool {
                files.insert(format!("/{path}"), std::fs::read_to_string(entry.path()).unwrap_or_default());
            }
        }
        files
    }
}

fn done(output: &Output) -> Done {
    Done {
        exit: output.status.code().expect("no signal ended it"),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        log: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Runs something on a machine and returns what it did, with the files that are new, changed or gone.
pub(crate) fn watched(machine: &Machine, run: impl FnOnce(&Machine) -> Done) -> (Done, Vec<String>) {
    let before = machine.files();
    let done = run(machine);
    let after = machine.files();
    let written = after.iter().filter(|(path, text)| before.get(*path) != Some(text));
    let written = written.map(|(path, text)| format!("{path} := {}", text.trim_end()));
    let gone = before.keys().filter(|path| !after.contains_key(*path)).map(|path| format!("{path} removed"));
    let changes = written.chain(gone).collect();
    (done, changes)
}
