//! The two policies: what decides whether an interface is raised.

use ibup_config::OpenibConf;

/// The variable of openib.conf that chooses.
const POLICY: &str = "IBUP_POLICY";
/// The variable of openib.conf that lets netdevs without configuration be raised.
const RAISE_UNOWNED: &str = "IBUP_RAISE_UNOWNED";

/// What decides whether an interface is raised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Policy {
    /// It exists, its configuration wants it up, and it is not up. When that is found out does not matter.
    #[default]
    Converge,
    /// The boot question of the vendor's scripts: while the machine boots, that is left to the network service.
    Reference,
}

/// What openib.conf says about raising interfaces.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rules {
    /// The policy.
    pub policy: Policy,
    /// Whether a netdev that nobody configures is raised as well.
    pub raise_unowned: bool,
    /// A word that is neither policy.
    pub unknown_policy: Option<String>,
}

impl Rules {
    /// Reads the rules from openib.conf.
    pub fn of(openib: Option<&OpenibConf>) -> Self {
        let value = |name: &str| {
            let mut assignments = openib?.others.iter().rev();
            assignments.find(|assignment| assignment.name == name)?.value.as_text()
        };
        let (policy, unknown_policy) = match value(POLICY) {
            None | Some("" | "converge") => (Policy::Converge, None),
            Some("reference") => (Policy::Reference, None),
            Some(other) => (Policy::Converge, Some(other.to_owned())),
        };
        Self { policy, raise_unowned: value(RAISE_UNOWNED) == Some("yes"), unknown_policy }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(text: &str) -> Rules {
        let reading = ibup_config::openib::read("openib.conf", text).unwrap();
        Rules::of(Some(&reading.value))
    }

    #[test]
    fn openib_conf_chooses_the_policy() {
        assert_eq!(Rules::of(None), Rules::default());
        assert_eq!(rules("ONBOOT=yes\n"), Rules::default());
        assert_eq!(rules("IBUP_POLICY=reference\n").policy, Policy::Reference);
        assert_eq!(rules("IBUP_POLICY=reference\nIBUP_POLICY=converge\n").policy, Policy::Converge);
        assert!(rules("IBUP_RAISE_UNOWNED=yes\n").raise_unowned);
        let unknown = rules("IBUP_POLICY=eager\n");
        assert_eq!((unknown.policy, unknown.unknown_policy.as_deref()), (Policy::Converge, Some("eager")));
    }
}
