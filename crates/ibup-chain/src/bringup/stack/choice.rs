//! Which modules a start loads: the switches of openib.conf, weighed against what is installed.
//!
//! An unset switch is decided by where the module comes from. Beside the vendor's packages a module of the
//! distribution does not fit, so it is left out unless forced. Without them everything is the distribution's and
//! everything is loaded: an interface must not stay down because of how its driver was packaged.

use ibup_config::Tree;
use ibup_config::openib::OpenibConf;

use super::super::modules::{Installed, LoadedModules, Origin, is_present};
use super::hardware;

/// What becomes of the modules.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Choice {
    /// Those to load, in order.
    pub load: Vec<Wanted>,
    /// Those that are wanted and there already.
    pub present: Vec<String>,
    /// Those that are wanted and will not be loaded, which is a failure.
    pub refused: Vec<Refusal>,
    /// What else somebody may want to know.
    pub notes: Vec<String>,
    /// The first module of the distribution that is loaded by force.
    pub inbox: Option<String>,
}

/// A module to load.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Its name.
    pub name: String,
    /// What its failure amounts to.
    pub weight: Weight,
}

/// What the failure of a module amounts to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// The stack has failed.
    Stack,
    /// The stack is up, and something that stands on it is missing.
    Above,
    /// A warning.
    Optional,
}

/// A module that is wanted and not loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The module.
    pub module: String,
    /// What is said.
    pub text: String,
    /// The diagnosis it amounts to.
    pub code: &'static str,
    /// What it amounts to for the start.
    pub weight: Weight,
}

impl Choice {
    /// Chooses.
    pub fn of(tree: &dyn Tree, conf: &OpenibConf, is_forced: bool) -> Self {
        let chooser = Chooser {
            tree,
            loaded: LoadedModules::read(tree),
            installed: Installed::read(tree),
            is_forced: is_forced || conf.force_mode,
        };
        let mut choice = Self::default();
        for candidate in candidates(tree, conf) {
            chooser.choose(&candidate, &mut choice);
        }
        choice
    }

    /// Returns whether a module is wanted and there, or will be.
    pub fn has(&self, name: &str) -> bool {
        self.load.iter().any(|wanted| wanted.name == name)
            || self.present.iter().any(|present| present == name)
    }

    /// Returns whether nothing at all is loaded or to be loaded.
    pub fn is_empty(&self) -> bool {
        self.load.is_empty() && self.present.is_empty()
    }
}

/// A module and the switch that decides on it; `None` leaves it to the module's origin.
struct Candidate {
    name: &'static str,
    switch: Option<bool>,
    weight: Weight,
}

/// Returns the modules that may be loaded, in the order in which they are.
fn candidates(tree: &dyn Tree, conf: &OpenibConf) -> Vec<Candidate> {
    let load = &conf.load;
    // Without such a card nothing has to be known of its driver, unless somebody asks for it.
    let has_mellanox = hardware::functions(tree).iter().any(hardware::Function::is_mellanox);
    let mlx5 = load.mlx5.or(if has_mellanox { None } else { Some(false) });
    let off = |switch: Option<bool>| Some(switch == Some(true));
    [
        ("mlx5_ib", mlx5, Weight::Stack),
        ("mlx5_core", mlx5, Weight::Stack),
        ("esp4_offload", off(load.esp_offload), Weight::Stack),
        ("esp6_offload", off(load.esp_offload), Weight::Optional),
        ("ib_umad", load.umad, Weight::Stack),
        ("ib_uverbs", load.uverbs, Weight::Stack),
        ("ib_ipoib", load.ipoib, Weight::Stack),
        ("ib_sdp", off(load.sdp), Weight::Above),
        ("ib_srp", off(load.srp), Weight::Above),
        ("rdma_cm", load.rdma_cm, Weight::Above),
        ("rdma_ucm", load.rdma_ucm, Weight::Above),
    ]
    .into_iter()
    .map(|(name, switch, weight)| Candidate { name, switch, weight })
    .collect()
}

struct Chooser<'a> {
    tree: &'a dyn Tree,
    loaded: LoadedModules,
    installed: Installed,
    is_forced: bool,
}

impl Chooser<'_> {
    fn choose(&self, candidate: &Candidate, choice: &mut Choice) {
        let Candidate { name, switch, weight } = *candidate;
        let origin = self.installed.origin(name);
        if switch == Some(false) {
            return;
        }
        if origin == Origin::BuiltIn || is_present(self.tree, &self.loaded, name) {
            choice.present.push(name.to_owned());
            return;
        }
        // The vendor's IPsec offload is the kernel's own module, so it is foreign to nothing.
        let is_foreign =
            origin == Origin::Distribution && self.installed.has_vendor_modules() && !name.starts_with("esp");
        match (origin, switch) {
            (Origin::Missing, Some(_)) => choice.refuse(candidate, "Module not found", "IB0305"),
            (Origin::Missing, None) => self.miss(candidate, choice),
            (_, Some(_)) if is_foreign && !self.is_forced => {
                choice.refuse(candidate, "Avoid loading inbox module", "IB0306");
            }
            (_, None) if is_foreign && !self.is_forced => choice.notes.push(format!(
                "{name} is the distribution's and does not fit the vendor's modules beside it; it is left out unless forced"
            )),
            _ => self.load(name, weight, origin, choice),
        }
    }

    fn load(&self, name: &str, weight: Weight, origin: Origin, choice: &mut Choice) {
        if self.is_forced && origin == Origin::Distribution && choice.inbox.is_none() {
            choice.inbox = Some(name.to_owned());
        }
        choice.load.push(Wanted { name: name.to_owned(), weight });
    }

    /// A module that nobody asked for by name is not installed: bad only where there is no interface without it.
    fn miss(&self, candidate: &Candidate, choice: &mut Choice) {
        let is_needed = matches!(candidate.name, "mlx5_ib" | "mlx5_core" | "ib_ipoib");
        if is_needed && !self.installed.has_vendor_modules() {
            choice.refuse(candidate, "Module not found", "IB0305");
        } else {
            let release = &self.installed.release;
            choice.notes.push(format!("{} is not installed for kernel {release}", candidate.name));
        }
    }
}

