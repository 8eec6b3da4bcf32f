//! Names of netdevs: what the kernel accepts as one, parsed once at the edge.

use std::fmt;
use std::str::FromStr;

use crate::place::{is_unprintable, quoted};

/// Bytes the name of a netdev may have (`IFNAMSIZ` without its NUL).
pub const NAME_BYTES_MAX: usize = 15;

/// The name of a netdev, such as `ib0`, `ibp75s0` or `ib0.8001`.
///
/// A name goes into paths and command lines, so nothing that could leave its directory or end its word is one.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NetdevName(String);

/// A text is not the name of a netdev.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// There is no text.
    #[error("the name of a netdev is empty")]
    Empty,
    /// The text is longer than the kernel takes.
    #[error("`{name}` is longer than the {NAME_BYTES_MAX} bytes a netdev's name may have")]
    TooLong {
        /// The text.
        name: String,
    },
    /// The text is `.` or `..`.
    #[error("`{name}` is a directory, not the name of a netdev")]
    Directory {
        /// The text.
        name: String,
    },
    /// The text has a character no netdev's name has.
    #[error("`{name}` has a character that no netdev's name has")]
    Character {
        /// The text.
        name: String,
    },
}

impl NetdevName {
    /// Returns the name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Splits a name at its last dot: `ib0.8001` is `ib0` and `8001`.
    pub fn split_child(&self) -> Option<(NetdevName, &str)> {
        let (parent, suffix) = self.0.rsplit_once('.')?;
        Some((parent.parse().ok()?, suffix))
    }
}

impl FromStr for NetdevName {
    type Err = NameError;

    /// Reads a name by the kernel's rule (`dev_valid_name`), and refuses what would act on a terminal as well.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let name = || quoted(text);
        if text.is_empty() {
            return Err(NameError::Empty);
        }
        if text.len() > NAME_BYTES_MAX {
            return Err(NameError::TooLong { name: name() });
        }
        if text == "." || text == ".." {
            return Err(NameError::Directory { name: name() });
        }
        if text.chars().any(|c| matches!(c, '/' | ':') || c.is_whitespace() || is_unprintable(c)) {
            return Err(NameError::Character { name: name() });
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for NetdevName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for NetdevName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

impl AsRef<str> for NetdevName {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<(), &str>) {
        let found = text.parse::<NetdevName>();
        match expected {
            Ok(()) => assert_eq!(found.unwrap().as_str(), text),
            Err(message) => assert_eq!(found.unwrap_err().to_string(), message),
        }
    }

    #[test]
    fn names_follow_the_kernel() {
        check("ib0", Ok(()));
        check("ibp161s0f0.8001", Ok(()));
        check("ib-s0", Ok(()));
        check("", Err("the name of a netdev is empty"));
        check(
            "ibp161s0f0v3.8001",
            Err("`ibp161s0f0v3.8001` is longer than the 15 bytes a netdev's name may have"),
        );
        check("..", Err("`..` is a directory, not the name of a netdev"));
        check("ib/s0", Err("`ib/s0` has a character that no netdev's name has"));
        check("ib0 ib1", Err("`ib0 ib1` has a character that no netdev's name has"));
        check("ib0:1", Err("`ib0:1` has a character that no netdev's name has"));
        check("ib0\0", Err("`ib0\\u{0}` has a character that no netdev's name has"));
        check("ib\u{1b}[2J", Err("`ib\\u{1b}[2J` has a character that no netdev's name has"));
    }

    #[test]
    fn child_names_split_at_the_last_dot() {
        let name: NetdevName = "ib0.8001".parse().unwrap();
        assert_eq!(name.split_child(), Some(("ib0".parse().unwrap(), "8001")));
        let name: NetdevName = "ib0".parse().unwrap();
        assert_eq!(name.split_child(), None);
    }
}
