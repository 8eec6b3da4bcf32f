//! The configuration of a machine as a whole, and the answers it gives about one netdev.
//!
//! Reading never fails as a whole: what could not be read is listed, with the interface it is about where that is
//! known, and everything else holds.

use crate::ifcfg;
use crate::interface::InterfaceConfig;
use crate::layers::{self, FileError};
use crate::limits::CONFIGURATION_BYTES_MAX;
use crate::mlx5::{self, RelaxedOrdering};
use crate::name::NetdevName;
use crate::network_manager::{self, KeyfileError, Settings};
use crate::networkd::{self, UnitFileError};
use crate::openib::{self, OpenibConf};
use crate::shell::ShellError;
use crate::suse;
use crate::tree::{Bounded, Tree, file_name, join, sorted_names};
use crate::warning::{Reading, Warning};
use crate::{ifupdown, netplan};

mod answers;
mod bonds;

pub use answers::{Claims, Conflict, DEFAULT_ORDER, Declined};

/// The configuration of a machine.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Configuration {
    /// openib.conf; `None` where there is none, or it cannot be read.
    pub openib: Option<OpenibConf>,
    /// mlx5.conf; `None` where there is none, or it cannot be read.
    pub mlx5: Option<RelaxedOrdering>,
    /// What all services are told about interfaces; of one service's, the first that fits counts.
    pub interfaces: Vec<InterfaceConfig>,
    /// What NetworkManager leaves alone.
    pub network_manager: Settings,
    /// What was noticed.
    pub warnings: Vec<Warning>,
    /// What could not be read.
    pub unread: Vec<Unread>,
}

/// A file that could not be read, or not to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// The netdev that the file's name speaks of.
    pub about: Option<NetdevName>,
    /// Why.
    pub error: ConfigError,
}

/// A file of the configuration could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// A file of assignments.
    #[error(transparent)]
    Shell(#[from] ShellError),
    /// interfaces(5), or a file it includes.
    #[error(transparent)]
    Interfaces(#[from] ifupdown::InterfacesError),
    /// A keyfile of NetworkManager.
    #[error(transparent)]
    Keyfile(#[from] KeyfileError),
    /// A file of systemd-networkd.
    #[error(transparent)]
    UnitFile(#[from] UnitFileError),
    /// A file of netplan.
    #[error(transparent)]
    Netplan(#[from] netplan::NetplanError),
    /// Any file.
    #[error(transparent)]
    File(#[from] FileError),
}

/// Where the configuration is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Paths {
    /// openib.conf.
    pub openib: String,
    /// mlx5.conf.
    pub mlx5: String,
    /// The directory of network-scripts.
    pub network_scripts: String,
    /// The directory of wicked.
    pub wicked: String,
    /// interfaces(5).
    pub interfaces: String,
    /// The files of NetworkManager.
    pub network_manager: network_manager::Paths,
    /// The directories of systemd-networkd, the highest layer first.
    pub networkd: Vec<String>,
    /// The directories of netplan, the highest layer first.
    pub netplan: Vec<String>,
}

impl Default for Paths {
    fn default() -> Self {
        Self {
            openib: "/etc/infiniband/openib.conf".to_owned(),
            mlx5: "/etc/infiniband/mlx5.conf".to_owned(),
            network_scripts: "/etc/sysconfig/network-scripts".to_owned(),
            wicked: "/etc/sysconfig/network".to_owned(),
            interfaces: "/etc/network/interfaces".to_owned(),
            network_manager: network_manager::Paths::default(),
            networkd: networkd::directories(),
            netplan: netplan::directories(),
        }
    }
}

impl Configuration {
    /// Reads the configuration of a machine.
    pub fn read(tree: &dyn Tree, paths: &Paths) -> Self {
        let tree = &Bounded::new(tree, CONFIGURATION_BYTES_MAX);
        let mut configuration = Self::default();
        configuration.openib = configuration.assignments(tree, &paths.openib, openib::read);
        configuration.mlx5 = configuration.assignments(tree, &paths.mlx5, mlx5::read);
        configuration.read_ifcfg(tree, &paths.network_scripts, |file, text| {
            ifcfg::read(file, text).map(|reading| reading.map(|ifcfg| ifcfg.interface()))
        });
        configuration.read_ifcfg(tree, &paths.wicked, |file, text| {
            suse::read(file, text).map(|reading| reading.map(|ifcfg| ifcfg.interface()))
        });
        configuration.read_ifupdown(tree, &paths.interfaces);
        configuration.read_services(tree, paths);
        bonds::link(&mut configuration.interfaces);
        configuration
    }

    /// Reads one file of assignments.
    fn assignments<T>(
        &mut self,
        tree: &dyn Tree,
        path: &str,
        read: impl Fn(&str, &str) -> Result<Reading<T>, ShellError>,
    ) -> Option<T> {
        let reading = layers::text(tree, path)
            .map_err(ConfigError::from)
            .and_then(|text| text.map(|text| read(path, &text)).transpose().map_err(ConfigError::from));
        match reading {
            Ok(reading) => reading.map(|reading| {
                self.warnings.extend(reading.warnings);
                reading.value
            }),
            Err(error) => {
                let about = ifcfg::interface_of_file(file_name(path)).and_then(|name| name.parse().ok());
                self.unread.push(Unread { about, error });
                None
            }
        }
    }

    /// Reads the `ifcfg` files of a directory.
    fn read_ifcfg(
        &mut self,
        tree: &dyn Tree,
        directory: &str,
        read: impl Fn(&str, &str) -> Result<Reading<InterfaceConfig>, ShellError>,
    ) {
        let mut found = Vec::new();
        for name in sorted_names(tree, directory) {
            if ifcfg::interface_of_file(&name).is_some() {
                found.extend(self.assignments(tree, &join(directory, &name), &read));
            }
        }
        // Of two files for one netdev, the one that is called like it goes first.
        let is_own = |interface: &InterfaceConfig| {
            let name = interface.name.as_ref().map(NetdevName::as_str);
            ifcfg::interface_of_file(file_name(&interface.origin.file)) == name
        };
        found.sort_by_key(|interface| !is_own(interface));
        self.interfaces.extend(found);
    }

    fn read_ifupdown(&mut self, tree: &dyn Tree, path: &str) {
        let read = ifupdown::read(tree, path);
        let (interfaces, warnings) = read.interfaces();
        self.interfaces.extend(interfaces);
        self.warnings.extend(read.warnings.into_iter().chain(warnings));
        self.note_errors(read.errors);
    }

    fn read_services(&mut self, tree: &dyn Tree, paths: &Paths) {
        let network_manager = network_manager::read(tree, &paths.network_manager);
        self.interfaces.extend(network_manager::interfaces(&network_manager.connections));
        self.warnings.extend(network_manager.warnings);
        self.network_manager = network_manager.settings;
        self.note_errors(network_manager.errors);

        let networkd = networkd::read(tree, &paths.networkd);
        self.interfaces.extend(networkd::interfaces(&networkd));
        self.warnings.extend(networkd.warnings);
        self.note_errors(networkd.errors);

        let netplan = netplan::read(tree, &paths.netplan);
        self.interfaces.extend(netplan::interfaces(&netplan));
        self.warnings.extend(netplan.warnings);
        self.note_errors(netplan.errors);
    }

    fn note_errors<E: Into<ConfigError>>(&mut self, errors: Vec<E>) {
        self.unread.extend(errors.into_iter().map(|error| Unread { about: None, error: error.into() }));
    }
}
