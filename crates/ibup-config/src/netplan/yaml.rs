//! A YAML document as a tree with line numbers, bounded against documents that grow when they are unfolded.

use std::collections::BTreeMap;
use std::rc::Rc;

use granit_parser::{Event, Options, Parser, Span};

use super::NetplanError;
use crate::limits;
use crate::place::{Place, quoted};

/// Nodes a document may have, an alias counted as all that it stands for.
const NODES_MAX: usize = 100_000;
/// How deep sequences and mappings may nest.
const DEPTH_MAX: usize = 32;

/// A node of a document. An alias shares the node it stands for.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) line: usize,
    pub(super) content: Content,
    nodes: usize,
}

#[derive(Debug)]
pub(super) enum Content {
    Scalar(String),
    Sequence(Vec<Rc<Node>>),
    Mapping(Vec<(Rc<Node>, Rc<Node>)>),
}

impl Node {
    /// Returns the text of a scalar.
    pub(super) fn scalar(&self) -> Option<&str> {
        if let Content::Scalar(text) = &self.content { Some(text) } else { None }
    }

    /// Returns the items of a sequence, or the node itself where a single one stands for a sequence of one.
    pub(super) fn items(&self) -> Vec<&Node> {
        match &self.content {
            Content::Sequence(items) => items.iter().map(Rc::as_ref).collect(),
            _ => vec![self],
        }
    }

    /// Returns the entries of a mapping; those whose keys are not scalars are left out.
    pub(super) fn entries(&self) -> Option<impl Iterator<Item = (&str, &Node)>> {
        let Content::Mapping(entries) = &self.content else {
            return None;
        };
        Some(entries.iter().filter_map(|(key, value)| Some((key.scalar()?, value.as_ref()))))
    }

    /// Returns whether nothing is written where a value could stand.
    pub(super) fn is_null(&self) -> bool {
        self.scalar().is_some_and(|text| matches!(text, "" | "~" | "null"))
    }
}

/// Reads the first document of a text; `None` for a text without one.
pub(super) fn read(file: &str, text: &str) -> Result<Option<Rc<Node>>, NetplanError> {
    limits::check(file, text)?;
    let mut options = Options::default();
    options.set_emit_comments(false);
    options.flow_nesting_limit = DEPTH_MAX;
    options.block_nesting_limit = DEPTH_MAX;
    let mut builder = Builder { file, open: Vec::new(), anchors: BTreeMap::new(), nodes: 0, root: None };
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, span) = event.map_err(|error| NetplanError::Yaml {
            place: Place::new(file, error.marker().line()),
            reason: quoted(&error.info()),
        })?;
        if matches!(event, Event::DocumentEnd) {
            break;
        }
        builder.event(event, span)?;
    }
    Ok(builder.root)
}

/// A collection whose end is not reached.
struct Open {
    line: usize,
    anchor: usize,
    is_mapping: bool,
    nodes: Vec<Rc<Node>>,
}

struct Builder<'a> {
    file: &'a str,
    open: Vec<Open>,
    anchors: BTreeMap<usize, Rc<Node>>,
    nodes: usize,
    root: Option<Rc<Node>>,
}

impl Builder<'_> {
    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), NetplanError> {
        let line = span.start.line();
        match event {
            Event::Scalar(text, _, anchor, _) => {
                let content = Content::Scalar(text.into_owned());
                self.close(Node { line, content, nodes: 1 }, anchor)
            }
            Event::SequenceStart(_, anchor, _) => {
                self.open.push(Open { line, anchor, is_mapping: false, nodes: Vec::new() });
                Ok(())
            }
            Event::MappingStart(_, anchor, _) => {
                self.open.push(Open { line, anchor, is_mapping: true, nodes: Vec::new() });
                Ok(())
            }
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(open) => {
                    let anchor = open.anchor;
                    self.close(open.into_node(), anchor)
                }
                None => Ok(()),
            },
            Event::Alias(anchor) => {
                // A collection that contains itself is not finished, and so has no node yet.
                let place = Place::new(self.file, line);
                let node = self.anchors.get(&anchor).cloned();
                let reason = "an alias stands for what it is a part of".to_owned();
                self.add(node.ok_or(NetplanError::Yaml { place, reason })?)
            }
            _ => Ok(()),
        }
    }

    fn close(&mut self, node: Node, anchor: usize) -> Result<(), NetplanError> {
        let node = Rc::new(node);
        if anchor != 0 {
            self.anchors.insert(anchor, Rc::clone(&node));
        }
        self.add(node)
    }

    fn add(&mut self, node: Rc<Node>) -> Result<(), NetplanError> {
        // A collection's own nodes were counted when they were added; an alias counts for all that it stands for.
        self.nodes = self.nodes.saturating_add(if Rc::strong_count(&node) > 1 { node.nodes } else { 1 });
        if self.nodes > NODES_MAX {
            return Err(NetplanError::TooManyNodes { place: Place::new(self.file, node.line) });
        }
        match self.open.last_mut() {
            Some(open) => open.nodes.push(node),
            None => self.root = self.root.take().or(Some(node)),
        }
        Ok(())
    }
}

impl Open {
    fn into_node(self) -> Node {
        let nodes = self.nodes.iter().fold(1_usize, |sum, node| sum.saturating_add(node.nodes));
        let content = if self.is_mapping {
            let mut nodes = self.nodes.into_iter();
            let mut entries = Vec::new();
            while let (Some(key), Some(value)) = (nodes.next(), nodes.next()) {
                entries.push((key, value));
            }
            Content::Mapping(entries)
        } else {
            Content::Sequence(self.nodes)
        };
        Node { line: self.line, content, nodes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_know_their_lines_and_aliases_their_nodes() {
        let root = read("f", "a: &x\n  b: 1\nc: *x\nd: [1, 2]\n").unwrap().unwrap();
        let entries: Vec<_> = root.entries().unwrap().map(|(key, node)| (key, node.line)).collect();
        assert_eq!(entries, [("a", 2), ("c", 2), ("d", 4)]);
        assert_eq!(read("f", "# nothing\n").unwrap().map(|_| ()), None);
    }

    #[test]
    fn documents_that_grow_are_refused() {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..30 {
            let below = format!("*a{}, ", level - 1).repeat(10);
            let line = format!("a{level}: &a{level} [{}]\n", below.trim_end_matches(", "));
            text.push_str(&line);
        }
        let error = read("f", &text).unwrap_err();
        assert!(matches!(error, NetplanError::TooManyNodes { .. }), "{error}");
        let flat = format!("[{}]", "x,".repeat(200_000));
        assert!(matches!(read("f", &flat).unwrap_err(), NetplanError::TooManyNodes { .. }));
    }

    #[test]
    fn other_texts_are_refused() {
        let deep = "[".repeat(100);
        for (text, place) in [("a: [", "f:"), ("a: &a [*a]", "f:1"), ("a: *b", "f:1"), (&deep, "f:1")] {
            let message = read("f", text).unwrap_err().to_string();
            assert!(message.starts_with(place) && message.contains("not YAML"), "{message}");
        }
    }
}
