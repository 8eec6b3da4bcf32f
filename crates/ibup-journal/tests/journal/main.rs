//! Tests of the whole way from bytes to entries and boots.

mod boots;
mod forms;
mod limits;
mod lines;
mod native;
mod properties;
mod telling;

use ibup_journal::{Entry, Form, Reader};

/// Reads a source and shows each entry by the given function.
fn read(bytes: impl AsRef<[u8]>, told: Option<Form>, show: fn(&Entry<'_>) -> String) -> Vec<String> {
    let mut reader = match told {
        Some(form) => Reader::with_form(bytes.as_ref(), form),
        None => Reader::new(bytes.as_ref()),
    };
    let mut shown = Vec::new();
    while let Some(entry) = reader.next_entry().unwrap() {
        shown.push(show(&entry));
    }
    shown
}

/// Shows who said what: `host identifier[pid]: message`, with `-` for what is not told.
fn said(entry: &Entry<'_>) -> String {
    let host = entry.host.as_deref().unwrap_or("-");
    let identifier = entry.identifier.as_deref().unwrap_or("-");
    let pid = entry.pid.map(|pid| format!("[{pid}]")).unwrap_or_default();
    format!("{host} {identifier}{pid}: {}", entry.message)
}

/// Shows when it was said, and what: the wall clock with its offset, and the time since boot.
fn when(entry: &Entry<'_>) -> String {
    let wall = entry.stamp.wall.map_or("-".to_owned(), |wall| {
        let year = if wall.has_year { "" } else { "~" };
        let offset = wall.offset.map(|offset| offset.to_string()).unwrap_or_default();
        format!("{year}{}{offset}", wall.civil)
    });
    let monotonic = entry.stamp.monotonic.map_or("-".to_owned(), |time| format!("{:.6}", time.as_secs_f64()));
    format!("{wall} {monotonic}: {}", entry.message)
}
