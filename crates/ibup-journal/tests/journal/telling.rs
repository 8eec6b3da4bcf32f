//! The lines of dmesg are told from those of `journalctl -o short-monotonic`, which begin the same.

use crate::{read, said};

fn check(input: &str, expected: &[&str]) {
    assert_eq!(read(input, None, said), expected, "{input}");
}

/// Texts of kernels that have a colon after their first, second or third word.
const KERNEL: [&str; 24] = [
    "Linux version 6.1.0-56-amd64 (debian-kernel@lists.debian.org)",
    "pci 0000:4b:00.0: [15b3:101b] type 00 class 0x020700",
    "mlx5_core 0000:4b:00.0: firmware version: 20.36.1010",
    "mlx5_core 0000:4b:00.0 ib0: link up",
    "infiniband mlx5_0: Couldn't open port 1",
    "usb 1-1: new high-speed USB device number 2 using xhci_hcd",
    "sd 0:0:0:0: [sda] Attached SCSI disk",
    "scsi host0: ahci",
    "nvme nvme0: pci function 0000:01:00.0",
    "EXT4-fs (vda): mounted filesystem",
    "audit: type=1400 audit(1.0:2): apparmor",
    "rcu: \tMax phase no-delay instances is 1000.",
    "bash[123]: segfault at 0 ip 0000",
    "show_signal_msg: 12 callbacks suppressed",
    "traps: bash[123] general protection fault",
    "watchdog: BUG: soft lockup - CPU#0 stuck for 22s! [kworker/0:1:7]",
    "Out of memory: Killed process 12 (a)",
    "Kernel command line: root=/dev/vda",
    "CPU: 0 PID: 1 Comm: swapper/0 Not tainted",
    "x86/fpu: Supporting XSAVE feature 0x001: 'x87 floating point registers'",
    "ACPI: bus type drm_connector registered",
    "thermal thermal_zone0: failed to read out thermal zone (-61)",
    "ib_core worker[7]: text of a driver",
    "---[ end trace 0000000000000000 ]---",
];

#[test]
fn texts_of_the_kernel_have_no_host() {
    for text in KERNEL {
        let clean = text.replace('\t', " ");
        check(&format!("[    1.000000] {text}"), &[&format!("- kernel: {clean}")]);
        check(&format!("[    1.000000][    T1] {text}"), &[&format!("- kernel: {clean}")]);
    }
}

#[test]
fn texts_of_the_kernel_have_a_host_after_it() {
    for text in KERNEL {
        let clean = text.replace('\t', " ");
        check(&format!("[    1.000000] node-9 kernel: {text}"), &[&format!("node-9 kernel: {clean}")]);
    }
}

#[test]
fn a_program_is_known_by_its_process() {
    check("[    1.000000] node-9 systemd[1]: text", &["node-9 systemd[1]: text"]);
    check("[    1.000000] node-9 (udev-worker)[3]: text", &["node-9 (udev-worker)[3]: text"]);
    check("[    1.000000] node-9 /etc/ifup-eth[3]: text", &["node-9 /etc/ifup-eth[3]: text"]);
    // A single line does not tell whether this is a program without a process or the kernel.
    check("[    1.000000] node-9 prog: text", &["- kernel: node-9 prog: text"]);
}

#[test]
fn a_host_that_was_certain_once_is_known() {
    check(
        "[    1.000000] node-9 kernel: a\n[    2.000000] node-9 prog: b\n[    3.000000] node-9 my prog: c\n",
        &["node-9 kernel: a", "node-9 prog: b", "node-9 -: my prog: c"],
    );
}

#[test]
fn lines_of_dmesg_among_those_of_a_journal_stay_the_kernels() {
    let journal = "[    1.000000] node-9 kernel: a\n";
    for text in KERNEL {
        let clean = text.replace('\t', " ");
        let expected = ["node-9 kernel: a", &format!("- kernel: {clean}"), "node-9 kernel: a"];
        check(&format!("{journal}[    1.000000] {text}\n{journal}"), &expected);
    }
}

#[test]
fn journals_of_several_hosts_are_read() {
    check(
        "[    1.000000] a kernel: 1\n[    1.000000] b.c kernel: 2\n[    1.000000] a x: 3\n[    1.000000] b.c x: 4\n",
        &["a kernel: 1", "b.c kernel: 2", "a x: 3", "b.c x: 4"],
    );
}

#[test]
fn the_host_may_be_left_out() {
    check(
        "[    1.000000] kernel: pci 0000:4b:00.0: a\n[    2.000000] systemd[1]: b\n",
        &["- kernel: pci 0000:4b:00.0: a", "- systemd[1]: b"],
    );
}

#[test]
fn systemd_may_speak_through_the_kernel() {
    check(
        "[    5.000000] systemd[1]: Detected architecture x86-64.",
        &["- systemd[1]: Detected architecture x86-64."],
    );
    check("<30>[    5.000000] prog[1]: text", &["- prog[1]: text"]);
    check("daemon:info  : [    5.000000] prog[1]: text", &["- prog[1]: text"]);
    check("user  :notice: [    5.000000] prog: text", &["- prog: text"]);
    check("kern  :notice: [    5.000000] prog: text", &["- kernel: prog: text"]);
}

#[test]
fn dmesg_may_tell_other_times() {
    check("[Sun Dec  1 14:54:40 2024] usb 1-1: text", &["- kernel: usb 1-1: text"]);
    check("[日 12月  1 14:54:40 2024] usb 1-1: text", &["- kernel: usb 1-1: text"]);
    check("[Nov23 01:44] usb 1-1: text", &["- kernel: usb 1-1: text"]);
    check("[  +0.000013] usb 1-1: text", &["- kernel: usb 1-1: text"]);
    check("[    5.066801 <    0.256112>] usb 1-1: text", &["- kernel: usb 1-1: text"]);
    check("2024-12-01T14:54:40,123456+00:00 usb 1-1: text", &["- kernel: usb 1-1: text"]);
    check("kern  :warn  : [Sun Dec  1 14:54:40 2024] usb 1-1: text", &["- kernel: usb 1-1: text"]);
}
