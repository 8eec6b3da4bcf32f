//! Templates: what a line says, written as the line itself with holes in it.
//!
//! ```text
//! Device {netdev} does not seem to be present, delaying initialization
//! Firmware over {ms=number} MS in {state=word} state, aborting
//! ```
//!
//! A template is found anywhere in a text unless it begins with `^`. A hole takes the longest run of the characters
//! its kind allows, and `{any}` the shortest text that lets the rest match. A label before `=` gives a hole another
//! name than its kind. A `$` at its end holds the end of the text. Runs of blanks in the text count as one.
//!
//! Why not regular expressions: a template reads like the message it stands for, so a reviewer can hold it against
//! the source it cites; it cannot take long on hostile input; and it costs the boot-time program nothing.

use std::fmt;

use crate::name::{HcaName, NetdevName, PciAddress};

/// A message with holes.
#[derive(Debug, Clone)]
pub struct Template {
    at_start: bool,
    to_end: bool,
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Literal(Box<str>),
    Hole { label: Box<str>, kind: HoleKind },
}

/// What may stand in a hole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum HoleKind {
    /// A netdev name.
    Netdev,
    /// A PCI address.
    Pci,
    /// An RDMA device name.
    Hca,
    /// A decimal number, with or without a minus.
    Number,
    /// `0x` and hexadecimal digits.
    Hex,
    /// A kernel module's name.
    Module,
    /// Anything without a blank.
    Word,
    /// Anything at all, but not nothing.
    Any,
}

/// The longest text a hole other than `{any}` takes, in bytes.
const HOLE_LENGTH_MAX: usize = 255;

impl HoleKind {
    fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "netdev" => Self::Netdev,
            "pci" => Self::Pci,
            "hca" => Self::Hca,
            "number" => Self::Number,
            "hex" => Self::Hex,
            "module" => Self::Module,
            "word" => Self::Word,
            "any" => Self::Any,
            _ => return None,
        })
    }

    fn allows(self, byte: u8) -> bool {
        match self {
            Self::Netdev => byte.is_ascii_alphanumeric() || b"._-:@".contains(&byte),
            Self::Pci => byte.is_ascii_hexdigit() || byte == b':' || byte == b'.',
            Self::Hca | Self::Module => byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-',
            Self::Number => byte.is_ascii_digit() || byte == b'-',
            Self::Hex => byte.is_ascii_hexdigit() || byte == b'x',
            Self::Word => byte != b' ',
            Self::Any => true,
        }
    }

    fn accepts(self, text: &str) -> bool {
        match self {
            Self::Netdev => text.parse::<NetdevName>().is_ok(),
            Self::Pci => text.parse::<PciAddress>().is_ok(),
            Self::Hca => text.parse::<HcaName>().is_ok(),
            Self::Number => text.parse::<i64>().is_ok(),
            Self::Hex => {
                text.strip_prefix("0x").is_some_and(|digits| u64::from_str_radix(digits, 16).is_ok())
            }
            Self::Module | Self::Word | Self::Any => !text.is_empty(),
        }
    }
}

impl Template {
    /// Reads a template.
    pub fn parse(source: &str) -> Result<Self, TemplateError> {
        let (at_start, rest) = source.strip_prefix('^').map_or((false, source), |rest| (true, rest));
        let (to_end, mut rest) = rest.strip_suffix('$').map_or((false, rest), |rest| (true, rest));
        let mut pieces = Vec::new();
        while !rest.is_empty() {
            let literal = &rest[..rest.find('{').unwrap_or(rest.len())];
            if !literal.is_empty() {
                pieces.push(Piece::Literal(literal.into()));
            }
            rest = &rest[literal.len()..];
            let Some(inside) = rest.strip_prefix('{') else {
                continue;
            };
            let end = inside.find('}').ok_or(TemplateError::UnclosedHole)?;
            let (label, kind) = inside[..end].split_once('=').unwrap_or((&inside[..end], &inside[..end]));
            let kind = HoleKind::from_name(kind).ok_or_else(|| TemplateError::UnknownHole(kind.into()))?;
            if matches!(pieces.last(), Some(Piece::Hole { .. })) {
                return Err(TemplateError::HolesTouch);
            }
            pieces.push(Piece::Hole { label: label.into(), kind });
            rest = &inside[end + 1..];
        }
        let has_literal = pieces.iter().any(|piece| matches!(piece, Piece::Literal(_)));
        if has_literal { Ok(Self { at_start, to_end, pieces }) } else { Err(TemplateError::NoLiteral) }
    }

