//! Puts the page of `--format html` together: its style, its script, and a policy that lets nothing but these two run.
//!
//! Done when the program is built, so that it need not know how to hash, and the policy cannot be out of date.

use std::path::Path;
use std::{env, fs, io};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

const FOLDER: &str = "html";
/// The pieces of the script, each before those that use it at once.
const SCRIPTS: &[&str] = &["model.js", "dom.js", "prose.js", "lanes.js", "answer.js", "list.js", "page.js"];

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed={FOLDER}");
    let read = |name: &str| fs::read_to_string(Path::new(FOLDER).join(name));
    let style = read("page.css")?;
    let pieces: Vec<_> = SCRIPTS.iter().map(|name| read(name)).collect::<io::Result<_>>()?;
    let script = format!("\"use strict\";\n(() => {{\n{}}})();\n", pieces.join("\n"));
    let page = read("page.html")?
        .replace("{{policy}}", &policy(&style, &script))
        .replace("{{style}}", &style)
        .replace("{{script}}", &script);
    let out = env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?;
    fs::write(Path::new(&out).join("page.html"), page)
}

/// Returns the Content-Security-Policy (W3C CSP 3): nothing is fetched, nothing but our own style and script counts, and
/// no text becomes markup (Trusted Types).
fn policy(style: &str, script: &str) -> String {
    let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)));
    format!(
        "default-src 'none'; script-src {}; style-src {}; img-src data:; base-uri 'none'; form-action 'none'; \
         require-trusted-types-for 'script'; trusted-types 'none'",
        hash(script),
        hash(style)
    )
}
