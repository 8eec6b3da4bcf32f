//! Parts: what one shard found, as lines of JSON. The form is `ibup.fleet-part/1`.
//!
//! The first line says of which shard it is, then come the boots and the sources, and the last line says how many there
//! were, so that a part which was cut off on its way is known as such.

use std::fmt;
use std::io::{self, BufRead, Read, Write};

use serde::{Deserialize, Serialize};

use crate::record::Record;
use crate::shard::Shard;

/// The name of the form.
pub const SCHEMA: &str = "ibup.fleet-part/1";

/// The longest line that is read, in bytes. A host of a hundred ports comes to a hundredth of it.
const LINE_MAX: u64 = 16 << 20;

/// What one shard found.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Which shard it is.
    pub header: Header,
    /// The boots.
    pub boots: Vec<Record>,
    /// The sources.
    pub sources: Vec<SourceRecord>,
}

/// Which shard a part is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// [`SCHEMA`].
    pub schema: String,
    /// The shard; nothing where a machine read its own logs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<Shard>,
    /// How many sources there were for all shards.
    pub listed: u64,
}

/// What came of reading a source.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SourceRecord {
    /// What could not be read, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<String>,
    /// How many boots it held.
    pub boots: u64,
    /// What it is called.
    pub name: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Line {
    Part(Header),
    Boot(Record),
    Source(SourceRecord),
    End { boots: u64, sources: u64 },
}

/// Why something is no part, or no whole one.
#[derive(Debug)]
pub enum PartError {
    /// It cannot be read.
    Read(io::Error),
    /// A line, counted from 1, is not of the form.
    Line(u64, serde_json::Error),
    /// A line is longer than any part's.
    TooLong(u64),
    /// It begins with something else.
    NoPart,
    /// It is of a form that this program does not know.
    Schema(String),
    /// Its end is missing.
    Cut,
}

impl fmt::Display for PartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(_) => f.write_str("cannot be read"),
            Self::Line(number, _) => write!(f, "line {number} is not of the form {SCHEMA}"),
            Self::TooLong(number) => write!(f, "line {number} is longer than any of the form {SCHEMA}"),
            Self::NoPart => write!(f, "does not begin as a part does ({SCHEMA})"),
            Self::Schema(schema) => {
                let shown: String = schema.chars().filter(|c| !c.is_control()).take(64).collect();
                write!(f, "is of the form {shown}, which this program does not know")
            }
            Self::Cut => f.write_str("was cut off: its end is missing"),
        }
    }
}

impl std::error::Error for PartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Read(error) => Some(error),
            Self::Line(_, error) => Some(error),
            _ => None,
        }
    }
}

/// Writes a part, line by line, so that it need not be in memory.
#[derive(Debug)]
pub struct PartWriter<W> {
    out: W,
    boots: u64,
    sources: u64,
}

impl<W: Write> PartWriter<W> {
    /// Begins the part of a shard, where so many sources were listed for all shards.
    ///
    /// # Errors
    /// Those of the writer, as with all that follows.
    pub fn begin(out: W, shard: Option<Shard>, listed: u64) -> io::Result<Self> {
        let mut writer = Self { out, boots: 0, sources: 0 };
        writer.line(&Line::Part(Header { schema: SCHEMA.into(), shard, listed }))?;
        Ok(writer)
    }

    /// Writes what was read of a source, and its boots.
    pub fn write(&mut self, source: SourceRecord, boots: Vec<Record>) -> io::Result<()> {
        for boot in boots {
            self.line(&Line::Boot(boot))?;
            self.boots += 1;
        }
        self.sources += 1;
        self.line(&Line::Source(source))
    }

    /// Ends the part and returns the writer.
    pub fn end(mut self) -> io::Result<W> {
        self.line(&Line::End { boots: self.boots, sources: self.sources })?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn line(&mut self, line: &Line) -> io::Result<()> {
        serde_json::to_writer(&mut self.out, line)?;
        self.out.write_all(b"\n")
    }
}

impl Part {
    /// Reads a part.
    ///
    /// # Errors
    /// What is no part, and what is not a whole one: nothing of it is to be believed, since what is missing is not known.
    pub fn read(mut input: impl BufRead) -> Result<Self, PartError> {
        let mut text = Vec::new();
        let (mut header, mut boots, mut sources) = (None, Vec::new(), Vec::new());
        for number in 1.. {
            text.clear();
            let length =
                input.by_ref().take(LINE_MAX).read_until(b'\n', &mut text).map_err(PartError::Read)?;
            if length == 0 {
                break;
            }
            if text.last() != Some(&b'\n') {
                return Err(if length as u64 == LINE_MAX {
                    PartError::TooLong(number)
                } else {
                    PartError::Cut
                });
            }
            let line = serde_json::from_slice(&text);
            match (line, &header) {
                (Ok(Line::Part(found)), None) if found.schema == SCHEMA => header = Some(found),
                (Ok(Line::Part(found)), None) => return Err(PartError::Schema(found.schema)),
                (_, None) | (Ok(Line::Part(_)), Some(_)) => return Err(PartError::NoPart),
                (Ok(Line::Boot(boot)), _) => boots.push(boot),
                (Ok(Line::Source(source)), _) => sources.push(source),
                (Ok(Line::End { boots: b, sources: s }), Some(header)) => {
                    let is_whole = b == boots.len() as u64 && s == sources.len() as u64;
                    let header = header.clone();
                    return if is_whole { Ok(Self { header, boots, sources }) } else { Err(PartError::Cut) };
                }
                (Err(error), _) => return Err(PartError::Line(number, error)),
            }
        }
        Err(if header.is_some() { PartError::Cut } else { PartError::NoPart })
    }
}
