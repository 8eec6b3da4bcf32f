//! Pages made from code, in both languages: all diagnoses in one place, and what the README shows of the program.

use std::path::Path;

use anyhow::{Context, bail};
use ibup_chain::Diagnoser;
use ibup_chain::diagnosis::{self, Language};
use ibup_journal::Reader;
use ibup_report::{Words, explain, text};

/// The boot that the README shows, and how wide.
const SAMPLE: &str = "samples/node-9-failed.log";
const COLUMNS: usize = 110;
const READMES: &[(&str, Language)] =
    &[("README.md", Language::English), ("README.zh-CN.md", Language::Chinese)];

const PAGES: &[(&str, Language, &str)] = &[
    (
        "docs/diagnoses.md",
        Language::English,
        "# Diagnoses\n\nWritten by `cargo xtask docs` from the files beside each diagnosis; `ibup explain CODE` shows one.\n",
    ),
    (
        "docs/diagnoses.zh-CN.md",
        Language::Chinese,
        "# 诊断\n\n由 `cargo xtask docs` 根据各诊断旁的文件生成；`ibup explain 代码` 可查看其中一个。\n",
    ),
];

/// Writes the pages or, to check, compares them.
pub(crate) fn run(root: &Path, check: bool) -> anyhow::Result<()> {
    for (path, language, heading) in PAGES {
        put(&root.join(path), &page(*language, heading), check)?;
    }
    for (path, language) in READMES {
        let path = root.join(path);
        put(&path, &readme(root, &path, *language)?, check)?;
    }
    Ok(())
}

/// Writes a page or, to check, compares it.
fn put(path: &Path, page: &str, check: bool) -> anyhow::Result<()> {
    if !check {
        std::fs::write(path, page).with_context(|| format!("cannot write {}", path.display()))?;
    } else if std::fs::read_to_string(path).ok().as_deref() != Some(page) {
        bail!("{} is stale: run cargo xtask docs", path.display());
    }
    Ok(())
}

/// Returns a README with what the program says today in its block of output.
fn readme(root: &Path, path: &Path, language: Language) -> anyhow::Result<String> {
    let page = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let (before, rest) = page.split_once("```text\n").context("the README has no block of output")?;
    let (_, after) = rest.split_once("```").context("the README's block of output is not closed")?;
    Ok(format!("{before}```text\n{}```{after}", output(root, language)?))
}

/// Returns what the program says of the sample on a terminal.
fn output(root: &Path, language: Language) -> anyhow::Result<String> {
    let log = std::fs::read(root.join(SAMPLE)).with_context(|| format!("cannot read {SAMPLE}"))?;
    let mut diagnoser = Diagnoser::new();
    diagnoser.begin_source(SAMPLE);
    let mut reader = Reader::new(&*log);
    while let Some(entry) = reader.next_entry()? {
        diagnoser.observe(&entry);
    }
    let layout = text::Layout { colored: false, columns: Some(COLUMNS) };
    Ok(text::render(&diagnoser.verdict(), &Words::new(language), layout))
}

fn page(language: Language, heading: &str) -> String {
    let words = Words::new(language);
    let mut page = heading.to_owned();
    for diagnosis in diagnosis::ALL {
        page.push('\n');
        // One level down: the page has a heading of its own.
        for line in explain::render(diagnosis, &words).lines() {
            let is_heading = line.starts_with("# ") || line.starts_with("## ");
            page.push_str(if is_heading { "#" } else { "" });
            page.push_str(line);
            page.push('\n');
        }
    }
    page
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_pages_are_fresh() {
        super::run(crate::root(), true).unwrap();
    }
}
