//! The run: builds what is needed, boots the scenarios, two at a time, and prints a table.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use anyhow::{Context, bail, ensure};

use crate::image::Image;
use crate::judge::{Judgment, judge};
use crate::scenario::Scenario;
use crate::seen::Seen;
use crate::tools::{call, make_folder};
use crate::{Place, image, machine, module, setup};

/// What is booted.
#[derive(Debug, clap::Args)]
pub(crate) struct Boots {
    /// The scenarios; by default all.
    #[arg(long = "scenario", value_name = "NAME")]
    scenarios: Vec<String>,
    /// Only the few that every change is held against.
    #[arg(long, conflicts_with = "scenarios")]
    essential: bool,
    /// Judge what the last boots left behind, and boot nothing.
    #[arg(long)]
    judge_only: bool,
    /// How many machines run at a time.
    #[arg(long, default_value_t = 2)]
    machines: usize,
}

/// Lists the scenarios.
#[expect(clippy::print_stdout, reason = "the list is what was asked for")]
pub(crate) fn list(place: &Place) -> anyhow::Result<()> {
    for scenario in Scenario::all(&place.lab().join("scenarios"))? {
        println!("{:28} {}", scenario.name, scenario.about);
    }
    Ok(())
}

/// Boots scenarios and says what became of them.
#[expect(clippy::print_stdout, reason = "the table is what was asked for")]
pub(crate) fn boot(place: &Place, boots: &Boots) -> anyhow::Result<()> {
    let scenarios = chosen(place, boots)?;
    let ibup = program(place)?;
    let images = if boots.judge_only { BTreeMap::new() } else { images(place, &scenarios)? };
    println!("{:28} {:>7}  {:6}  seen", "scenario", "seconds", "");
    let waiting = Mutex::new(scenarios.iter().rev().collect::<Vec<_>>());
    let failed = Mutex::new(0_usize);
    let work = || {
        loop {
            let next = waiting.lock().expect("nobody panics with it").pop();
            let Some(scenario) = next else { break };
            let image = images.get(&scenario.image);
            let is_good = report(scenario, one(place, scenario, image, &ibup));
            *failed.lock().expect("nobody panics with it") += usize::from(!is_good);
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..boots.machines.clamp(1, scenarios.len().max(1)) {
            scope.spawn(work);
        }
    });
    let failed = *failed.lock().expect("nobody panics with it");
    ensure!(failed == 0, "{failed} of {} scenarios did not end as they say", scenarios.len());
    println!("{} scenarios ended as they say", scenarios.len());
    Ok(())
}

fn chosen(place: &Place, boots: &Boots) -> anyhow::Result<Vec<Scenario>> {
    let mut scenarios = Scenario::all(&place.lab().join("scenarios"))?;
    for name in &boots.scenarios {
        ensure!(
            scenarios.iter().any(|scenario| scenario.name == *name),
            "there is no scenario {name}; `cargo xtask lab list` lists them"
        );
    }
    scenarios.retain(|scenario| {
        let is_named = boots.scenarios.is_empty() || boots.scenarios.contains(&scenario.name);
        is_named && (!boots.essential || scenario.essential)
    });
    Ok(scenarios)
}

/// Makes the images that scenarios boot.
fn images(place: &Place, scenarios: &[Scenario]) -> anyhow::Result<BTreeMap<String, Image>> {
    setup::check()?;
    make_folder(&place.work)?;
    let release = module::release()?;
    let vhca = module::build(place, &release)?;
    let deb = package(place)?;
    let mut images = BTreeMap::new();
    for scenario in scenarios {
        if !images.contains_key(&scenario.image) {
            let image = image::make(place, &scenario.image, &release, &vhca, &deb)
                .with_context(|| format!("the image {}", scenario.image))?;
            images.insert(scenario.image.clone(), image);
        }
    }
    Ok(images)
}

fn cargo(place: &Place) -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(&place.root);
    cargo
}

/// Makes ibup's package as users get it.
fn package(place: &Place) -> anyhow::Result<PathBuf> {
    let folder = place.work.join("package");
    call(cargo(place).args(["xtask", "package", "--form", "deb", "--into"]).arg(&folder))?;
    let entries = std::fs::read_dir(&folder).context("cannot list the package's folder")?;
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let deb = paths.filter(|path| path.extension().is_some_and(|ending| ending == "deb")).max();
    deb.context("no package was made")
}

/// Builds the program that judges.
fn program(place: &Place) -> anyhow::Result<PathBuf> {
    call(cargo(place).args(["build", "--quiet", "--release", "--package", "ibup"]))?;
    Ok(place.work.with_file_name("release").join("ibup"))
}

/// Boots and judges one scenario.
fn one(
    place: &Place,
    scenario: &Scenario,
    image: Option<&Image>,
    ibup: &Path,
) -> anyhow::Result<(f64, Judgment)> {
    let (folder, took) = match image {
        Some(image) => {
            let booted = machine::boot(place, scenario, image)?;
            (booted.folder, booted.took.as_secs_f64())
        }
        None => (place.work.join("seen").join(&scenario.name), 0.0),
    };
    if !folder.is_dir() {
        bail!("it was not booted yet");
    }
    Ok((took, judge(scenario, &Seen::read(&folder)?, ibup)?))
}

/// Prints the row of a scenario; returns whether it is good.
#[expect(clippy::print_stdout, reason = "the table is what was asked for")]
fn report(scenario: &Scenario, result: anyhow::Result<(f64, Judgment)>) -> bool {
    let name = &scenario.name;
    match result {
        Ok((took, Judgment { summary, failures })) => {
            let mark = if failures.is_empty() { "ok" } else { "FAILED" };
            let rows: String = failures.iter().map(|failure| format!("\n    {failure}")).collect();
            println!("{name:28} {took:7.1}  {mark:6}  {summary}{rows}");
            failures.is_empty()
        }
        Err(error) => {
            println!("{name:28} {:7}  FAILED  {error:#}", "");
            false
        }
    }
}
