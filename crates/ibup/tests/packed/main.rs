//! Sources that are packed: compressed logs, archives, reports of support; what is whole in them, and what is not.

mod archive;
mod compressed;
mod damaged;
mod native;
mod pack;
mod report;

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const FAILED: &str = "samples/node-9-failed.log";

/// A file of the repository.
fn read(path: &str) -> Vec<u8> {
    std::fs::read(format!("{}/../../{path}", env!("CARGO_MANIFEST_DIR"))).expect("the file is there")
}

/// `ibup diagnose` in an environment of its own, as people run it there.
fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("ibup"));
    command.arg("diagnose").args(arguments).current_dir(folder).env_clear().env("LANG", "C.UTF-8");
    command
}

/// What became of a run: the verdict, the complaints, the exit status.
struct Answer {
    verdict: serde_json::Value,
    complaints: String,
    status: i32,
}

impl Answer {
    fn of(output: &Output) -> Self {
        Self {
            verdict: serde_json::from_slice(&output.stdout).unwrap_or_default(),
            complaints: String::from_utf8(output.stderr.clone()).expect("errors are UTF-8"),
            status: output.status.code().expect("it ends by itself"),
        }
    }

    /// The outcome and the cause of each port, boot by boot.
    fn ports(&self) -> Vec<Vec<String>> {
        let boots = self.verdict["boots"].as_array().map_or(&[][..], Vec::as_slice);
        let ports = |boot: &serde_json::Value| {
            let ports = boot["ports"].as_array().expect("ports are a list");
            ports.iter().map(|port| format!("{} {}", text(&port["outcome"]), text(&port["cause"]))).collect()
        };
        boots.iter().map(ports).collect()
    }

    fn blind_spots(&self) -> Vec<&str> {
        let spots = self.verdict["boots"][0]["coverage"]["blind_spots"].as_array();
        spots.into_iter().flatten().map(text).collect()
    }

    /// The verdict without the names of its sources.
    fn without_names(mut self) -> serde_json::Value {
        forget_names(&mut self.verdict);
        self.verdict
    }
}

fn text(value: &serde_json::Value) -> &str {
    value.as_str().unwrap_or("-")
}

fn forget_names(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(fields) => {
            fields.remove("source");
            fields.remove("sources");
            fields.values_mut().for_each(forget_names);
        }
        serde_json::Value::Array(values) => values.iter_mut().for_each(forget_names),
        _ => {}
    }
}

/// The answer for what lies in a folder.
fn diagnose(folder: &Path, arguments: &[&str]) -> Answer {
    let arguments = [&["--format", "json"], arguments].concat();
    Answer::of(&command(folder, &arguments).output().expect("the program runs"))
}

/// The answer for a file of this content.
fn diagnose_file(name: &str, content: &[u8]) -> Answer {
    let folder = tempfile::tempdir().expect("a directory can be made");
    std::fs::write(folder.path().join(name), content).expect("a file can be made");
    diagnose(folder.path(), &[name])
}

/// The answer for this content on standard input.
fn diagnose_input(content: &[u8]) -> Answer {
    let mut child = command(Path::new("/"), &["--format", "json", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let mut stdin = child.stdin.take().expect("standard input is a pipe");
    let content = content.to_vec();
    let writer = std::thread::spawn(move || {
        // It may have seen enough before the end.
        let _ = stdin.write_all(&content);
    });
    let output = child.wait_with_output().expect("the program ends");
    writer.join().expect("the input was written");
    Answer::of(&output)
}
