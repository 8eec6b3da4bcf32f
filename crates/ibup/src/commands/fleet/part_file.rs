//! Parts as files: written whole or not at all, read back.
//!
//! A part is called by its shard and by what is in it, so that a shard which is run twice, one after the other or at once,
//! writes the same file twice, and whoever finds something else overwrites nothing.

use std::fs::{self, File, Permissions};
use std::io::{self, BufReader, BufWriter, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::Context;
use ibup_fleet::Shard;
use ibup_fleet::part::{Part, PartWriter};
use ibup_fleet::shard::Hash;
use tempfile::NamedTempFile;

/// What the name of a part begins and ends with.
const NAME: (&str, &str) = ("part-", ".ndjson");

/// A part that is being written: nobody sees it until it is whole.
pub(super) struct PartFile {
    directory: PathBuf,
    name: String,
    pub(super) writer: PartWriter<Hashed<BufWriter<NamedTempFile>>>,
}

impl PartFile {
    /// Begins the part of a shard, or of the machine of a name.
    pub(super) fn begin(directory: &Path, whose: &Whose, listed: u64) -> anyhow::Result<Self> {
        let context = || format!("cannot write in {}", directory.display());
        fs::create_dir_all(directory).with_context(context)?;
        // What others shall read; the umask has its say.
        let permissions = Permissions::from_mode(0o666);
        let file = tempfile::Builder::new().prefix(".part-").permissions(permissions).tempfile_in(directory);
        let out = Hashed { out: BufWriter::new(file.with_context(context)?), hash: Hash::default() };
        let (name, shard) = match whose {
            Whose::Shard(shard) => (format!("{:05}-of-{:05}", shard.number, shard.of), Some(*shard)),
            Whose::Machine(name) => (plain(name), None),
        };
        let writer = PartWriter::begin(out, shard, listed).with_context(context)?;
        Ok(Self { directory: directory.to_owned(), name, writer })
    }

    /// Ends the part, and returns where it is: on the disk, under its name.
    pub(super) fn end(self) -> anyhow::Result<PathBuf> {
        let Hashed { out, hash } = self.writer.end().context("cannot write the part")?;
        let (before, after) = NAME;
        let path = self.directory.join(format!("{before}{}-{:016x}{after}", self.name, hash.value()));
        let context = || format!("cannot write {}", path.display());
        let file = out.into_inner().map_err(io::IntoInnerError::into_error).with_context(context)?;
        file.as_file().sync_all().with_context(context)?;
        file.persist(&path).with_context(context)?;
        // The name, too, has to be on the disk.
        File::open(&self.directory).and_then(|directory| directory.sync_all()).with_context(context)?;
        Ok(path)
    }
}

/// Whose part it is.
pub(super) enum Whose {
    /// That of a shard.
    Shard(Shard),
    /// That of a machine which reads its own logs.
    Machine(String),
}

/// Returns a name as it may be that of a file.
fn plain(name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    name.chars().map(|c| if is_plain(c) { c } else { '_' }).take(100).collect()
}

/// What is written, and the number it is known by.
pub(super) struct Hashed<W> {
    out: W,
    hash: Hash,
}

impl<W: Write> Write for Hashed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.out.write(bytes)?;
        self.hash = self.hash.with(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Finds the parts in directories, and among them those that are named themselves.
pub(super) fn find(arguments: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for path in arguments {
        if !path.is_dir() {
            found.push(path.clone());
            continue;
        }
        let context = || format!("cannot read the directory {}", path.display());
        for entry in fs::read_dir(path).with_context(context)? {
            let entry = entry.with_context(context)?;
            let name = entry.file_name();
            let is_part = |name: &str| name.starts_with(NAME.0) && name.ends_with(NAME.1);
            if name.to_str().is_some_and(is_part) {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Reads a part.
pub(super) fn read(path: &Path) -> anyhow::Result<Part> {
    let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
    Part::read(BufReader::new(file)).with_context(|| path.display().to_string())
}
