//! How fast files of journald are read: those of one host's years, and those of a thousand hosts.
//!
//! systemd-journal-remote writes them from the export form, so they are what journald's own library makes of it.

use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, ensure};
use ibup_sim::simulate::Random;

use super::super::syslog::{BOOTS as RECORDED, HOST, Talk};
use super::{Contest, Growth, WORDS, command, time};

/// Where Debian keeps the program that writes journal files.
const WRITER: &str = "/usr/lib/systemd/systemd-journal-remote";
/// So many entries, in so many boots, the journal of one host has.
const ENTRIES: u64 = 1_500_000;
const BOOTS: u64 = 20;
/// Of so many hosts the journals are read, and so many entries each has at least.
const HOSTS: [u32; 3] = [200, 400, 1000];
const ENTRIES_OF_HOST: u64 = 500;

/// Measures how fast the journal of one host is read.
pub(super) fn measure(program: &Path, folder: &Path) -> anyhow::Result<Contest> {
    let journal = folder.join("journal");
    if !journal.exists() {
        let unfinished = empty(&folder.join("journal.unfinished"))?;
        generate(&unfinished.join("remote-node-9.journal"), 9, BOOTS, ENTRIES)?;
        fs::rename(unfinished, &journal)?;
    }
    let place = journal.display().to_string();
    let ours = || command(program, &["diagnose", "--format", "json", &place]);
    let search = format!("journalctl --no-pager -D {place} | grep -cE '{WORDS}'");
    let theirs = || command(Path::new("sh"), &["-c", &search]);
    let peers = vec![(format!("journalctl -D DIR | grep -cE '{WORDS}'"), theirs)];
    let size = size(&journal)? >> 20;
    let contest =
        Contest::held(&format!("{size} MiB of journal files, 1.5 million entries, 20 boots"), ours, peers)?;
    let boots = boots(program, &[&place])?;
    ensure!(boots == usize::try_from(BOOTS)?, "{boots} of {BOOTS} boots are found");
    Ok(contest)
}

/// Measures how the time grows with the number of hosts.
pub(super) fn grow(program: &Path, folder: &Path) -> anyhow::Result<Growth> {
    let most = HOSTS[HOSTS.len() - 1];
    let all = folder.join(format!("hosts-{most}"));
    if !all.exists() {
        let unfinished = empty(&folder.join("hosts.unfinished"))?;
        for host in 0..most {
            generate(&unfinished.join(name(host)), 1000 + u64::from(host), 1, ENTRIES_OF_HOST)?;
        }
        fs::rename(unfinished, &all)?;
    }
    let mut steps = Vec::new();
    for hosts in HOSTS {
        let part = folder.join(format!("hosts-{hosts}"));
        if !part.exists() {
            fs::create_dir(&part)?;
            (0..hosts).try_for_each(|host| fs::hard_link(all.join(name(host)), part.join(name(host))))?;
        }
        let place = part.display().to_string();
        let found = boots(program, &[&place])?;
        ensure!(u32::try_from(found)? == hosts, "{found} of {hosts} boots are found");
        let mut runs = Vec::new();
        for _ in 0..3 {
            runs.push(time(&mut command(program, &["diagnose", "--format", "json", &place]))?.0);
        }
        runs.sort_unstable();
        steps.push((hosts, runs[1]));
    }
    let listed = command(Path::new("journalctl"), &["--no-pager", "--quiet", "--list-boots", "-D"])
        .arg(&all)
        .output()
        .context("cannot run journalctl; it is to be installed")?;
    Ok(Growth { steps, listed: String::from_utf8_lossy(&listed.stdout).lines().count() })
}

fn name(host: u32) -> String {
    format!("remote-node-{host}.journal")
}

fn empty(folder: &Path) -> anyhow::Result<PathBuf> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder.to_owned())
}

fn size(folder: &Path) -> anyhow::Result<u64> {
    let mut size = 0;
    for entry in fs::read_dir(folder)? {
        size += entry?.metadata()?.len();
    }
    Ok(size)
}

fn boots(program: &Path, places: &[&str]) -> anyhow::Result<usize> {
    let output = command(program, &["diagnose", "--format", "json"]).args(places).output()?;
    let verdict: serde_json::Value = serde_json::from_slice(&output.stdout).context("no verdict")?;
    Ok(verdict["boots"].as_array().map_or(0, Vec::len))
}

