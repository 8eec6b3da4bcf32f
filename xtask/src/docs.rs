//! Pages made from code: all diagnoses in one place, in both languages.

use std::path::Path;

use anyhow::{Context, bail};
use ibup_chain::diagnosis::{self, Language};
use ibup_report::{Words, explain};

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
        let page = page(*language, heading);
        let path = root.join(path);
        if !check {
            std::fs::write(&path, page).with_context(|| format!("cannot write {}", path.display()))?;
        } else if std::fs::read_to_string(&path).ok() != Some(page) {
            bail!("{} is stale: run cargo xtask docs", path.display());
        }
    }
    Ok(())
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
