//! A fleet as tables, for whoever asks questions of his own: in SQL, or in whatever engine a site has.
//!
//! Node and boot tell rows of the tables from each other, and the number of the port, where it is one's.

use serde::Serialize;

use crate::fleet::Fleet;
use crate::record::{FindingRecord, Record};

/// A value of a row.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Cell {
    /// Nothing is known.
    Null,
    /// A whole number; of yes and no 1 and 0.
    Number(u64),
    /// A number of seconds.
    Real(f64),
    /// Text.
    Text(String),
}

/// A table, and how the rows of a boot are made.
#[derive(Debug)]
pub struct Table {
    /// The name.
    pub name: &'static str,
    /// The columns, each with the type it has in SQL.
    pub columns: &'static [(&'static str, &'static str)],
    rows: fn(&Context<'_>, &mut Vec<Vec<Cell>>),
}

/// A boot, by what its rows have in common.
struct Context<'r> {
    node: &'r str,
    boot: String,
    is_last: bool,
    record: &'r Record,
}

/// All tables.
pub const ALL: &[Table] = &[
    Table {
        name: "boots",
        columns: &[
            ("node", "TEXT"),
            ("boot", "TEXT"),
            ("is_last", "INTEGER"),
            ("boot_id", "TEXT"),
            ("first", "TEXT"),
            ("last", "TEXT"),
            ("entries", "INTEGER"),
            ("summary", "TEXT"),
            ("source", "TEXT"),
        ],
        rows: |context, rows| {
            let record = context.record;
            let own = [
                Cell::Number(context.is_last.into()),
                record.boot_id.as_deref().into(),
                record.first.as_deref().into(),
                record.last.as_deref().into(),
                Cell::Number(record.entries),
                Cell::of(&record.summary),
                record.source.as_str().into(),
            ];
            rows.push(context.row(own));
        },
    },
    Table {
        name: "ports",
        columns: &[
            ("node", "TEXT"),
            ("boot", "TEXT"),
            ("port", "INTEGER"),
            ("interface", "TEXT"),
            ("pci", "TEXT"),
            ("device", "TEXT"),
            ("device_port", "INTEGER"),
            ("outcome", "TEXT"),
            ("cause", "TEXT"),
        ],
        rows: |context, rows| {
            for (number, port) in (1..).zip(&context.record.ports) {
                let own = [
                    Cell::Number(number),
                    port.interface.as_deref().into(),
                    port.pci.as_deref().into(),
                    port.device.as_deref().into(),
                    port.port.map_or(Cell::Null, |port| Cell::Number(port.into())),
                    port.outcome.name().into(),
                    port.cause.as_deref().into(),
                ];
                rows.push(context.row(own));
            }
        },
    },
    Table {
        name: "stages",
        columns: &[
            ("node", "TEXT"),
            ("boot", "TEXT"),
            ("port", "INTEGER"),
            ("stage", "TEXT"),
            ("state", "TEXT"),
            ("seconds", "REAL"),
        ],
        rows: |context, rows| {
            for (number, port) in (1..).zip(&context.record.ports) {
                for report in &port.stages {
                    let seconds = report.seconds.map_or(Cell::Null, Cell::Real);
                    let stage = report.stage.name().into();
                    rows.push(context.row([Cell::Number(number), stage, Cell::of(&report.state), seconds]));
                }
            }
        },
    },
    Table {
        name: "findings",
        columns: &[
            ("node", "TEXT"),
            ("boot", "TEXT"),
            ("port", "INTEGER"),
            ("code", "TEXT"),
            ("name", "TEXT"),
            ("role", "TEXT"),
            ("confidence", "TEXT"),
        ],
        rows: |context, rows| {
            let row = |port: Cell, finding: &FindingRecord| {
                context.row([
                    port,
                    finding.code.as_str().into(),
                    finding.name.as_str().into(),
                    finding.role.name().into(),
                    finding.confidence.name().into(),
                ])
            };
            for (number, port) in (1..).zip(&context.record.ports) {
                rows.extend(port.findings.iter().map(|finding| row(Cell::Number(number), finding)));
            }
            rows.extend(context.record.findings.iter().map(|finding| row(Cell::Null, finding)));
        },
    },
    Table {
        name: "factors",
        columns: &[
            ("node", "TEXT"),
            ("boot", "TEXT"),
            ("port", "INTEGER"),
            ("factor", "TEXT"),
            ("value", "TEXT"),
        ],
        rows: |context, rows| {
            let of_ports =
                (1..).zip(&context.record.ports).map(|(number, port)| (Cell::Number(number), &port.factors));
            for (port, factors) in std::iter::once((Cell::Null, &context.record.factors)).chain(of_ports) {
                for (factor, value) in factors {
                    rows.push(context.row([port.clone(), factor.as_str().into(), value.as_str().into()]));
                }
            }
        },
    },
];

impl Table {
    /// Returns the table of a name.
    pub fn find(name: &str) -> Option<&'static Self> {
        ALL.iter().find(|table| table.name == name)
    }

    /// Hands out the rows of a fleet, in the order of its nodes and their boots.
    ///
    /// # Errors
    /// Those of the taker, with which it ends.
    pub fn each_row<E>(
        &self,
        fleet: &Fleet,
        mut take: impl FnMut(Vec<Cell>) -> Result<(), E>,
    ) -> Result<(), E> {
        let boots = fleet.boots();
        let mut rows = Vec::new();
        for (at, record) in boots.iter().enumerate() {
            let node = fleet.node(record);
            let is_last = boots.get(at + 1).is_none_or(|next| fleet.node(next) != node);
            let (_, boot) = record.key();
            (self.rows)(&Context { node, boot, is_last, record }, &mut rows);
            rows.drain(..).try_for_each(&mut take)?;
        }
        Ok(())
    }
}

impl Context<'_> {
    fn row<const N: usize>(&self, own: [Cell; N]) -> Vec<Cell> {
        let names = [self.node.into(), self.boot.as_str().into()];
        names.into_iter().chain(own).collect()
    }
}

impl Cell {
    /// Returns the word that a value stands as in JSON.
    fn of(value: &impl Serialize) -> Self {
        match serde_json::to_value(value) {
            Ok(serde_json::Value::String(word)) => Self::Text(word),
            _ => Self::Null,
        }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<Option<&str>> for Cell {
    fn from(text: Option<&str>) -> Self {
        text.map_or(Self::Null, Self::from)
    }
}
