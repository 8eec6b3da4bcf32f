//! The page of one boot: what it shows, where it stands, and what is left without scripts.

use ibup_chain::Diagnosis;
use ibup_chain::diagnosis;
use ibup_chain::finding::{Confidence, Role};
use ibup_chain::verdict::FindingVerdict;
use serde_json::json;

use crate::browser::{Browser, with_browser};
use crate::{FAILED, HEALTHY, Page, verdict};

/// Writes the elements of the answer, each with its own text, indented; the grid behind the lanes aside.
const OUTLINE: &str = r#"
    const told = (element, depth) => {
      const own = [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data).join("").trim();
      const name = [element.localName, ...element.classList].join(".");
      const rows = ["  ".repeat(depth) + (own ? `${name}: ${own}` : name)];
      const inner = element.localName === "details" ? [element.firstChild] : [...element.children].filter((child) => !child.matches(".grid"));
      return [...rows, ...inner.flatMap((child) => told(child, depth + 1))];
    };
    return told(document.getElementById("answer"), 0).join("\n");
"#;

#[test]
fn the_failed_boot_of_node_9_is_drawn() {
    with_browser(|browser| {
        let page = Page::of(&[FAILED]);
        browser.open(&page.file());
        insta::assert_snapshot!(browser.text(OUTLINE));
        lanes_stand_where_their_times_are(browser);
        browser.is_quiet();
    });
}

/// Holds the drawing against the times: node-9's driver came after 2 s, its stack after 92 s, and ib0 was raised after 4 days.
fn lanes_stand_where_their_times_are(browser: &Browser) {
    let ends = browser.run(
        r#"return [...document.querySelectorAll("tbody .lane")].map((lane) => {
             const { left, width } = lane.firstChild.getBoundingClientRect();
             const end = lane.querySelector(".end").getBoundingClientRect();
             return (end.left + end.width / 2 - left) / width;
           });"#,
    );
    let ends: Vec<f64> = serde_json::from_value(ends).expect("a number a lane");
    let at = |seconds: f64| seconds.ln_1p() / 368_817_f64.ln_1p();
    let expected = [0.0, 2.0, 92.0, 92.0, 93.0, 368_817.0, 368_817.0, 368_817.0].map(at);
    assert_eq!(ends.len(), expected.len());
    for (end, expected) in ends.iter().zip(expected) {
        assert!((end - expected).abs() < 0.01, "{ends:?}");
    }
    // That the network service looked for ib0 after 12 s, before it existed, has a mark in its lane.
    let mark = browser.number(
        r#"const lane = document.querySelectorAll("tbody .lane")[5];
           const { left, width } = lane.firstChild.getBoundingClientRect();
           const mark = lane.querySelector(".line-mark").getBoundingClientRect();
           return (mark.left + mark.width / 2 - left) / width;"#,
    );
    assert!((mark - at(12.0)).abs() < 0.01, "{mark}");
}