impl Choice {
    fn refuse(&mut self, candidate: &Candidate, text: &str, code: &'static str) {
        let Candidate { name, weight, .. } = *candidate;
        self.refused.push(Refusal { module: name.to_owned(), text: format!("{text}: {name}"), code, weight });
    }
}

#[cfg(test)]
mod tests {
    use ibup_config::{MemoryTree, openib};

    use super::super::testing::{ALL, machine, vendor_index};
    use super::*;

    const INBOX: &str = "k/mlx5_ib.ko: k/ib_core.ko\nk/mlx5_core.ko:\nk/ib_umad.ko:\nk/ib_uverbs.ko:\nk/ib_ipoib.ko:\n\
                         k/rdma_cm.ko:\nk/rdma_ucm.ko:\n";

    fn choose(tree: &MemoryTree, conf: &str, is_forced: bool) -> Choice {
        let conf = openib::read("openib.conf", conf).unwrap().value;
        Choice::of(tree, &conf, is_forced)
    }

    fn names(choice: &Choice) -> Vec<&str> {
        choice.load.iter().map(|wanted| wanted.name.as_str()).collect()
    }

    fn refused(choice: &Choice) -> Vec<&str> {
        choice.refused.iter().map(|refusal| refusal.text.as_str()).collect()
    }

    #[test]
    fn everything_is_loaded_from_one_hand_whosever_it_is() {
        for index in [vendor_index().as_str(), INBOX, ""] {
            let choice = choose(&machine(index), "", false);
            assert_eq!(names(&choice), ALL, "{index}");
            assert_eq!((choice.refused.len(), choice.inbox), (0, None));
        }
    }

    #[test]
    fn what_is_loaded_or_built_in_is_left_out() {
        let tree = machine("").with("/proc/modules", "mlx5_core 1 0 - Live 0x0\n");
        let choice = choose(&tree, "", false);
        assert_eq!(names(&choice)[..2], ["mlx5_ib", "ib_umad"]);
        assert_eq!(choice.present, ["mlx5_core"]);
    }

    #[test]
    fn switches_are_obeyed() {
        let conf = "IPOIB_LOAD=no\nUMAD_LOAD=no\nSRP_LOAD=yes\nESP_OFFLOAD_LOAD=yes\nRDMA_UCM_LOAD=no\n";
        let expected =
            ["mlx5_ib", "mlx5_core", "esp4_offload", "esp6_offload", "ib_uverbs", "ib_srp", "rdma_cm"];
        assert_eq!(names(&choose(&machine(""), conf, false)), expected);
    }

    #[test]
    fn a_distributions_module_beside_the_vendors_needs_force() {
        let index = vendor_index().replace("u/ib_umad.ko: u/mlx_compat.ko", "k/ib_umad.ko:");
        let choice = choose(&machine(&index), "", false);
        assert!(!choice.has("ib_umad") && choice.refused.is_empty());
        assert_eq!(choice.notes.len(), 1);

        let choice = choose(&machine(&index), "UMAD_LOAD=yes\n", false);
        assert_eq!(refused(&choice), ["Avoid loading inbox module: ib_umad"]);

        for (conf, is_forced) in [("", true), ("UMAD_LOAD=yes\n", true), ("FORCE_MODE=yes\n", false)] {
            let choice = choose(&machine(&index), conf, is_forced);
            assert_eq!(names(&choice), ALL);
            assert_eq!(choice.inbox.as_deref(), Some("ib_umad"));
        }
    }

    #[test]
    fn a_module_that_is_not_installed_is_refused_where_it_matters() {
        let index = INBOX.replace("k/ib_ipoib.ko:\n", "").replace("k/rdma_ucm.ko:\n", "");
        let choice = choose(&machine(&index), "", false);
        assert_eq!(refused(&choice), ["Module not found: ib_ipoib"]);
        assert_eq!(choice.notes, ["rdma_ucm is not installed for kernel 5.14.0"]);
        let choice = choose(&machine(&index), "RDMA_UCM_LOAD=yes\n", false);
        assert_eq!(refused(&choice), ["Module not found: ib_ipoib", "Module not found: rdma_ucm"]);
    }

    #[test]
    fn the_driver_of_absent_cards_is_not_loaded_unasked() {
        let tree = MemoryTree::new()
            .with("/sys/bus/pci/devices/0000:05:00.0/vendor", "0x8086\n")
            .with("/sys/bus/pci/devices/0000:05:00.0/class", "0x020800\n");
        assert_eq!(names(&choose(&tree, "", false))[0], "ib_umad");
        assert_eq!(names(&choose(&tree, "MLX5_LOAD=yes\n", false))[0], "mlx5_ib");
    }
}
