//! Packages: a static program and everything of dist/, as a .deb and as an .rpm.
//!
//! ```text
//! cargo build -> program ---+
//! dist/, docs, licences ----+-> layout (one tree for both) -> dpkg-deb -> ibup_VERSION_ARCH.deb
//! man, completions ---------+                              -> rpmbuild -> ibup-VERSION-1.ARCH.rpm
//! ```
//!
//! The formats' own tools write them: what they write is by definition right, and they cost no time to compile.

use std::ffi::OsStr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};

pub(crate) mod catalog;
mod layout;
mod notices;

/// The version of the workspace.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What the program is called on this machine by each format.
const ARCHITECTURES: &[(&str, &str, &str)] =
    &[("x86_64", "amd64", "x86_64"), ("aarch64", "arm64", "aarch64")];

/// A form of package.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Form {
    /// For Debian and Ubuntu.
    Deb,
    /// For Red Hat, SUSE and their relatives.
    Rpm,
}

/// What to make, of what, and where.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Where to; by default target/package.
    #[arg(long)]
    into: Option<PathBuf>,
    /// The forms; by default both.
    #[arg(long, value_enum)]
    form: Vec<Form>,
    /// A program that is built already; by default a static one is built.
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
}

/// Makes the packages.
pub(crate) fn run(root: &Path, options: &Options) -> anyhow::Result<()> {
    let into = options.into.clone().unwrap_or_else(|| root.join("target/package"));
    make_directory(&into)?;
    let into = into.canonicalize().context("cannot find the folder again")?;
    let program = match &options.program {
        Some(program) => program.clone(),
        None => build(root)?,
    };
    let forms = if options.form.is_empty() { &[Form::Deb, Form::Rpm][..] } else { &options.form };
    let notices = notices::collect(root)?;
    for form in forms {
        let work = into.join(match form {
            Form::Deb => "work-deb",
            Form::Rpm => "work-rpm",
        });
        empty(&work)?;
        let stage = work.join("stage");
        layout::lay_out(root, &stage, &program, &notices, *form)?;
        match form {
            Form::Deb => deb(root, &stage, &into)?,
            Form::Rpm => rpm(root, &work, &stage, &into)?,
        }
        std::fs::remove_dir_all(&work).with_context(|| format!("cannot remove {}", work.display()))?;
    }
    Ok(())
}

/// Builds the program so that it runs on any Linux of this architecture, and strips it.
fn build(root: &Path) -> anyhow::Result<PathBuf> {
    let target = target()?;
    let flags = format!("{} -C target-feature=+crt-static", std::env::var("RUSTFLAGS").unwrap_or_default());
    let folder = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    call(
        Command::new(env!("CARGO"))
            .current_dir(root)
            .args(["build", "--release", "--locked", "--package", "ibup", "--target", &target])
            .env("CARGO_TARGET_DIR", &folder)
            .env("RUSTFLAGS", flags.trim()),
    )?;
    let built = root.join(folder).join(target).join("release");
    let stripped = built.join("ibup.stripped");
    call(Command::new("strip").arg("-o").arg(&stripped).arg(built.join("ibup")))?;
    Ok(stripped)
}

/// Returns the target to build for: musl if its library is installed, else glibc, linked statically.
fn target() -> anyhow::Result<String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let sysroot = output(Command::new(rustc).args(["--print", "sysroot"]))?;
    let musl = format!("{}-unknown-linux-musl", std::env::consts::ARCH);
    let is_installed = Path::new(sysroot.trim()).join("lib/rustlib").join(&musl).join("lib").is_dir();
    Ok(if is_installed { musl } else { format!("{}-unknown-linux-gnu", std::env::consts::ARCH) })
}

/// Writes the .deb.
fn deb(root: &Path, stage: &Path, into: &Path) -> anyhow::Result<()> {
    let (_, architecture, _) = architecture()?;
    let control = stage.join("DEBIAN");
    make_directory(&control)?;
    let template = read(&root.join("dist/deb/control"))?;
    let size = size_kib(stage)?.to_string();
    let fields = [("@VERSION@", VERSION), ("@ARCHITECTURE@", architecture), ("@INSTALLED_SIZE@", &size)];
    let text = fields.iter().fold(template, |text, (mark, value)| text.replace(mark, value));
    layout::write(&control.join("control"), &text, 0o644)?;
    for script in ["preinst", "postinst", "prerm", "postrm"] {
        let text = read(&root.join("dist/deb").join(script))?;
        layout::write(&control.join(script), &text, 0o755)?;
    }
    let file = into.join(format!("ibup_{VERSION}_{architecture}.deb"));
    call(
        Command::new("dpkg-deb")
            // xz is read by every dpkg in use; Ubuntu's own default, zstd, is not read by Debian 11.
            .args(["--root-owner-group", "-Zxz", "--build"])
            .args([stage, &file])
            .env("SOURCE_DATE_EPOCH", epoch(root)),
    )
}