#[test]
fn a_mark_in_a_lane_leads_to_its_line() {
    with_browser(|browser| {
        let page = Page::of(&[FAILED]);
        browser.open(&page.file());
        browser.run(r#"document.querySelector(".line-mark").dispatchEvent(new MouseEvent("click"))"#);
        let shown = browser.text(r#"return document.querySelector(".lines .shown code").textContent"#);
        assert!(shown.contains("Device ib0 does not seem to be present"), "{shown}");
        browser.is_quiet();
    });
}

#[test]
fn a_page_fits_every_width() {
    with_browser(|browser| {
        let page = Page::of(&[FAILED, HEALTHY]);
        for width in [1600, 1200, 1000, 700, 360] {
            let size = json!({ "width": width, "height": 800, "deviceScaleFactor": 1, "mobile": false });
            browser.devtools("Emulation.setDeviceMetricsOverride", &size);
            browser.open(&page.file());
            let needed = browser.number("return document.documentElement.scrollWidth");
            assert!(needed <= f64::from(width), "{needed} of {width}");
            let overlapping = browser.count(
                r#"const names = [...document.querySelectorAll("thead .lane text")].map((name) => name.getBoundingClientRect());
                   return names.slice(1).filter((name, at) => name.left < names[at].right).length"#,
            );
            assert_eq!(overlapping, 0, "names on the axis at {width}");
        }
        browser.is_quiet();
    });
}

#[test]
fn a_command_is_copied_or_at_least_selected() {
    with_browser(|browser| {
        let page = Page::of(&[FAILED]);
        for (is_granted, said, found) in [
            (true, "Copied.", "return navigator.clipboard.readText()"),
            (false, "Selected", "return String(getSelection())"),
        ] {
            browser.open(&page.file());
            browser.grant_clipboard(is_granted);
            browser.click(".commands button");
            assert!(browser.copied().starts_with(said));
            assert_eq!(browser.text(found), "systemctl is-enabled openibd");
        }
        browser.is_quiet();
    });
}

#[test]
fn every_explanation_is_laid_out() {
    with_browser(|browser| {
        let mut verdict = verdict(&[FAILED]);
        let boot = verdict.boots.first_mut().expect("there is a boot");
        let found = |known: &&'static Diagnosis| FindingVerdict {
            code: known.code.into(),
            name: known.name.into(),
            role: Role::Note,
            confidence: Confidence::Possible,
            evidence: Vec::new(),
            check: Vec::new(),
            remedy: Vec::new(),
            rule: None,
        };
        boot.findings = diagnosis::ALL.iter().map(found).collect();
        let page = Page::from_verdict(&verdict);
        for language in ["en", "zh"] {
            browser.open(&page.file().with_file_name(format!("page.html#lang={language}")));
            // A mark that is still there was not understood.
            let left = browser.run(
                r#"const texts = [...document.querySelectorAll(".prose :is(p, li, td)")].map((each) => each.textContent);
                   return [texts.length, texts.filter((text) => /`|^[-|] |\|--|\*\*|^#/.test(text))]"#,
            );
            assert!(left[0].as_u64().is_some_and(|count| count > 1_000), "{}", left[0]);
            assert_eq!(left[1], json!([]));
            let tables = browser.count(r#"return document.querySelectorAll(".prose table tbody td").length"#);
            assert!(tables > 10, "{tables}");
        }
        browser.is_quiet();
    });
}

#[test]
fn what_the_site_and_a_comparison_know_is_on_the_page() {
    with_browser(|browser| {
        let page = Page::of(&[FAILED, "--compare", HEALTHY]);
        browser.open(&page.file());
        let differs = browser.text(r#"return document.querySelector("tr.differs").textContent"#);
        assert!(!differs.is_empty());
        let title = browser.text(r#"return document.getElementById("beside").textContent"#);
        assert!(title.contains("node-9.domain.tld") && title.contains(HEALTHY), "{title}");
        browser.is_quiet();
    });
}

#[test]
fn without_scripts_the_answer_is_there_as_text() {
    with_browser(|browser| {
        let page = Page::of(&[FAILED]);
        browser.devtools("Emulation.setScriptExecutionDisabled", &json!({ "value": true }));
        browser.open(&page.file());
        let tree = browser.devtools("Accessibility.getFullAXTree", &json!({}));
        let text = tree.to_string();
        assert!(text.contains("no service loaded the driver stack"), "{text}");
        assert!(text.contains("systemctl enable --now openibd"), "{text}");
    });
}

#[test]
fn a_log_without_infiniband_says_so() {
    with_browser(|browser| {
        let page = Page::of(&["LICENSE-MIT"]);
        browser.open(&page.file());
        let said = browser.text(r#"return document.getElementById("answer").textContent"#);
        assert!(said.contains("nothing about InfiniBand in here"), "{said}");
        browser.is_quiet();
    });
}
