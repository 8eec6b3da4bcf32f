//! However the work is cut, the answer is the same.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Stdio;

use serde_json::Value;

use crate::logs;
use crate::program::{ibup, run, text, well};

fn parts(folder: &Path, name: &str) -> Vec<String> {
    let entries = fs::read_dir(folder.join(name)).expect("there are parts");
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn answer(folder: &Path, name: &str, status: i32) -> Value {
    serde_json::from_str(&run(folder, &["fleet", "reduce", name, "--format", "json"], status)).unwrap()
}

#[test]
fn any_cut_in_any_order_and_with_repetitions_gives_the_bytes_of_one_process() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    logs::write(&folder.join("logs"), 60);
    fs::write(folder.join("logs/node-00003.log.1"), logs::log(3)).unwrap();
    run(folder, &["fleet", "map", "logs", "-o", "one"], 0);
    let one = run(folder, &["fleet", "reduce", "one", "--format", "json"], 1);
    for of in [2, 5] {
        let output = format!("cut-{of}");
        for number in (1..=of).rev().chain([1]) {
            run(folder, &["fleet", "map", "logs", "-o", &output, "--shard", &format!("{number}/{of}")], 0);
        }
        assert_eq!(parts(folder, &output).len(), of, "a shard that is run twice writes the same file");
        assert_eq!(run(folder, &["fleet", "reduce", &output, "--format", "json"], 1), one);
    }
    let all = run(folder, &["fleet", "reduce", "cut-5", "one", "cut-2", "--format", "json"], 1);
    assert_eq!(all, one);
    let answer: Value = serde_json::from_str(&one).unwrap();
    let sick = (0..60).filter(|number| logs::is_sick(*number)).count();
    assert_eq!(answer["nodes"]["all"], 60);
    assert_eq!(answer["nodes"]["bad"], sick);
    assert_eq!(answer["causes"][0]["code"], "IB0301");
    assert_eq!(answer["causes"][0]["nodes"]["count"], sick);
    let names = answer["causes"][0]["nodes"]["names"].as_str().unwrap();
    assert_eq!(names, "node-[00003,00010,00017,00024,00031,00038,00045,00052,00059]");
    assert_eq!(answer["causes"][0]["common"][0]["value"], "5.14.0-70.el9");
}

#[test]
fn two_who_write_the_same_shard_at_once_do_no_harm() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    logs::write(&folder.join("logs"), 30);
    let start =
        |_| ibup(folder, &["fleet", "map", "logs", "-o", "parts"]).stdout(Stdio::null()).spawn().unwrap();
    let children: Vec<_> = (0..4).map(start).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    assert_eq!(parts(folder, "parts").len(), 1);
    assert_eq!(answer(folder, "parts", 1)["nodes"]["all"], 30);
}

#[test]
fn a_scheduler_tells_each_task_its_share() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    logs::write(&folder.join("logs"), 20);
    for task in ["1", "2", "3"] {
        let mut command = ibup(folder, &["fleet", "map", "logs", "-o", "array"]);
        command.env("SLURM_ARRAY_TASK_ID", task).env("SLURM_ARRAY_TASK_COUNT", "3");
        command.env("SLURM_ARRAY_TASK_MIN", "1").env("SLURM_ARRAY_TASK_STEP", "1");
        well(&mut command);
    }
    for pod in ["0", "1"] {
        let mut command = ibup(folder, &["fleet", "map", "logs", "-o", "pods", "--shard", "/2"]);
        well(command.env("JOB_COMPLETION_INDEX", pod));
    }
    let array = run(folder, &["fleet", "reduce", "array", "--format", "json"], 1);
    assert_eq!(array, run(folder, &["fleet", "reduce", "pods", "--format", "json"], 1));
    assert!(parts(folder, "pods").iter().all(|name| name.contains("-of-00002-")));
}