    /// Returns the longest piece of plain text: whatever the template matches contains it.
    pub fn key(&self) -> &str {
        let literals = self.pieces.iter().filter_map(|piece| match piece {
            Piece::Literal(text) => Some(&**text),
            Piece::Hole { .. } => None,
        });
        literals.max_by_key(|text| text.len()).unwrap_or_default()
    }

    /// Finds the template in a text whose runs of blanks are already single.
    pub fn captures<'t>(&self, text: &'t str) -> Option<Captures<'t>>
    where
        Self: 't,
    {
        let mut found = Captures::default();
        let (first, index) = match &self.pieces[..] {
            [Piece::Literal(literal), ..] => (literal, 1),
            [Piece::Hole { .. }, Piece::Literal(literal), ..] => (literal, 2),
            _ => return None,
        };
        for (start, _) in text.match_indices(&**first) {
            found.0.clear();
            let begin = match &self.pieces[0] {
                Piece::Literal(_) => Some(start),
                Piece::Hole { label, kind } => kind.before(text, start).inspect(|begin| {
                    found.0.push((label.clone(), &text[*begin..start]));
                }),
            };
            let fits = begin.is_some_and(|begin| !self.at_start || begin == 0);
            if fits && self.rest_matches(text, start + first.len(), index, &mut found) {
                return Some(found);
            }
            if self.at_start && start > HOLE_LENGTH_MAX {
                break;
            }
        }
        None
    }

    /// Matches the pieces from `index` on at byte `at` of the text.
    fn rest_matches<'t>(&self, text: &'t str, at: usize, index: usize, found: &mut Captures<'t>) -> bool {
        let rest = &text[at..];
        match &self.pieces[index..] {
            [] => !self.to_end || rest.is_empty(),
            [Piece::Literal(literal), ..] => {
                rest.starts_with(&**literal) && self.rest_matches(text, at + literal.len(), index + 1, found)
            }
            [Piece::Hole { label, kind }] => {
                let value = kind.at_end(rest);
                let fits = kind.accepts(value);
                if fits {
                    found.0.push((label.clone(), value));
                }
                fits
            }
            [Piece::Hole { label, kind }, Piece::Literal(next), ..] => kind.ends(rest, next).any(|end| {
                let value = &rest[..end];
                if !kind.accepts(value) {
                    return false;
                }
                let before = found.0.len();
                found.0.push((label.clone(), value));
                let matched = self.rest_matches(text, at + end + next.len(), index + 2, found);
                if !matched {
                    found.0.truncate(before);
                }
                matched
            }),
            [Piece::Hole { .. }, Piece::Hole { .. }, ..] => false,
        }
    }
}

impl HoleKind {
    /// Returns where the run of this kind that ends at `end` begins, if a valid one stands there.
    fn before(self, text: &str, end: usize) -> Option<usize> {
        let run = text.as_bytes()[..end].iter().rev().take_while(|byte| self.allows(**byte)).count();
        let begin = end - run;
        let stands_alone = text.is_char_boundary(begin) && !text[..begin].ends_with(is_part_of_a_name);
        (stands_alone && self.accepts(&text[begin..end])).then_some(begin)
    }

    /// Returns what a hole at the end of a template takes: its run, less the punctuation that closes a sentence.
    fn at_end(self, rest: &str) -> &str {
        if self == Self::Any {
            return rest.trim();
        }
        let run = self.run(rest);
        match self {
            Self::Word => run,
            // A name that goes on in characters no name has is not this name: nothing is cut out of `ib0;reboot`.
            Self::Netdev | Self::Hca | Self::Pci if rest[run.len()..].starts_with(is_part_of_a_name) => "",
            _ => run.trim_end_matches(['.', ',', ':', ';']),
        }
    }

    /// Returns the ends a hole may have before `next`: longest first, for `{any}` shortest first.
    fn ends<'t>(self, rest: &'t str, next: &'t str) -> Box<dyn Iterator<Item = usize> + 't> {
        if self == Self::Any {
            return Box::new(rest.match_indices(next).map(|(start, _)| start).filter(|start| *start > 0));
        }
        let longest = self.run(rest).len();
        let ends = (1..=longest).rev();
        Box::new(ends.filter(move |end| rest.get(*end..).is_some_and(|tail| tail.starts_with(next))))
    }

    /// Returns the longest run of allowed characters at the start of the text.
    fn run(self, rest: &str) -> &str {
        let mut end = rest.bytes().take(HOLE_LENGTH_MAX).take_while(|byte| self.allows(*byte)).count();
        while !rest.is_char_boundary(end) {
            end -= 1;
        }
        &rest[..end]
    }
}

