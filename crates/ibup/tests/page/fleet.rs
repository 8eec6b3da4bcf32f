//! A fleet on one page. Ten thousand nodes: how large it is, how long it takes, and that the list holds only what is in sight.

use ibup_chain::Verdict;
use ibup_chain::port::Outcome;
use ibup_chain::verdict::BootVerdict;

use crate::browser::{DOWN, END, UP, with_browser};
use crate::{FAILED, HEALTHY, Page, run, verdict};

const NODES: usize = 10_000;
/// How long a page of so many nodes may take to open, and to answer to a key, in milliseconds. Both are several times what a
/// slow machine takes, and less than anybody would call stuck.
const OPEN_MS_MAX: f64 = 10_000.0;
const ANSWER_MS_MAX: f64 = 1_000.0;

/// Makes up nodes from recorded boots: other names, other moments, the same stories. One in eight is not well.
fn nodes() -> Verdict {
    let corpus = |name: &str| format!("crates/ibup-chain/tests/corpus/{name}/boot.log");
    let recorded =
        ["lab-onboot-no", "lab-no-subnet-manager", "lab-blacklisted", "lab-enabled", "lab-two-ports"]
            .map(corpus);
    let mut sources = vec![FAILED, HEALTHY];
    sources.extend(recorded.iter().map(String::as_str));
    let mut verdict = verdict(&sources);
    let is_well = |boot: &BootVerdict| boot.ports.iter().all(|port| port.outcome == Outcome::Up);
    let (well, unwell): (Vec<_>, Vec<_>) = verdict.boots.drain(..).partition(is_well);
    assert!(well.len() > 1 && unwell.len() > 1);
    // Numerical Recipes' generator: any numbers will do, as long as they are the same ones every time.
    let mut state = 20_260_318_u32;
    let mut random = |below: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as usize % below
    };
    verdict.boots = (0..NODES)
        .map(|number| {
            let stories = if random(8) == 0 { &unwell } else { &well };
            let mut boot = stories[random(stories.len())].clone();
            boot.host = Some(format!("node-{number:05}"));
            let later = f64::from(u32::try_from(random(5_000)).unwrap_or_default()) / 1000.0;
            for port in &mut boot.ports {
                port.stages.iter_mut().filter_map(|stage| stage.seconds.as_mut()).for_each(|at| *at += later);
                let findings = port.findings.iter_mut().flat_map(|finding| &mut finding.evidence);
                findings.for_each(|quotation| quotation.text += &format!(" {number}"));
            }
            boot
        })
        .collect();
    verdict
}

#[test]
fn ten_thousand_nodes_stay_fluid() {
    with_browser(|browser| {
        let verdict = nodes();
        let page = Page::from_verdict(&verdict);
        let size = std::fs::metadata(page.file()).expect("the page is there").len();
        assert!(size < 30 << 20, "{size} bytes");
        browser.open(&page.file());
        let opened = browser.number(r#"return performance.getEntriesByType("navigation")[0].loadEventEnd"#);
        assert!(opened < OPEN_MS_MAX, "opened in {opened} ms");
        let elements = "return document.querySelectorAll('*').length";
        assert!(browser.count(elements) < 1_000);

        let unwell = verdict
            .boots
            .iter()
            .filter(|boot| boot.ports.iter().any(|port| port.outcome != Outcome::Up))
            .count();
        let shown = browser.text(r#"return document.getElementById("count").textContent"#);
        assert_eq!(shown, "10,000 of 10,000 nodes");
        let counted = browser.count(
            r##"return [...document.querySelectorAll("#outcomes button:not([data-key=up]) .count")]
                 .reduce((sum, each) => sum + Number(each.textContent.replace(",", "")), 0)"##,
        );
        assert_eq!(counted, unwell as u64);

        // What a key stroke in the search costs, to the end of layout.
        let slowest = browser.number(
            r#"const search = document.getElementById("search");
               const took = (query) => {
                 const start = performance.now();
                 search.value = query;
                 search.dispatchEvent(new Event("input"));
                 document.body.getBoundingClientRect();
                 return performance.now() - start;
               };
               return Math.max(...["n", "no", "node-0", "node-09", "node-099", "ib0301", "", "zzz", ""].map(took))"#,
        );
        assert!(slowest < ANSWER_MS_MAX, "{slowest} ms");

        browser.press(['/', DOWN, END]);
        let last = browser.text(
            r#"const list = document.getElementById("nodes");
               const row = document.getElementById(list.getAttribute("aria-activedescendant"));
               const [box, at] = [list, row].map((each) => each.getBoundingClientRect());
               return `${row.getAttribute("aria-posinset")} ${at.top >= box.top - 1 && at.bottom <= box.bottom + 1}`"#,
        );
        assert_eq!(last, "10000 true");
        let rows = browser.count(r##"return document.querySelectorAll("#nodes .row").length"##);
        assert!(rows < 60, "{rows}");

        // A key that is held down is no reason for a browser to complain.
        browser.press(std::iter::repeat_n(UP, 300));
        // The list is scrolled through in a second's worth of frames; the slowest frame is what one would notice.
        let frame = browser.number(
            r#"return new Promise((done) => {
                 const list = document.getElementById("nodes");
                 let [last, slowest, left] = [performance.now(), 0, 60];
                 const step = (now) => {
                   slowest = Math.max(slowest, now - last);
                   last = now;
                   list.scrollTop = (list.scrollHeight * left) / 60;
                   if (left-- > 0) requestAnimationFrame(step);
                   else done(slowest);
                 };
                 requestAnimationFrame(step);
               })"#,
        );
        assert!(frame < ANSWER_MS_MAX, "{frame} ms");
        assert!(browser.count(elements) < 1_500);
        browser.is_quiet();
    });
}

#[test]
fn the_parts_of_a_fleet_open_with_what_they_come_to() {
    with_browser(|browser| {
        let folder = tempfile::tempdir().expect("there is room for logs");
        let logs = folder.path().join("logs");
        std::fs::create_dir(&logs).expect("there is room for logs");
        let sample = |path| std::fs::read_to_string(format!("{}/../../{path}", env!("CARGO_MANIFEST_DIR")));
        let [failed, healthy] = [FAILED, HEALTHY].map(|path| sample(path).expect("the sample is there"));
        for number in 1..=9 {
            let log = if number % 4 == 0 { &failed } else { &healthy };
            let log = log.replace("node-9.domain.tld", &format!("node-{number}"));
            std::fs::write(logs.join(format!("node-{number}.log")), log).expect("there is room for logs");
        }
        run(folder.path(), &["fleet", "map", "logs", "-o", "parts"]);
        let page = Page::holding(&run(folder.path(), &["fleet", "reduce", "parts", "--format", "html"]));
        browser.open(&page.file());
        let shown = r#"return document.getElementById("answer").innerText"#;
        let whole = browser.text(shown);
        assert!(whole.contains("9 nodes: 7 well, 2 with trouble"), "{whole}");
        assert!(whole.contains("node-[4,8]"), "{whole}");
        browser.press(['/', DOWN, DOWN]);
        let node = browser.text(shown);
        assert!(node.starts_with("node-4\n") && node.contains("firmware 20.36.1010"), "{node}");
        // No line was kept, and the page makes nothing of that.
        assert!(node.contains("ibup diagnose") && !node.contains("does not say"), "{node}");
        assert_eq!(browser.count(r#"return document.querySelectorAll("tbody .lane .end").length"#), 8);
        browser.click("#whole");
        assert_eq!(browser.text(shown), whole);
        browser.click("#language");
        assert_ne!(browser.text(shown), whole);
        browser.is_quiet();
    });
}
