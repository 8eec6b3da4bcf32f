//! Files laid over each other: what a later file says is added to what earlier ones said.

use std::collections::BTreeMap;

use super::definition::{self, Definition, Section, Values};
use super::yaml::{self, Node};
use super::{Netplan, NetplanError};
use crate::interface::Renderer;
use crate::place::Place;

/// Files laid over each other.
#[derive(Default)]
pub(super) struct Merger {
    netplan: Netplan,
    by_id: BTreeMap<(Section, String), usize>,
    renderers: BTreeMap<Section, Renderer>,
}

impl Merger {
    /// Lays a file over those before it.
    pub(super) fn add(&mut self, file: &str, text: &str) -> Result<(), NetplanError> {
        let Some(root) = yaml::read(file, text)?.filter(|root| !root.is_null()) else {
            return Ok(());
        };
        let place = |node: &Node| Place::new(file, node.line);
        let not_mapping = |node: &Node, what| NetplanError::NotMapping { place: place(node), what };
        for (key, network) in root.entries().ok_or_else(|| not_mapping(&root, "the file"))? {
            if key != "network" || network.is_null() {
                continue;
            }
            for (key, node) in network.entries().ok_or_else(|| not_mapping(network, "network"))? {
                let section = match key {
                    "renderer" => {
                        let mut values = Values { file, key, warnings: &mut self.netplan.warnings };
                        self.netplan.renderer =
                            values.parsed(node, "networkd or NetworkManager", definition::renderer);
                        continue;
                    }
                    "ethernets" => Section::Ethernets,
                    "bonds" => Section::Bonds,
                    "bridges" => Section::Bridges,
                    "vlans" => Section::Vlans,
                    _ => continue,
                };
                if !node.is_null() {
                    self.section(file, section, node).ok_or_else(|| not_mapping(node, "a section"))?;
                }
            }
        }
        Ok(())
    }

    fn section(&mut self, file: &str, section: Section, node: &Node) -> Option<()> {
        for (id, node) in node.entries()? {
            let mut values = Values { file, key: id, warnings: &mut self.netplan.warnings };
            if id == "renderer" && node.scalar().is_some() {
                if let Some(renderer) =
                    values.parsed(node, "networkd or NetworkManager", definition::renderer)
                {
                    self.renderers.insert(section, renderer);
                }
                continue;
            }
            let index = *self.by_id.entry((section, id.to_owned())).or_insert_with(|| {
                let place = Place::new(file, node.line);
                self.netplan.definitions.push(Definition::new(id, section, place));
                self.netplan.definitions.len() - 1
            });
            self.netplan.definitions[index].overlay(file, node, &mut self.netplan.warnings);
        }
        Some(())
    }

    pub(super) fn finish(mut self) -> Netplan {
        for definition in &mut self.netplan.definitions {
            let own = definition.renderer.or(self.renderers.get(&definition.section).copied());
            definition.renderer = own.or(self.netplan.renderer);
        }
        self.netplan
    }
}
