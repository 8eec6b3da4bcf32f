//! The verdict, or the answer on a fleet, as a page for a browser: one file that fetches nothing, for one boot or for ten
//! thousand nodes.
//!
//! The page is `html/*`, which `build.rs` puts together; here it gets its data. Nothing of the verdict becomes markup: it
//! stands as JSON without a `<` in an element that no browser runs, and the script makes text of it. Where scripts are
//! off, the answer for a terminal is shown, if it is not too long.

use ibup_chain::diagnosis::Language;
use ibup_chain::verdict::{BootVerdict, Verdict};
use ibup_fleet::FleetVerdict;

use crate::words::Words;
use crate::{fleet, text};

mod table;
mod view;

use view::View;

const PAGE: &str = include_str!(concat!(env!("OUT_DIR"), "/page.html"));

/// The answer for so many boots is told to those who run no scripts.
const PLAIN_MAX: usize = 20;

/// Writes the verdict as a page that opens in the language of the words; the reader can change to the other one there.
pub fn render(verdict: &Verdict, words: &Words) -> String {
    let plain = if verdict.boots.len() > PLAIN_MAX {
        words.get("page-needs-scripts")
    } else {
        text::render(verdict, words, text::Layout::default())
    };
    page(&View::new(&verdict.boots, words.language()), &plain, words)
}

/// Writes the answer on a fleet as a page: what it comes to as a whole, and each of its boots, of which no line was kept.
pub fn render_fleet(verdict: &FleetVerdict, boots: &[BootVerdict], words: &Words) -> String {
    let say = |words: &Words| fleet::text(verdict, words, text::Layout::default());
    page(&View::of_fleet(boots, say, words.language()), &say(words), words)
}

fn page(view: &View, plain: &str, words: &Words) -> String {
    let language = match words.language() {
        Language::English => "en",
        Language::Chinese => "zh-CN",
    };
    // Strings, numbers and lists have a JSON form.
    let data = serde_json::to_string(view).unwrap_or_default();
    let title = words.get("page-title");
    let values = [
        ("language", language),
        ("title", &*title),
        ("plain", &*format!("<pre>{}</pre>", escape(plain))),
        ("data", &*inert(&data)),
    ];
    fill(PAGE, &values)
}

/// Puts the values where the page names them; what is filled in is not looked at again.
fn fill(page: &str, values: &[(&str, &str)]) -> String {
    let mut filled =
        String::with_capacity(page.len() + values.iter().map(|(_, value)| value.len()).sum::<usize>());
    let mut rest = page;
    while let Some((before, after)) = rest.split_once("{{") {
        filled.push_str(before);
        rest = match after.split_once("}}") {
            Some((name, after)) => {
                let value = values.iter().find(|(key, _)| *key == name);
                filled.push_str(value.map_or("", |(_, value)| value));
                after
            }
            None => after,
        };
    }
    filled.push_str(rest);
    filled
}

/// Writes JSON so that nothing in it can end the element it stands in (HTML, "Restrictions for contents of script
/// elements"), or a line of a script.
fn inert(json: &str) -> String {
    let mut written = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                written.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => written.push(c),
        }
    }
    written
}

/// Writes text so that it stays text in an element.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_holds_no_markup_and_reads_as_before() {
        let hostile = serde_json::json!({ "a": "</script><!-- &amp; \u{2028}\u{2029} ]]>" });
        let written = inert(&hostile.to_string());
        assert!(!written.contains(['<', '>', '&', '\u{2028}', '\u{2029}']), "{written}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&written).unwrap(), hostile);
    }

    #[test]
    fn values_are_filled_in_once() {
        let values = [("a", "{{b}}"), ("b", "2")];
        assert_eq!(fill("<{{a}}{{b}}{{c}}>", &values), "<{{b}}2>");
    }

    #[test]
    fn the_page_names_no_value_that_it_is_not_given() {
        let names: Vec<_> =
            PAGE.split("{{").skip(1).filter_map(|rest| rest.split_once("}}")).map(|(name, _)| name).collect();
        assert_eq!(names, ["language", "title", "plain", "data"]);
    }
}
