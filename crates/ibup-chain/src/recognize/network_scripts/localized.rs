//! What RHEL's network-scripts say in the languages they are translated into: the same events as their English words.
//!
//! systemd hands the machine's language (`LANG` of locale.conf) to the services, and network-scripts print what the
//! message catalogues of initscripts hold for it: the sentence, the status in brackets at its end, and the level before
//! a complaint. So a site that speaks Chinese has `正在打开接口 ib0： [失败]` where others have
//! `Bringing up interface ib0:  [FAILED]`. What the kernel and systemd say is never translated, what openibd, the
//! interface manager, udev and NetworkManager log is not either; nmcli is, whose words stand after the scripts' own.
//!
//! The sentences are tables of words before and after the interface's name, which stands first, last or in between.
//! Left out: full stops at their end, and what a language leaves in English. Where several languages share a sentence
//! it stands once. Words run from right to left only where they are shown: in a log they stand in the order in which
//! they are read.

use super::{Pattern, SCRIPTS, Speaker};
use crate::event::EventKind;
use crate::template::Captures;

/// Makes a pattern of every line of a table: languages, and the words before and after the name of an interface.
macro_rules! sentences {
    (
        $visible:vis $name:ident, $speaker:expr, $means:ident, $ending:literal, $sample:literal;
        $($languages:literal: $before:literal, $after:literal;)*
    ) => {
        $visible static $name: &[Pattern] = &[$(Pattern {
            speaker: $speaker,
            says: concat!($before, "{netdev}", $after, $ending),
            means: $means,
            source: concat!("initscripts, message catalogue ", $languages),
            samples: &[concat!("network: ", $before, "ib0", $after, $sample)],
        }),*];
    };
}

mod bringing_up;
mod complaints;
mod words;

/// The patterns of all languages.
pub(in crate::recognize) static BRINGING_UP: &[Pattern] = bringing_up::PATTERNS;
/// What is complained of: that the interface does not exist, has another address, could not be raised.
pub(in crate::recognize) static COMPLAINTS: [&[Pattern]; 3] =
    [complaints::MISSING, complaints::OTHER_ADDRESS, complaints::FAILED];

fn missing(_: &Captures<'_>) -> Option<EventKind> {
    Some(EventKind::RaiseFoundNothing(SCRIPTS))
}

fn other_address(_: &Captures<'_>) -> Option<EventKind> {
    EventKind::sign("IB0602", "")
}

fn failed(_: &Captures<'_>) -> Option<EventKind> {
    Some(EventKind::RaiseFailed(SCRIPTS))
}

/// Reads what stands after the interface's name: the status in brackets, or what a program complains of.
fn said(captures: &Captures<'_>) -> Option<EventKind> {
    let words = captures.get("words")?.trim();
    if let Some(status) = words.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        let status = status.trim();
        let failed = words::FAILED.contains(&status);
        let succeeded = words::OK.contains(&status);
        return match (failed, succeeded) {
            (true, _) => Some(EventKind::RaiseFailed(SCRIPTS)),
            (_, true) => Some(EventKind::Raised(SCRIPTS)),
            _ => None,
        };
    }
    // nmcli, where NetworkManager runs beside the scripts, ends in the path of what it activated.
    if words.contains("/org/freedesktop/NetworkManager/ActiveConnection/") {
        return Some(EventKind::Raised(SCRIPTS));
    }
    // That DHCP begins is no failure, and the scripts' own complaints have patterns of their own.
    let is_announcement = words.contains("...") || words.ends_with('…');
    let is_complaint = COMPLAINTS.into_iter().flatten().any(|pattern| {
        let (before, after) = pattern.says.split_once("{netdev}").unwrap_or((pattern.says, ""));
        words.contains(before) && words.contains(after)
    });
    (!is_announcement && !is_complaint).then_some(EventKind::RaiseFailed(SCRIPTS))
}

#[cfg(test)]
mod tests {
    use ibup_journal::Reader;

    use crate::diagnose::Diagnoser;

    const BOOT: &str = include_str!("../../../../../samples/node-9-failed.log");
    const MISSING: &str = "Device ib0 does not seem to be present, delaying initialization.";

    fn cause(log: &str) -> Vec<(Option<String>, String)> {
        let mut diagnoser = Diagnoser::new();
        diagnoser.observe_text("boot", log).expect("a recording is text");
        let verdict = diagnoser.verdict();
        let ports = verdict.boots.iter().flat_map(|boot| &boot.ports);
        ports.map(|port| (port.cause.clone(), port.outcome.name().to_owned())).collect()
    }

    #[test]
    fn a_boot_in_another_language_has_the_same_cause() {
        let english = cause(BOOT);
        assert!(english[0].0.is_some());
        for (missing, bringing_up, ok) in [
            ("设备 ib0 似乎不存在, 延迟初始化操作。", "正在打开接口 ib0： ", "确定"),
            (
                "Gerät ib0 scheint zu fehlen, Initialisierung verzögert.",
                "Schnittstelle ib0 hochfahren: ",
                "OK",
            ),
            (
                "デバイス ib0 は存在しないようですので、初期化を遅らせます。",
                "インターフェース ib0 を活性化中: ",
                "OK",
            ),
        ] {
            let boot = BOOT
                .replace(MISSING, missing)
                .replace("Bringing up interface ib0: ", bringing_up)
                .replace("[  OK  ]", &format!("[  {ok}  ]"));
            assert!(boot.contains(missing) && boot.contains(bringing_up));
            assert_eq!(cause(&boot), english, "{missing}");
        }
    }

    #[test]
    fn every_language_fails_and_succeeds_like_english() {
        use super::*;
        use crate::recognize::{Reading, Recognizer};
        let recognizer = Recognizer::new(crate::recognize::patterns().chain(crate::diagnosis::signs()));
        let other_address = EventKind::sign("IB0602", "").expect("a sign");
        for (patterns, ending, expected) in [
            (complaints::MISSING, "", EventKind::RaiseFoundNothing(SCRIPTS)),
            (complaints::OTHER_ADDRESS, "", other_address),
            (complaints::FAILED, "", EventKind::RaiseFailed(SCRIPTS)),
            (BRINGING_UP, " [  OK  ]", EventKind::Raised(SCRIPTS)),
            (BRINGING_UP, " [失败]", EventKind::RaiseFailed(SCRIPTS)),
        ] {
            for (pattern, name) in patterns.iter().flat_map(|p| [(p, "ib0"), (p, "ibp75s0f1")]) {
                let words = pattern.says.replace("{words=any}", "").replace("{netdev}", name) + ending;
                let line = format!("Mar 18 10:29:53 node-9 network[2914]: {words}");
                let mut reader = Reader::new(line.as_bytes());
                let entry = reader.next_entry().expect("a line is text").expect("a line is an entry");
                let Reading::Meaning(meant) = recognizer.recognize(&entry) else { panic!("{line}") };
                assert_eq!(
                    (meant.kind, meant.subject.netdev),
                    (expected.clone(), name.parse().ok()),
                    "{line}"
                );
            }
        }
    }
}
