//! The machine: QEMU with Debian's kernel, one or two cards, and three disks: the system, the scenario, what was seen.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use crate::Place;
use crate::image::{Image, link};
use crate::scenario::Scenario;
use crate::tools::{call, empty_folder, make_folder, read, write};

/// The longest a boot may take. Emulated, on a busy machine, one takes a minute.
const TIME_LIMIT: Duration = Duration::from_mins(8);
/// Room for what is seen, in bytes.
const ROOM: u64 = 64 << 20;
/// The first slot of a card. The addresses of the disks are below, so that a card's address never moves.
const SLOT: u8 = 8;

/// What a boot left behind.
#[derive(Debug)]
pub(crate) struct Booted {
    /// Where what was seen lies.
    pub(crate) folder: PathBuf,
    /// How long it took.
    pub(crate) took: Duration,
}

/// Boots a scenario, and returns what was seen.
pub(crate) fn boot(place: &Place, scenario: &Scenario, image: &Image) -> anyhow::Result<Booted> {
    let folder = place.work.join("seen").join(&scenario.name);
    empty_folder(&folder)?;
    let payload = folder.join("payload.tar");
    pack(scenario, &folder.join("payload"), &payload)?;
    let answer = folder.join("answer.tar");
    File::create(&answer).and_then(|file| file.set_len(ROOM)).context("cannot make a disk")?;
    let console = folder.join("console");
    let started = Instant::now();
    let mut machine = qemu(scenario, image, &payload, &answer)
        .stdin(Stdio::null())
        .stdout(File::create(&console).context("cannot write the console's file")?)
        .stderr(Stdio::inherit())
        .spawn()
        .context("cannot run qemu-system-x86_64")?;
    while machine.try_wait().context("cannot wait for the machine")?.is_none() {
        if started.elapsed() > TIME_LIMIT {
            let _ = machine.kill();
            let _ = machine.wait();
            bail!("the machine did not end in {TIME_LIMIT:?}; {} is its console", console.display());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    let took = started.elapsed();
    let unpacked = call(Command::new("tar").arg("xf").arg(&answer).arg("-C").arg(&folder));
    unpacked.with_context(|| format!("the guest gave no answer; {} is its console", console.display()))?;
    if read(&folder.join("links.json")).is_err() {
        bail!("the guest did not get to look; {} is its console", console.display());
    }
    for file in [&payload, &answer] {
        std::fs::remove_file(file).context("cannot remove a disk")?;
    }
    Ok(Booted { folder, took })
}

fn qemu(scenario: &Scenario, image: &Image, payload: &Path, answer: &Path) -> Command {
    let mut qemu = Command::new("qemu-system-x86_64");
    // A plain processor is faster to emulate than one with every extension.
    qemu.args(["-accel", "tcg,thread=multi", "-cpu", "qemu64", "-smp", "2", "-m", "768"])
        .args(["-display", "none", "-serial", "stdio", "-monitor", "none", "-nic", "none", "-no-reboot"])
        .args(["-action", "panic=exit-failure"])
        .arg("-kernel")
        .arg(&image.kernel)
        .arg("-initrd")
        .arg(&image.initramfs)
        .arg("-append")
        // Protection against neighbours costs time, and a lab has none.
        .arg(format!("console=ttyS0 quiet mitigations=off {}", scenario.kernel));
    let disks = [(&*image.disk, "snapshot=on"), (payload, "readonly=on"), (answer, "cache=unsafe")];
    for (number, (path, option)) in disks.into_iter().enumerate() {
        qemu.arg("-drive")
            .arg(format!("file={},format=raw,if=none,id=disk{number},{option}", path.display()))
            .arg("-device")
            .arg(format!("virtio-blk-pci,drive=disk{number},addr={}", number + 4));
    }
    for slot in (SLOT..).take(usize::from(scenario.hcas)) {
        qemu.arg("-device").arg(format!("edu,addr={slot}"));
    }
    qemu
}

/// Packs what a scenario changes about the guest's files.
fn pack(scenario: &Scenario, tree: &Path, archive: &Path) -> anyhow::Result<()> {
    empty_folder(tree)?;
    let at = |path: &str| tree.join(path.trim_start_matches('/'));
    for (path, text) in &scenario.files {
        write(&at(path), text)?;
        call(Command::new("chmod").arg(mode(path, text)).arg(at(path)))?;
    }
    if !scenario.modprobe.is_empty() {
        write(&at("/etc/modprobe.d/lab.conf"), &scenario.modprobe)?;
    }
    let units = at("/etc/systemd/system");
    for (unit, wanted_by) in &scenario.enable {
        let wants = units.join(format!("{wanted_by}.wants"));
        make_folder(&wants)?;
        let own = scenario.files.contains_key(&format!("/etc/systemd/system/{unit}"));
        let folder = if own { "/etc/systemd/system" } else { "/lib/systemd/system" };
        link(&format!("{folder}/{unit}"), &wants.join(unit))?;
    }
    make_folder(&units)?;
    scenario.mask.iter().try_for_each(|unit| link("/dev/null", &units.join(unit)))?;
    write(&at("/usr/lib/lab/script"), &scenario.script)?;
    write(&at("/usr/lib/lab/await"), scenario.awaited())?;
    write(&at("/usr/lib/lab/remove"), removed(scenario))?;
    let unplugged: String = scenario.unplugged.iter().map(|function| format!("{function}\n")).collect();
    write(&at("/usr/lib/lab/unplug"), unplugged)?;
    // Folders are the guest's already, with modes of their own.
    call(
        Command::new("sh")
            .arg("-c")
            .arg("find . -not -type d -print0 | tar -c --null --no-recursion --owner=0 --group=0 -T - -f \"$1\"")
            .arg("sh")
            .arg(archive)
            .current_dir(tree),
    )
}

/// Returns the mode of a file: scripts can be run, and NetworkManager takes no connection that others may read.
fn mode(path: &str, text: &str) -> &'static str {
    if text.starts_with("#!") {
        "755"
    } else if path.ends_with(".nmconnection") {
        "600"
    } else {
        "644"
    }
}

/// Returns what has to go, a path a line. A unit that is not enabled is wanted by nobody.
fn removed(scenario: &Scenario) -> String {
    let links = scenario.disable.iter().flat_map(|unit| {
        let targets = ["sysinit", "multi-user", "network-online", "ibup-hca"];
        let wants = targets.map(|target| format!("/etc/systemd/system/{target}.target.wants/{unit}"));
        // The name that ibup.service is known by besides.
        let alias = (unit == "ibup.service").then(|| "/etc/systemd/system/openibd.service".to_owned());
        wants.into_iter().chain(alias)
    });
    links.chain(scenario.remove.iter().cloned()).map(|path| path + "\n").collect()
}
