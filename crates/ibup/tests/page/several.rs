//! The page of several boots: search, filters, keys, language, colors, links.

use std::path::Path;

use crate::browser::{Browser, DOWN, END, ENTER, ESCAPE, HOME, TAB, UP, with_browser};
use crate::{FAILED, HEALTHY, Page};

const RECORDED: &[&str] = &[
    FAILED,
    HEALTHY,
    "crates/ibup-chain/tests/corpus/lab-blacklisted/boot.log",
    "crates/ibup-chain/tests/corpus/lab-no-subnet-manager/boot.log",
    "crates/ibup-chain/tests/corpus/lab-onboot-no/boot.log",
    "crates/ibup-chain/tests/corpus/lab-two-ports/boot.log",
];

/// Returns the hosts and outcomes of the rows in sight.
fn rows(browser: &Browser) -> Vec<String> {
    let rows = browser.run(
        r##"return [...document.querySelectorAll("#nodes .row")].map((row) =>
             [...row.querySelectorAll(".host, .ended")].map((part) => part.textContent).join(": "))"##,
    );
    serde_json::from_value(rows).expect("a text a row")
}

fn focused(browser: &Browser) -> String {
    browser.text("return document.activeElement.id")
}

fn count(browser: &Browser) -> String {
    browser.text(r#"return document.getElementById("count").textContent"#)
}

/// Returns the place of the active row in the list, as a screen reader is told.
fn active(browser: &Browser) -> u64 {
    browser.count(
        r#"const id = document.getElementById("nodes").getAttribute("aria-activedescendant");
           return Number(document.getElementById(id).getAttribute("aria-posinset"))"#,
    )
}

#[test]
fn trouble_comes_first_and_causes_filter() {
    with_browser(|browser| {
        let page = Page::of(RECORDED);
        browser.open(&page.file());
        let all = rows(browser);
        assert_eq!(all.len(), RECORDED.len());
        assert!(all.first().is_some_and(|row| !row.ends_with(": up")), "{all:?}");
        assert!(all.last().is_some_and(|row| row.ends_with(": up")), "{all:?}");
        browser.click(r#"#causes button[data-key="IB0301"]"#);
        assert_eq!(rows(browser), ["node-9.domain.tld: raised late"]);
        assert_eq!(count(browser), "1 of 6 nodes");
        let pressed = r#"return document.activeElement.getAttribute("aria-pressed")"#;
        assert_eq!(browser.text(pressed), "true", "the switch keeps the focus");
        browser.click(r#"#outcomes button[data-key="up"]"#);
        assert_eq!(rows(browser), [""; 0]);
        let nothing = browser.text(r#"return document.getElementById("nothing").innerText"#);
        assert_eq!(nothing, "No node matches.");
        browser.click("#reset");
        assert_eq!(rows(browser), all);
        browser.is_quiet();
    });
}

#[test]
fn a_search_takes_every_word() {
    with_browser(|browser| {
        let page = Page::of(RECORDED);
        browser.open(&page.file());
        browser.press("/domain.tld LATE".chars());
        assert_eq!(rows(browser), ["node-9.domain.tld: raised late"]);
        browser.press([ESCAPE]);
        assert_eq!(rows(browser).len(), RECORDED.len());
        browser.press("left at once".chars());
        assert_eq!(rows(browser).len(), 1, "a cause is found by its title");
        browser.press([ESCAPE]);
        browser.press("晚".chars());
        assert_eq!(rows(browser).len(), 1, "in either language");
        browser.is_quiet();
    });
}

#[test]
fn the_names_of_what_is_shown_are_copied() {
    with_browser(|browser| {
        let page = Page::of(RECORDED);
        browser.open(&page.file());
        browser.grant_clipboard(true);
        browser.click(r#"#outcomes button[data-key="up"]"#);
        browser.click("#copy-names");
        assert_eq!(browser.copied(), "Copied.");
        assert_eq!(browser.text("return navigator.clipboard.readText()"), "node-9.domain.tld");
        browser.is_quiet();
    });
}

#[test]
fn all_goes_without_a_mouse() {
    with_browser(|browser| {
        let page = Page::of(RECORDED);
        browser.open(&page.file());
        browser.press(['/']);
        assert_eq!(focused(browser), "search");
        browser.press([DOWN]);
        assert_eq!((&*focused(browser), active(browser)), ("nodes", 1));
        let first = browser.text(r#"return document.getElementById("answer").textContent"#);
        browser.press([DOWN, DOWN]);
        assert_eq!(active(browser), 3);
        assert_ne!(browser.text(r#"return document.getElementById("answer").textContent"#), first);
        browser.press([END]);
        assert_eq!(active(browser), 6);
        browser.press([DOWN, UP, HOME]);
        assert_eq!(active(browser), 1);
        browser.press([ENTER]);
        assert_eq!(focused(browser), "answer");
        browser.press([TAB]);
        let inside = r#"return String(document.getElementById("answer").contains(document.activeElement))"#;
        assert_eq!(browser.text(inside), "true");
        browser.press([ESCAPE]);
        assert_eq!(focused(browser), "nodes");
        browser.is_quiet();
    });
}

#[test]
fn the_reader_changes_the_language() {
    with_browser(|browser| {
        let page = Page::of(RECORDED);
        browser.open(&page.file());
        let words = r#"return [document.documentElement.lang, document.title,
            ...[...document.querySelectorAll("[data-say]")].map((place) => place.textContent)].join("\n")"#;
        let english = browser.text(words);
        browser.click("#language");
        let chinese = browser.text(words);
        assert!(english.starts_with("en\n") && chinese.starts_with("zh-CN\n"), "{english}\n{chinese}");
        for (english, chinese) in english.lines().zip(chinese.lines()) {
            assert_ne!(english, chinese);
        }
        let title = browser.text(r#"return document.querySelector(".lead").textContent"#);
        assert!(title.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{title}");
        assert_eq!(count(browser), "6 个节点中的 6 个");
        browser.click("#language");
        assert_eq!(browser.text(words), english);
        browser.is_quiet();
    });
}

#[test]
fn a_page_opens_in_the_language_of_the_program() {
    with_browser(|browser| {
        let page = Page::of(&[FAILED, "--lang", "zh"]);
        browser.open(&page.file());
        assert_eq!(browser.text("return document.documentElement.lang"), "zh-CN");
        browser.is_quiet();
    });
}

#[test]
fn colors_are_the_systems_until_the_reader_chooses() {
    with_browser(|browser| {
        let page = Page::of(&[FAILED]);
        let ground = "return getComputedStyle(document.documentElement).backgroundColor";
        browser.open(&page.file());
        browser.prefer("light");
        let light = browser.text(ground);
        browser.prefer("dark");
        let dark = browser.text(ground);
        assert_ne!(light, dark);
        browser.click("#theme");
        assert_eq!(browser.text(ground), light);
        browser.click("#theme");
        browser.prefer("light");
        assert_eq!(browser.text(ground), dark);
        browser.is_quiet();
    });
}

#[test]
fn a_link_shows_the_same() {
    with_browser(|browser| {
        let page = Page::of(RECORDED);
        browser.open(&page.file());
        browser.click(r#"#outcomes button[data-key="missing"]"#);
        browser.click("#language");
        browser.click("#nodes .row:nth-child(2)");
        let shown = "return [document.getElementById('answer').textContent, document.getElementById('count').textContent, \
                     document.documentElement.lang].join()";
        let before = browser.text(shown);
        let fragment = browser.text(
            r#"return new Promise((done) => {
                 const parts = ["lang=zh", "outcome=missing", "node=4"];
                 const isKept = () => parts.every((part) => location.hash.includes(part));
                 const look = () => (isKept() ? done(location.hash) : setTimeout(look, 10));
                 look();
               })"#,
        );
        // From elsewhere: from the page itself only the fragment would change.
        browser.open(Path::new("/dev/null"));
        browser.open(&page.file().with_file_name(format!("page.html{fragment}")));
        assert_eq!(browser.text(shown), before);
        browser.is_quiet();
    });
}