/// Writes a journal of at least so many entries, as the host of that number says them.
fn generate(path: &Path, host: u64, boots: u64, entries: u64) -> anyhow::Result<()> {
    let mut writer = Command::new(WRITER)
        .arg("--output")
        .arg(path)
        .arg("-")
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| format!("cannot run {WRITER}; install systemd-journal-remote"))?;
    let mut out = BufWriter::new(writer.stdin.take().context("it reads from a pipe")?);
    let name = HOST.replace('9', &host.to_string());
    let (mut random, talk, mut said) = (Random::new(host), Talk::new(|_| true), String::new());
    let (mut second, mut written) = (1_700_000_000, 0);
    for boot in 0..boots {
        let begun = second;
        let mut write = |said: &str, second: i64| {
            written += 1;
            let line = Line { host, boot, second, uptime: second - begun, number: written };
            let before = [HOST, &name].into_iter().find_map(|host| said.split_once(&format!(" {host} ")));
            out.write_all(line.export(before.map_or(said, |(_, said)| said)).as_bytes()).map(|()| written)
        };
        for recorded in RECORDED[usize::try_from(boot % 2)?].lines() {
            write(recorded, second)?;
        }
        loop {
            second += i64::from(random.below(4) == 0);
            talk.say(&name, second, second - begun, &mut random, &mut said);
            if write(&said, second)? >= entries * (boot + 1) / boots {
                break;
            }
        }
        // It was off for a while.
        second += 60;
    }
    out.flush()?;
    drop(out);
    let status = writer.wait()?;
    ensure!(status.success(), "{WRITER} failed: {status}");
    Ok(())
}

/// When and where a line was said.
struct Line {
    host: u64,
    boot: u64,
    /// Seconds after 1970, and since the boot began.
    second: i64,
    uptime: i64,
    /// Its number in the journal.
    number: u64,
}

impl Line {
    /// Returns the line as journald keeps it, with all that it knows of who speaks: `sshd[7]: ...`.
    fn export(&self, said: &str) -> String {
        let Self { host, second, uptime, number, .. } = *self;
        let (who, what) = said.trim_end().split_once(": ").unwrap_or(("kernel", said.trim_end()));
        let (identifier, pid) =
            who.split_once('[').map_or((who, None), |(name, rest)| (name, rest.strip_suffix(']')));
        // The kernel's own time is a field.
        let is_kernel = identifier == "kernel";
        let timed = what.strip_prefix('[').and_then(|what| what.split_once("] ")).filter(|_| is_kernel);
        let what = timed.map_or(what, |(_, what)| what);
        let microsecond = i64::try_from(number % 1_000_000).unwrap_or(0);
        let (realtime, monotonic) = (second * 1_000_000 + microsecond, uptime * 1_000_000 + microsecond);
        let machine = u128::from(host) << 64 | 0x1b;
        let boot = machine + u128::from(self.boot) + 0x100;
        let name = HOST.replace('9', &host.to_string());
        let head = format!(
            "__REALTIME_TIMESTAMP={realtime}\n__MONOTONIC_TIMESTAMP={monotonic}\n_BOOT_ID={boot:032x}\n_MACHINE_ID={machine:032x}\n_HOSTNAME={name}\nPRIORITY={}\nSYSLOG_IDENTIFIER={identifier}\nMESSAGE={what}\n",
            number % 3 + 4,
        );
        if is_kernel {
            return head
                + &format!(
                    "_TRANSPORT=kernel\nSYSLOG_FACILITY=0\n_SOURCE_MONOTONIC_TIMESTAMP={monotonic}\n\n"
                );
        }
        let (pid, command) = (pid.unwrap_or("1"), identifier.rsplit('/').next().unwrap_or(identifier));
        let unit =
            if identifier == "systemd" { "init.scope".to_owned() } else { format!("{command}.service") };
        let transport = if identifier == "systemd" {
            let about =
                what.split([' ', ':']).find(|word| word.contains('.')).unwrap_or("sysstat-collect.service");
            format!(
                "_TRANSPORT=journal\nUNIT={about}\nCODE_FILE=src/core/job.c\nCODE_LINE=581\nCODE_FUNC=job_log_done_status_message\n"
            )
        } else {
            format!("_TRANSPORT=syslog\nSYSLOG_FACILITY=3\nSYSLOG_PID={pid}\nSYSLOG_TIMESTAMP={second}\n")
        };
        head + &transport
            + &format!(
                "_PID={pid}\n_UID=0\n_GID=0\n_COMM={command}\n_EXE=/usr/sbin/{command}\n_CMDLINE=/usr/sbin/{command} -D\n_CAP_EFFECTIVE=1ffffffffff\n_SYSTEMD_CGROUP=/system.slice/{unit}\n_SYSTEMD_UNIT={unit}\n_SYSTEMD_SLICE=system.slice\n_SELINUX_CONTEXT=unconfined\n\n"
            )
    }
}
