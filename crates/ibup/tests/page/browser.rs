//! A headless Chromium, driven by chromedriver (W3C WebDriver, and the DevTools protocol through it).

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

/// The key of Enter, as WebDriver writes it ("Keyboard actions").
pub(crate) const ENTER: char = '\u{e007}';
pub(crate) const ESCAPE: char = '\u{e00c}';
pub(crate) const TAB: char = '\u{e004}';
pub(crate) const END: char = '\u{e010}';
pub(crate) const HOME: char = '\u{e011}';
pub(crate) const UP: char = '\u{e013}';
pub(crate) const DOWN: char = '\u{e015}';

/// A browser with one page in it. It ends with the value.
pub(crate) struct Browser {
    driver: Child,
    /// Where the commands of the session go.
    session: String,
}

/// Runs a test in a browser, or says that there is none, which in CI is a failure.
#[expect(clippy::print_stdout, reason = "a test that did not run says so")]
pub(crate) fn with_browser(test: impl FnOnce(&Browser)) {
    let is_there = |program: &str| {
        Command::new(program)
            .arg("--version")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    };
    let missing: Vec<_> =
        ["chromium", "chromedriver"].into_iter().filter(|program| !is_there(program)).collect();
    if missing.is_empty() {
        let browser = Browser::start();
        test(&browser);
        browser.close();
        return;
    }
    let required = std::env::var("CI").is_ok_and(|value| value == "true");
    assert!(
        !required,
        "the page is tried in a browser, and these are not there: {missing:?}; see docs/packaging.md"
    );
    println!("skipped: the page is tried in a browser, and these are not there: {missing:?}");
}

impl Browser {
    fn start() -> Self {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver starts");
        let said = BufReader::new(driver.stdout.take().expect("standard output is a pipe"));
        let port = said.lines().map_while(Result::ok).find_map(|line| {
            let (_, port) = line.split_once("started successfully on port ")?;
            port.trim_end_matches('.').parse::<u16>().ok()
        });
        let root = format!("http://127.0.0.1:{}", port.expect("chromedriver says its port"));
        let mut browser = Self { driver, session: root };
        let switches = [
            "--headless=new",
            // Root, which CI is, may not use the sandbox; the page is our own.
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--window-size=1400,1000",
        ];
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "goog:chromeOptions": { "args": switches },
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
        } } });
        let made = browser.post("/session", &wanted);
        let id = made["sessionId"].as_str().expect("a session has a name");
        browser.session = format!("{}/session/{id}", browser.session);
        browser
    }

    fn close(mut self) {
        let _ = ureq::delete(&self.session).call();
        self.end();
    }

    fn end(&mut self) {
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }

    fn post(&self, command: &str, body: &Value) -> Value {
        let url = format!("{}{command}", self.session);
        let mut response = ureq::post(&url)
            .config()
            .http_status_as_error(false)
            .build()
            .send_json(body)
            .unwrap_or_else(|error| panic!("{command}: {error}"));
        let mut answer: Value = response
            .body_mut()
            .with_config()
            .limit(100 << 20)
            .read_json()
            .unwrap_or_else(|error| panic!("{command}: {error}"));
        assert!(response.status().is_success(), "{command} {body}: {}", answer["value"]["message"]);
        answer["value"].take()
    }

    /// Opens a file.
    pub(crate) fn open(&self, file: &Path) {
        self.post("/url", &json!({ "url": format!("file://{}", file.display()) }));
    }

    /// Runs a function body in the page and returns what it returns.
    pub(crate) fn run(&self, body: &str) -> Value {
        self.post("/execute/sync", &json!({ "script": body, "args": [] }))
    }

    /// Runs a function body that returns text.
    pub(crate) fn text(&self, body: &str) -> String {
        let value = self.run(body);
        value.as_str().unwrap_or_else(|| panic!("{body} gives {value}")).to_owned()
    }

    /// Runs a function body that returns a number.
    pub(crate) fn number(&self, body: &str) -> f64 {
        let value = self.run(body);
        value.as_f64().unwrap_or_else(|| panic!("{body} gives {value}"))
    }

    /// Runs a function body that returns a whole number.
    pub(crate) fn count(&self, body: &str) -> u64 {
        let value = self.run(body);
        value.as_u64().unwrap_or_else(|| panic!("{body} gives {value}"))
    }

    /// Clicks on what a selector names, as a mouse does.
    pub(crate) fn click(&self, selector: &str) {
        let found = self.post("/element", &json!({ "using": "css selector", "value": selector }));
        let id = found.as_object().and_then(|found| found.values().next()).and_then(Value::as_str);
        let id = id.unwrap_or_else(|| panic!("nothing is {selector}"));
        self.post(&format!("/element/{id}/click"), &json!({}));
    }

    /// Presses keys, one after the other, wherever the focus is.
    pub(crate) fn press(&self, keys: impl IntoIterator<Item = char>) {
        let strokes: Vec<_> = keys
            .into_iter()
            .flat_map(|key| ["keyDown", "keyUp"].map(|kind| json!({ "type": kind, "value": key })))
            .collect();
        self.post("/actions", &json!({ "actions": [{ "type": "key", "id": "keys", "actions": strokes }] }));
    }

    /// Gives a command of the DevTools protocol.
    pub(crate) fn devtools(&self, command: &str, parameters: &Value) -> Value {
        self.post("/goog/cdp/execute", &json!({ "cmd": command, "params": parameters }))
    }

    /// Makes the system prefer light or dark colors.
    pub(crate) fn prefer(&self, scheme: &str) {
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.devtools("Emulation.setEmulatedMedia", &features);
    }

    /// Lets the page write to the clipboard, or keeps it from that; the test may always read it.
    pub(crate) fn grant_clipboard(&self, is_granted: bool) {
        let write = if is_granted { "granted" } else { "denied" };
        for (name, setting) in [("clipboard-write", write), ("clipboard-read", "granted")] {
            let permission = json!({ "permission": { "name": name }, "setting": setting });
            self.devtools("Browser.setPermission", &permission);
        }
    }

    /// Returns what the page says of a copy, once it says so.
    pub(crate) fn copied(&self) -> String {
        self.text(
            r#"return new Promise((done) => {
                 const said = document.getElementById("said");
                 const look = () => (said.textContent ? done(said.textContent) : setTimeout(look, 10));
                 look();
               });"#,
        )
    }

    /// Holds that nothing was written to the console since the last time and nothing but files was asked for.
    pub(crate) fn is_quiet(&self) {
        let console = self.post("/se/log", &json!({ "type": "browser" }));
        assert_eq!(console, json!([]));
        let log = self.post("/se/log", &json!({ "type": "performance" }));
        let log = log.as_array().expect("a log is a list");
        let requests: Vec<_> = log.iter().filter_map(requested).collect();
        assert!(!requests.is_empty(), "the page itself was asked for");
        assert!(requests.iter().all(|url| url.starts_with("file:") || url == "data:,"), "{requests:?}");
    }
}

/// Returns what an entry of the log of performance says was asked for.
fn requested(entry: &Value) -> Option<String> {
    let message: Value = serde_json::from_str(entry["message"].as_str()?).ok()?;
    let message = &message["message"];
    (message["method"] == "Network.requestWillBeSent")
        .then(|| message["params"]["request"]["url"].as_str().map(str::to_owned))?
}

impl Drop for Browser {
    fn drop(&mut self) {
        // After a failed test the session is still open, and the browser ends with it.
        let _ = ureq::delete(&self.session).call();
        self.end();
    }
}
