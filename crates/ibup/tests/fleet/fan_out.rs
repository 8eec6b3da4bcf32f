//! Tools that run a command on many nodes: ClusterShell and pdsh, by their workers that need no ssh.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::logs;
use crate::program::{is_there, path, run, text, well};

fn tools_are_there(names: &[&str]) -> bool {
    let is_missing = |name: &&&str| !Path::new("/usr/bin").join(name).exists();
    let missing: Vec<_> = names.iter().filter(is_missing).copied().collect();
    is_there(&missing)
}

#[test]
fn nodes_that_each_read_their_own_log_come_to_what_one_process_says() {
    if !tools_are_there(&["clush", "pdsh", "nodeset"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    logs::write(&folder.join("logs"), 12);
    run(folder, &["fleet", "map", "logs", "-o", "one"], 0);
    let ibup = path();
    let command = |output: &str| format!("{} fleet map --local=%h logs/%h.log -o {output}", ibup.display());
    let nodes = "node-[00000-00011]";
    let mut clush = Command::new("clush");
    well(clush.args(["--worker=exec", "-w", nodes, "-b", &command("by-clush")]).current_dir(folder));
    let mut pdsh = Command::new("pdsh");
    well(pdsh.args(["-R", "exec", "-w", nodes, "sh", "-c", &command("by-pdsh")]).current_dir(folder));
    let one = run(folder, &["fleet", "reduce", "one", "--expect", nodes, "--format", "json"], 1);
    for output in ["by-clush", "by-pdsh"] {
        assert_eq!(run(folder, &["fleet", "reduce", output, "--expect", nodes, "--format", "json"], 1), one);
    }
    // The node sets are those of ClusterShell.
    let answer: Value = serde_json::from_str(&one).unwrap();
    let names = answer["causes"][0]["nodes"]["names"].as_str().unwrap();
    let expanded = text(&well(Command::new("nodeset").args(["-e", names])).stdout);
    let expected: BTreeSet<_> =
        (0..12).filter(|number| logs::is_sick(*number)).map(|number| format!("node-{number:05}")).collect();
    assert_eq!(expanded.split_whitespace().map(str::to_owned).collect::<BTreeSet<_>>(), expected);
}
