//! A text that is skimmed has the verdict that it has when every line is read.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use ibup_chain::{Diagnoser, Verdict};
use ibup_journal::skim::{Run, skim};
use ibup_journal::{Blocks, Reader};

/// Blocks of whole lines of about so many bytes, each skimmed.
struct Skimmed<'a> {
    text: &'a [u8],
    size: usize,
}

impl Blocks for Skimmed<'_> {
    fn append(&mut self, buffer: &mut Vec<u8>, runs: &mut Vec<Run>) -> io::Result<bool> {
        let enough = self.text.len().min(self.size);
        let end = self.text[enough..].iter().position(|byte| *byte == b'\n');
        let (block, rest) = self.text.split_at(end.map_or(self.text.len(), |end| enough + end + 1));
        skim(block, Diagnoser::interest(), runs);
        buffer.extend_from_slice(block);
        self.text = rest;
        Ok(!block.is_empty())
    }
}

fn verdict(blocks: impl Blocks) -> (Verdict, u64) {
    let mut diagnoser = Diagnoser::new();
    diagnoser.begin_source("log");
    let mut reader = Reader::new(blocks);
    let mut passed = 0;
    while let Some(entry) = reader.next_entry().expect("a recording is text") {
        passed += entry.passed.map_or(0, |passed| passed.entries);
        diagnoser.observe(&entry);
    }
    (diagnoser.verdict(), passed)
}

/// Returns the recorded boots, and the samples.
fn recordings() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["tests/corpus", "../../samples"] {
        let below = walkdir::WalkDir::new(root.join(folder)).into_iter().filter_map(Result::ok);
        files.extend(below.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path));
    }
    files.sort();
    files
}

/// Puts what others say between the lines of a recording, at their times, and the kernel's own time before what it says.
fn crowded(recording: &str) -> String {
    const OTHERS: [&str; 4] = [
        "sshd[812]: Accepted publickey for root from 10.0.0.7 port 50122 ssh2",
        "CRON[913]: (root) CMD (/usr/lib64/sa/sa1 1 1)",
        "systemd[1]: Started Session 7 of user root.",
        "kernel: usb 1-1: new high-speed USB device number 2",
    ];
    let mut crowded = String::new();
    for line in recording.lines() {
        let head: Vec<&str> = line.splitn(5, ' ').collect();
        let [month, day, time, host, said] = head[..] else {
            crowded += &format!("{line}\n");
            continue;
        };
        let is_short = time.contains(':') && said.contains(": ");
        for said in std::iter::once(said).chain(OTHERS.into_iter().filter(|_| is_short)) {
            let said = match said.strip_prefix("kernel: ") {
                Some(message) if is_short => {
                    format!("kernel: [{:5}.000000] {message}", crowded.len() / 1000)
                }
                _ => said.to_owned(),
            };
            crowded += &format!("{month} {day} {time} {host} {said}\n");
        }
    }
    crowded
}

#[test]
fn skimming_changes_no_verdict() {
    let mut all_passed = 0;
    for path in recordings() {
        let bytes = fs::read(&path).expect("a recording can be read");
        let text = String::from_utf8_lossy(&bytes);
        for text in [text.to_string(), crowded(&text)] {
            let (expected, _) = verdict(text.as_bytes());
            for size in [1 << 10, 1 << 14, 1 << 20] {
                let (verdict, passed) = verdict(Skimmed { text: text.as_bytes(), size });
                assert_eq!(verdict, expected, "{} in blocks of {size}", path.display());
                all_passed += passed;
            }
        }
    }
    assert!(all_passed > 10_000, "only {all_passed} lines were passed over");
}
