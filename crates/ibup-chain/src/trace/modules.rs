//! The modules that are reported: the InfiniBand stack and what `ib_ipoib` stands on. All others are dropped, so that
//! the journal tells of the stack and not of every sound card.

/// Families, by how their names begin.
const FAMILIES: &[(&str, &str)] = &[
    (
        "ib_",
        "the core and its upper-layer protocols, ib_ipoib among them; old HCA drivers (ib_mthca, ib_qib)",
    ),
    ("rdma_", "connection management, and RDMA over Ethernet (rdma_rxe)"),
    ("iw_", "the same over iWARP"),
    ("mlx", "the drivers of Mellanox HCAs, their firmware loader, and OFED's compatibility layer"),
];

/// Single modules.
const SINGLE: &[(&str, &str)] = &[
    ("hfi1", "driver of Omni-Path HCAs"),
    ("rdmavt", "the verbs of hfi1 and ib_qib"),
    ("irdma", "driver of Intel's RDMA functions"),
    ("bnxt_re", "driver of Broadcom's RDMA functions"),
    ("eth_ipoib", "Ethernet over IPoIB, of old OFED"),
    ("memtrack", "OFED's modules stand on it where it was built for debugging"),
    ("psample", "mlx5_core stands on it"),
    ("tls", "mlx5_core stands on it"),
    ("pci_hyperv_intf", "mlx5_core stands on it"),
    ("inet_lro", "ib_ipoib stood on it in old OFED"),
];

/// Returns whether a module is one of those that matter to InfiniBand.
pub fn is_of_stack(module: &str) -> bool {
    FAMILIES.iter().any(|(beginning, _)| module.starts_with(beginning))
        || SINGLE.iter().any(|(name, _)| module == *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stack_is_told_from_everything_else() {
        for module in ["ib_ipoib", "ib_core", "mlx5_core", "mlx_compat", "rdma_cm", "iw_cm", "hfi1", "tls"] {
            assert!(is_of_stack(module), "{module}");
        }
        for module in ["", "snd_hda_intel", "libib_x", "tls_device", "nvme", "ibmvnic", "rdmavt2"] {
            assert!(!is_of_stack(module), "{module}");
        }
    }
}
