//! Whether everybody can use the page: what a screen reader is told, and whether eyes can read it.

use serde_json::{Value, json};

use crate::browser::{Browser, with_browser};
use crate::{FAILED, HEALTHY, Page};

/// What somebody can act on or jump to, as ARIA calls it; each needs a name.
const NAMED: &[&str] = &[
    "button",
    "searchbox",
    "listbox",
    "option",
    "link",
    "table",
    "region",
    "navigation",
    "article",
    "heading",
];

/// Returns role and name of everything that a screen reader meets.
fn heard(browser: &Browser) -> Vec<(String, String)> {
    let tree = browser.devtools("Accessibility.getFullAXTree", &json!({}));
    let nodes = tree["nodes"].as_array().expect("a tree has nodes");
    let told = nodes.iter().filter(|node| node["ignored"] == Value::Bool(false));
    let part = |node: &Value, part: &str| node[part]["value"].as_str().unwrap_or_default().to_owned();
    told.map(|node| (part(node, "role"), part(node, "name"))).collect()
}

#[test]
fn a_screen_reader_is_told_everything() {
    with_browser(|browser| {
        let page = Page::of(&[FAILED, HEALTHY]);
        for language in ["en", "zh"] {
            browser.open(&page.file().with_file_name(format!("page.html#lang={language}")));
            let heard = heard(browser);
            for landmark in ["banner", "navigation", "main", "search"] {
                assert_eq!(heard.iter().filter(|(role, _)| role == landmark).count(), 1, "{landmark}");
            }
            for (role, name) in &heard {
                assert!(!NAMED.contains(&&**role) || !name.is_empty(), "a {role} without a name");
            }
            let texts = ["listbox", "option", "searchbox", "table", "article", "status"];
            for role in texts {
                assert!(heard.iter().any(|(found, _)| found == role), "no {role}");
            }
            let says = |text: &str| heard.iter().any(|(_, name)| name.contains(text));
            assert!(says("node-9.domain.tld") && says("IB0301") && says("systemctl enable --now openibd"));
        }
        browser.is_quiet();
    });
}

#[test]
fn headings_skip_no_level() {
    with_browser(|browser| {
        let page = Page::of(&[FAILED, HEALTHY]);
        browser.open(&page.file());
        let levels = browser.run(
            r#"return [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].map((each) => Number(each.localName[1]))"#,
        );
        let levels: Vec<u8> = serde_json::from_value(levels).expect("a number a heading");
        assert_eq!(levels.first(), Some(&1));
        assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{levels:?}");
    });
}

/// Returns the texts that stand out too little, by WCAG 2.2, 1.4.3: less than 4.5 to 1.
const PALE: &str = r#"
    const rgb = (color) => color.match(/[\d.]+/g).map(Number);
    const light = ([r, g, b]) => {
      const linear = [r, g, b].map((each) => each / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
      return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
    };
    const ground = (element) => {
      for (let at = element; at; at = at.parentElement) {
        const color = rgb(getComputedStyle(at).backgroundColor);
        if (color[3] !== 0) return color;
      }
      return [255, 255, 255];
    };
    const pale = [];
    let looked = 0;
    for (const details of document.querySelectorAll("details")) details.open = true;
    for (const element of document.querySelectorAll("body *")) {
      const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
      if (!own || !element.checkVisibility()) continue;
      const style = getComputedStyle(element);
      const [ink, paper] = [element.localName === "text" ? style.fill : style.color, ground(element)];
      const [high, low] = [light(rgb(ink)), light(paper)].sort((a, b) => b - a);
      const ratio = (high + 0.05) / (low + 0.05);
      looked++;
      if (ratio < 4.5) pale.push(`${element.localName}.${element.className}: ${ratio.toFixed(2)}`);
    }
    return { looked, pale };
"#;

#[test]
fn every_text_stands_out_in_light_and_dark() {
    with_browser(|browser| {
        let recorded = ["lab-onboot-no", "lab-no-subnet-manager", "openibd-disabled"]
            .map(|name| format!("crates/ibup-chain/tests/corpus/{name}/boot.log"));
        let mut sources = vec![FAILED, HEALTHY];
        sources.extend(recorded.iter().map(String::as_str));
        let page = Page::of(&sources);
        for scheme in ["light", "dark"] {
            browser.prefer(scheme);
            browser.open(&page.file());
            let found = browser.run(PALE);
            assert!(found["looked"].as_u64().is_some_and(|looked| looked > 50), "{found}");
            assert_eq!(found["pale"], json!([]), "{scheme}");
        }
    });
}

#[test]
fn where_the_focus_is_can_be_seen() {
    with_browser(|browser| {
        let page = Page::of(&[FAILED, HEALTHY]);
        browser.open(&page.file());
        let mut met = Vec::new();
        for _ in 0..12 {
            browser.press([crate::browser::TAB]);
            let outline = browser.text(
                r"const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
                   return `${document.activeElement.localName} ${outlineStyle} ${outlineWidth}`",
            );
            assert!(outline.ends_with(" solid 3px"), "{outline}");
            met.push(outline.split(' ').next().unwrap_or_default().to_owned());
        }
        assert!(met.iter().any(|name| name == "input") && met.iter().any(|name| name == "a"), "{met:?}");
    });
}

#[test]
fn outcomes_differ_in_shape_and_word() {
    with_browser(|browser| {
        let page = Page::of(&[FAILED, HEALTHY]);
        browser.open(&page.file());
        let marks = browser.run(
            r##"return [...document.querySelectorAll("#outcomes button")].map((each) =>
                 [each.querySelector("path").getAttribute("d"), each.querySelector(".title").textContent])"##,
        );
        let marks: Vec<(String, String)> = serde_json::from_value(marks).expect("a shape and a word each");
        assert_eq!(marks.len(), 2);
        assert!(marks[0].0 != marks[1].0 && marks[0].1 != marks[1].1, "{marks:?}");
    });
}
