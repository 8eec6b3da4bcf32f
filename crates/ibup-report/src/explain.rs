//! The explanation of a diagnosis, and the list of all.

use ibup_chain::Diagnosis;
use ibup_chain::diagnosis::{self, explanation::section};

use crate::words::Words;

/// Writes all that is known of a diagnosis.
pub fn render(diagnosis: &Diagnosis, words: &Words) -> String {
    let explanation = diagnosis.explanation(words.language());
    let mut out =
        format!("# {} {}: {}\n\n{}\n", diagnosis.code, diagnosis.name, explanation.title, explanation.body);
    if let Some(boot) = section(diagnosis.text, "Sick boot") {
        out += &format!("\n## {}\n\n{boot}\n", words.get("example"));
    }
    out += &format!("\n## {}\n\n{}\n", words.get("references"), explanation.references);
    out
}

/// Writes the list of all diagnoses: code, name and title.
pub fn list(words: &Words) -> String {
    let width = diagnosis::ALL.iter().map(|diagnosis| diagnosis.name.len()).max().unwrap_or(0);
    let mut out = String::new();
    for diagnosis in diagnosis::ALL {
        let title = diagnosis.explanation(words.language()).title;
        out += &format!("{}  {:width$}  {title}\n", diagnosis.code, diagnosis.name);
    }
    out += &format!("\n{}\n", words.get("list-hint"));
    out
}
