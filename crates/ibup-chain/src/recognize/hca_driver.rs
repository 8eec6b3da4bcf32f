//! HCA drivers, of the functions they have bound.
//!
//! Of `irdma` nothing is read: it drives functions of Ethernet adapters, on which there is no `IPoIB`.

use super::{HCA_DRIVERS, Pattern, Speaker};
use crate::event::{EventKind, LoadedBy};
use crate::template::Captures;

const MLX5: Speaker = Speaker::Driver(&["mlx5_core"]);
const MLX4: Speaker = Speaker::Driver(&["mlx4_core"]);
/// Drivers that make their RDMA device by `rdmavt`; they put the name of it before all they say.
const RDMAVT: Speaker = Speaker::Driver(&["hfi1", "ib_qib"]);

/// The word for a module that was switched off, in place of a reason.
const DISABLED: &str = "disabled";

fn bound(_: &Captures<'_>) -> Option<EventKind> {
    Some(EventKind::DriverBound)
}

fn ready(_: &Captures<'_>) -> Option<EventKind> {
    Some(EventKind::DriverReady)
}

fn failed(captures: &Captures<'_>) -> Option<EventKind> {
    Some(EventKind::DriverFailed { errno: captures.parse("errno") })
}

/// Returns whether the captured driver is that of an HCA, with the failure that it names.
fn failed_hca_driver(captures: &Captures<'_>) -> Option<EventKind> {
    HCA_DRIVERS.contains(&captures.get("driver")?).then(|| failed(captures))?
}

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Driver(HCA_DRIVERS),
        says: "^firmware version: {version=word}",
        // The words are all ones where the function answers nothing any more.
        means: |captures| (captures.get("version")? != "65535.65535.65535").then_some(EventKind::DriverBound),
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/main.c, mlx5_function_enable (before: mlx5_function_setup)",
        samples: &["kernel: mlx5_core 0000:4b:00.0: firmware version: 20.36.1010"],
    },
    Pattern {
        speaker: Speaker::Driver(HCA_DRIVERS),
        says: "available PCIe bandwidth",
        means: bound,
        source: "Linux, drivers/pci/pci.c, __pcie_print_link_status",
        samples: &[
            "kernel: mlx5_core 0000:4b:00.0: 252.048 Gb/s available PCIe bandwidth (16 GT/s x16 link)",
            "kernel: mlx5_core 0000:4b:00.0: 63.008 Gb/s available PCIe bandwidth, limited by 8.0 GT/s PCIe x8 link at 0000:00:01.0 (capable of 252.048 Gb/s with 16.0 GT/s PCIe x16 link)",
        ],
    },
    Pattern {
        speaker: Speaker::Driver(HCA_DRIVERS),
        says: "^enabling device ({any} ->",
        means: bound,
        source: "Linux, drivers/pci/setup-res.c, pci_enable_resources",
        samples: &["kernel: mlx4_core 0000:c3:00.0: enabling device (0000 -> 0002)"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "^mlx4_core: Initializing {pci}",
        means: bound,
        source: "Linux, drivers/net/ethernet/mellanox/mlx4/main.c, __mlx4_init_one",
        samples: &["kernel: mlx4_core: Initializing 0000:c3:00.0"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "^ib_mthca: Initializing {pci}",
        means: bound,
        source: "Linux, drivers/infiniband/hw/mthca/mthca_main.c, __mthca_init_one",
        samples: &["kernel: ib_mthca: Initializing 0000:04:00.0"],
    },
    Pattern {
        speaker: MLX4,
        says: "^DMFS high rate steer mode is: ",
        means: bound,
        source: "Linux, drivers/net/ethernet/mellanox/mlx4/main.c, mlx4_init_hca",
        samples: &[
            "kernel: mlx4_core 0000:c3:00.0: DMFS high rate steer mode is: disabled performance optimized steering",
        ],
    },
    Pattern {
        speaker: MLX4,
        says: "^PCIe link {attribute=word} is {value=word} device supports",
        means: bound,
        source: "Linux, drivers/net/ethernet/mellanox/mlx4/main.c, mlx4_check_pcie_caps (before 4.19)",
        samples: &[
            "kernel: mlx4_core 0000:42:00.0: PCIe link speed is 5.0GT/s, device supports 5.0GT/s",
            "kernel: mlx4_core 0000:42:00.0: PCIe link width is x8, device supports x8",
        ],
    },
    Pattern {
        speaker: RDMAVT,
        says: "^{hca}: Implementation: ",
        means: bound,
        source: "Linux, drivers/infiniband/hw/hfi1/chip.c, hfi1_init_dd",
        samples: &["kernel: hfi1 0000:05:00.0: hfi1_0: Implementation: RTL silicon, revision 0x0"],
    },
    Pattern {
        speaker: RDMAVT,
        says: "^{hca}: Reserving QPNs from ",
        means: bound,
        source: "Linux, drivers/infiniband/sw/rdmavt/qp.c, init_qpn_table",
        samples: &[
            "kernel: ib_qib 0000:04:00.0: qib0: Reserving QPNs from 0x656b78 to 0x656b78 for non-verbs use",
        ],
    },
    Pattern {
        speaker: RDMAVT,
        says: "^{hca}: Registration with rdmavt done",
        means: |_| Some(EventKind::DeviceRegistered),
        source: "Linux, drivers/infiniband/sw/rdmavt/vt.c, rvt_register_device",
        samples: &["kernel: hfi1 0000:05:00.0: hfi1_0: Registration with rdmavt done."],
    },
    Pattern {
        speaker: MLX5,
        says: "^Rate limit: {rates=number} rates are supported",
        means: bound,
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/rl.c, mlx5_init_rl_table",
        samples: &[
            "kernel: mlx5_core 0000:4b:00.0: Rate limit: 127 rates are supported, range: 0Mbps to 97656Mbps",
        ],
    },
    Pattern {
        speaker: MLX5,
        says: "^health recovery succeeded",
        means: ready,
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/health.c, mlx5_health_try_recover",
        samples: &[
            "kernel: mlx5_core 0000:4b:00.0: mlx5_health_try_recover:343:(pid 198): health recovery succeeded",
        ],
    },
    Pattern {
        speaker: MLX4,
        says: "^mlx4_restart_one was ended, ret={ret=number}",
        means: |captures| if captures.get("ret")? == "0" { ready(captures) } else { None },
        source: "Linux, drivers/net/ethernet/mellanox/mlx4/catas.c, mlx4_handle_error_state",
        samples: &["kernel: mlx4_core 0000:03:00.0: mlx4_restart_one was ended, ret=0"],
    },
    Pattern {
        speaker: MLX5,
        says: "FWTracer: Ownership granted",
        means: ready,
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/diag/fw_tracer.c, mlx5_fw_tracer_start",
        samples: &[
            "kernel: mlx5_core 0000:4b:00.0: mlx5_fw_tracer_start:821:(pid 994): FWTracer: Ownership granted and active",
        ],
    },
    Pattern {
        speaker: MLX5,
        says: "^BAR0 id register {hex}",
        means: bound,
        source: "the virtual HCA of the recorded boots, its PCI probe function",
        samples: &["kernel: mlx5_core 0000:00:08.0: BAR0 id register 0x10000ed"],
    },
    Pattern {
        speaker: Speaker::Driver(HCA_DRIVERS),
        says: "^registered {hca}, {ports=number} port",
        means: |_| Some(EventKind::DeviceRegistered),
        source: "the virtual HCA of the recorded boots, after ib_register_device",
        samples: &[
            "kernel: mlx5_core 0000:00:08.0: registered mlx5_0, 1 port(s), LID 2, GUID 0256484300000400",
        ],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{module}: Mellanox Connect{any} driver v",
        means: |captures| {
            let module = captures.get("module").filter(|module| matches!(*module, "mlx5_ib" | "mlx4_ib"))?;
            Some(EventKind::ModuleLoaded { module: module.into(), by: LoadedBy::Untold })
        },
        source: "Linux before 4.18, drivers/infiniband/hw/mlx5/main.c and hw/mlx4/main.c: the version, told once by the \
                 first device",
        samples: &[
            "kernel: mlx5_ib: Mellanox Connect-IB Infiniband driver v4.7-3.2.9",
            "kernel: <mlx4_ib> mlx4_ib_add: mlx4_ib: Mellanox ConnectX InfiniBand driver v2.2-1 (Feb 2014)",
        ],
    },
    Pattern {
        speaker: MLX5,
        says: "Port module event: module {module=number}, Cable plugged",
        means: |_| Some(EventKind::CablePlugged),
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/events.c, port_module",
        samples: &["kernel: mlx5_core 0000:4b:00.0: Port module event: module 0, Cable plugged"],
    },
    Pattern {
        speaker: MLX5,
        says: "Port module event: module {module=number}, Cable unplugged",
        means: |_| Some(EventKind::CableUnplugged),
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/events.c, port_module",
        samples: &["kernel: mlx5_core 0000:4b:00.0: Port module event: module 0, Cable unplugged"],
    },
    Pattern {
        speaker: MLX5,
        says: "Port module event[error]: module {module=number}, Cable error, {reason=any}",
        means: |captures| Some(EventKind::CableFailed(captures.get("reason")?.into())),
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/events.c, port_module and mlx5_pme_error_to_string",
        samples: &[
            "kernel: mlx5_core 0000:4b:00.0: port_module:252:(pid 0): Port module event[error]: module 0, Cable error, High Temperature",
            "kernel: mlx5_core 0000:4b:00.0: Port module event[error]: module 0, Cable error, Bus stuck (I2C or data shorted)",
        ],
    },
    Pattern {
        speaker: MLX5,
        says: "Port module event: module {module=number}, Cable error",
        means: |_| Some(EventKind::CableFailed("".into())),
        source: "Linux before 4.13, drivers/net/ethernet/mellanox/mlx5/core/main.c, by way of mlx5_pme_status: without the \
                 reason",
        samples: &["kernel: mlx5_core 0000:4b:00.0: Port module event: module 0, Cable error"],
    },
    Pattern {
        speaker: MLX5,
        says: "Port module event: module {module=number}, Cable disabled",
        means: |_| Some(EventKind::CableFailed(DISABLED.into())),
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/events.c, port_module and mlx5_pme_status_to_string",
        samples: &["kernel: mlx5_core 0000:4b:00.0: Port module event: module 0, Cable disabled"],
    },
    Pattern {
        speaker: MLX5,
        says: "^Link up$",
        means: |_| Some(EventKind::EthernetLinkUp),
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/en_main.c, mlx5e_update_carrier",
        samples: &["kernel: mlx5_core 0000:4b:00.1 ens1f1np1: Link up"],
    },
    Pattern {
        speaker: MLX5,
        says: "^Link down$",
        means: |_| Some(EventKind::EthernetLinkDown),
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/en_main.c, mlx5e_update_carrier, of a netdev that is open",
        samples: &["kernel: mlx5_core 0000:4b:00.1 ens1f1np1: Link down"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "mlx4_en: {netdev}: Link Up",
        means: |_| Some(EventKind::EthernetLinkUp),
        source: "Linux, drivers/net/ethernet/mellanox/mlx4/en_netdev.c, mlx4_en_linkstate",
        samples: &["kernel: mlx4_en: eth2: Link Up"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "mlx4_en: {netdev}: Link Down",
        means: |_| Some(EventKind::EthernetLinkDown),
        source: "Linux, drivers/net/ethernet/mellanox/mlx4/en_netdev.c, mlx4_en_linkstate",
        samples: &["kernel: mlx4_en: eth2: Link Down"],
    },
    Pattern {
        speaker: MLX5,
        says: "MLX5E: StrdRq({any}) RqSz(",
        means: |_| Some(EventKind::NetdevCreated),
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/en/params.c, mlx5e_init_rq_type_params; \
                 for IPoIB called from ipoib/ipoib.c, mlx5i_build_nic_params",
        samples: &[
            "kernel: mlx5_core 0000:4b:00.0: MLX5E: StrdRq(0) RqSz(1024) StrdSz(256) RxCqeCmprss(0)",
            "kernel: mlx5_core 0000:4b:00.0: MLX5E: StrdRq(1) RqSz(8) StrdSz(2048) RxCqeCmprss(0 enhanced)",
        ],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "^{driver=word}: probe of {pci} failed with error {errno=number}",
        means: failed_hca_driver,
        source: "Linux, drivers/base/dd.c, call_driver_probe (before 6.8)",
        samples: &["kernel: mlx5_core: probe of 0000:4b:00.0 failed with error -110"],
    },
    Pattern {
        speaker: Speaker::Driver(HCA_DRIVERS),
        says: "^probe with driver {driver=word} failed with error {errno=number}",
        means: failed_hca_driver,
        source: "Linux, drivers/base/dd.c, call_driver_probe (since 6.8)",
        samples: &["kernel: mlx5_core 0000:4b:00.0: probe with driver mlx5_core failed with error -110"],
    },
    Pattern {
        speaker: MLX5,
        says: "{step=word} failed with error code {errno=number}",
        means: failed,
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/main.c, probe_one (mlx5_pci_init, mlx5_init_one, mlx5_load_one)",
        samples: &[
            "kernel: mlx5_core 0000:4b:00.0: probe_one:1764:(pid 871): mlx5_init_one failed with error code -110",
            "kernel: mlx5_core 0000:4b:00.0: init_one:1373:(pid 512): mlx5_load_one failed with error code -22",
        ],
    },
    Pattern {
        speaker: MLX4,
        says: "mlx4_load_one failed, pci_name={pci}, err={errno=number}",
        means: failed,
        source: "Linux, drivers/net/ethernet/mellanox/mlx4/main.c, mlx4_restart_one_up, after an error",
        samples: &[
            "kernel: mlx4_core 0000:03:00.0: mlx4_restart_one_up: ERROR: mlx4_load_one failed, pci_name=0000:03:00.0, err=-5",
        ],
    },
];
