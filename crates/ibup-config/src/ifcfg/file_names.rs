//! Which files of a directory are `ifcfg` files in use, rather than copies that editors and packages left.

/// Endings of copies.
const COPY_ENDINGS: &[&str] = &[
    "~",
    ".bak",
    ".old",
    ".orig",
    ".rej",
    ".save",
    ".swp",
    ".swx",
    ".tmp",
    ".rpmnew",
    ".rpmorig",
    ".rpmsave",
    ".augnew",
    ".augtmp",
    ".dpkg-dist",
    ".dpkg-new",
    ".dpkg-old",
    ".ucf-dist",
];

/// Returns the interface that the name of a file in use speaks of: `ib0` of `ifcfg-ib0`.
///
/// The loopback, aliases (`ifcfg-ib0:1`) and ranges of aliases are nobody's interface here, and files such as
/// `route-ib0` or `keys-ib0` are no `ifcfg` files.
pub fn interface_of(file_name: &str) -> Option<&str> {
    let interface = file_name.strip_prefix("ifcfg-")?;
    let is_copy = COPY_ENDINGS.iter().any(|ending| interface.ends_with(ending));
    let is_alias = interface.contains(':') || interface.contains("-range");
    (!interface.is_empty() && interface != "lo" && !is_copy && !is_alias).then_some(interface)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_in_use_are_told_from_copies() {
        for (name, expected) in [
            ("ifcfg-ib0", Some("ib0")),
            ("ifcfg-ib0.8001", Some("ib0.8001")),
            ("ifcfg-Wired-ib0.8003", Some("Wired-ib0.8003")),
            ("ifcfg-lo", None),
            ("ifcfg-", None),
            ("ifcfg-ib0~", None),
            ("ifcfg-ib0.bak", None),
            ("ifcfg-ib0.orig", None),
            ("ifcfg-ib0.8001.rpmsave", None),
            ("ifcfg-ib0.8002.rpmnew", None),
            ("ifcfg-ib0:1", None),
            ("ifcfg-ib0-range0", None),
            ("route-ib0", None),
            ("rule-ib0", None),
            ("keys-ib0", None),
            ("network-functions", None),
        ] {
            assert_eq!(interface_of(name), expected, "{name}");
        }
    }
}
