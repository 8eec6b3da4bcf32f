//! The shape of the house, held by tests: which crate may know which, and what every file owes its reader.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use cargo_metadata::{DependencyKind, MetadataCommand};

/// One arrow through the house. Development dependencies are free: a test may look anywhere.
const ARROWS: &[(&str, &[&str])] = &[
    ("ibup-config", &[]),
    ("ibup-journal", &[]),
    ("ibup-chain", &["ibup-config", "ibup-journal"]),
    ("ibup-linux", &["ibup-chain", "ibup-config"]),
    ("ibup-fleet", &["ibup-chain"]),
    ("ibup-report", &["ibup-chain", "ibup-fleet"]),
    ("ibup-sim", &["ibup-chain", "ibup-config", "ibup-journal"]),
    ("ibup-forecast", &["ibup-chain", "ibup-config", "ibup-sim"]),
    (
        "ibup",
        &[
            "ibup-journal",
            "ibup-config",
            "ibup-chain",
            "ibup-fleet",
            "ibup-linux",
            "ibup-report",
            "ibup-sim",
            "ibup-forecast",
        ],
    ),
    ("ibup-lab", &[]),
    ("xtask", &["ibup", "ibup-chain", "ibup-fleet", "ibup-journal", "ibup-lab", "ibup-report", "ibup-sim"]),
];

/// The crates that take values and give values, whose door clippy keeps shut.
const PURE: &[&str] =
    &["ibup-config", "ibup-journal", "ibup-chain", "ibup-fleet", "ibup-report", "ibup-sim", "ibup-forecast"];

/// The longest a source file may be, with its tests.
const LINES_MAX: usize = 600;

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

#[test]
fn the_arrows_between_crates_point_one_way() {
    let metadata = MetadataCommand::new().current_dir(root()).no_deps().exec().expect("cargo metadata runs");
    let members: BTreeSet<_> = metadata.packages.iter().map(|package| package.name.to_string()).collect();
    let found: BTreeMap<_, BTreeSet<_>> = metadata
        .packages
        .iter()
        .map(|package| {
            let normal =
                package.dependencies.iter().filter(|dependency| dependency.kind == DependencyKind::Normal);
            let inner =
                normal.map(|dependency| dependency.name.clone()).filter(|name| members.contains(name));
            (package.name.to_string(), inner.collect())
        })
        .collect();
    let allowed: BTreeMap<_, BTreeSet<_>> = ARROWS
        .iter()
        .map(|(from, to)| ((*from).to_owned(), to.iter().map(|name| (*name).to_owned()).collect()))
        .collect();
    assert_eq!(found, allowed);
}

#[test]
fn the_pure_crates_keep_their_door_locked() {
    for name in PURE {
        let text = std::fs::read_to_string(root().join(format!("crates/{name}/src/lib.rs")))
            .expect("lib.rs is there");
        assert!(text.contains("#![deny(clippy::disallowed_methods, clippy::disallowed_types)]"), "{name}");
    }
}

#[test]
fn every_dependency_has_its_reason_beside_it() {
    for manifest in
        files("toml").iter().filter(|path| path.ends_with("Cargo.toml") && path.parent() != Some(root()))
    {
        let text = std::fs::read_to_string(manifest).expect("the manifest is there");
        let mut explained = false;
        let mut in_dependencies = false;
        for line in text.lines() {
            match line {
                line if line.starts_with('[') => in_dependencies = line.ends_with("dependencies]"),
                line if line.starts_with('#') => explained = true,
                "" => explained = false,
                line if in_dependencies && !line.starts_with("ibup") => {
                    assert!(explained, "{}: {line}", manifest.display());
                }
                _ => {}
            }
        }
    }
}

#[test]
fn every_source_file_says_what_it_is() {
    for (ending, opening) in [("rs", "//! "), ("js", "// "), ("css", "/* ")] {
        for path in files(ending) {
            let text = std::fs::read_to_string(&path).expect("a source file is text");
            assert!(text.starts_with(opening), "{} does not begin with {opening}", path.display());
            let lines = text.lines().count();
            assert!(lines <= LINES_MAX, "{} has {lines} lines", path.display());
        }
    }
}

#[test]
fn no_file_carries_a_bare_to_do() {
    let mark = ["TO", "DO"].concat();
    for path in files("rs") {
        let text = std::fs::read_to_string(&path).expect("a source file is text");
        assert!(!text.contains(&mark), "{}", path.display());
    }
}

/// The files of the repository with an ending, build products aside.
fn files(ending: &str) -> Vec<PathBuf> {
    let is_ours = |entry: &walkdir::DirEntry| {
        let name = entry.file_name().to_string_lossy();
        entry.depth() == 0 || (name != "target" && !name.starts_with('.'))
    };
    let walk = walkdir::WalkDir::new(root()).sort_by_file_name().into_iter().filter_entry(is_ours);
    let paths = walk.map(|entry| entry.expect("the repository can be read").into_path());
    paths.filter(|path| path.extension().is_some_and(|found| found == ending)).collect()
}
