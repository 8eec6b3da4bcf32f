//! What is read of single lines, whatever wrote them.

use ibup_journal::{Entry, Form, Marker, Reader};

use crate::{read, said, when};

fn check_said(input: &str, expected: &[&str]) {
    assert_eq!(read(input, None, said), expected, "{input}");
}

fn check_when(input: &str, expected: &[&str]) {
    assert_eq!(read(input, None, when), expected, "{input}");
}

#[test]
fn the_lines_of_the_case_are_read() {
    check_said(
        "[root@node-1 node9]# cat jour_xb.txt |grep -E '4b:00.0|ib0'\n\
         //=========(1)==========\n\
         Mar 18 10:29:41 node-9.domain.tld kernel: pci 0000:4b:00.0: [15b3:101b] type 00 class 0x020700\n\
         Mar 18 10:29:53 node-9.domain.tld network[2914]: Bringing up interface ib0:  ERROR     : [/etc/sysconfig/network-scripts/ifup-eth] Device ib0 does not seem to be present, delaying initialization.\n\
         Mar 18 10:29:53 node-9.domain.tld /etc/sysconfig/network-scripts/ifup-eth[4014]: Device ib0 does not seem to be present, delaying initialization.\n\
         Mar 18 10:31:14 node-9.domain.tld systemd[1]: Started mlnx_interface_mgr - configure ib0.\n\
         -- Subject: Unit mlnx_interface_mgr@ib0.service has finished start-up\n\
         -- Unit mlnx_interface_mgr@ib0.service has finished starting up.\n\
         Mar 22 16:56:38 node-9.domain.tld network[58003]: Bringing up interface ib0:  [  OK  ]\n\
         Apr 02 11:09:33 node-9.domain.tld openibd[2319]: + '[' '!' -f /etc/infiniband/openib.conf ']'\n\
         > > Apr 02 11:09:34 node-9.domain.tld mlnx_interface_mgr.sh[2861]: + log_msg 'OS is booting'\n",
        &[
            "- -: [root@node-1 node9]# cat jour_xb.txt |grep -E '4b:00.0|ib0'",
            "- -: //=========(1)==========",
            "node-9.domain.tld kernel: pci 0000:4b:00.0: [15b3:101b] type 00 class 0x020700",
            "node-9.domain.tld network[2914]: Bringing up interface ib0:  ERROR     : \
             [/etc/sysconfig/network-scripts/ifup-eth] Device ib0 does not seem to be present, delaying initialization.",
            "node-9.domain.tld /etc/sysconfig/network-scripts/ifup-eth[4014]: \
             Device ib0 does not seem to be present, delaying initialization.",
            "node-9.domain.tld systemd[1]: Started mlnx_interface_mgr - configure ib0.",
            "node-9.domain.tld network[58003]: Bringing up interface ib0:  [  OK  ]",
            "node-9.domain.tld openibd[2319]: + '[' '!' -f /etc/infiniband/openib.conf ']'",
            "node-9.domain.tld mlnx_interface_mgr.sh[2861]: + log_msg 'OS is booting'",
        ],
    );
}

#[test]
fn identifiers_of_all_shapes_are_read() {
    let check = |rest: &str, expected: &str| check_said(&format!("Mar 18 10:29:41 {rest}"), &[expected]);
    check("node-9 (udev-worker)[364]: ib0: renamed", "node-9 (udev-worker)[364]: ib0: renamed");
    check("node-9 my program[12]: text", "node-9 my program[12]: text");
    check("node-9 kernel: a: b", "node-9 kernel: a: b");
    check("node-9 sshd[12]:no blank", "node-9 sshd[12]: no blank");
    check("node-9 a[b]: text", "node-9 a[b]: text");
    check("node-9 a[+1]: text", "node-9 a[+1]: text");
    check("node-9 a[99999999999]: text", "node-9 a[99999999999]: text");
    check("node-9 last message repeated 2 times", "node-9 -: last message repeated 2 times");
    check("node-9 Killed process 12 (a): oom", "node-9 -: Killed process 12 (a): oom");
    check("node-9 systemd[1]:", "node-9 systemd[1]: ");
    check("node-9 systemd[1]: ", "node-9 systemd[1]: ");
    check("kernel: without the host", "- kernel: without the host");
    check("systemd[1]: without the host", "- systemd[1]: without the host");
    check("word", "- -: word");
    check("10.1.2.3 kernel: an address", "10.1.2.3 kernel: an address");
    check("(none) kernel: text", "(none) kernel: text");
}

