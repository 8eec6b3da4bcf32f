//! `journalctl -o verbose`: the time and a cursor on a line of their own, then one indented line a field.

use std::io;

use jiff::tz::Offset;

use crate::clean::{clean_into, is_plain};
use crate::form::record::{Field, Record};
use crate::lines::{Blocks, Lines};
use crate::stamp::Wall;

/// How far fields are indented.
const INDENT: &[u8] = b"    ";

/// Reads the fields that follow the line with the given wall clock and cursor.
pub(crate) fn read<B: Blocks>(
    lines: &mut Lines<B>,
    record: &mut Record,
    wall: Option<Wall>,
) -> io::Result<()> {
    record.wall = wall.map(|wall| with_offset(wall, record.realtime()));
    let mut cleaned = String::new();
    // Where the values of a message's other lines begin.
    let mut column = None;
    while lines.advance()? {
        let mut line = lines.line();
        if !is_plain(line) {
            cleaned.clear();
            clean_into(line, &mut cleaned);
            line = cleaned.as_bytes();
        }
        let Some(inner) = line.strip_prefix(INDENT) else {
            lines.retract();
            break;
        };
        record.is_cut |= lines.is_cut();
        if !inner.starts_with(b" ")
            && let Some(at) = memchr::memchr(b'=', inner)
        {
            let field = Field::named(&inner[..at]);
            column = (field == Some(Field::Message)).then_some(at + 1);
            if let Some(field) = field {
                record.set(field, &inner[at + 1..]);
            }
        } else if let Some(column) = column {
            let blanks = inner.iter().take(column).take_while(|byte| **byte == b' ').count();
            record.extend_message(b"\n");
            record.extend_message(&inner[blanks..]);
        }
    }
    Ok(())
}

/// Sets what a cursor tells: `[s=...;i=...;b=BOOT;m=MONOTONIC;t=REALTIME;x=...]`, the times in hexadecimal
/// microseconds.
pub(crate) fn read_cursor(cursor: &str, record: &mut Record) {
    for part in cursor.trim_start_matches('[').trim_end().trim_end_matches(']').split(';') {
        let decimal = |digits| u64::from_str_radix(digits, 16).map(|number| number.to_string());
        match part.split_once('=') {
            Some(("b", id)) => record.set(Field::BootId, id.as_bytes()),
            Some(("m", digits)) => {
                if let Ok(micros) = decimal(digits) {
                    record.set(Field::Monotonic, micros.as_bytes());
                }
            }
            Some(("t", digits)) => {
                if let Ok(micros) = decimal(digits) {
                    record.set(Field::Realtime, micros.as_bytes());
                }
            }
            _ => {}
        }
    }
}

/// Tells the offset of a zone by comparing the wall clock with the time in the cursor, if its name does not.
///
/// The two differ by a little more: the one is when the program spoke, the other when journald heard it.
fn with_offset(wall: Wall, realtime: Option<u64>) -> Wall {
    const QUARTER: i64 = 15 * 60;
    let found = || {
        let seconds = i64::try_from(realtime? / 1_000_000).ok()?;
        let utc = crate::form::short::utc(seconds, 0)?.civil;
        let ahead = wall.civil.duration_since(utc).as_secs();
        let quarters = (ahead + QUARTER / 2).div_euclid(QUARTER);
        Offset::from_seconds(i32::try_from(quarters * QUARTER).ok()?).ok()
    };
    Wall { offset: wall.offset.or_else(found), ..wall }
}
