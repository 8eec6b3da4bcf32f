//! zstd: frames one after the other, those that hold no data among them.

use std::io::{self, BufRead, BufReader, Read};

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

/// The text of all frames of a stream.
pub(super) struct Frames<R> {
    packed: BufReader<R>,
    decoder: FrameDecoder,
    /// Whether a frame is being read.
    is_inside: bool,
}

impl<R: Read> Frames<R> {
    /// Takes a stream, and so much memory, in bytes.
    pub(super) fn new(packed: R, memory_max: u64) -> Self {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(memory_max);
        Self { packed: BufReader::with_capacity(64 << 10, packed), decoder, is_inside: false }
    }

    /// Goes to the next frame; returns false at the end of the stream.
    fn begin(&mut self) -> io::Result<bool> {
        while !self.packed.fill_buf()?.is_empty() {
            match self.decoder.reset(&mut self.packed) {
                Ok(()) => return Ok(true),
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => {
                    let passed = io::copy(&mut (&mut self.packed).take(length.into()), &mut io::sink())?;
                    if passed < length.into() {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                }
                Err(FrameDecoderError::WindowSizeTooBig { .. }) => {
                    return Err(io::ErrorKind::OutOfMemory.into());
                }
                Err(error) => return Err(self.explained(&error)),
            }
        }
        Ok(false)
    }

    /// Ends a frame: what it says its text sums up to has to be so.
    fn end(&mut self) -> io::Result<()> {
        self.is_inside = false;
        match (self.decoder.get_checksum_from_data(), self.decoder.get_calculated_checksum()) {
            (Some(told), found) if found != Some(told) => Err(io::ErrorKind::InvalidData.into()),
            _ => Ok(()),
        }
    }

    /// Returns the error for a frame that cannot be read: where nothing is left to read, that is why.
    fn explained(&mut self, error: &FrameDecoderError) -> io::Error {
        match self.packed.fill_buf() {
            Ok([]) => io::ErrorKind::UnexpectedEof.into(),
            Ok(_) => io::Error::new(io::ErrorKind::InvalidData, error.to_string()),
            Err(cause) => cause,
        }
    }
}

impl<R: Read> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if !self.is_inside && !self.begin()? {
                return Ok(0);
            }
            self.is_inside = true;
            while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
                let strategy = BlockDecodingStrategy::UptoBlocks(1);
                if let Err(error) = self.decoder.decode_blocks(&mut self.packed, strategy) {
                    return Err(self.explained(&error));
                }
            }
            let count = self.decoder.read(buffer)?;
            if count > 0 || buffer.is_empty() {
                return Ok(count);
            }
            self.end()?;
        }
    }
}
