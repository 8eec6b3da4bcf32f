//! How fast a text is read: a file of a gibibyte, as a node writes it in years, beside the tools that people search one
//! with.

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, ensure};

use super::super::syslog;
use super::{Contest, WORDS, command};

/// How long the text is, in bytes.
const LENGTH: u64 = 1 << 30;
/// So many boots are in it.
const BOOTS: u64 = 20;
/// The first one is what the project means to be no slower than.
const PEERS: &[(&str, &[&str])] = &[("rg", &["-c", WORDS]), ("grep", &["-cE", WORDS]), ("wc", &["-l"])];

/// Measures.
pub(super) fn measure(program: &Path, folder: &Path) -> anyhow::Result<Contest> {
    let text = folder.join("messages");
    if !text.exists() {
        generate(&text)?;
    }
    let ours = || {
        let mut command = command(program, &["diagnose", "--format", "json"]);
        command.arg(&text);
        command
    };
    let peers = PEERS.iter().map(|(name, arguments)| {
        let text = text.clone();
        let theirs = move || {
            let mut command = Command::new(name);
            command.args(*arguments).arg(&text);
            command
        };
        (format!("{name} {}", arguments.join(" ")), theirs)
    });
    let contest = Contest::held("a text of 1 GiB, 20 boots", ours, peers.collect())?;
    ensure!(contest.ratio(0) >= 1.0, "slower than {}", PEERS[0].0);
    Ok(contest)
}

fn generate(path: &Path) -> anyhow::Result<()> {
    let folder = path.parent().context("a file lies in a folder")?;
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
    let mut out = BufWriter::new(file);
    syslog::write(LENGTH, BOOTS, &mut out)?;
    Ok(out.flush()?)
}
