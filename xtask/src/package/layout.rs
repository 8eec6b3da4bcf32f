//! The tree that a package installs: what of this repository lies where.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;

use super::{Form, call, make_directory};

/// The program.
const PROGRAM: &str = "usr/bin/ibup";

/// Files of the repository, and where they are installed.
const FILES: &[(&str, &str)] = &[
    ("dist/systemd/ibup.service", "usr/lib/systemd/system/ibup.service"),
    ("dist/systemd/ibup-hca.target", "usr/lib/systemd/system/ibup-hca.target"),
    ("dist/systemd/ibup-configure@.service", "usr/lib/systemd/system/ibup-configure@.service"),
    ("dist/systemd/ibup-raise@.service", "usr/lib/systemd/system/ibup-raise@.service"),
    ("dist/systemd/ibup-trace.service", "usr/lib/systemd/system/ibup-trace.service"),
    (
        "dist/systemd/mlnx_interface_mgr@.service.d/50-ibup.conf",
        "usr/lib/systemd/system/mlnx_interface_mgr@.service.d/50-ibup.conf",
    ),
    ("dist/systemd/ibup-textfile.service", "usr/lib/systemd/system/ibup-textfile.service"),
    ("dist/systemd/ibup-textfile.timer", "usr/lib/systemd/system/ibup-textfile.timer"),
    ("dist/systemd/50-ibup.preset", "usr/lib/systemd/system-preset/50-ibup.preset"),
    ("dist/udev/90-ibup.rules", "usr/lib/udev/rules.d/90-ibup.rules"),
    ("dist/tmpfiles.d/ibup.conf", "usr/lib/tmpfiles.d/ibup.conf"),
    ("dist/catalog/ibup.catalog", "usr/lib/systemd/catalog/ibup.catalog"),
    ("dist/catalog/ibup.zh_CN.catalog", "usr/lib/systemd/catalog/ibup.zh_CN.catalog"),
    ("dist/nhc/ibup.nhc", "usr/share/ibup/nhc/ibup.nhc"),
    ("dist/npd/ibup.json", "usr/share/ibup/npd/ibup.json"),
    ("dist/nagios/ibup.cfg", "usr/share/ibup/nagios/ibup.cfg"),
    ("dist/nagios/nrpe.cfg", "usr/share/ibup/nagios/nrpe.cfg"),
    ("README.md", "usr/share/doc/ibup/README.md"),
    ("README.zh-CN.md", "usr/share/doc/ibup/README.zh-CN.md"),
    ("CHANGELOG.md", "usr/share/doc/ibup/CHANGELOG.md"),
    ("LICENSE-MIT", "usr/share/doc/ibup/LICENSE-MIT"),
    ("LICENSE-APACHE", "usr/share/doc/ibup/LICENSE-APACHE"),
    ("docs/boot-services.md", "usr/share/doc/ibup/boot-services.md"),
    ("docs/packaging.md", "usr/share/doc/ibup/packaging.md"),
    ("docs/checks.md", "usr/share/doc/ibup/checks.md"),
    ("docs/checks.zh-CN.md", "usr/share/doc/ibup/checks.zh-CN.md"),
    ("docs/diagnoses.md", "usr/share/doc/ibup/diagnoses.md"),
    ("docs/diagnoses.zh-CN.md", "usr/share/doc/ibup/diagnoses.zh-CN.md"),
    ("docs/verdict.schema.json", "usr/share/doc/ibup/verdict.schema.json"),
    ("docs/check.schema.json", "usr/share/doc/ibup/check.schema.json"),
    ("docs/fleet.md", "usr/share/doc/ibup/fleet.md"),
    ("docs/fleet.zh-CN.md", "usr/share/doc/ibup/fleet.zh-CN.md"),
    ("docs/fleet.schema.json", "usr/share/doc/ibup/fleet.schema.json"),
    ("dist/slurm/fleet-map.sbatch", "usr/share/doc/ibup/fleet-map.sbatch"),
    ("dist/deb/copyright", "usr/share/doc/ibup/copyright"),
];

/// What others run, beside the program.
const SCRIPTS: &[(&str, &str)] = &[("dist/slurm/slurm-healthcheck", "usr/libexec/ibup/slurm-healthcheck")];

