//! Packing: what tests read packed, packed by the other halves of the libraries.

use std::io::Write;

/// The forms of compression, by the ending that files of each have.
pub(crate) const FORMS: [&str; 4] = ["gz", "xz", "zst", "bz2"];

/// Compresses by the form of that ending.
pub(crate) fn compress(form: &str, content: &[u8]) -> Vec<u8> {
    let packed = match form {
        "gz" => {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(6));
            encoder.write_all(content).and_then(|()| encoder.finish())
        }
        "bz2" => {
            let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::new(9));
            encoder.write_all(content).and_then(|()| encoder.finish())
        }
        "xz" => lzma_rust2::XzWriter::new(Vec::new(), lzma_rust2::XzOptions::with_preset(1))
            .and_then(|mut encoder| encoder.write_all(content).and_then(|()| encoder.finish())),
        "zst" => Ok(ruzstd::encoding::compress_to_vec(content, ruzstd::encoding::CompressionLevel::Fastest)),
        _ => panic!("no form is called {form}"),
    };
    packed.expect("memory takes what is written")
}

/// What a member of an archive is.
#[derive(Clone, Copy)]
pub(crate) enum Member<'a> {
    File(&'a [u8]),
    Link(&'a str),
}

/// Makes an archive.
pub(crate) fn tar(members: &[(&str, Member<'_>)]) -> Vec<u8> {
    let mut archive = Vec::new();
    for (path, member) in members {
        // Longer names are a member of their own before, as GNU's tar has it.
        if path.len() > 100 {
            add(&mut archive, "././@LongLink", b'L', "", path.as_bytes());
        }
        let name = &path[..path.len().min(100)];
        match member {
            Member::File(content) => add(&mut archive, name, b'0', "", content),
            Member::Link(target) => add(&mut archive, name, b'2', target, b""),
        }
    }
    archive.resize(archive.len() + 1024, 0);
    archive
}

/// Adds a member with its header.
pub(crate) fn add(archive: &mut Vec<u8>, name: &str, kind: u8, link: &str, content: &[u8]) {
    let mut header = [0_u8; 512];
    header[..name.len()].copy_from_slice(name.as_bytes());
    header[100..108].copy_from_slice(b"0000644\0");
    header[124..136].copy_from_slice(format!("{:011o}\0", content.len()).as_bytes());
    header[148..156].fill(b' ');
    header[156] = kind;
    header[157..157 + link.len()].copy_from_slice(link.as_bytes());
    header[257..265].copy_from_slice(b"ustar\x0000");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    archive.extend_from_slice(&header);
    archive.extend_from_slice(content);
    archive.resize(archive.len().next_multiple_of(512), 0);
}
