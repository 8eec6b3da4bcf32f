//! Bonds that name their ports: each port learns its bond.

use std::collections::BTreeMap;

use crate::interface::{InterfaceConfig, Owner};
use crate::name::NetdevName;

/// Tells each port its bond, where only the bond says so.
pub(super) fn link(interfaces: &mut [InterfaceConfig]) {
    let mut masters: BTreeMap<(Owner, NetdevName), NetdevName> = BTreeMap::new();
    for interface in interfaces.iter() {
        let Some(bond) = &interface.name else { continue };
        for port in &interface.bond_ports {
            masters.entry((interface.owner, port.clone())).or_insert_with(|| bond.clone());
        }
    }
    for interface in interfaces {
        let Some(name) = interface.name.clone().filter(|_| interface.bond_master.is_none()) else {
            continue;
        };
        interface.bond_master = masters.get(&(interface.owner, name)).cloned();
    }
}
