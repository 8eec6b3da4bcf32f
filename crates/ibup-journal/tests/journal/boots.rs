//! Boots are told apart, by ids where there are any and by signs where there are none.

use ibup_journal::{Reader, Splitter};

const BANNER: &str = "Linux version 6.1.0-56-amd64 (debian-kernel@lists.debian.org)";
const PCI: &str = "pci 0000:4b:00.0: [15b3:101b] type 00 class 0x020700";

/// Reads a source and returns the splitter with the boot of each entry.
fn place(log: &str) -> (Splitter, Vec<usize>) {
    let mut reader = Reader::new(log.as_bytes());
    let mut splitter = Splitter::new();
    let mut places = Vec::new();
    while let Some(entry) = reader.next_entry().unwrap() {
        places.push(splitter.place(&entry).0);
    }
    (splitter, places)
}

/// Checks the boot of each entry, and the hosts of the boots.
fn check(log: &str, places: &[usize], hosts: &[Option<&str>]) {
    let (splitter, found) = place(log);
    assert_eq!(found, places, "{log}");
    let names: Vec<_> =
        (0..splitter.count()).map(|boot| splitter.host(ibup_journal::BootIndex(boot))).collect();
    assert_eq!(names, hosts, "{log}");
}

/// Writes lines of the short form, each of a host and what was said: `node-9 kernel: text`.
fn short(lines: &[&str]) -> String {
    lines.iter().map(|line| format!("Mar 18 10:29:41 {line}\n")).collect::<Vec<_>>().concat()
}

/// Writes lines of dmesg, each of a time and a text.
fn dmesg(lines: &[(f64, &str)]) -> String {
    lines.iter().map(|(time, text)| format!("[{time:12.6}] {text}\n")).collect::<Vec<_>>().concat()
}

const NODE: Option<&str> = Some("node-9");

#[test]
fn a_banner_begins_a_boot() {
    let banner = format!("node-9 kernel: {BANNER}");
    let log = short(&["node-9 kernel: a", &banner, "node-9 kernel: b", &banner.clone(), "node-9 c: d"]);
    // The second banner is a minute later.
    let log = log.replacen("Mar 18 10:29:41 node-9 kernel: b", "Mar 18 10:40:41 node-9 kernel: b", 1);
    check(&log, &[0, 1, 1, 2, 2], &[NODE, NODE, NODE]);
    let (splitter, _) = place(&log);
    let beginnings: Vec<_> =
        (0..3).map(|boot| splitter.has_beginning(ibup_journal::BootIndex(boot))).collect();
    assert_eq!(beginnings, [false, true, true]);
}

#[test]
fn only_the_kernel_says_the_banner() {
    let log = short(&[
        "node-9 kernel: a",
        &format!("node-9 prog[1]: {BANNER}"),
        "node-9 kernel: Linux version control",
    ]);
    check(&log, &[0, 0, 0], &[NODE]);
}

#[test]
fn programs_may_be_heard_before_the_banner() {
    let banner = format!("node-9 kernel: {BANNER}");
    check(&short(&["node-9 systemd-journald[7]: started", &banner, "node-9 kernel: a"]), &[0, 0, 0], &[NODE]);
    // Not so long before.
    let log = short(&["node-9 network[7]: up", &banner]).replacen("Mar 18", "Mar 17", 1);
    check(&log, &[0, 1], &[NODE, NODE]);
    // Not so many of them.
    let mut lines = vec!["node-9 network[7]: up"; 40];
    lines.push(&banner);
    let (_, places) = place(&short(&lines));
    assert_eq!(places[39..], [0, 1]);
}

#[test]
fn a_banner_that_is_written_twice_begins_one_boot() {
    let banner = format!("node-9 kernel: {BANNER}");
    check(&short(&[&banner, &banner, "node-9 kernel: a"]), &[0, 0, 0], &[NODE]);
    let list = format!("Mar 18 10:29:41 {banner}\nMar 22 16:56:38 {banner}\n");
    check(&list, &[0, 1], &[NODE, NODE]);
}

#[test]
fn a_reboot_line_begins_a_boot() {
    let log = format!("{}-- Reboot --\n{}", short(&["node-9 a: b"]), short(&["node-9 a: b"]));
    check(&log, &[0, 1], &[NODE, NODE]);
}

