//! The boot question of the vendor's scripts: is the machine still booting, so that the network service will come?
//!
//! An interface counts as booting when it was not seen before in this boot, or when openibd started less than five
//! minutes ago; a call of openibd by hand ends all booting. So the first event of an interface counts as booting
//! however late it comes, which is what leaves a late netdev down. Only the reference policy asks.

use ibup_config::{NetdevName, Tree};

use super::interface::facts::{Facts, read};

/// How long after openibd's start the machine counts as booting, in seconds.
pub const WINDOW_SECONDS: i64 = 300;
/// When openibd started at boot, in seconds since 1970.
pub const WINDOW_FILE: &str = "/run/mlx_os_booting";
/// The boot in which openibd was last called by hand.
pub const MANUAL_FILE: &str = "/run/mlx_ifc.manual";
/// The id of this boot.
const BOOT_ID_FILE: &str = "/proc/sys/kernel/random/boot_id";

/// What the machine shows that bears on the question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signs {
    /// The id of this boot without hyphens; empty where the kernel does not tell.
    pub boot: String,
    /// The boot in which the interface, else its parent, was last seen.
    pub last_seen: String,
    /// The boot in which openibd was last called by hand.
    pub manual: String,
    /// When openibd started at boot.
    pub window: Window,
}

/// What the file says that openibd leaves while it runs because of the boot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Window {
    /// There is none, or it is empty.
    Absent,
    /// It opened then.
    Since(i64),
    /// It holds no number. It is text, whatever a shell would make of it.
    NotNumber(String),
}

impl Signs {
    /// Collects the signs about a netdev.
    pub fn of(tree: &dyn Tree, netdev: &Facts) -> Self {
        let seen = |name: &NetdevName| read(tree, &seen_file(name)).unwrap_or_default();
        let own = seen(&netdev.name);
        let inherited = || netdev.parent.as_ref().map(seen).unwrap_or_default();
        Self {
            boot: read(tree, BOOT_ID_FILE).unwrap_or_default().replace('-', ""),
            last_seen: if own.is_empty() { inherited() } else { own },
            manual: read(tree, MANUAL_FILE).unwrap_or_default(),
            window: Window::read(&read(tree, WINDOW_FILE).unwrap_or_default()),
        }
    }

    /// Answers the question at a time of the clock on the wall.
    pub fn is_booting(&self, wall_clock: i64) -> bool {
        let is_manual = !self.manual.is_empty() && self.manual == self.boot;
        let is_first = self.last_seen.is_empty() || self.last_seen != self.boot;
        !is_manual && (is_first || self.window.is_open(wall_clock))
    }
}

impl Window {
    fn read(text: &str) -> Self {
        match text.parse() {
            _ if text.is_empty() => Self::Absent,
            Ok(since) => Self::Since(since),
            Err(_) => Self::NotNumber(text.to_owned()),
        }
    }

    /// Returns whether it is open. One that opens in the future is a clock that was set back, and not believed.
    fn is_open(&self, wall_clock: i64) -> bool {
        let Self::Since(since) = self else { return false };
        (0..WINDOW_SECONDS).contains(&wall_clock.saturating_sub(*since))
    }

    /// Returns what is odd about it.
    pub fn oddity(&self, wall_clock: i64) -> Option<String> {
        match self {
            Self::NotNumber(text) => {
                let text = ibup_config::place::quoted(text);
                Some(format!("{WINDOW_FILE} holds `{text}`, which is no time: taken as absent"))
            }
            Self::Since(since) if *since > wall_clock => {
                Some(format!("{WINDOW_FILE} is of the future, the clock was set back: taken as absent"))
            }
            Self::Absent | Self::Since(_) => None,
        }
    }
}

/// Returns the file that remembers in which boot an interface was last seen.
pub fn seen_file(name: &NetdevName) -> String {
    format!("/run/mlx_ifc-{name}.bootid")
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOOT: &str = "11111111222233334444555555555555";

    fn signs(last_seen: &str, window: &str, manual: &str) -> Signs {
        Signs {
            boot: BOOT.to_owned(),
            last_seen: last_seen.to_owned(),
            manual: manual.to_owned(),
            window: Window::read(window),
        }
    }

    #[test]
    fn the_question_is_answered_by_first_sight_and_window_unless_openibd_was_called_by_hand() {
        let check = |last_seen: &str, window: &str, manual: &str, expected: bool| {
            let found = signs(last_seen, window, manual).is_booting(1_000_299);
            assert_eq!(found, expected, "{last_seen:?} {window:?} {manual:?}");
        };
        check("", "", "", true);
        check(BOOT, "", "", false);
        check("ffffffffffffffffffffffffffffffff", "", "", true);
        check(BOOT, "1000000", "", true);
        check(BOOT, "999999", "", false);
        check(BOOT, "1900000", "", false);
        check(BOOT, "garbage", "", false);
        check(BOOT, "a[$(touch${IFS}/run/INJ)]", "", false);
        check(BOOT, "99999999999999999999999", "", false);
        check(BOOT, "-9223372036854775808", "", false);
        check("", "1000290", BOOT, false);
        check("", "", "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee", true);
    }

    #[test]
    fn without_a_boot_id_the_machine_counts_as_booting() {
        let unknown = Signs { boot: String::new(), ..signs("", "", "") };
        assert!(unknown.is_booting(0));
    }

    #[test]
    fn what_is_odd_about_the_window_is_said_without_its_controls() {
        assert_eq!(Window::read("1000000").oddity(1_000_010), None);
        assert!(Window::read("1900000").oddity(1_000_000).unwrap().contains("set back"));
        assert!(Window::read("a\u{1b}[2J").oddity(0).unwrap().contains("`a\\u{1b}[2J`"));
    }
}
