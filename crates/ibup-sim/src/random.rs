//! Random worlds: a machine for every seed, booted once, and what has to be so of every one of them.

use crate::fault::Fault;
use crate::machine::{Machine, PolicyName};
use crate::property::is_up_as_wished;
use crate::scenario::{
    Bounds, Hca, Interface, Load, Loader, Network, NetworkService, Scenario, Stack, StackKind,
};
use crate::simulate::{Random, Simulation, simulate};
use crate::world::PortFact;

/// Returns the machine of a seed.
pub fn scenario(seed: u64) -> Scenario {
    // The seeds of simulations are small numbers, too; they are not to go the same way.
    let mut random = Random::new(seed ^ 0x6d61_6368_696e_6573);
    let hcas = 1 + random.below(3);
    let kind = if random.chance(75) { StackKind::Vendor } else { StackKind::Inbox };
    let service = match random.below(4) {
        0 => NetworkService::Ifupdown,
        1 => NetworkService::NetworkManager,
        _ => NetworkService::NetworkScripts,
    };
    let policy = if random.chance(50) { PolicyName::Converge } else { PolicyName::Reference };
    let hca: Vec<Hca> = (0..hcas).map(|number| hca(&mut random, number)).collect();
    let interface = hca.iter().zip(0..).filter_map(|(hca, number)| {
        let name = hca.renamed.clone().unwrap_or_else(|| format!("ib{number}"));
        let (is_configured, onboot) = (random.chance(90), random.chance(85));
        is_configured.then_some(Interface { name, onboot, connected: false })
    });
    let interface = interface.collect();
    let enabled = random.chance(60);
    let load = loads(&mut random, kind);
    Scenario {
        host: format!("node-{seed}"),
        begins: "2024-06-01 04:05:06".to_owned(),
        kernel: "5.14.0-503.el9.x86_64".to_owned(),
        systemd: if random.chance(50) { 239 } else { 252 },
        // ifupdown says nothing of what it raises, so nobody can tell where the kernel does not speak either.
        carrier_words: service == NetworkService::Ifupdown || random.chance(50),
        policy,
        hca,
        stack: Stack { kind, enabled, at: 3.0 + tenths(&mut random, 60), ..Stack::default() },
        load,
        network: Network { service, at: 5.0 + tenths(&mut random, 100), takes: tenths(&mut random, 30) },
        interface,
        faults: Vec::new(),
        operator: Vec::new(),
        explore: Bounds::default(),
    }
}

fn hca(random: &mut Random, number: u64) -> Hca {
    let bus = 0x10 + 0x20 * number;
    Hca {
        function: format!("0000:{bus:02x}:00.0"),
        identity: "15b3:101b".to_owned(),
        bus_words: Vec::new(),
        iommu_group: None,
        firmware: "20.36.1010".to_owned(),
        pcie: None,
        bound_at: 1.0 + tenths(random, if random.clone().chance(20) { 900 } else { 40 }),
        ready_after: tenths(random, 20),
        udev_after: tenths(random, 20),
        kernel_name: None,
        renamed: random.chance(25).then(|| format!("ibp{bus}s0")),
        has_connected_mode: false,
        has_link: random.chance(90),
    }
}

fn loads(random: &mut Random, kind: StackKind) -> Vec<Load> {
    let modules = || vec!["ib_ipoib".to_owned()];
    let mut loads = Vec::new();
    if kind == StackKind::Inbox && random.chance(80) {
        loads.push(Load { by: Loader::RdmaCore, at: 0.0, modules: modules() });
    }
    if random.chance(15) {
        loads.push(Load { by: Loader::ModulesLoad, at: 0.5, modules: modules() });
    }
    if random.chance(50) {
        loads.push(Load { by: Loader::Somebody, at: tenths(random, 1200), modules: modules() });
    }
    loads
}

fn tenths(random: &mut Random, below: u64) -> f64 {
    f64::from(u32::try_from(random.below(below)).unwrap_or(0)) / 10.0
}

/// Boots the machine of a seed and returns what was not as it has to be, in words.
pub fn check(seed: u64) -> Result<(), String> {
    let scenario = scenario(seed);
    let machine = Machine::new(&scenario);
    let simulation = simulate(&machine, None);
    let trouble = trouble(&machine, &simulation);
    if simulate(&machine, None).journal != simulation.journal {
        return Err(replay(seed, "the second boot was another one"));
    }
    trouble.map_or(Ok(()), |trouble| Err(replay(seed, &trouble)))
}

fn replay(seed: u64, trouble: &str) -> String {
    format!("{trouble}; to see it again: ibup simulate --seed {seed}")
}

fn trouble(machine: &Machine, simulation: &Simulation) -> Option<String> {
    if !simulation.is_complete {
        return Some("the boot does not end".to_owned());
    }
    // NetworkManager raises netdevs by itself; whoever asks it to may come in the same moment, and is asking its owner.
    let is_watched = machine.scenario.network.service == NetworkService::NetworkManager;
    if machine.variant.policy == PolicyName::Converge && !is_watched && !simulation.breaches.is_empty() {
        return Some(format!("something happened that never may: {:?}", simulation.breaches));
    }
    (0..machine.ports.len()).find_map(|port| trouble_of(machine, simulation, port))
}

/// Looks at one interface: whether it ended as it must, and whether the verdict says how it ended.
fn trouble_of(machine: &Machine, simulation: &Simulation, port: usize) -> Option<String> {
    let name = machine.ports[port].name.as_str();
    let exists = simulation.end.has(port, PortFact::Netdev);
    let is_up = is_up_as_wished(machine, &simulation.end, port);
    let is_healed =
        machine.variant.policy == PolicyName::Converge && exists && !machine.has(Fault::ModuleRefused);
    if is_healed && !is_up {
        return Some(format!("{name} exists, is to be up, and stays down"));
    }
    if !machine.is_wanted(port) || !machine.has_link(port) {
        return None;
    }
    let ports = simulation.verdict.boots.iter().flat_map(|boot| &boot.ports);
    let told = ports.filter(|told| told.interface.as_deref() == Some(name)).map(|told| told.outcome).next();
    match told {
        Some(outcome) if outcome.is_bad() && is_up && outcome.name() != "raised-late" => {
            Some(format!("{name} is up, and the verdict says {}", outcome.name()))
        }
        Some(outcome) if !outcome.is_bad() && !is_up => {
            Some(format!("{name} is not up, and the verdict says {}", outcome.name()))
        }
        None if !is_up && exists => Some(format!("{name} is not up, and the verdict does not speak of it")),
        _ => None,
    }
}
