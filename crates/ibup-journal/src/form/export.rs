//! The journal export format: `KEY=value` lines, values in binary where they need it, an empty line after each entry.
//!
//! <https://systemd.io/JOURNAL_EXPORT_FORMATS>

use std::io;

use memchr::memchr;

use crate::form::Form;
use crate::form::record::{Field, Record};
use crate::lines::{Blocks, LINE_MAX, Lines};

/// The longest value that a journal can hold (`DATA_SIZE_MAX` of systemd). A greater size is a lie.
const SIZE_MAX: u64 = 768 * 1024 * 1024;

/// The longest name of a field (`journal_field_valid` of systemd).
const NAME_MAX: usize = 64;

/// Tells whether an entry begins with the line. journalctl and systemd-journal-remote write these fields first.
pub(crate) fn is_start(line: &[u8]) -> bool {
    line.starts_with(b"__CURSOR=") || line.starts_with(b"__REALTIME_TIMESTAMP=")
}

/// Tells whether the line is any field in text.
pub(crate) fn is_field(line: &[u8]) -> bool {
    memchr(b'=', line).is_some_and(|at| is_name(&line[..at]))
}

/// Reads the entry that begins with the current line, which is a field.
pub(crate) fn read<B: Blocks>(lines: &mut Lines<B>, record: &mut Record) -> io::Result<()> {
    record.begin(Form::Export, lines.number());
    let mut value = Vec::new();
    loop {
        let line = lines.line();
        if line.is_empty() {
            return Ok(());
        }
        match memchr(b'=', line) {
            Some(at) if is_name(&line[..at]) => {
                record.is_cut |= lines.is_cut();
                if let Some(field) = Field::named(&line[..at]) {
                    record.set(field, &line[at + 1..]);
                }
            }
            None if is_name(line) => {
                let field = Field::named(line);
                let Some(size) = size(lines)? else { return Ok(()) };
                value.clear();
                lines.take(size, LINE_MAX, &mut value)?;
                if let Some(field) = field {
                    record.is_cut |= size > LINE_MAX as u64;
                    record.set(field, &value);
                }
                end_of_value(lines)?;
            }
            // No field: the entry ended without an empty line.
            _ => {
                lines.retract();
                return Ok(());
            }
        }
        if !lines.advance()? {
            return Ok(());
        }
    }
}

/// Takes the size of a binary value; `None` if it cannot be true.
fn size<B: Blocks>(lines: &mut Lines<B>) -> io::Result<Option<u64>> {
    let bytes = lines.following(8)?;
    let size = bytes.try_into().map(u64::from_le_bytes).ok();
    let is_true = size.is_none_or(|size| size <= SIZE_MAX);
    if is_true {
        lines.take(8, 0, &mut Vec::new())?;
    }
    Ok(size.filter(|_| is_true))
}

/// Passes over the line feed after a binary value.
fn end_of_value<B: Blocks>(lines: &mut Lines<B>) -> io::Result<()> {
    if lines.following(1)? == b"\n" {
        lines.take(1, 0, &mut Vec::new())?;
    }
    Ok(())
}

fn is_name(name: &[u8]) -> bool {
    (1..=NAME_MAX).contains(&name.len())
        && name.iter().all(|byte| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'_'))
}