/// Writes the .rpm.
fn rpm(root: &Path, work: &Path, stage: &Path, into: &Path) -> anyhow::Result<()> {
    let (_, _, architecture) = architecture()?;
    let build = work.join("top/BUILD");
    make_directory(&build)?;
    for script in ["post.sh", "preun.sh", "postun.sh"] {
        layout::write(&build.join(script), &read(&root.join("dist/rpm").join(script))?, 0o644)?;
    }
    let list = work.join("files");
    layout::write(&list, &layout::rpm_files(stage)?, 0o644)?;
    let define = |name: &str, value: &OsStr| {
        let mut text = std::ffi::OsString::from(format!("{name} "));
        text.push(value);
        [OsStr::new("--define").to_owned(), text]
    };
    call(
        Command::new("rpmbuild")
            .args(["-bb", "--quiet", "--target", architecture])
            .args(define("_topdir", work.join("top").as_os_str()))
            .args(define("_rpmdir", into.as_os_str()))
            .args(define("_rpmfilename", OsStr::new("ibup-%{VERSION}-%{RELEASE}.%{ARCH}.rpm")))
            .args(define("ibup_version", OsStr::new(VERSION)))
            .args(define("ibup_stage", stage.as_os_str()))
            .args(define("ibup_files", list.as_os_str()))
            .arg(root.join("dist/rpm/ibup.spec"))
            .env("SOURCE_DATE_EPOCH", epoch(root)),
    )
}

/// Returns the time that stands in the packages: that of the last commit, so that the same tree gives the same bytes.
fn epoch(root: &Path) -> String {
    std::env::var("SOURCE_DATE_EPOCH").unwrap_or_else(|_| {
        let commit = output(Command::new("git").current_dir(root).args(["log", "-1", "--format=%ct"]))
            .unwrap_or_default();
        // A tree without history, as in a source archive, has no better time than none.
        if commit.trim().is_empty() { "0".to_owned() } else { commit.trim().to_owned() }
    })
}

fn architecture() -> anyhow::Result<(&'static str, &'static str, &'static str)> {
    let here = std::env::consts::ARCH;
    let found = ARCHITECTURES.iter().copied().find(|(name, ..)| *name == here);
    found.with_context(|| format!("no package is made for {here}"))
}

/// Returns what a tree takes on disk, in KiB.
fn size_kib(tree: &Path) -> anyhow::Result<u64> {
    let files = layout::walk(tree)?;
    let bytes = files.iter().filter_map(|path| tree.join(path).symlink_metadata().ok());
    Ok(bytes.filter(std::fs::Metadata::is_file).map(|file| file.len()).sum::<u64>().div_ceil(1024))
}

fn read(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Makes a folder, and those above it, that everybody can enter, whatever the mask of the caller.
fn make_directory(path: &Path) -> anyhow::Result<()> {
    let missing: Vec<_> = path.ancestors().take_while(|folder| !folder.exists()).collect();
    std::fs::create_dir_all(path).with_context(|| format!("cannot make {}", path.display()))?;
    for folder in missing.into_iter().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755))
            .with_context(|| format!("cannot open {}", folder.display()))?;
    }
    Ok(())
}

fn empty(path: &Path) -> anyhow::Result<()> {
    if path.exists() {
        std::fs::remove_dir_all(path).with_context(|| format!("cannot remove {}", path.display()))?;
    }
    make_directory(path)
}

/// Runs a program that has to succeed.
fn call(command: &mut Command) -> anyhow::Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    let status = command
        .status()
        .with_context(|| format!("cannot run {name}; docs/packaging.md says what is needed"))?;
    if !status.success() {
        bail!("{name} failed: {status}");
    }
    Ok(())
}

fn output(command: &mut Command) -> anyhow::Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().with_context(|| format!("cannot run {name}"))?;
    if !output.status.success() {
        bail!("{name} failed: {}", output.status);
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
