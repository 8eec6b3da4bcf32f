//! From bytes to the answer, as a person sees it.

use ibup::commands::diagnose::of_stream;
use ibup_chain::diagnosis::Language;
use ibup_chain::{Diagnoser, Rules, Verdict};
use ibup_report::text::Layout;
use ibup_report::{Words, json, markdown, text};

use crate::is_clean;

/// What an input may unpack to, in bytes: enough to be several blocks of text, and little enough for a hundred thousand.
const FREE: u64 = 2 << 20;

/// The whole way: a stream, packed or not, the verdict, and every form of it.
pub fn diagnose(bytes: &[u8]) {
    render(&of_stream("log", bytes, FREE).0);
}

/// Archives and compressed streams: what cannot be read is told in words that can be shown.
pub fn packed(bytes: &[u8]) {
    let (_, failures) = of_stream("packed", &with_sums(bytes)[..], FREE);
    for failure in failures {
        let line = format!("{failure:#}");
        assert!(is_clean(&line) && !line.contains('\n'), "{line:?}");
    }
}

/// Returns the bytes with the sums of what may be headers of a tar archive put right, which hardly any change would leave so.
fn with_sums(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for block in bytes.chunks_exact_mut(512).filter(|block| block[257..].starts_with(b"ustar")) {
        block[148..156].fill(b' ');
        let sum: u32 = block.iter().copied().map(u32::from).sum();
        block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    }
    bytes
}

/// A file of rules and, behind a line of dashes, a log that it is held against.
pub fn rules(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (rules, log) = text.split_once("\n----\n").unwrap_or((&text, ""));
    match Rules::parse(rules) {
        Ok(rules) => {
            let mut diagnoser = Diagnoser::with_rules(rules);
            let _ = diagnoser.observe_text("log", log);
            render(&diagnoser.verdict());
        }
        Err(error) => {
            let line = error.to_string();
            assert!(is_clean(&line) && !line.contains('\n'), "{line:?}");
        }
    }
}

fn render(verdict: &Verdict) {
    thread_local! {
        static WORDS: [Words; 2] = [Language::English, Language::Chinese].map(Words::new);
    }
    let same: Verdict = serde_json::from_str(&json::render(verdict)).expect("what is written can be read");
    assert_eq!(&same, verdict);
    WORDS.with(|words| {
        for words in words {
            let layout = Layout { colored: false, columns: Some(80) };
            for shown in [text::render(verdict, words, layout), markdown::render(verdict, words)] {
                assert!(is_clean(&shown), "{shown:?}");
            }
        }
    });
}
