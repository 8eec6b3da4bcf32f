//! A boot beside a healthy one, as people read it.

use ibup_chain::Diagnoser;
use ibup_chain::diagnosis::Language;
use ibup_chain::verdict::Verdict;
use ibup_report::{Words, markdown, text};

fn read(name: &str, log: &str) -> Diagnoser {
    let mut diagnoser = Diagnoser::new();
    diagnoser.observe_text(name, log).expect("the log is text");
    diagnoser
}

fn node_9() -> Verdict {
    let failed = read("failed.log", include_str!("../../../samples/node-9-failed.log"));
    let healthy = read("healthy.log", include_str!("../../../samples/node-9-healthy.log"));
    failed.verdict_beside(healthy)
}

/// The comparison alone, without the verdict above it.
fn told(language: Language) -> String {
    let all = text::render(&node_9(), &Words::new(language), text::Layout::default());
    let mark = if language == Language::Chinese { "\n对照 " } else { "\nBeside " };
    let at = all.find(mark).expect("the comparison is told");
    all[at..].to_owned()
}

#[test]
fn the_text_shows_both_boots_side_by_side() {
    insta::assert_snapshot!(told(Language::English));
}

#[test]
fn the_text_speaks_chinese() {
    insta::assert_snapshot!(told(Language::Chinese));
}

#[test]
fn markdown_holds_the_table_and_the_lines_that_differ() {
    let page = markdown::render(&node_9(), &Words::new(Language::English));
    let row = "| ib0 exists | +7 seconds | +1 minute 32 seconds | here only after this: the network service first looks for ib0 |";
    assert!(page.contains(row), "{page}");
    assert!(
        page.contains("+ /sbin/modprobe ib\\_ipoib") || page.contains("+ /sbin/modprobe ib_ipoib"),
        "{page}"
    );
}

#[test]
fn what_a_driver_says_cannot_move_the_cursor() {
    let mut verdict = node_9();
    let comparison = verdict.boots[0].comparison.as_mut().expect("it is compared");
    comparison.ports[0].steps[0].detail = Some("\u{1b}[2J".into());
    comparison.ports[0].steps[0].step = "not-understood".into();
    comparison.sources[0] = "\u{1b}]0;".into();
    let words = Words::new(Language::English);
    for page in [text::render(&verdict, &words, text::Layout::default()), markdown::render(&verdict, &words)]
    {
        assert!(!page.contains('\u{1b}'), "{page}");
        assert!(page.contains("Beside"));
    }
}