#[test]
fn a_boot_that_rotation_cut_in_two_is_one_boot() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::create_dir(folder.join("logs")).unwrap();
    let log = logs::log(3);
    let half = log.lines().count() / 2;
    let lines = |from: usize, to: usize| {
        log.lines().skip(from).take(to - from).map(|line| format!("{line}\n")).collect::<String>()
    };
    fs::write(folder.join("logs/node-3.log.1"), lines(0, half)).unwrap();
    fs::write(folder.join("logs/node-3.log"), lines(half, usize::MAX)).unwrap();
    run(folder, &["fleet", "map", "logs", "-o", "parts"], 0);
    let answer = answer(folder, "parts", 1);
    assert_eq!(answer["boots"], 1);
    assert_eq!(answer["causes"][0]["code"], "IB0301");
}

#[test]
fn verdicts_of_other_machines_are_sources_too() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    logs::write(&folder.join("logs"), 12);
    fs::create_dir(folder.join("told")).unwrap();
    for number in 0..12 {
        let log = format!("logs/node-{number:05}.log");
        let output = ibup(folder, &["diagnose", "--format", "json", &log]).output().unwrap();
        fs::write(folder.join(format!("told/{number}.json")), output.stdout).unwrap();
    }
    run(folder, &["fleet", "map", "logs", "-o", "from-logs"], 0);
    run(folder, &["fleet", "map", "told", "-o", "from-verdicts"], 0);
    let from_logs = run(folder, &["fleet", "reduce", "from-logs", "--format", "json"], 1);
    assert_eq!(from_logs, run(folder, &["fleet", "reduce", "from-verdicts", "--format", "json"], 1));
    fs::write(folder.join("told/3.json"), "{\"schema\": \"ibup.verdict/1\", \"boots\": [{}]}").unwrap();
    run(folder, &["fleet", "map", "told", "-o", "broken"], 0);
    assert!(
        answer(folder, "broken", 1)["unreadable"][0]["problems"][0].as_str().unwrap().contains("no verdict")
    );
}

#[test]
fn each_node_may_read_its_own_log() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    logs::write(&folder.join("logs"), 10);
    for number in 0..10 {
        let name = format!("--local=node-{number:05}");
        let log = format!("logs/node-{number:05}.log");
        run(folder, &["fleet", "map", &name, &log, "-o", "parts"], 0);
    }
    assert_eq!(parts(folder, "parts").len(), 10);
    assert_eq!(answer(folder, "parts", 1)["nodes"]["all"], 10);
    let expect = ["fleet", "reduce", "parts", "--expect", "node-[00000-00011]", "--format", "json"];
    let answer: Value = serde_json::from_str(&run(folder, &expect, 1)).unwrap();
    assert_eq!(answer["missing"]["nodes"]["names"], "node-[00010-00011]");
}

#[test]
fn what_cannot_be_read_is_named_and_the_rest_counts() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    logs::write(&folder.join("logs"), 6);
    // A log that was cut while it was being compressed, and something that is no log at all.
    fs::write(folder.join("logs/node-00007.log.gz"), [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1]).unwrap();
    fs::write(folder.join("logs/core"), [0x7f, b'E', b'L', b'F', 0, 0]).unwrap();
    for shard in ["1/2", "2/2"] {
        let output =
            ibup(folder, &["fleet", "map", "logs", "-o", "parts", "--shard", shard]).output().unwrap();
        assert!(output.status.success(), "{}", text(&output.stderr));
    }
    let answer = answer(folder, "parts", 1);
    assert_eq!(answer["nodes"]["all"], 6);
    let unreadable: BTreeSet<_> = answer["unreadable"]
        .as_array()
        .unwrap()
        .iter()
        .map(|source| source["name"].clone().to_string())
        .collect();
    assert_eq!(unreadable, BTreeSet::from(["\"logs/node-00007.log\"".to_owned()]));
}

#[test]
fn a_place_that_is_not_there_leaves_no_part_behind() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    run(folder, &["fleet", "map", "nowhere", "-o", "parts"], 2);
    assert!(!folder.join("parts").exists());
    run(folder, &["fleet", "map", "nowhere", "-o", "parts", "--shard", "/3"], 2);
    run(folder, &["fleet", "reduce", "parts"], 2);
}
