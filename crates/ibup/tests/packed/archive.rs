//! Archives that are no report of support: every text in them is a log.

use super::pack::{FORMS, Member, compress, tar};
use super::{FAILED, diagnose_file, diagnose_input, read};

#[test]
fn an_archive_has_the_verdict_of_the_log_in_it() {
    let log = read(FAILED);
    let plain = diagnose_file("plain", &log).without_names();
    let deep = format!("bundle/{}/messages", "x".repeat(150));
    for path in ["messages", "./logs/messages", &deep] {
        let archive = tar(&[
            ("logs/latest", Member::Link("../messages")),
            (path, Member::File(&log)),
            ("logs/core", Member::File(&[0xff, 0, 1].repeat(3000))),
        ]);
        assert_eq!(diagnose_file("logs.tar", &archive).without_names(), plain);
        for form in FORMS {
            let packed = compress(form, &archive);
            assert_eq!(diagnose_file("logs", &packed).without_names(), plain, "{form}");
            assert_eq!(diagnose_input(&packed).without_names(), plain, "{form}");
        }
    }
}
