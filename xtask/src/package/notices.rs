//! The licences of what is linked into the program: their authors ask that the text goes along.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Context;
use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package, PackageId};

const HEADING: &str = "\
ibup is linked with the following libraries. Cargo.lock of the source package names each with its version, by which cargo finds its sources.

A program linked statically with the GNU C library holds parts of it, which are licensed under the GNU Lesser General
Public License 2.1 or later (https://www.gnu.org/software/libc/). The source of ibup is public, so that anybody can link
it again with another version of that library: cargo xtask package.
";

/// Returns the notices of all libraries that are linked into the program.
pub(super) fn collect(root: &Path) -> anyhow::Result<String> {
    let metadata = MetadataCommand::new()
        .current_dir(root)
        .other_options(["--locked".to_owned()])
        .exec()
        .context("cannot learn what the program is linked with")?;
    let mut text = HEADING.to_owned();
    // Many share a text to the byte: each text stands once, after all that it is for.
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for package in linked(&metadata)? {
        let licence = package.license.as_deref().unwrap_or("see its source");
        let name = format!("{} {}", package.name, package.version);
        text += &format!("\n{name}: {licence}");
        for notice in notices(package)? {
            texts.entry(notice).or_default().push(name.clone());
        }
    }
    text.push('\n');
    for (notice, names) in texts {
        text += &format!("\n{}\n{}\n\n{notice}\n", "-".repeat(78), names.join(", "));
    }
    Ok(text)
}

/// Returns the foreign libraries in the program, by name.
fn linked(metadata: &Metadata) -> anyhow::Result<Vec<&Package>> {
    let resolve = metadata.resolve.as_ref().context("cargo resolved nothing")?;
    let program =
        metadata.packages.iter().find(|package| package.name == "ibup").context("there is no ibup")?;
    let mut found: BTreeSet<&PackageId> = BTreeSet::new();
    let mut waiting = vec![&program.id];
    while let Some(id) = waiting.pop() {
        if found.insert(id) {
            let node =
                resolve.nodes.iter().find(|node| node.id == *id).context("a library is not resolved")?;
            let normal = |kind: &cargo_metadata::DepKindInfo| kind.kind == DependencyKind::Normal;
            waiting
                .extend(node.deps.iter().filter(|dep| dep.dep_kinds.iter().any(normal)).map(|dep| &dep.pkg));
        }
    }
    let mut packages: Vec<_> = metadata
        .packages
        .iter()
        .filter(|package| found.contains(&package.id) && package.source.is_some())
        .collect();
    packages.sort_by(|a, b| (&a.name, &a.version).cmp(&(&b.name, &b.version)));
    Ok(packages)
}

/// Returns the texts beside a library's manifest that are licences.
fn notices(package: &Package) -> anyhow::Result<Vec<String>> {
    let folder = package.manifest_path.parent().context("a manifest lies in a folder")?;
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot list {folder}"))?;
    let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    let is_notice = |path: &&std::path::PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_uppercase();
        path.is_file()
            && ["LICENSE", "LICENCE", "COPYING", "NOTICE"].iter().any(|word| name.starts_with(word))
    };
    let texts = paths.iter().filter(is_notice).filter_map(|path| std::fs::read_to_string(path).ok());
    Ok(texts.map(|text| text.trim().to_owned()).collect())
}
