//! The system's refusals, in its own words.

use std::io;

use ibup_chain::bringup::ActionError;
use rustix::io::Errno;

/// Returns the words of the system for an error number: "No such device".
pub(crate) fn words(errno: Errno) -> String {
    let text = io::Error::from(errno).to_string();
    text.split(" (os error").next().unwrap_or_default().to_owned()
}

/// Returns the refusal with the system's words.
pub(crate) fn refused(errno: Errno) -> ActionError {
    refused_because(errno, words(errno))
}

/// Returns the refusal with better words than the number has.
pub(crate) fn refused_because(errno: Errno, text: impl Into<String>) -> ActionError {
    ActionError::System { errno: errno.raw_os_error(), text: text.into() }
}

/// Returns the number of an error; one that no system call made counts as a failed input or output.
pub(crate) fn number(error: &io::Error) -> Errno {
    Errno::from_io_error(error).unwrap_or(Errno::IO)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_has_the_number_and_the_words_of_the_system() {
        assert_eq!(
            refused(Errno::ACCESS),
            ActionError::System { errno: 13, text: "Permission denied".into() }
        );
        assert_eq!(number(&io::Error::from_raw_os_error(19)), Errno::NODEV);
        assert_eq!(number(&io::Error::other("no number")), Errno::IO);
    }
}
