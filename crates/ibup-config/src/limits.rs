//! How much of a file is believed: configuration is small, and whoever makes it large means harm or made a mistake.

use crate::place::Place;

/// Bytes a file may have.
pub const FILE_BYTES_MAX: usize = 1 << 20;
/// Lines a file may have.
pub const LINES_MAX: usize = 1 << 16;
/// Bytes one value may grow to, variables expanded.
pub const VALUE_BYTES_MAX: usize = 1 << 16;
/// Bytes all values of one file may grow to, variables expanded.
pub const VALUES_BYTES_MAX: usize = 4 << 20;
/// How deep `source` lines and templates may nest.
pub const NESTING_MAX: usize = 16;
/// Files one directory or one set of `source` lines may contribute.
pub const FILES_MAX: usize = 4096;

/// Bytes the configuration of a machine may have.
pub const CONFIGURATION_BYTES_MAX: usize = 64 << 20;

/// A file is larger than any configuration is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LimitError {
    /// The file has too many bytes.
    #[error("{place}: {bytes} bytes are more than the {FILE_BYTES_MAX} a configuration file may have")]
    FileTooLarge {
        /// The file.
        place: Place,
        /// Its size.
        bytes: usize,
    },
    /// The file has too many lines.
    #[error("{place}: more than the {LINES_MAX} lines a configuration file may have")]
    TooManyLines {
        /// The file.
        place: Place,
    },
}

/// Checks that a text may be read at all.
pub(crate) fn check(file: &str, text: &str) -> Result<(), LimitError> {
    if text.len() > FILE_BYTES_MAX {
        return Err(LimitError::FileTooLarge { place: Place::whole(file), bytes: text.len() });
    }
    if text.bytes().filter(|byte| *byte == b'\n').count() > LINES_MAX {
        return Err(LimitError::TooManyLines { place: Place::whole(file) });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_files_are_refused() {
        assert_eq!(check("f", &"x".repeat(FILE_BYTES_MAX)), Ok(()));
        assert_eq!(
            check("f", &"x".repeat(FILE_BYTES_MAX + 1)).unwrap_err().to_string(),
            "f: 1048577 bytes are more than the 1048576 a configuration file may have"
        );
        assert_eq!(
            check("f", &"\n".repeat(LINES_MAX + 1)).unwrap_err().to_string(),
            "f: more than the 65536 lines a configuration file may have"
        );
    }
}