/// The names of the scripts that the program stands in for.
const LINKS: &[&str] = &["openibd", "mlnx_interface_mgr.sh", "mlnx_conf_mgr.sh"];

/// Folders that belong to the package alone, and go with it.
const OWN_FOLDERS: &[&str] = &[
    "usr/libexec/ibup",
    "usr/share/doc/ibup",
    "usr/share/ibup",
    "usr/share/ibup/nagios",
    "usr/share/ibup/nhc",
    "usr/share/ibup/npd",
    "usr/lib/systemd/system/mlnx_interface_mgr@.service.d",
];

/// Lays out the tree.
pub(super) fn lay_out(
    root: &Path,
    stage: &Path,
    program: &Path,
    notices: &str,
    form: Form,
) -> anyhow::Result<()> {
    make_directory(stage)?;
    let bytes = std::fs::read(program).with_context(|| format!("cannot read {}", program.display()))?;
    write(&stage.join(PROGRAM), bytes, 0o755)?;
    let files = FILES.iter().map(|file| (file, 0o644)).chain(SCRIPTS.iter().map(|file| (file, 0o755)));
    for ((from, to), mode) in files {
        let bytes = std::fs::read(root.join(from)).with_context(|| format!("cannot read {from}"))?;
        write(&stage.join(to), bytes, mode)?;
    }
    write(&stage.join("usr/share/doc/ibup/THIRD-PARTY.txt"), notices, 0o644)?;
    let links = stage.join("usr/libexec/ibup");
    make_directory(&links)?;
    for name in LINKS {
        symlink("../../bin/ibup", links.join(name)).with_context(|| format!("cannot link {name}"))?;
    }
    pages(stage, form)
}

/// Lays out the manual pages, compressed as both formats want them, and the completions.
fn pages(stage: &Path, form: Form) -> anyhow::Result<()> {
    let made = stage.with_file_name("man");
    crate::man::run(&made)?;
    let zsh = match form {
        Form::Deb => "usr/share/zsh/vendor-completions/_ibup",
        Form::Rpm => "usr/share/zsh/site-functions/_ibup",
    };
    for name in walk(&made)? {
        let to = match name.to_str() {
            Some("ibup.bash") => PathBuf::from("usr/share/bash-completion/completions/ibup"),
            Some("ibup.fish") => PathBuf::from("usr/share/fish/vendor_completions.d/ibup.fish"),
            Some("_ibup") => PathBuf::from(zsh),
            _ => Path::new("usr/share/man/man1").join(&name),
        };
        let from = made.join(&name);
        let bytes = std::fs::read(&from).with_context(|| format!("cannot read {}", from.display()))?;
        write(&stage.join(&to), bytes, 0o644)?;
        if to.starts_with("usr/share/man") {
            // Without name and time in it, so that the same page gives the same bytes.
            call(Command::new("gzip").args(["-9", "--no-name", "--force"]).arg(stage.join(&to)))?;
        }
    }
    Ok(())
}

/// Writes a file with a mode that does not depend on the caller's mask.
pub(super) fn write(path: &Path, bytes: impl AsRef<[u8]>, mode: u32) -> anyhow::Result<()> {
    make_directory(path.parent().context("a file lies in a folder")?)?;
    std::fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode))
        .with_context(|| format!("cannot set the mode of {}", path.display()))
}

/// Returns the files and links of a tree, in order, relative to its top.
pub(super) fn walk(tree: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        let path = tree.join(&folder);
        let entries = std::fs::read_dir(&path).with_context(|| format!("cannot list {}", path.display()))?;
        for entry in entries {
            let entry = entry.with_context(|| format!("cannot list {}", path.display()))?;
            let name = folder.join(entry.file_name());
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if is_folder { &mut folders } else { &mut found }.push(name);
        }
    }
    found.sort();
    Ok(found)
}

/// Returns the list of files as rpmbuild wants it.
pub(super) fn rpm_files(stage: &Path) -> anyhow::Result<String> {
    let mut list: String = OWN_FOLDERS.iter().map(|folder| format!("%dir \"/{folder}\"\n")).collect();
    for file in walk(stage)? {
        let mark = if file.starts_with("usr/share/doc") { "%doc " } else { "" };
        list += &format!("{mark}\"/{}\"\n", file.display());
    }
    Ok(list)
}