/// Returns whether a character beside a name shows that the name is only a part of something.
fn is_part_of_a_name(c: char) -> bool {
    !(c.is_whitespace() || ".,:()[]{}'\"<>=|".contains(c) || (!c.is_ascii() && c.is_alphabetic()))
}

/// What stood in the holes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Captures<'t>(Vec<(Box<str>, &'t str)>);

impl<'t> Captures<'t> {
    /// Returns what stood in the hole of this label.
    pub fn get(&self, label: &str) -> Option<&'t str> {
        self.0.iter().find(|(name, _)| **name == *label).map(|(_, value)| *value)
    }

    /// Returns what stood in the hole of this label, read as a value.
    pub fn parse<T: std::str::FromStr>(&self, label: &str) -> Option<T> {
        self.get(label)?.parse().ok()
    }
}

/// A template that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TemplateError {
    /// `{` without `}`.
    UnclosedHole,
    /// A hole of a kind that does not exist.
    UnknownHole(Box<str>),
    /// Two holes with nothing in between: nobody could tell where the first ends.
    HolesTouch,
    /// Nothing but holes: it would match everything.
    NoLiteral,
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnclosedHole => f.write_str("a hole is not closed by }"),
            Self::UnknownHole(kind) => write!(f, "no hole is called {kind}"),
            Self::HolesTouch => f.write_str("two holes touch"),
            Self::NoLiteral => f.write_str("the template holds no plain text"),
        }
    }
}

impl std::error::Error for TemplateError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(template: &str, text: &str, expected: Option<&[(&str, &str)]>) {
        let found = Template::parse(template).unwrap();
        let found = found.captures(text);
        let found = found.as_ref().map(|c| c.0.iter().map(|(l, v)| (&**l, *v)).collect::<Vec<_>>());
        assert_eq!(found.as_deref(), expected, "{template} on {text}");
    }

    #[test]
    fn holes_take_names() {
        check("Device {netdev} does not", "x: Device ib0 does not seem", Some(&[("netdev", "ib0")]));
        check("Device {netdev} does not", "Device ib0.8001 does not", Some(&[("netdev", "ib0.8001")]));
        check("Device {netdev} does not", "Device /etc/passwd does not", None);
    }

    #[test]
    fn a_leading_hole_takes_the_word_before() {
        check("{netdev}: link becomes", "IPv6: ADDRCONF(X): ib0: link becomes", Some(&[("netdev", "ib0")]));
        check("{netdev}: link becomes", ": link becomes", None);
    }

    #[test]
    fn a_closing_hole_leaves_the_full_stop() {
        check("configuration for {netdev}", "configuration for ib0.", Some(&[("netdev", "ib0")]));
        check("error {errno=number}", "with error -110", Some(&[("errno", "-110")]));
    }

    #[test]
    fn a_name_is_not_cut_out_of_something_longer() {
        check("interface: {netdev}", "interface: ib0;reboot", None);
        check("interface: {netdev}", "interface: ib\u{fffd}0", None);
        check("{netdev}: up", "x;ib0: up", None);
        check("not found: {module}", "not found: ib_ipoib[FAILED]", Some(&[("module", "ib_ipoib")]));
    }

    #[test]
    fn an_anchor_holds_the_start() {
        check("^registered {hca}", "registered mlx5_0, 1 port", Some(&[("hca", "mlx5_0")]));
        check("^registered {hca}", "was registered mlx5_0", None);
    }

    #[test]
    fn an_anchor_holds_the_end() {
        check("^{netdev} up$", "ib0 up", Some(&[("netdev", "ib0")]));
        check("^{netdev} up$", "ib0 upset", None);
    }

    #[test]
    fn any_takes_the_shortest_that_fits() {
        check("a {any} b {any}", "a x b y b z", Some(&[("any", "x"), ("any", "y b z")]));
        check("({any}): c", "(): c", None);
    }

    #[test]
    fn a_later_place_is_tried_when_the_first_does_not_fit() {
        check("module {m=number}, Cable", "module x, module 0, Cable", Some(&[("m", "0")]));
    }

    #[test]
    fn multibyte_text_is_no_trouble() {
        check("接口 {netdev}:", "启动接口 ib0:错误", Some(&[("netdev", "ib0")]));
        check("{word}:", "é:", Some(&[("word", "é")]));
    }

    #[test]
    fn bad_templates_are_told_apart() {
        let error = |template: &str| Template::parse(template).unwrap_err();
        assert_eq!(error("a {netdev"), TemplateError::UnclosedHole);
        assert_eq!(error("a {frog}"), TemplateError::UnknownHole("frog".into()));
        assert_eq!(error("{netdev}{word}"), TemplateError::HolesTouch);
        assert_eq!(error("{any}"), TemplateError::NoLiteral);
    }
}
