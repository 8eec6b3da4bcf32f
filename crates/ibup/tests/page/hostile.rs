//! What a log says may be written by anybody: it stays text.

use ibup_chain::Verdict;
use serde_json::Value;

use crate::browser::with_browser;
use crate::{FAILED, HEALTHY, Page, verdict};

/// Ends a script, opens a comment and a tag, ends an attribute, and is markup in itself.
const HOSTILE: &str =
    "</script><!--\"'><img src=x onerror=window.hit=1><svg onload=window.hit=1>&lt;{{data}}`x`";

/// The texts of a verdict that come from outside; the others are words of ours.
const FROM_OUTSIDE: &[&str] =
    &["host", "boot_id", "interface", "pci", "device", "source", "text", "name", "check", "remedy"];

/// Puts hostile text behind every text from outside.
fn poison(value: &mut Value, key: &str) {
    match value {
        Value::String(text) if FROM_OUTSIDE.contains(&key) => text.push_str(HOSTILE),
        Value::Array(values) => values.iter_mut().for_each(|value| poison(value, key)),
        Value::Object(fields) => fields.iter_mut().for_each(|(key, value)| poison(value, key)),
        _ => {}
    }
}

fn poisoned() -> Verdict {
    let mut value =
        serde_json::to_value(verdict(&[FAILED, HEALTHY, "--compare", HEALTHY])).expect("a verdict is JSON");
    poison(&mut value, "");
    serde_json::from_value(value).expect("a poisoned verdict is a verdict")
}

#[test]
fn hostile_text_stays_text() {
    with_browser(|browser| {
        let page = Page::from_verdict(&poisoned());
        browser.open(&page.file());
        browser.click("#nodes .row");
        browser.run(r##"document.querySelector("#answer details").open = true"##);
        let host = browser.text(r##"return document.querySelector("#answer h2").textContent"##);
        assert_eq!(host, format!("node-9.domain.tld{HOSTILE}"));
        let line = browser.text(r#"return document.querySelector(".lines code").textContent"#);
        assert!(line.ends_with(HOSTILE), "{line}");
        let command = browser.text(r#"return document.querySelector(".commands code").textContent"#);
        assert!(command.ends_with(HOSTILE), "{command}");
        let strange = browser.count(
            r#"return document.querySelectorAll("img, [onerror], [onload], iframe, a:not(.skip), style:not(head style)").length"#,
        );
        assert_eq!(strange, 0);
        assert_eq!(browser.count("return document.scripts.length"), 2);
        assert!(browser.run("return window.hit ?? null").is_null());
        browser.is_quiet();
    });
}

#[test]
fn hostile_text_stays_text_without_scripts() {
    with_browser(|browser| {
        let page = Page::from_verdict(&poisoned());
        browser.devtools("Emulation.setScriptExecutionDisabled", &serde_json::json!({ "value": true }));
        browser.open(&page.file());
        let document = browser.devtools("DOM.getDocument", &serde_json::json!({ "depth": -1 }));
        let text = document.to_string();
        assert!(text.contains("\"localName\":\"noscript\"") && text.contains("onerror=window.hit"), "{text}");
        assert!(!text.contains("\"localName\":\"img\""), "{text}");
    });
}

#[test]
fn nothing_but_the_page_runs() {
    with_browser(|browser| {
        let page = Page::of(&[FAILED]);
        browser.open(&page.file());
        let refused = browser.text(
            r#"try { document.body.innerHTML = "<b>x</b>"; return "made"; } catch (error) { return error.name; }"#,
        );
        assert_eq!(refused, "TypeError", "no text becomes markup");
        let fetched = browser
            .text(r#"return fetch("https://example.invalid/").then(() => "fetched", (error) => error.name)"#);
        assert_eq!(fetched, "TypeError");
        let violations = browser.count(
            r#"return new Promise((done) => {
                 let count = 0;
                 addEventListener("securitypolicyviolation", () => count++);
                 const style = document.createElement("style");
                 style.textContent = "body { display: none }";
                 document.head.append(style);
                 setTimeout(() => done(count), 100);
               })"#,
        );
        assert!(violations >= 1, "a style of somebody else does not count");
    });
}
