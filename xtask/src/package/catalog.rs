//! The journal's message catalog: what `journalctl -x` adds below a message of ibup.
//!
//! A message that amounts to a diagnosis carries `MESSAGE_ID`: a fixed prefix and the four digits of the code. So the
//! identifier of a diagnosis is as stable as its code, and everybody can tell one from the other. As a whole it is a
//! random UUID (version 4) whose last sixteen bits are the code. The program's own notices have digits that begin with
//! `00`.

use std::path::Path;

use anyhow::{Context, bail};
use ibup_chain::Diagnosis;
use ibup_chain::diagnosis::{self, Language, explanation::PARTS};
use ibup_chain::notice::{self, Notice};

/// What the identifiers begin with; ibup-linux writes the same, and a test compares.
const PREFIX: &str = "6f1d0c2b9a4e4f6b8d37c5e2a91b";

/// journald takes the language from the name of the file (systemd-catalog: `NAME.LANGUAGE.catalog`).
const FILES: &[(&str, Language)] = &[
    ("dist/catalog/ibup.catalog", Language::English),
    ("dist/catalog/ibup.zh_CN.catalog", Language::Chinese),
];

/// Writes the catalogs or, to check, compares them.
pub(crate) fn run(root: &Path, check: bool) -> anyhow::Result<()> {
    for (name, language) in FILES {
        let path = root.join(name);
        let text = catalog(*language)?;
        if !check {
            std::fs::write(&path, text).with_context(|| format!("cannot write {name}"))?;
        } else if std::fs::read_to_string(&path).ok().as_deref() != Some(&text) {
            bail!("{name} is stale: run cargo xtask catalog");
        }
    }
    Ok(())
}

fn catalog(language: Language) -> anyhow::Result<String> {
    let mut text = "# Written by `cargo xtask catalog` from the explanations of the diagnoses and of the program's own notices.\n".to_owned();
    for diagnosis in diagnosis::ALL {
        text += &entry(diagnosis, language)?;
    }
    for notice in notice::ALL {
        text += &notice_entry(notice, language)?;
    }
    Ok(text)
}

/// Returns what the catalog says of a notice.
fn notice_entry(notice: &Notice, language: Language) -> anyhow::Result<String> {
    let text = format!(
        "\n-- {PREFIX}{}\nSubject: {}\nDefined-By: ibup\nDocumentation: man:ibup-trace(1)\n\n{}\n",
        notice.digits,
        notice.subject(language),
        plain(notice.explanation(language))
    );
    if names_a_field(&text) {
        bail!("{}: the catalog would replace a word between two @", notice.digits);
    }
    Ok(text)
}

/// Returns what the catalog says of a diagnosis.
fn entry(diagnosis: &Diagnosis, language: Language) -> anyhow::Result<String> {
    let explanation = diagnosis.explanation(language);
    let mut text = format!(
        "\n-- {}\nSubject: {} {}: {}\nDefined-By: ibup\nDocumentation: man:ibup-explain(1)\n",
        message_id(diagnosis.code)?,
        diagnosis.code,
        diagnosis.name,
        explanation.title
    );
    for part in PARTS {
        let body = explanation.part(*part).unwrap_or_default();
        text += &format!("\n{}\n\n{}\n", part.heading(language), plain(body));
    }
    if names_a_field(&text) {
        bail!("{}: the catalog would replace a word between two @", diagnosis.code);
    }
    Ok(text)
}

/// Returns the identifier of the messages that amount to a diagnosis.
fn message_id(code: &str) -> anyhow::Result<String> {
    let digits = code.strip_prefix("IB").with_context(|| format!("{code} is not a code"))?;
    Ok(format!("{PREFIX}{digits}"))
}

/// Returns a text as the catalog takes it: blocks of code indented, and no line that it would take for a comment or for
/// the next entry.
fn plain(text: &str) -> String {
    let mut in_code = false;
    let mut out = String::new();
    for line in text.lines() {
        if line.starts_with("```") {
            in_code = !in_code;
            continue;
        }
        let is_special = line.starts_with(['#', ';']) || line.starts_with("--");
        out += if in_code && !line.is_empty() {
            "    "
        } else if is_special {
            " "
        } else {
            ""
        };
        out += line;
        out.push('\n');
    }
    out.trim_end().to_owned()
}

/// Returns whether the journal would put a field of the message into the text: a name in capitals between two `@`.
fn names_a_field(text: &str) -> bool {
    let is_field =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
    let parts: Vec<_> = text.split('@').collect();
    // The first and the last part have an `@` on one side only.
    parts.len() > 2 && parts[1..parts.len() - 1].iter().any(|part| is_field(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogs_are_fresh() {
        run(crate::root(), true).unwrap();
    }

    #[test]
    fn the_program_writes_the_identifiers_that_the_catalog_explains() {
        for diagnosis in diagnosis::ALL {
            assert_eq!(
                Some(message_id(diagnosis.code).unwrap()),
                ibup_linux::journal::message_id(diagnosis.code)
            );
        }
        for notice in notice::ALL {
            assert_eq!(format!("{PREFIX}{}", notice.digits), ibup_linux::journal::notice_id(notice));
        }
    }

    #[test]
    fn text_loses_what_the_catalog_would_take_for_its_own() {
        assert_eq!(plain("a\n```\n# b\n```\n-- c\n;d\n"), "a\n    # b\n -- c\n ;d");
    }

    #[test]
    fn a_word_between_two_ats_is_noticed() {
        assert!(names_a_field("x @MESSAGE@ y"));
        assert!(!names_a_field("rdma-load-modules@infiniband and ib@*"));
        assert!(!names_a_field("MESSAGE@ and @MESSAGE"));
    }
}
