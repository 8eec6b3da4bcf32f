//! Reads the configuration of a machine's network and HCA driver: text in, values out.
//!
//! ```text
//! openib.conf, mlx5.conf ------------------------------> OpenibConf, RelaxedOrdering
//! ifcfg-*, interfaces(5), keyfiles, .network, netplan --> one reader each -> InterfaceConfig --> Configuration
//! ```
//!
//! Nothing is executed: a file that would need a shell is an error that names the file, the line and the way out.
//! This crate opens no file either; whoever owns the files hands them in, one by one or behind a [`Tree`].
//!
//! What a file contains may be hostile. Every reader is bounded in bytes, lines, nesting and what a value may grow
//! to, and none panics on any text. A value that is ignored, or does not mean what it seems to, is a [`Warning`]
//! beside the result; nothing is printed and nothing is logged.
//!
//! ```
//! use ibup_config::{Configuration, MemoryTree, Netdev, Paths};
//!
//! let file = "/etc/sysconfig/network-scripts/ifcfg-storage";
//! let tree = MemoryTree::new().with(file, "DEVICE=ib0.8001\nIPADDR=10.8.0.9\nPREFIX=24\n");
//! let configuration = Configuration::read(&tree, &Paths::default());
//!
//! let netdev = Netdev::named(&"ib0.8001".parse().unwrap());
//! let found = configuration.find(&netdev).expect("it is configured");
//! assert!(found.on_boot.is_wanted());
//! assert_eq!(found.addresses[0].to_string(), "10.8.0.9/24");
//! assert_eq!(found.child.as_ref().unwrap().parent, Some("ib0".parse().unwrap()));
//! ```
//!
//! Deliberately absent: which network service is enabled, and what the machine is like at this moment. The caller
//! knows both and asks [`Configuration`] with a [`Netdev`].
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod fields;
mod layers;

pub mod address;
pub mod configuration;
pub mod glob;
pub mod hardware_address;
pub mod ifcfg;
pub mod ifupdown;
pub mod interface;
pub mod limits;
pub mod mlx5;
pub mod name;
pub mod netplan;
pub mod network_manager;
pub mod networkd;
pub mod openib;
pub mod pkey;
pub mod place;
pub mod selector;
pub mod shell;
pub mod suse;
pub mod tree;
pub mod warning;

pub use address::InterfaceAddress;
pub use configuration::{ConfigError, Configuration, Paths};
pub use hardware_address::{HardwareAddress, PortGuid};
pub use interface::{Child, InterfaceConfig, OnBoot, Owner, TransportMode};
pub use mlx5::RelaxedOrdering;
pub use name::NetdevName;
pub use openib::OpenibConf;
pub use pkey::Pkey;
pub use place::Place;
pub use selector::{Netdev, Selector};
pub use tree::{MemoryTree, Tree};
pub use warning::{Reading, Warning};
