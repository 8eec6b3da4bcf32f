//! Forecasts: what every order of the next boot comes to for each interface, and which change would help.

use ibup_config::interface::Owner;
use ibup_config::{Paths, Tree};
use ibup_sim::explore::{Cause, Event, Fate};
use ibup_sim::scenario::StackKind;
use ibup_sim::{Exploration, Machine, PolicyName, explore};
use serde::Serialize;

use crate::change::Change;
use crate::overlay::Overlay;
use crate::plan::{Circumstances, Plan, Unclear, plan};
use crate::sos;
use crate::survey::{InterfaceSurvey, Survey, units};

/// The name of the JSON form. It only ever grows.
pub const SCHEMA: &str = "ibup.forecast/1";

/// What the next boot of a machine comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Forecast {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// The host's name.
    pub host: String,
    /// The kernel that boots next, where the files tell.
    pub kernel: Option<String>,
    /// By which policy the machine boots.
    pub policy: PolicyName,
    /// The service that loads the driver stack, and whether it is started at boot.
    pub stack_service: Option<String>,
    /// Whether that service is started at boot.
    pub stack_enabled: bool,
    /// Where else it is written that `ib_ipoib` is to be loaded.
    pub loaders: Vec<String>,
    /// What was supposed.
    pub supposed: Vec<String>,
    /// The interfaces that somebody wants up.
    pub interfaces: Vec<InterfaceForecast>,
    /// The interfaces that somebody configures and nobody wants up at boot.
    pub unwanted: Vec<String>,
}

/// What the next boot comes to for one interface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InterfaceForecast {
    /// Its name.
    pub interface: String,
    /// The PCI function, where the files tell.
    pub pci: Option<String>,
    /// The unit that is told to raise it.
    pub service: String,
    /// Whether that unit is started at boot.
    pub service_enabled: bool,
    /// Where its configuration is.
    pub configured: String,
    /// Whether it comes up.
    pub comes_up: ComesUp,
    /// Why nobody can tell.
    pub unclear: Option<Unclear>,
    /// How many states were explored.
    pub states: u64,
    /// How many orders there are.
    pub orders: u128,
    /// In how many of them it stays down.
    pub orders_down: u128,
    /// The code of the cause, where it may stay down.
    pub cause: Option<String>,
    /// Where the cause is seen.
    pub shown: Vec<String>,
    /// The shortest order in which it stays down.
    pub order: Vec<Event>,
    /// The changes with which it comes up in every order.
    pub remedies: Vec<Vec<String>>,
}

/// Whether an interface comes up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ComesUp {
    /// In every order.
    Always,
    /// In some orders, and not in others.
    Sometimes,
    /// In none.
    Never,
    /// Nobody can tell.
    Unknown,
}

/// What a forecast comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Summary {
    /// Every interface that somebody wants comes up in every order.
    Good,
    /// One may stay down.
    Bad,
    /// Nothing can be told.
    Unknown,
}

/// Forecasts the next boot of a machine, with some changes supposed.
pub fn forecast(tree: &dyn Tree, supposed: &[Change]) -> Forecast {
    let machine = Supposed::of(tree, supposed);
    let survey = Survey::of(&machine.overlay);
    let wanted = survey.interfaces.iter().filter(|interface| interface.is_wanted);
    let unwanted = survey.interfaces.iter().filter(|interface| !interface.is_wanted);
    Forecast {
        schema: SCHEMA,
        host: survey.host.clone(),
        kernel: survey.kernel.clone(),
        policy: survey.policy,
        stack_service: survey.stack.service.map(str::to_owned),
        stack_enabled: survey.stack.is_enabled,
        loaders: survey.loaders.iter().map(|loader| loader.place.clone()).collect(),
        supposed: supposed.iter().map(ToString::to_string).collect(),
        interfaces: wanted.map(|interface| told(&machine, &survey, interface)).collect(),
        unwanted: unwanted.map(|interface| interface.name.to_string()).collect(),
    }
}

/// A machine with some changes supposed.
struct Supposed<'t> {
    overlay: Overlay<'t>,
    circumstances: Circumstances,
}

impl<'t> Supposed<'t> {
    fn of(tree: &'t dyn Tree, changes: &[Change]) -> Self {
        let mut overlay = Overlay::new(tree);
        if sos::is_report(tree) {
            sos::complete(&mut overlay);
        }
        Self { overlay, circumstances: Circumstances::default() }.with(changes)
    }

    fn with(&self, changes: &[Change]) -> Self {
        let mut overlay = self.overlay.clone();
        for change in changes {
            change.apply(&mut overlay);
        }
        let slow_firmware = self.circumstances.slow_firmware || changes.contains(&Change::SlowFirmware);
        Self { overlay, circumstances: Circumstances { slow_firmware } }
    }
}

