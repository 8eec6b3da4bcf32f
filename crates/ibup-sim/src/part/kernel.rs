//! The kernel: PCI functions, mlx5_core, the registry of clients of the InfiniBand core, ib_ipoib, ports.
//!
//! The registry calls each client for each device, whichever of the two came last: `ib_register_client` and
//! `ib_register_device` both end in `add_client_context`, `ipoib_add_one`, `ipoib_add_port`, `ipoib_intf_alloc`,
//! `rdma_init_netdev`, `mlx5_rdma_setup_rn`, `mlx5i_init` and `mlx5i_build_nic_params`, which prints the MLX5E line.

use crate::continuation::Outcome;
use crate::fault::Fault;
use crate::journal::Journal;
use crate::machine::{Machine, Role};
use crate::step::Step;
use crate::world::{
    IB_IPOIB, MLX5_CORE, MLX5_IB, MODULES, MachineFact, PortFact, PortSecret, UnitState, World,
};

/// Adds what the kernel can do now.
pub(crate) fn steps(machine: &Machine, world: &World, steps: &mut Vec<Step>) {
    // A driver that is registered takes its functions up one after the other, in the order of the bus (base/dd.c,
    // `driver_attach`).
    let mut is_next = true;
    for port in 0..machine.ports.len() {
        let has = |fact| world.has(port, fact);
        if has(PortFact::Failed) {
            continue;
        }
        if !has(PortFact::Bound) {
            if is_next {
                steps.push(Step::Bind(port));
            }
            is_next = false;
        } else if !has(PortFact::Registered) {
            if world.is_loaded(MLX5_IB) {
                steps.push(Step::Register(port));
            }
            is_next = false;
        } else if !has(PortFact::Active) && machine.has_link(port) {
            steps.push(Step::Activate(port));
        }
    }
}

/// Says what the kernel says before any driver: its own first words, and the bus.
pub(crate) fn begin(machine: &Machine, journal: &mut impl Journal) {
    let scenario = &machine.scenario;
    let mut say = |text: String| journal.say("kernel", || text);
    say(format!("Linux version {} (mockbuild@builder) #1 SMP", scenario.kernel));
    for hca in &scenario.hca {
        let function = &hca.function;
        say(format!("pci {function}: [{}] type 00 class 0x020700", hca.identity));
        hca.bus_words.iter().for_each(|words| say(format!("pci {function}: {words}")));
        if let Some(group) = hca.iommu_group {
            say(format!("DMAR: Hardware identity mapping for device {function}"));
            say(format!("iommu: Adding device {function} to group {group}"));
        }
    }
}

/// mlx5_core takes a function up.
pub(crate) fn bind(machine: &Machine, world: &mut World, port: usize, journal: &mut impl Journal) {
    world.set(port, PortFact::Bound);
    let hca = &machine.scenario.hca[port];
    if port == 0 && machine.has(Fault::FirmwareNeverReady) {
        let waits =
            "wait_fw_init:199:(pid 17): Waiting for FW initialization, timeout abort in 100s (0x80000000)";
        return say_driver(machine, port, journal, waits);
    }
    say_driver(machine, port, journal, &format!("firmware version: {}", hca.firmware));
    if let Some(pcie) = &hca.pcie {
        say_driver(machine, port, journal, pcie);
    }
}

/// The driver is ready and the RDMA device registered; or the driver gives the function up.
pub(crate) fn register(machine: &Machine, world: &mut World, port: usize, journal: &mut impl Journal) {
    if port == 0 && give_up(machine, world, journal) {
        return;
    }
    world.set(port, PortFact::Registered);
    let has_cable = machine.scenario.hca[port].has_link && machine.has_link(port);
    let cable = if has_cable { "Cable plugged" } else { "Cable unplugged" };
    say_driver(machine, port, journal, &format!("Port module event: module 0, {cable}"));
    say_driver(
        machine,
        port,
        journal,
        "mlx5_fw_tracer_start:821:(pid 994): FWTracer: Ownership granted and active",
    );
    if world.is_loaded(IB_IPOIB) {
        add_netdev(machine, world, port, journal);
    }
}

