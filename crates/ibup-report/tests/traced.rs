//! Who loaded `ib_ipoib`, in every form and language.

use ibup_chain::diagnosis::Language;
use ibup_chain::{Diagnoser, Verdict};
use ibup_report::text::Layout;
use ibup_report::{Words, json, markdown, text};

const LOG: &str = include_str!("traced.log");
const TOLD: &str = "modprobe[11342], started by the kernel for ip[11340] of gpu-agent.service, which asked for rtnl-link-ipoib";

fn verdict(by: &str) -> Verdict {
    let mut diagnoser = Diagnoser::new();
    let log = LOG.replace(TOLD, by);
    diagnoser.observe_text("boot.log", &log).expect("the log is text");
    diagnoser.verdict()
}

#[test]
fn the_row_of_the_stack_names_who_loaded_it() {
    let check = |by: &str, english: &str, chinese: &str| {
        for (language, expected) in [(Language::English, english), (Language::Chinese, chinese)] {
            let words = Words::new(language);
            let stack = words.get("stage-stack");
            let shown = text::render(&verdict(by), &words, Layout::default());
            let row = shown.lines().find(|line| line.starts_with(&format!("  {stack} "))).expect("a row");
            assert!(row.ends_with(&format!(" {expected}")), "{row}");
            // Markdown has the same, with what it would take for its own marked.
            let table = markdown::render(&verdict(by), &words);
            let row = table.lines().find(|line| line.starts_with(&format!("| {stack} "))).expect("a row");
            assert!(row.replace('\\', "").ends_with(&format!(" {expected} |")), "{row}");
        }
    };
    check(
        "modprobe[1] of gpu-agent.service, started by sh[2]",
        "ib_ipoib loaded by modprobe of gpu-agent.service",
        "ib_ipoib 由 gpu-agent.service 的 modprobe 加载",
    );
    check(
        "modprobe[1] of somebody's session (session-3.scope), started by bash[2]",
        "ib_ipoib loaded by modprobe of somebody's session (session-3.scope)",
        "ib_ipoib 由 某人会话（session-3.scope）中的 modprobe 加载",
    );
    check("modprobe[1], which has ended", "ib_ipoib loaded by modprobe", "ib_ipoib 由 modprobe 加载");
    check(
        "modprobe[1], started by sh[2]",
        "ib_ipoib loaded by modprobe, started by sh",
        "ib_ipoib 由 sh 启动的 modprobe 加载",
    );
    check(
        TOLD,
        "ib_ipoib loaded by modprobe, which the kernel ran for ip of gpu-agent.service",
        "ib_ipoib 由 内核为 gpu-agent.service 的 ip 运行的 modprobe 加载",
    );
}

#[test]
fn the_data_names_who_loaded_it() {
    let data = json::render(&verdict(TOLD));
    for line in
        ["\"module\": \"ib_ipoib\"", "\"asked_by\": \"ip\"", "\"asked_by_unit\": \"gpu-agent.service\""]
    {
        assert!(data.contains(line), "{line} in {data}");
    }
}
