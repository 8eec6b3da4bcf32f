//! `ibup fleet query`: a question in SQL. The tables are laid out in memory, asked, and gone.

use std::io::Write;

use anyhow::Context;
use ibup_fleet::table::{self, Cell};
use rusqlite::limits::Limit;
use rusqlite::types::{ToSql, ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, params_from_iter};

use super::export::Rows;
use super::reduce::gather;
use crate::cli::{AnswerRows, FleetQuery, RowFormat};
use crate::commands::print;
use crate::error::Exit;

/// Asks, and prints the rows of the answer.
pub(super) fn run(options: &FleetQuery) -> anyhow::Result<Exit> {
    let (fleet, is_read) = gather(&options.parts)?;
    let mut store = Connection::open_in_memory().context("cannot lay out the tables")?;
    lay_out(&mut store, &fleet).context("cannot lay out the tables")?;
    let (names, rows) = ask(&store, &options.question)?;
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut out = Vec::new();
    match options.format {
        AnswerRows::Text => columns(&names, &rows, &mut out)?,
        AnswerRows::Ndjson => write(RowFormat::Ndjson, &names, &rows, &mut out)?,
        AnswerRows::Csv => write(RowFormat::Csv, &names, &rows, &mut out)?,
    }
    print(&String::from_utf8_lossy(&out))?;
    Ok(if is_read { Exit::Good } else { Exit::CouldNotTell })
}

fn lay_out(store: &mut Connection, fleet: &ibup_fleet::Fleet) -> rusqlite::Result<()> {
    let transaction = store.transaction()?;
    for table in table::ALL {
        let columns: Vec<String> =
            table.columns.iter().map(|(name, kind)| format!("{name} {kind}")).collect();
        transaction.execute(&format!("CREATE TABLE {} ({})", table.name, columns.join(", ")), ())?;
        let places = vec!["?"; table.columns.len()].join(", ");
        let mut insert = transaction.prepare(&format!("INSERT INTO {} VALUES ({places})", table.name))?;
        table.each_row(fleet, |row| insert.execute(params_from_iter(row.iter().map(Sql))).map(|_| ()))?;
    }
    transaction.commit()?;
    // A question changes nothing, and no file.
    store.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    store.pragma_update(None, "query_only", true)
}

type Answer = (Vec<String>, Vec<Vec<Cell>>);

fn ask(store: &Connection, question: &str) -> anyhow::Result<Answer> {
    let mut statement = store.prepare(question).context("the question is not understood")?;
    let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let mut found = statement.query(()).context("the question cannot be answered")?;
    let mut rows = Vec::new();
    while let Some(row) = found.next().context("the question cannot be answered")? {
        let cells = (0..names.len()).map(|at| Ok(cell(row.get_ref(at)?)));
        rows.push(cells.collect::<rusqlite::Result<Vec<_>>>().context("the question cannot be answered")?);
    }
    Ok((names, rows))
}

/// A cell as a value of SQL's.
struct Sql<'c>(&'c Cell);

impl ToSql for Sql<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self.0 {
            Cell::Null => ToSqlOutput::Owned(Value::Null),
            Cell::Number(number) => {
                ToSqlOutput::Owned(Value::Integer(i64::try_from(*number).unwrap_or(i64::MAX)))
            }
            Cell::Real(number) => ToSqlOutput::Owned(Value::Real(*number)),
            Cell::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
        })
    }
}

fn cell(value: ValueRef<'_>) -> Cell {
    match value {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(number) => {
            u64::try_from(number).map_or_else(|_| Cell::Text(number.to_string()), Cell::Number)
        }
        ValueRef::Real(number) => Cell::Real(number),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
            Cell::Text(String::from_utf8_lossy(bytes).into_owned())
        }
    }
}

fn write(format: RowFormat, names: &[&str], rows: &[Vec<Cell>], out: &mut Vec<u8>) -> std::io::Result<()> {
    let mut writer = Rows::begin(format, names, out);
    writer.head()?;
    rows.iter().try_for_each(|row| writer.row(row))
}

/// Writes rows for a terminal: columns as wide as what is in them.
fn columns(names: &[&str], rows: &[Vec<Cell>], out: &mut Vec<u8>) -> std::io::Result<()> {
    let shown = |cell: &Cell| match cell {
        Cell::Null => "-".to_owned(),
        Cell::Number(number) => number.to_string(),
        Cell::Real(number) => number.to_string(),
        Cell::Text(text) => {
            text.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
        }
    };
    let rows: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(shown).collect()).collect();
    let widest = |at: usize| {
        let cells = rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.chars().count());
        cells.chain([names[at].chars().count()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..names.len()).map(widest).collect();
    let mut line = |cells: &mut dyn Iterator<Item = &str>| {
        let padded: Vec<String> = cells.zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        writeln!(out, "{}", padded.join("  ").trim_end())
    };
    line(&mut names.iter().copied())?;
    rows.iter().try_for_each(|row| line(&mut row.iter().map(String::as_str)))
}