#[test]
fn a_boot_line_and_the_banner_after_it_begin_one_boot() {
    let id = "f906155d539244c88779c6d5a658d40c";
    let boot = short(&[&format!("node-9 kernel: {BANNER}"), "node-9 a: b"]);
    let log = format!("{boot}-- Boot {id} --\n{boot}");
    check(&log, &[0, 0, 1, 1], &[NODE, NODE]);
    let (splitter, _) = place(&log);
    assert_eq!(splitter.boot_id(ibup_journal::BootIndex(1)).unwrap().to_string(), id);
}

#[test]
fn boot_lines_between_hosts_name_the_boots_they_are_in() {
    let (a, b) = (short(&["a x: y"]), short(&["b x: y"]));
    let (first, second) = ("f906155d539244c88779c6d5a658d40c", "f89b5995d34b4905961284357788202f");
    let log = format!("{a}-- Boot {second} --\n{b}-- Boot {first} --\n{a}-- Boot {second} --\n{b}");
    check(&log, &[0, 1, 0, 1], &[Some("a"), Some("b")]);
    let log = format!("{a}-- Reboot --\n{b}-- Reboot --\n{a}{a}-- Reboot --\n{a}");
    check(&log, &[0, 1, 0, 0, 2], &[Some("a"), Some("b"), Some("a")]);
}

#[test]
fn boot_ids_decide_where_there_are_any() {
    let json = |id: char, text: &str| {
        let id: String = std::iter::repeat_n(id, 32).collect();
        format!(
            "{{\"_BOOT_ID\":\"{id}\",\"_HOSTNAME\":\"node-9\",\"_TRANSPORT\":\"kernel\",\"MESSAGE\":\"{text}\"}}\n"
        )
    };
    // Neither a banner nor an order matters.
    let log = [json('a', BANNER), json('b', "x"), json('a', BANNER), json('b', PCI), json('b', PCI)].concat();
    check(&log, &[0, 1, 0, 1, 1], &[NODE, NODE]);
}

#[test]
fn time_that_falls_back_begins_a_boot() {
    check(&dmesg(&[(100.0, "a"), (0.5, "b"), (1.0, "c")]), &[0, 1, 1], &[None, None]);
    // A few seconds are a line out of order.
    check(&dmesg(&[(20.0, "a"), (12.0, "b"), (21.0, "c")]), &[0, 0, 0], &[None]);
    // Lines of programs that waited for journald stand among those of the kernel.
    let mono = |lines: &[(f64, &str)]| -> String {
        lines.iter().map(|(time, text)| format!("[{time:12.6}] node-9 {text}\n")).collect::<Vec<_>>().concat()
    };
    let log = mono(&[
        (0.0, "kernel: a"),
        (30.0, "systemd-journald[7]: b"),
        (13.0, "kernel: c"),
        (13.5, "systemd[1]: d"),
        (31.0, "systemd-journald[7]: e"),
    ]);
    check(&log, &[0; 5], &[NODE]);
    // Programs alone, as `journalctl -u` shows them.
    let log = mono(&[(80.0, "openibd[7]: a"), (81.0, "openibd[7]: b"), (60.0, "openibd[7]: a")]);
    check(&log, &[0, 0, 1], &[NODE, NODE]);
    // From a program to the kernel it must fall further.
    let log = mono(&[(5000.0, "openibd[7]: a"), (8.0, "kernel: b"), (90.0, "openibd[7]: c")]);
    check(&log, &[0, 1, 1], &[NODE, NODE]);
}

#[test]
fn a_wall_clock_that_is_set_back_begins_no_boot() {
    let log =
        "Mar 18 18:29:41 node-9 kernel: a\nMar 18 10:29:42 node-9 kernel: b\nMar 18 10:29:43 node-9 c: d\n";
    check(log, &[0, 0, 0], &[NODE]);
}

