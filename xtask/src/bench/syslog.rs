//! A syslog file such as a compute node writes in years: its boots, and between them what nobody asks about.
//!
//! The boots are recorded ones, stamped anew. What lies between is made up after the habits of the programs that speak
//! most on such nodes, in about their proportions.

use std::io::{self, Write};

use ibup_sim::simulate::Random;

/// Recorded boots: one whose interface stays down, and one whose interface comes up.
pub(super) const BOOTS: [&str; 2] = [
    include_str!("../../../crates/ibup-chain/tests/corpus/openibd-disabled/boot.log"),
    include_str!("../../../crates/ibup-chain/tests/corpus/openibd-enabled/boot.log"),
];

/// What is said between boots: how often among all, by whom, and what. A `#` stands for a number.
const TALK: &[(u64, &str, &str)] = &[
    (90, "systemd[1]", "Started Session # of user user#."),
    (60, "systemd[1]", "session-#.scope: Succeeded."),
    (40, "systemd[1]", "Starting system activity accounting tool..."),
    (40, "systemd[1]", "Started system activity accounting tool."),
    (
        110,
        "sshd[#]",
        "Accepted publickey for user# from 10.2.#.# port # ssh2: ED25519 SHA256:bXlzc2hrZXlmaW5nZXJwcmludA",
    ),
    (110, "sshd[#]", "pam_unix(sshd:session): session opened for user user# by (uid=0)"),
    (110, "sshd[#]", "pam_unix(sshd:session): session closed for user user#"),
    (60, "sshd[#]", "Connection closed by 10.2.#.# port # [preauth]"),
    (60, "systemd-logind[#]", "New session # of user user#."),
    (60, "systemd-logind[#]", "Removed session #."),
    (160, "CRON[#]", "(root) CMD (/usr/lib64/sa/sa1 1 1)"),
    (80, "CRON[#]", "pam_unix(cron:session): session opened for user root by (uid=0)"),
    (150, "slurmd[#]", "launch task StepId=#.0 request from UID:# GID:# HOST:10.1.#.# PORT:#"),
    (150, "slurmd[#]", "task/affinity: lllp_distribution: JobId=# manual binding: none,one_thread"),
    (120, "slurmstepd[#]", "done with job"),
    (90, "slurmd[#]", "debug:  Checking credential with # bytes of sig data"),
    (70, "munged[#]", "Processed # credential requests; # in replay cache"),
    (120, "snmpd[#]", "Connection from UDP: [10.3.#.#]:#->[10.1.#.#]:161"),
    (90, "nrpe[#]", "Host 10.3.#.# is asking for command 'check_load' to be run..."),
    (
        70,
        "node_exporter[#]",
        "ts=2024-05-03T10:#:# caller=collector.go:169 level=error msg=\"collector failed\" name=hwmon duration_seconds=0.0#",
    ),
    (50, "chronyd[#]", "Selected source 10.3.0.# (ntp#.domain.tld)"),
    (60, "dbus-daemon[#]", "[system] Successfully activated service 'org.freedesktop.hostname1'"),
    (50, "NetworkManager[#]", "<info>  [#.#] dhcp4 (eno1): state changed extended"),
    (60, "puppet-agent[#]", "Applied catalog in #.# seconds"),
    (40, "postfix/qmgr[#]", "A#: removed"),
    (
        40,
        "rsyslogd",
        "[origin software=\"rsyslogd\" swVersion=\"8.2102.0\" x-pid=\"#\" x-info=\"https://www.rsyslog.com\"] rsyslogd was HUPed",
    ),
    (70, "kernel", "LustreError: #:0:(client.c:#:ptlrpc_replay_interpret()) @@@ request replay timed out"),
    (60, "kernel", "nfs: server 10.4.0.# not responding, still trying"),
    (40, "kernel", "perf: interrupt took too long (# > #), lowering kernel.perf_event_max_sample_rate to #"),
    (40, "kernel", "EDAC MC0: # CE memory read error on CPU_SrcID#0_MC#0_Chan#0_DIMM#0"),
    (30, "kernel", "python[#]: segfault at # ip # sp # error 4 in libpython3.9.so.1.0[#+#]"),
    (
        30,
        "audit[#]",
        "USER_LOGIN pid=# uid=0 auid=# ses=# msg='op=login id=# exe=\"/usr/sbin/sshd\" res=success'",
    ),
    (
        2,
        "kernel",
        "mlx5_core 0000:00:08.0: mlx5_pcie_event:#:(pid #): PCIe slot advertised sufficient power (27W).",
    ),
];

/// The host of the recorded boots.
pub(super) const HOST: &str = "node-9";

/// What is said between boots, each thing as often as its weight has it.
pub(super) struct Talk {
    by_weight: Vec<usize>,
}

impl Talk {
    /// Makes ready what is said, without what is of no use to the caller.
    pub(super) fn new(is_wanted: impl Fn(&str) -> bool) -> Self {
        let wanted = (0..TALK.len()).filter(|index| is_wanted(TALK[*index].2));
        let by_weight =
            wanted.flat_map(|index| std::iter::repeat_n(index, usize::try_from(TALK[index].0).unwrap_or(0)));
        Self { by_weight: by_weight.collect() }
    }

    /// Puts one line together, as it is said at a second, so long after the kernel started.
    pub(super) fn say(
        &self,
        host: &str,
        second: i64,
        since_boot: i64,
        random: &mut Random,
        line: &mut String,
    ) {
        let chosen = usize::try_from(random.below(self.by_weight.len() as u64)).unwrap_or(0);
        let (_, who, what) = TALK[self.by_weight[chosen]];
        line.clear();
        stamp(second, host, line);
        fill(who, random, line);
        line.push_str(": ");
        if who == "kernel" {
            line.push_str(&format!("[{since_boot:5}.{:06}] ", random.below(1_000_000)));
        }
        fill(what, random, line);
        line.push('\n');
    }
}

/// Writes so many bytes of it, or a little more.
pub(super) fn write(bytes: u64, boots: u64, out: &mut impl Write) -> io::Result<()> {
    let mut random = Random::new(9);
    let talk = Talk::new(|_| true);
    let mut second: i64 = 1_700_000_000;
    let (mut written, mut line) = (0, String::new());
    for boot in 0..boots {
        let begun = second - 60;
        for recorded in BOOTS[usize::try_from(boot % 2).unwrap_or(0)].lines() {
            let said = recorded.split_once(&format!(" {HOST} ")).map_or(recorded, |(_, said)| said);
            line.clear();
            stamp(second, HOST, &mut line);
            line.push_str(said);
            line.push('\n');
            out.write_all(line.as_bytes())?;
            written += line.len() as u64;
        }
        while written < bytes * (boot + 1) / boots {
            second += i64::from(random.below(4) == 0);
            talk.say(HOST, second, second - begun, &mut random, &mut line);
            out.write_all(line.as_bytes())?;
            written += line.len() as u64;
        }
    }
    Ok(())
}

/// Appends `Mar 18 10:29:41 node-9 `.
fn stamp(second: i64, host: &str, line: &mut String) {
    let time = jiff::Timestamp::from_second(second).unwrap_or_default();
    let civil = jiff::tz::Offset::UTC.to_datetime(time);
    line.push_str(&civil.strftime("%b %d %H:%M:%S ").to_string());
    line.push_str(host);
    line.push(' ');
}

fn fill(words: &str, random: &mut Random, line: &mut String) {
    for (index, part) in words.split('#').enumerate() {
        if index > 0 {
            line.push_str(&random.below(65_536).to_string());
        }
        line.push_str(part);
    }
}