#[test]
fn stamps_of_all_forms_are_read() {
    for (stamp, expected) in [
        ("Mar 18 10:29:41 h", "~0000-03-18T10:29:41 -"),
        ("Mar  8 10:29:41 h", "~0000-03-08T10:29:41 -"),
        ("Mar 8 10:29:41 h", "~0000-03-08T10:29:41 -"),
        ("Mar 18 2025 10:29:41 h", "2025-03-18T10:29:41 -"),
        ("Mar 18 10:29:41.250000 h", "~0000-03-18T10:29:41.25 -"),
        ("Jun 30 23:59:60 h", "~0000-06-30T23:59:59 -"),
        ("<13>Mar 18 10:29:41 h", "~0000-03-18T10:29:41 -"),
        ("2026-11-23T01:44:20+0800 h", "2026-11-23T01:44:20+08 -"),
        ("2026-11-23T01:44:20.5-03:30 h", "2026-11-23T01:44:20.5-03:30 -"),
        ("2026-11-23T01:44:20Z h", "2026-11-23T01:44:20+00 -"),
        ("2026-11-23T01:44:20 h", "2026-11-23T01:44:20 -"),
        ("<13>2026-11-23T01:44:20Z h", "2026-11-23T01:44:20+00 -"),
        ("Mon 2026-11-23 01:44:20 UTC h", "2026-11-23T01:44:20+00 -"),
        ("Mon 2026-11-23 01:44:20.000001 CST h", "2026-11-23T01:44:20.000001 -"),
        ("Sun 2026-11-22 22:44:20 -03 h", "2026-11-22T22:44:20-03 -"),
        ("星期一 2026-11-23 01:44:20 CST h", "2026-11-23T01:44:20 -"),
        ("1795398260.536709 h", "2026-11-23T01:44:20.536709+00 -"),
        ("[   29.653745] h", "- 29.653745"),
        ("[    5.066801 <    0.256112 >] h", "- 5.066801"),
        ("[    5.066801 <    0.256112*>] h", "- 5.066801"),
        ("[    0.000000                ] h", "- 0.000000"),
    ] {
        check_when(&format!("{stamp} kernel: text"), &[&format!("{expected}: text")]);
    }
}

#[test]
fn months_in_other_languages_are_read() {
    for (month, number) in [
        ("3月", "03"),
        ("11月", "11"),
        (" 3月", "03"),
        ("3월", "03"),
        ("Mär", "03"),
        ("Dez", "12"),
        ("févr.", "02"),
        ("août", "08"),
        ("ene", "01"),
        ("mag", "05"),
        ("out", "10"),
        ("янв", "01"),
        ("Мая", "05"),
    ] {
        check_when(
            &format!("{month} 18 10:29:41 h kernel: text"),
            &[&format!("~0000-{number}-18T10:29:41 -: text")],
        );
    }
}

#[test]
fn what_only_looks_like_a_stamp_is_text() {
    for line in [
        "Mar 32 10:29:41 h kernel: text",
        "Mar 18 24:29:41 h kernel: text",
        "Feb 30 10:29:41 h kernel: text",
        "Mar 18 10:29 h kernel: text",
        "Marvin 18 10:29:41 h kernel: text",
        "2026-13-23T01:44:20+0000 h kernel: text",
        "Mon 2026-11-23 01:44:20 h kernel: text",
        "[1.5] text",
        "[text] 1.5",
        "1234.567890 h kernel: text",
        "<34>text",
        "kernel: text",
        "info  :kern  : text",
        "{\"no\": \"entry\"}",
        "{not json",
        "---",
    ] {
        check_said(line, &[&format!("- -: {line}")]);
    }
}

