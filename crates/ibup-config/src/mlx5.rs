//! mlx5.conf: which devices get relaxed packet ordering.
//!
//! Devices are named by RDMA device (`mlx5_0`) or by netdev (`ib0`), word by word: `mlx5_1` does not mean `mlx5_10`.

use std::collections::BTreeSet;

use crate::fields::Fields;
use crate::place::Place;
use crate::shell::{self, ShellError};
use crate::warning::{Reading, WarningKind};

/// Bytes the name of an RDMA device may have (`IB_DEVICE_NAME_MAX` without its NUL).
const DEVICE_NAME_BYTES_MAX: usize = 63;

/// The settings of mlx5.conf.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RelaxedOrdering {
    /// `MLX5_RELAXED_PACKET_ORDERING_ON`.
    pub on: Devices,
    /// `MLX5_RELAXED_PACKET_ORDERING_OFF`.
    pub off: Devices,
    /// Variables that are neither, in the order of the file.
    pub others: Vec<shell::Assignment>,
}

/// A list of devices.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Devices {
    /// Whether the list has the word `all`.
    pub all: bool,
    /// The devices named, in the order of the file.
    pub names: Vec<String>,
}

impl RelaxedOrdering {
    /// Returns what is wished for a device that goes by these names; `None` where nothing is.
    ///
    /// A device in both lists is switched on: that is what happens when its interface appears.
    pub fn wish(&self, names: &[&str]) -> Option<bool> {
        if self.on.contains(names) { Some(true) } else { self.off.contains(names).then_some(false) }
    }

    /// Returns whether nothing is wished for any device.
    pub fn is_empty(&self) -> bool {
        self.on.is_empty() && self.off.is_empty()
    }
}

impl Devices {
    /// Returns whether a device that goes by these names is in the list.
    pub fn contains(&self, names: &[&str]) -> bool {
        self.all || self.names.iter().any(|name| names.contains(&name.as_str()))
    }

    /// Returns whether no device is in the list.
    pub fn is_empty(&self) -> bool {
        !self.all && self.names.is_empty()
    }
}

/// Reads mlx5.conf.
pub fn read(file: &str, text: &str) -> Result<Reading<RelaxedOrdering>, ShellError> {
    let mut fields = Fields::new(shell::read(file, text)?);
    let (on, _) = devices(&mut fields, "MLX5_RELAXED_PACKET_ORDERING_ON");
    let (off, place) = devices(&mut fields, "MLX5_RELAXED_PACKET_ORDERING_OFF");
    if let Some(place) = place {
        for what in contradictions(&on, &off) {
            fields.warn(&place, WarningKind::Contradiction { what, holds: "on" });
        }
    }
    let (others, warnings) = fields.finish();
    Ok(Reading { value: RelaxedOrdering { on, off, others }, warnings })
}

fn devices(fields: &mut Fields, variable: &str) -> (Devices, Option<Place>) {
    let mut devices = Devices::default();
    let Some((text, place)) = fields.text(variable) else {
        return (devices, None);
    };
    for word in text.split_ascii_whitespace() {
        if word == "all" {
            devices.all = true;
        } else if is_device_name(word) {
            devices.names.push(word.to_owned());
        } else {
            fields.ignore(variable, word, &place, "names of devices, or all");
        }
    }
    (devices, Some(place))
}

/// Returns whether a word may be the name of a device: it goes into a path.
fn is_device_name(word: &str) -> bool {
    let is_name_byte = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    word.len() <= DEVICE_NAME_BYTES_MAX && word.bytes().all(is_name_byte) && word != "." && word != ".."
}

fn contradictions(on: &Devices, off: &Devices) -> Vec<String> {
    if off.all && !on.is_empty() {
        return vec!["all".to_owned()];
    }
    let names: BTreeSet<&String> = on.names.iter().collect();
    off.names.iter().filter(|name| on.all || names.contains(name)).cloned().collect()
}