#[test]
fn filtered_logs_are_told_by_the_enumeration_of_a_function() {
    let failed = short(&[&format!("node-9 kernel: {PCI}"), "node-9 network[7]: a"]);
    let healthy = failed.replace("Mar 18", "Apr  2");
    check(&format!("{failed}{healthy}"), &[0, 0, 1, 1], &[NODE, NODE]);
    // Also without any stamp.
    check(&format!("{PCI}\na\n{PCI}\nb\n"), &[0, 0, 1, 1], &[None, None]);
    // Another function is of the same boot.
    check(&format!("{PCI}\n{}\n", PCI.replace("00.0", "00.1")), &[0, 0], &[None]);
    // A line that is written twice is.
    check(&short(&[&format!("node-9 kernel: {PCI}"), &format!("node-9 kernel: {PCI}")]), &[0, 0], &[NODE]);
}

#[test]
fn hot_plug_begins_no_boot_in_a_full_log() {
    let log = dmesg(&[(0.0, BANNER), (0.5, PCI), (5000.0, PCI)]);
    check(&log, &[0, 0, 0], &[None]);
}

#[test]
fn every_host_has_boots_of_its_own() {
    let log = short(&["a kernel: x", "b kernel: x", "a x: y", "b x: y"]);
    check(&log, &[0, 1, 0, 1], &[Some("a"), Some("b")]);
    let banner = format!("b kernel: {BANNER}");
    let log = short(&["a kernel: x", "b kernel: x", &banner, "a x: y", "b x: y"]);
    check(&log, &[0, 1, 2, 0, 2], &[Some("a"), Some("b"), Some("b")]);
}

#[test]
fn a_host_has_a_short_name_and_a_long_one() {
    let log =
        short(&["node-9 a: b", "node-9.domain.tld a: b", "node-9 a: b", "node-90 a: b", "node-9.other a: b"]);
    check(&log, &[0, 0, 0, 1, 2], &[Some("node-9.domain.tld"), Some("node-90"), Some("node-9.other")]);
    let log = short(&["10.0.0.1 a: b", "10.0.0.2 a: b", "10 a: b"]);
    check(&log, &[0, 1, 2], &[Some("10.0.0.1"), Some("10.0.0.2"), Some("10")]);
}

#[test]
fn lines_before_the_host_has_its_name_belong_to_it() {
    let banner = format!("localhost kernel: {BANNER}");
    let log = short(&[&banner, "localhost.localdomain kernel: a", "(none) b: c", "node-9 systemd[1]: d"]);
    check(&log, &[0, 0, 0, 0], &[NODE]);
    // Also after an earlier boot of the same host.
    let log = short(&["node-9 kernel: a", &banner, "localhost a: b", "node-9 kernel: c", "node-9 d: e"]);
    check(&log, &[0, 1, 1, 1, 1], &[NODE, NODE]);
    // A host that loses its name for a while is still in its boot.
    check(&short(&["node-9 kernel: a", "localhost b: c", "node-9 d: e"]), &[0, 0, 0], &[NODE]);
    check(&short(&["localhost kernel: a"]), &[0], &[Some("localhost")]);
}

#[test]
fn a_host_that_has_been_up_for_long_claims_no_young_boot() {
    let log = format!(
        "[ 9000.000000] a kernel: x\n[    0.000000] localhost kernel: {BANNER}\n[ 9001.000000] a kernel: y\n\
         [    2.000000] localhost kernel: z\n[    3.000000] b kernel: z\n"
    );
    check(&log, &[0, 1, 0, 1, 1], &[Some("a"), Some("b")]);
}

#[test]
fn entries_without_a_host_belong_to_the_boot_they_stand_in() {
    let log = format!("# a title\n{}a remark\n", short(&["node-9 kernel: a"]));
    check(&log, &[0, 0, 0], &[NODE]);
    let log = format!("{}{}", dmesg(&[(0.0, BANNER), (1.0, "a")]), short(&["node-9 b: c"]));
    check(&log, &[0, 0, 0], &[NODE]);
}

#[test]
fn nothing_is_known_of_a_boot_that_was_not_met() {
    let splitter = Splitter::new();
    let boot = ibup_journal::BootIndex(7);
    assert_eq!((splitter.count(), splitter.host(boot), splitter.boot_id(boot)), (0, None, None));
    assert!(!splitter.has_beginning(boot));
}
