//! `ibup fleet export`: a table of a fleet, row by row, for an engine that the site has.

use std::io::{BufWriter, ErrorKind, Write};

use ibup_fleet::table::{Cell, Table};
use serde_json::Value;

use super::reduce::gather;
use crate::cli::{FleetExport, RowFormat};
use crate::error::Exit;

/// Writes the rows.
pub(super) fn run(options: &FleetExport) -> anyhow::Result<Exit> {
    let table = options.table.table();
    let (fleet, is_read) = gather(&options.parts)?;
    let names: Vec<&str> = table.columns.iter().map(|(name, _)| *name).collect();
    let mut rows = Rows::begin(options.format, &names, BufWriter::new(std::io::stdout().lock()));
    let written = rows.head().and_then(|()| table.each_row(&fleet, |row| rows.row(&row)));
    match written.and_then(|()| rows.out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => return Err(error.into()),
        _ => {}
    }
    Ok(if is_read { Exit::Good } else { Exit::CouldNotTell })
}

/// Rows as they are written.
pub(super) struct Rows<'n, W> {
    format: RowFormat,
    names: &'n [&'n str],
    out: W,
}

impl<'n, W: Write> Rows<'n, W> {
    pub(super) fn begin(format: RowFormat, names: &'n [&'n str], out: W) -> Self {
        Self { format, names, out }
    }

    pub(super) fn head(&mut self) -> std::io::Result<()> {
        match self.format {
            RowFormat::Ndjson => Ok(()),
            RowFormat::Csv => writeln!(self.out, "{}", self.names.join(",")),
        }
    }

    pub(super) fn row(&mut self, row: &[Cell]) -> std::io::Result<()> {
        match self.format {
            RowFormat::Ndjson => {
                let cells = self.names.iter().zip(row).map(|(name, cell)| {
                    ((*name).to_owned(), serde_json::to_value(cell).unwrap_or(Value::Null))
                });
                writeln!(self.out, "{}", Value::Object(cells.collect()))
            }
            RowFormat::Csv => {
                let cells: Vec<String> = row.iter().map(csv).collect();
                writeln!(self.out, "{}", cells.join(","))
            }
        }
    }
}

/// Writes a cell as RFC 4180 has it. Nothing is an empty cell; that is not the same as empty text, which is quoted.
fn csv(cell: &Cell) -> String {
    match cell {
        Cell::Null => String::new(),
        Cell::Number(number) => number.to_string(),
        Cell::Real(number) => number.to_string(),
        Cell::Text(text) if text.is_empty() || text.contains([',', '"', '\n', '\r']) => {
            format!("\"{}\"", text.replace('"', "\"\""))
        }
        Cell::Text(text) => text.clone(),
    }
}

impl crate::cli::TableName {
    /// Returns the table.
    pub(super) fn table(self) -> &'static Table {
        use clap::ValueEnum as _;
        let name = self.to_possible_value();
        let found = name.and_then(|name| Table::find(name.get_name()));
        // A test holds each name against the tables.
        found.unwrap_or(&ibup_fleet::table::ALL[0])
    }
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum as _;

    use super::*;

    #[test]
    fn every_table_has_a_name_on_the_command_line() {
        let named: Vec<_> =
            crate::cli::TableName::value_variants().iter().map(|name| name.table().name).collect();
        let all: Vec<_> = ibup_fleet::table::ALL.iter().map(|table| table.name).collect();
        assert_eq!(named, all);
    }

    #[test]
    fn cells_stay_apart_whatever_is_in_them() {
        let cells = [Cell::Null, "".into(), "a,\"b\"".into(), Cell::Number(3), Cell::Real(0.5)];
        assert_eq!(cells.map(|cell| csv(&cell)), ["", "\"\"", "\"a,\"\"b\"\"\"", "3", "0.5"]);
    }
}
