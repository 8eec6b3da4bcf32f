//! Writes small journal files as journald does, to be damaged: an empty one of journald's own has some megabytes of hash
//! tables, in which damage is seldom seen.
//!
//! Source: <https://systemd.io/JOURNAL_FILE_FORMAT>, and systemd's `journal-def.h`.

use std::collections::BTreeMap;
use std::hash::Hasher;

const HEADER: usize = 272;
const BUCKETS: usize = 8;
const FILE_ID: [u64; 2] = [0x0123_4567_89ab_cdef, 0xfedc_ba98_7654_3210];

/// How a value is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packing {
    No = 0,
    Xz = 1,
    Lz4 = 2,
    Zstd = 4,
}

/// An entry: its boot, and its fields (`MESSAGE=...`).
#[derive(Debug, Clone)]
pub(crate) struct Entry<'a> {
    pub(crate) boot: u8,
    pub(crate) fields: &'a [(&'a str, Packing)],
}

/// A file that was written, and where its objects begin.
#[derive(Debug, Clone, Default)]
pub(crate) struct File {
    pub(crate) bytes: Vec<u8>,
    pub(crate) objects: Vec<usize>,
}

struct Writer {
    file: File,
    is_compact: bool,
    /// The data objects by their values, each with the entries it is in.
    data: BTreeMap<String, (usize, Vec<usize>)>,
    fields: BTreeMap<String, usize>,
    entries: Vec<usize>,
}