/// Says how probing the first function failed, if it does (mlx5/core/main.c, `probe_one`; base/dd.c).
fn give_up(machine: &Machine, world: &mut World, journal: &mut impl Journal) -> bool {
    let (words, errno): (&[&str], i32) = if machine.has(Fault::FirmwareNeverReady) {
        (
            &[
                "mlx5_function_setup:1050:(pid 17): Firmware over 120000 MS in pre-initializing state, aborting",
            ],
            -16,
        )
    } else if machine.has(Fault::FirmwareRejectsDriver) {
        (
            &[
                "mlx5_cmd_check:810:(pid 923): SET_HCA_CAP(0x109) op_mod(0x0) failed, status bad parameter(0x3), \
                 syndrome (0x5add95)",
                "set_hca_cap:704:(pid 871): handle_hca_cap_atomic failed",
            ],
            -22,
        )
    } else if machine.has(Fault::DriverProbeFails) {
        (&[], -12)
    } else {
        return false;
    };
    for text in words {
        say_driver(machine, 0, journal, text);
    }
    let failed = format!("probe_one:1764:(pid 17): mlx5_init_one failed with error code {errno}");
    say_driver(machine, 0, journal, &failed);
    let function = &machine.ports[0].function;
    journal.say("kernel", || format!("mlx5_core: probe of {function} failed with error {errno}"));
    world.set(0, PortFact::Failed);
    world.unset(0, PortFact::Bound);
    true
}

/// The subnet manager makes a port active.
pub(crate) fn activate(machine: &Machine, world: &mut World, port: usize, journal: &mut impl Journal) {
    world.set(port, PortFact::Active);
    if world.has(port, PortFact::Up) {
        gain_carrier(machine, port, journal);
    }
}

/// Returns whether a load of modules can end now: a module that is on its way in is waited for until it has probed the
/// functions that are there (kernel/module/main.c, `finished_loading`).
pub(crate) fn can_load(machine: &Machine, world: &World, modules: &[u8]) -> bool {
    let is_done = |port| world.has(port, PortFact::Registered) || world.has(port, PortFact::Failed);
    let waits = modules.iter().any(|module| [MLX5_CORE, MLX5_IB].contains(module));
    !waits || (0..machine.ports.len()).all(is_done)
}

/// Loads modules.
pub(crate) fn load(
    machine: &Machine,
    world: &mut World,
    modules: &[u8],
    journal: &mut impl Journal,
) -> Outcome {
    let mut outcome = Outcome::Done;
    for module in modules {
        if *module == IB_IPOIB && machine.has(Fault::ModuleMissing) {
            outcome = Outcome::NoModule;
        } else if *module == IB_IPOIB && machine.has(Fault::ModuleRefused) {
            let name = MODULES[usize::from(IB_IPOIB)];
            journal.say("kernel", || format!("{name}: disagrees about version of symbol ib_register_client"));
            journal.say("kernel", || format!("{name}: Unknown symbol ib_register_client (err -22)"));
            outcome = Outcome::Refused;
        } else if !world.is_loaded(*module) {
            world.make(MachineFact::Module(*module), true);
            if *module == IB_IPOIB {
                let registered = |port: &usize| world.has(*port, PortFact::Registered);
                let ports: Vec<usize> = (0..machine.ports.len()).filter(registered).collect();
                for port in ports {
                    add_netdev(machine, world, port, journal);
                }
            }
        }
    }
    outcome
}

fn add_netdev(machine: &Machine, world: &mut World, port: usize, journal: &mut impl Journal) {
    if port == 0 && machine.has(Fault::NetdevAllocationFails) {
        let device = &machine.ports[port].device;
        return journal.say("kernel", || format!("{device}, 1: ipoib_intf_alloc failed -12"));
    }
    for _ in 0..2 {
        say_driver(machine, port, journal, "MLX5E: StrdRq(0) RqSz(1024) StrdSz(256) RxCqeCmprss(0)");
    }
    world.set(port, PortFact::Netdev);
    world.hide(port, PortSecret::Event, true);
    let network = machine.unit_of(Role::Network).map(|unit| world.unit(unit));
    let has_begun = !matches!(network, None | Some(UnitState::Inactive | UnitState::Queued));
    world.hide(port, PortSecret::Late, has_begun);
}

/// Sets a netdev up.
pub(crate) fn set_up(machine: &Machine, world: &mut World, port: usize, journal: &mut impl Journal) {
    let was_up = world.has(port, PortFact::Up);
    world.set(port, PortFact::Up);
    if !was_up && world.has(port, PortFact::Active) {
        gain_carrier(machine, port, journal);
    }
}

fn gain_carrier(machine: &Machine, port: usize, journal: &mut impl Journal) {
    if machine.scenario.carrier_words {
        let name = &machine.ports[port].name;
        journal.say("kernel", || format!("IPv6: ADDRCONF(NETDEV_CHANGE): {name}: link becomes ready"));
    }
}

fn say_driver(machine: &Machine, port: usize, journal: &mut impl Journal, text: &str) {
    let function = &machine.ports[port].function;
    journal.say("kernel", || format!("mlx5_core {function}: {text}"));
}