fn told(machine: &Supposed<'_>, survey: &Survey, interface: &InterfaceSurvey) -> InterfaceForecast {
    let mut told = InterfaceForecast {
        interface: interface.name.to_string(),
        pci: interface.function.as_ref().map(|function| function.address.clone()),
        service: interface.service.to_owned(),
        service_enabled: interface.is_served,
        configured: interface.place.clone(),
        comes_up: ComesUp::Unknown,
        unclear: None,
        states: 0,
        orders: 0,
        orders_down: 0,
        cause: None,
        shown: Vec::new(),
        order: Vec::new(),
        remedies: Vec::new(),
    };
    match plan(&machine.overlay, survey, interface, machine.circumstances) {
        Plan::Unclear(unclear) => told.unclear = Some(unclear),
        Plan::Blocked(obstacle) => {
            told.comes_up = ComesUp::Never;
            told.cause = Some(obstacle.code.to_owned());
            told.shown = obstacle.shown;
        }
        Plan::Boot(boot) => explored(&boot, &mut told),
    }
    if matches!(told.comes_up, ComesUp::Sometimes | ComesUp::Never) {
        told.remedies = remedies(machine, survey, interface);
    }
    told
}

fn explored(boot: &Machine, told: &mut InterfaceForecast) {
    let exploration = explore(boot);
    let Some(fate) = exploration.interfaces.first() else { return };
    told.comes_up = comes_up(&exploration, fate);
    (told.states, told.orders, told.orders_down) = (exploration.states, exploration.orders, fate.down);
    let broken = exploration
        .properties
        .into_iter()
        .find(|property| property.name.ends_with("-ends-up") && !property.holds);
    if let Some(broken) = broken {
        told.cause = broken.cause.map(|Cause { code, .. }| code);
        told.order = broken.counterexample;
    }
}

fn comes_up(exploration: &Exploration, fate: &Fate) -> ComesUp {
    match fate {
        // What nobody wants has nothing to come up for: the configuration was read otherwise than it is served.
        Fate { wanted: false, .. } => ComesUp::Unknown,
        _ if !exploration.complete => ComesUp::Unknown,
        Fate { down: 0, .. } => ComesUp::Always,
        Fate { up: 0, .. } => ComesUp::Never,
        _ => ComesUp::Sometimes,
    }
}

/// Tries changes, each alone and then two together, and returns those with which the interface always comes up.
fn remedies(machine: &Supposed<'_>, survey: &Survey, interface: &InterfaceSurvey) -> Vec<Vec<String>> {
    let candidates = candidates(&machine.overlay, survey, interface);
    let alone: Vec<Vec<&Change>> = candidates.iter().map(|change| vec![change]).collect();
    let together = || {
        let pairs = candidates
            .iter()
            .enumerate()
            .flat_map(|(index, first)| candidates[index + 1..].iter().map(move |second| vec![first, second]));
        pairs.collect::<Vec<_>>()
    };
    let helps = |changes: &Vec<&Change>| {
        let changes: Vec<Change> = changes.iter().map(|change| (*change).clone()).collect();
        does_help(&machine.with(&changes), interface)
    };
    let mut found: Vec<Vec<&Change>> = alone.into_iter().filter(helps).collect();
    if found.is_empty() {
        found = together().into_iter().filter(helps).collect();
    }
    found.into_iter().map(|changes| changes.into_iter().map(ToString::to_string).collect()).collect()
}

fn does_help(changed: &Supposed<'_>, interface: &InterfaceSurvey) -> bool {
    let survey = Survey::of(&changed.overlay);
    let Some(interface) = survey.interfaces.iter().find(|other| other.name == interface.name) else {
        return false;
    };
    match plan(&changed.overlay, &survey, interface, changed.circumstances) {
        Plan::Boot(boot) => {
            let exploration = explore(&boot);
            exploration.interfaces.first().is_some_and(|fate| comes_up(&exploration, fate) == ComesUp::Always)
        }
        Plan::Blocked(_) | Plan::Unclear(_) => false,
    }
}

/// Returns the changes that may help, the smallest first.
fn candidates(tree: &dyn Tree, survey: &Survey, interface: &InterfaceSurvey) -> Vec<Change> {
    let mut found = Vec::new();
    if let Some(service) = survey.stack.service.filter(|_| !survey.stack.is_enabled) {
        found.push(Change::Enable(service.to_owned()));
    }
    if !interface.is_served && units::exists(tree, interface.service) {
        found.push(Change::Enable(interface.service.to_owned()));
    }
    let set = |name: &str| Change::Set {
        file: Paths::default().openib,
        name: name.to_owned(),
        value: "yes".to_owned(),
    };
    if survey.stack.service.is_some() {
        found.extend(["ONBOOT", "IPOIB_LOAD"].map(set));
    }
    if survey.stack.kind == StackKind::Inbox && survey.loaders.is_empty() {
        found.push(Change::Load("ib_ipoib".to_owned()));
    }
    if interface.owner == Owner::NetworkScripts && !interface.is_served {
        found.push(Change::Enable("NetworkManager.service".to_owned()));
    }
    if survey.policy == PolicyName::Reference {
        found.push(Change::InstallIbup);
    }
    found.dedup();
    found
}

impl Forecast {
    /// Returns what the forecast comes to.
    pub fn summary(&self) -> Summary {
        let any =
            |wanted: &[ComesUp]| self.interfaces.iter().any(|interface| wanted.contains(&interface.comes_up));
        if any(&[ComesUp::Never, ComesUp::Sometimes]) {
            Summary::Bad
        } else if self.interfaces.is_empty() || any(&[ComesUp::Unknown]) {
            Summary::Unknown
        } else {
            Summary::Good
        }
    }
}

#[cfg(test)]
mod tests;
