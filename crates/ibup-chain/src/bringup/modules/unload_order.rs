//! The order in which modules can go: each after all that stand on it.

use std::collections::BTreeSet;

use super::LoadedModules;

/// Returns the modules in an order in which they can be unloaded.
///
/// A holder outside the set does not count: whether there is one is asked before. Modules that hold each other in a
/// circle come last; the kernel will say what it thinks of them.
pub fn unload_order(loaded: &LoadedModules, set: &BTreeSet<String>) -> Vec<String> {
    let mut left: BTreeSet<&str> =
        set.iter().map(String::as_str).filter(|name| loaded.get(name).is_some()).collect();
    let mut order = Vec::new();
    while !left.is_empty() {
        let is_free = |name: &&str| {
            let holders = loaded.get(name).map(|module| module.holders.as_slice()).unwrap_or_default();
            !holders.iter().any(|holder| holder != name && left.contains(holder.as_str()))
        };
        let free: Vec<&str> = left.iter().copied().filter(is_free).collect();
        let next = if free.is_empty() { left.iter().copied().collect() } else { free };
        for name in next {
            left.remove(name);
            order.push(name.to_owned());
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use ibup_config::MemoryTree;

    use super::*;

    fn order(modules: &str, set: &[&str]) -> Vec<String> {
        let loaded = LoadedModules::read(&MemoryTree::new().with("/proc/modules", modules));
        unload_order(&loaded, &set.iter().map(|name| (*name).to_owned()).collect())
    }

    #[test]
    fn holders_go_first() {
        let modules = "ib_core 1 4 mlx5_ib,ib_ipoib,ib_cm,ib_uverbs, Live 0x0\n\
                       mlx5_core 1 1 mlx5_ib, Live 0x0\n\
                       ib_cm 1 1 ib_ipoib, Live 0x0\n\
                       ib_uverbs 1 1 mlx5_ib, Live 0x0\n\
                       mlx5_ib 1 0 - Live 0x0\n\
                       ib_ipoib 1 0 - Live 0x0\n";
        let set = ["ib_core", "mlx5_core", "ib_cm", "ib_uverbs", "mlx5_ib", "ib_ipoib", "ib_umad"];
        assert_eq!(
            order(modules, &set),
            ["ib_ipoib", "mlx5_ib", "ib_cm", "ib_uverbs", "mlx5_core", "ib_core"]
        );
    }

    #[test]
    fn a_circle_ends() {
        assert_eq!(order("a 1 1 b, Live 0x0\nb 1 1 a, Live 0x0\n", &["a", "b"]), ["a", "b"]);
    }
}
