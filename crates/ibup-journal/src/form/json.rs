//! Entries as JSON objects: `journalctl -o json` and `-o json-pretty`.
//!
//! The object is never built: its fields go into the record as they come. So an object that was cut short still
//! gives what came before the cut.

use std::fmt;
use std::io;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::form::Form;
use crate::form::record::{Field, Record};
use crate::lines::{Blocks, LINE_MAX, Lines};

/// How much of an object of many lines is kept. Binary data takes several bytes for one there.
const OBJECT_MAX: usize = 4 * LINE_MAX;

/// Reads the object that is the current line; returns false where the line is something else.
pub(crate) fn read_line<B: Blocks>(lines: &Lines<B>, record: &mut Record) -> bool {
    record.begin(Form::Json, lines.number());
    record.is_cut = lines.is_cut();
    read(lines.line(), record)
}

/// Reads the object that the current line opens; returns false where it opens something else.
pub(crate) fn read_lines<B: Blocks>(
    lines: &mut Lines<B>,
    record: &mut Record,
    object: &mut Vec<u8>,
) -> io::Result<bool> {
    let is_open = lines.line() == b"{" && lines.following(16)?.trim_ascii_start().starts_with(b"\"");
    if !is_open || !lines.following(1)?[0].is_ascii_whitespace() {
        return Ok(false);
    }
    record.begin(Form::JsonPretty, lines.number());
    object.clear();
    object.push(b'{');
    while lines.advance()? {
        let line = lines.line();
        let is_last = line == b"}";
        // Something else was mixed in: the object ends here, unfinished.
        if !is_last && !line.starts_with(b"\t") && !line.starts_with(b" ") {
            lines.retract();
            break;
        }
        let room = OBJECT_MAX - object.len();
        record.is_cut |= lines.is_cut() || line.len() > room;
        object.extend_from_slice(&line[..line.len().min(room)]);
        if is_last {
            break;
        }
    }
    // An object that cannot be read is no entry, and no message either.
    if !read(object, record) {
        record.discard();
    }
    Ok(true)
}

/// Reads an object; returns false if it is no entry of a journal.
fn read(object: &[u8], record: &mut Record) -> bool {
    let mut deserializer = serde_json::Deserializer::from_slice(object);
    let read = deserializer.deserialize_map(Entry(record)).and_then(|()| deserializer.end());
    let is_entry = (read.is_ok() || record.is_cut) && record.is_entry();
    if !is_entry {
        record.discard();
    }
    is_entry
}

/// Puts the fields of an object into a record.
struct Entry<'r>(&'r mut Record);

impl<'de> Visitor<'de> for Entry<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the fields of an entry")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut value = Vec::new();
        while let Some(field) = map.next_key_seed(Name)? {
            let Some(field) = field else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            value.clear();
            if map.next_value_seed(Value { value: &mut value, is_element: false })? {
                self.0.set(field, &value);
            }
        }
        Ok(())
    }
}

/// Reads the name of a field.
struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Option<Field>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Name {
    type Value = Option<Field>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(Field::named(name.as_bytes()))
    }
}

/// Reads the value of a field; returns false if there is none.
///
/// A value is a string, `null` (journalctl's stand-in for one that is too long), an array of bytes (one that is no
/// text), or an array of those (a field given more than once; the last counts).
struct Value<'v> {
    value: &'v mut Vec<u8>,
    is_element: bool,
}

impl<'de> DeserializeSeed<'de> for Value<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value of a field")
    }

    fn visit_str<E>(self, text: &str) -> Result<bool, E> {
        self.value.clear();
        self.value.extend_from_slice(text.as_bytes());
        Ok(true)
    }

    fn visit_u64<E>(self, number: u64) -> Result<bool, E> {
        if self.is_element {
            self.value.extend(u8::try_from(number));
        } else {
            self.value.extend_from_slice(number.to_string().as_bytes());
        }
        Ok(true)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<bool, A::Error> {
        let mut has_value = false;
        self.value.clear();
        while let Some(is_value) = seq.next_element_seed(Value { value: self.value, is_element: true })? {
            has_value |= is_value;
        }
        Ok(has_value)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<bool, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(false)
    }

    fn visit_unit<E>(self) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_bool<E>(self, _: bool) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_i64<E>(self, _: i64) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_f64<E>(self, _: f64) -> Result<bool, E> {
        Ok(false)
    }
}