/// Writes a file.
pub(crate) fn write(is_compact: bool, entries: &[Entry<'_>]) -> File {
    let file = File { bytes: vec![0; HEADER], objects: Vec::new() };
    let mut writer =
        Writer { file, is_compact, data: BTreeMap::new(), fields: BTreeMap::new(), entries: Vec::new() };
    let tables = [5, 4].map(|kind| writer.object(kind, 0, &[0; 16 * BUCKETS]) + 16);
    writer.header(tables);
    for entry in entries {
        writer.entry(entry);
    }
    writer.arrays();
    let arena = (writer.file.bytes.len() - HEADER) as u64;
    writer.put(96, arena);
    writer.file
}

impl Writer {
    fn put(&mut self, at: usize, number: u64) {
        self.file.bytes[at..at + 8].copy_from_slice(&number.to_le_bytes());
    }

    fn get(&self, at: usize) -> usize {
        let bytes = self.file.bytes[at..at + 8].try_into().expect("eight bytes");
        usize::try_from(u64::from_le_bytes(bytes)).expect("an offset")
    }

    fn header(&mut self, [fields, data]: [usize; 2]) {
        self.file.bytes[..8].copy_from_slice(b"LPKSHHRH");
        let flags = 1 | 2 | 4 | 8 | if self.is_compact { 16 } else { 0 };
        self.file.bytes[12] = flags;
        let table = (16 * BUCKETS) as u64;
        let numbers = [
            (24, FILE_ID[0]),
            (32, FILE_ID[1]),
            (88, HEADER as u64),
            (104, data as u64),
            (112, table),
            (120, fields as u64),
            (128, table),
        ];
        numbers.into_iter().for_each(|(at, number)| self.put(at, number));
    }

    /// Writes an object, and returns where it begins.
    fn object(&mut self, kind: u8, flags: u8, body: &[u8]) -> usize {
        let bytes = &mut self.file.bytes;
        bytes.resize(bytes.len().next_multiple_of(8), 0);
        let at = bytes.len();
        bytes.extend([kind, flags, 0, 0, 0, 0, 0, 0]);
        bytes.extend((16 + body.len() as u64).to_le_bytes());
        bytes.extend(body);
        bytes.resize(bytes.len().next_multiple_of(8), 0);
        self.file.objects.push(at);
        at
    }

    /// Puts an object at the end of its chain in a hash table, whose place is in the header.
    fn chain(&mut self, table: usize, hash: u64, object: usize) {
        let bucket = self.get(table) + 16 * usize::try_from(hash % BUCKETS as u64).expect("a small number");
        match self.get(bucket + 8) {
            0 => self.put(bucket, object as u64),
            last => self.put(last + 24, object as u64),
        }
        self.put(bucket + 8, object as u64);
    }

    fn data(&mut self, text: &str, packing: Packing) -> usize {
        if let Some((at, _)) = self.data.get(text) {
            return *at;
        }
        let hash = hash(text);
        let mut body = hash.to_le_bytes().to_vec();
        body.resize(if self.is_compact { 56 } else { 48 }, 0);
        body.extend(packed(text.as_bytes(), packing));
        let at = self.object(1, packing as u8, &body);
        self.chain(104, hash, at);
        let name = text.split('=').next().unwrap_or_default();
        let field = self.field(name);
        // The last value written is the first of its field.
        let before = self.get(field + 32);
        self.put(at + 32, before as u64);
        self.put(field + 32, at as u64);
        self.data.insert(text.to_owned(), (at, Vec::new()));
        at
    }

    fn field(&mut self, name: &str) -> usize {
        if let Some(at) = self.fields.get(name) {
            return *at;
        }
        let hash = hash(name);
        let mut body = hash.to_le_bytes().to_vec();
        body.resize(24, 0);
        body.extend(name.as_bytes());
        let at = self.object(2, 0, &body);
        self.chain(120, hash, at);
        self.fields.insert(name.to_owned(), at);
        at
    }

    fn entry(&mut self, entry: &Entry<'_>) {
        let items: Vec<usize> =
            entry.fields.iter().map(|(text, packing)| self.data(text, *packing)).collect();
        let number = self.entries.len() as u64 + 1;
        let mut body = number.to_le_bytes().to_vec();
        body.extend((1_700_000_000_000_000 + number * 1_000_000).to_le_bytes());
        body.extend((number * 1_000_000).to_le_bytes());
        body.extend([entry.boot; 16]);
        body.extend([0; 8]);
        for item in &items {
            body.extend(self.item(*item));
            body.extend(if self.is_compact { &[][..] } else { &[0; 8] });
        }
        let at = self.object(3, 0, &body);
        self.entries.push(at);
        for (text, _) in entry.fields {
            self.data.get_mut(*text).expect("it was written").1.push(at);
        }
    }

    fn item(&self, offset: usize) -> Vec<u8> {
        let bytes = (offset as u64).to_le_bytes();
        bytes[..if self.is_compact { 4 } else { 8 }].to_vec()
    }

    /// Writes the lists of entries: those of each data object, in arrays of two, and that of all.
    fn arrays(&mut self) {
        for (at, entries) in std::mem::take(&mut self.data).into_values() {
            self.put(at + 40, entries[0] as u64);
            self.put(at + 56, entries.len() as u64);
            let mut link = at + 48;
            for part in entries[1..].chunks(2) {
                let array = self.array(part);
                self.put(link, array as u64);
                link = array + 16;
            }
        }
        let entries = std::mem::take(&mut self.entries);
        let all = self.array(&entries);
        self.put(176, all as u64);
    }

    fn array(&mut self, entries: &[usize]) -> usize {
        let items = entries.iter().flat_map(|entry| self.item(*entry));
        let body: Vec<u8> = [0; 8].into_iter().chain(items).collect();
        self.object(6, 0, &body)
    }
}

#[expect(deprecated, reason = "the only hasher of the standard library whose key can be chosen")]
fn hash(text: &str) -> u64 {
    let mut hasher = std::hash::SipHasher::new_with_keys(FILE_ID[0], FILE_ID[1]);
    hasher.write(text.as_bytes());
    hasher.finish()
}

fn packed(bytes: &[u8], packing: Packing) -> Vec<u8> {
    use std::io::Write as _;

    match packing {
        Packing::No => bytes.to_vec(),
        Packing::Zstd => {
            ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
        }
        Packing::Xz => {
            let mut options = lzma_rust2::XzOptions::with_preset(0);
            options.lzma_options.dict_size = 1 << 16;
            let mut writer = lzma_rust2::XzWriter::new(Vec::new(), options).expect("options are sound");
            writer.write_all(bytes).expect("memory takes what is written");
            writer.finish().expect("memory takes what is written")
        }
        // Literals alone, of which the rest of the length stands in one byte.
        Packing::Lz4 => {
            let length = u8::try_from(bytes.len() - 15).expect("a short value");
            [&(bytes.len() as u64).to_le_bytes()[..], &[0xf0, length], bytes].concat()
        }
    }
}