#[test]
fn the_stamp_of_the_kernel_within_a_line_is_no_part_of_the_message() {
    check_when(
        "Mar 18 10:29:41 h kernel: [   13.409473] pci x: y",
        &["~0000-03-18T10:29:41 13.409473: pci x: y"],
    );
    check_when(
        "Mar 18 10:29:41 h kernel: [   13.409473][    T1] text",
        &["~0000-03-18T10:29:41 13.409473: text"],
    );
    check_when("Mar 18 10:29:41 h kernel:[   13.409473] text", &["~0000-03-18T10:29:41 13.409473: text"]);
    check_when("Mar 18 10:29:41 h kernel: [drm] text", &["~0000-03-18T10:29:41 -: [drm] text"]);
    check_when(
        "Mar 18 10:29:41 h prog: [   13.409473] text",
        &["~0000-03-18T10:29:41 -: [   13.409473] text"],
    );
}

#[test]
fn structured_data_of_rfc_5424_is_passed_over() {
    let head = "<34>1 2003-10-11T22:14:15.003Z node-9 su 12 ID47";
    check_when(&format!("{head} - 'su root' failed"), &["2003-10-11T22:14:15.003+00 -: 'su root' failed"]);
    check_said(&format!("{head} - 'su root' failed"), &["node-9 su[12]: 'su root' failed"]);
    check_said(&format!(r#"{head} [a b="]\"]"][c] text"#), &["node-9 su[12]: text"]);
    check_said(&format!("{head} [a b=\"c\"]"), &["node-9 su[12]: "]);
    check_said("<6>1 - - kernel - - - \u{feff}text", &["- kernel: text"]);
    check_said("<6>1 - node-9 - abc - - text", &["node-9 -: text"]);
}

#[test]
fn lines_found_by_grep_in_several_files_are_read() {
    let line = "Mar 18 10:29:41 node-9 kernel: text";
    check_said(&format!("/var/log/messages-20240318:{line}"), &["node-9 kernel: text"]);
    check_said(&format!("12:{line}"), &["node-9 kernel: text"]);
    check_said(&format!("messages:12:{line}"), &["node-9 kernel: text"]);
    check_said("dmesg.txt:[   13.409473] text", &["- kernel: text"]);
    check_said(&format!("see {line}"), &[&format!("- -: see {line}")]);
}

#[test]
fn indented_lines_belong_to_the_message_above() {
    check_said(
        "Mar 18 10:29:41 node-9 prog[7]: first\n                                second\n                                  third\n\tfourth\n",
        &[
            "node-9 prog[7]: first",
            "node-9 prog[7]: second",
            "node-9 prog[7]:   third",
            "node-9 prog[7]: fourth",
        ],
    );
    check_when("[    1.500000] first\n               second\n", &["- 1.500000: first", "- 1.500000: second"]);
    // A line of another kind in between is nobody's.
    check_said("Mar 18 10:29:41 h a: b\nc\n  d\n", &["h a: b", "- -: c", "- -:   d"]);
    check_said("  d\n", &["- -:   d"]);
}

#[test]
fn lines_are_counted_from_the_first_of_the_source() {
    let line = |entry: &Entry<'_>| format!("{} {}", entry.line, entry.message);
    let export = "__CURSOR=a\nMESSAGE\n\u{3}\0\0\0\0\0\0\0x\ny\n\n__CURSOR=b\nMESSAGE=z\n";
    assert_eq!(read("\n-- No entries --\na\r\n\r\nb", None, line), ["3 a", "5 b"]);
    assert_eq!(read(export, None, line), ["1 x", "1 y", "6 z"]);
}

#[test]
fn lines_between_boots_mark_the_entry_that_follows() {
    let marker = |entry: &Entry<'_>| match entry.marker {
        None => entry.message.to_string(),
        Some(Marker::Reboot) => format!("reboot {}", entry.message),
        Some(Marker::Boot(id)) => format!("boot {id} {}", entry.message),
    };
    let log = "-- Logs begin at Mon 2026-11-23 01:44:20 UTC, end at Mon 2026-11-23 01:44:54 UTC. --\n\
               a\n-- Reboot --\nb\nc\n-- Boot f906155d539244c88779c6d5a658d40c --\n--\n░░ Subject: x\nd\n-- Boot x --\ne\n";
    let expected = ["a", "reboot b", "c", "boot f906155d539244c88779c6d5a658d40c d", "e"];
    assert_eq!(read(log, None, marker), expected);
}

#[test]
fn years_are_counted_where_the_form_leaves_them_out() {
    let months = |list: &str| {
        list.split(' ').map(|month| format!("{month} 29 10:00:00 h kernel: x\n")).collect::<Vec<_>>().concat()
    };
    let check = |list: &str, expected: &[&str]| {
        let dates = read(months(list), None, |entry| entry.stamp.wall.unwrap().civil.date().to_string());
        assert_eq!(dates, expected, "{list}");
    };
    check("Dec Jan Mar", &["0000-12-29", "0001-01-29", "0001-03-29"]);
    // A late line of the old year, and lines out of order.
    check("Dec Jan Dec Jan", &["0000-12-29", "0001-01-29", "0000-12-29", "0001-01-29"]);
    check("Apr Mar Apr", &["0000-04-29", "0000-03-29", "0000-04-29"]);
    check("Nov Jan Nov Jan", &["0000-11-29", "0001-01-29", "0000-11-29", "0001-01-29"]);
    // A clock that starts in January and is set is in one year.
    check("Jan Nov", &["0000-01-29", "0000-11-29"]);
    // The year is a leap year only if it is told to be.
    check("Feb Dec Feb", &["0000-02-29", "0000-12-29", "0001-03-01"]);
}

#[test]
fn forms_may_be_mixed_line_by_line() {
    let log = "Mar 18 10:29:41 a kernel: 1\n[    2.000000] 2\n{\"MESSAGE\":\"3\",\"_HOSTNAME\":\"b\"}\n\
               __CURSOR=x\nMESSAGE=4\n\n2026-11-23T01:44:20Z c kernel: 5\n\
               Mon 2026-11-23 01:44:20.536709 UTC [s=f;i=1;b=0;m=1;t=2;x=3]\n    MESSAGE=6\nplain\n";
    let mut reader = Reader::new(log.as_bytes());
    let mut messages = Vec::new();
    while let Some(entry) = reader.next_entry().unwrap() {
        messages.push(entry.message.into_owned());
    }
    assert_eq!(messages, ["1", "2", "3", "4", "5", "6", "plain"]);
    let forms: Vec<Form> = reader.forms().iter().collect();
    let expected =
        [Form::Short, Form::ShortIso, Form::Cat, Form::Verbose, Form::Json, Form::Export, Form::Dmesg];
    assert_eq!(forms, expected);
}

#[test]
fn a_form_that_is_told_is_the_only_one_read() {
    let check = |form: Form, line: &str, expected: &str| assert_eq!(read(line, Some(form), said), [expected]);
    let short = "Mar 18 10:29:41 node-9 kernel: text";
    check(Form::Short, short, "node-9 kernel: text");
    check(Form::ShortPrecise, short, "node-9 kernel: text");
    check(Form::Syslog, short, "node-9 kernel: text");
    check(Form::ShortIso, short, "- -: Mar 18 10:29:41 node-9 kernel: text");
    check(Form::Cat, short, "- -: Mar 18 10:29:41 node-9 kernel: text");
    check(Form::Cat, "-- text", "- -: -- text");
    check(Form::Json, "{\"MESSAGE\":\"a\"}", "- -: a");
    check(Form::Short, "{\"MESSAGE\":\"a\"}", "- -: {\"MESSAGE\":\"a\"}");
    check(Form::Export, "MESSAGE=a", "- -: a");
    check(Form::Short, "__CURSOR=a", "- -: __CURSOR=a");
    check(Form::ShortMonotonic, "[    1.000000] pci 0000:4b:00.0: text", "pci 0000:4b:00.0: text");
    check(Form::Dmesg, "[    1.000000] node-9 kernel: text", "- kernel: node-9 kernel: text");
    check(Form::Verbose, "Mon 2026-11-23 01:44:20 UTC h a: b", "- -: Mon 2026-11-23 01:44:20 UTC h a: b");
}

#[test]
fn every_form_is_found_by_its_name() {
    for form in Form::ALL {
        assert_eq!(form.to_string().parse(), Ok(form));
    }
    assert_eq!("Short".parse::<Form>().unwrap_err().to_string(), "unknown form \"Short\"");
}
