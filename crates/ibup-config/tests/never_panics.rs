//! Arbitrary text: no reader panics, none takes long, and what is written is read back.

use ibup_config::{Configuration, MemoryTree, Netdev, NetdevName, Paths, Pkey};
use ibup_config::{
    HardwareAddress, InterfaceAddress, glob, ifcfg, ifupdown, mlx5, netplan, network_manager, networkd,
};
use ibup_config::{openib, shell, suse};
use proptest::prelude::*;

/// Text that looks like configuration often enough to get past the first line.
fn config_like() -> impl Strategy<Value = String> {
    let words = [
        "DEVICE",
        "ONBOOT",
        "HWADDR",
        "PKEY",
        "PKEY_ID",
        "PHYSDEV",
        "IPADDR",
        "NODE_DESC",
        "=",
        "=",
        "=",
        "'",
        "\"",
        "\\",
        "$",
        "${",
        "}",
        "$(",
        ")",
        "`",
        "hostname",
        " -s",
        "~",
        "#",
        ";",
        "+=",
        "yes",
        "no",
        "ib0",
        "ib0.8001",
        "0x8001",
        "10.0.0.9/24",
        "\n",
        "\n",
        "\n",
        " ",
        "\t",
        "\r",
        "auto ",
        "iface ",
        " inet ",
        "static",
        "inherits ",
        "source ",
        "source-directory ",
        "mapping ",
        "allow-hotplug ",
        "pre-up echo ",
        " > /sys/class/net/",
        "/mode",
        "create_child",
        "mtu ",
        "[",
        "]",
        "[Match]",
        "[Network]",
        "[connection]",
        "[infiniband]",
        "Name",
        "IPoIB",
        "p-key",
        "*",
        "?",
        "!",
        "network:",
        "  ethernets:",
        "    ib0:",
        "      ",
        "match:",
        ": ",
        "- ",
        "{",
        ",",
        "&a ",
        "*a ",
        "|",
        ">",
        "é",
        "\u{0}",
        "\u{1b}",
        "\u{feff}",
        "\u{202e}",
    ];
    let known = prop::sample::select(words.to_vec()).prop_map(str::to_owned);
    let word = prop_oneof![8 => known, 1 => any::<char>().prop_map(String::from)];
    prop::collection::vec(word, 0..60).prop_map(|words| words.concat())
}

fn read_everywhere(text: &str) {
    let _ = shell::read("f", text);
    let _ = openib::read("f", text);
    let _ = mlx5::read("f", text);
    let _ = ifcfg::read("/x/ifcfg-ib0", text).map(|reading| reading.value.interface());
    let _ = suse::read("/x/ifcfg-ib0", text).map(|reading| reading.value.interface());
    let _ = network_manager::connection::read("f", text);
    let _ = network_manager::Settings::default().add("f", text);
    let tree = [
        "/etc/infiniband/openib.conf",
        "/etc/infiniband/mlx5.conf",
        "/etc/sysconfig/network-scripts/ifcfg-ib0",
        "/etc/sysconfig/network/ifcfg-ib0",
        "/etc/network/interfaces",
        "/etc/network/ib0",
        "/etc/NetworkManager/NetworkManager.conf",
        "/etc/NetworkManager/system-connections/x.nmconnection",
        "/etc/systemd/network/x.network",
        "/etc/systemd/network/x.netdev",
        "/etc/netplan/x.yaml",
    ]
    .iter()
    .fold(MemoryTree::new(), |tree, path| tree.with(path, text));
    let _ = ifupdown::read(&tree, "/etc/network/interfaces").interfaces();
    let _ = networkd::interfaces(&networkd::read(&tree, &networkd::directories()));
    let _ = netplan::interfaces(&netplan::read(&tree, &netplan::directories()));
    let configuration = Configuration::read(&tree, &Paths::default());
    let _ = configuration.conflicts();
    let ib0: NetdevName = "ib0".parse().unwrap();
    let _ = configuration.children_of(&Netdev::named(&ib0));
    // What a person is shown cannot act on a terminal.
    let shown = configuration.warnings.iter().map(ToString::to_string);
    for line in shown.chain(configuration.unread.iter().map(|unread| unread.error.to_string())) {
        assert!(!line.chars().any(|c| c.is_control() || c == '\u{202e}'), "{line:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn arbitrary_text_is_read(text in any::<String>()) {
        read_everywhere(&text);
    }

    #[test]
    fn text_like_configuration_is_read(text in config_like()) {
        read_everywhere(&text);
    }

    #[test]
    fn single_quoted_values_come_back(value in "[^']{0,40}") {
        let assignments = shell::read("f", &format!("X='{value}'\n")).unwrap();
        prop_assert_eq!(assignments[0].value.as_text(), Some(value.as_str()));
    }

    #[test]
    fn backslashed_values_come_back(value in "[ -~]{0,40}") {
        let escaped: String = value.chars().flat_map(|c| ['\\', c]).collect();
        let assignments = shell::read("f", &format!("X={escaped}\nY=\"$X\"")).unwrap();
        prop_assert_eq!(assignments[1].value.as_text(), Some(value.as_str()));
    }

    #[test]
    fn names_and_numbers_come_back(name in "[a-z][a-z0-9._-]{0,14}", pkey in any::<u16>(), bytes in any::<[u8; 20]>()) {
        let parsed: NetdevName = name.parse().unwrap();
        prop_assert_eq!(parsed.as_str(), name.as_str());
        if let Ok(pkey) = Pkey::new(pkey) {
            prop_assert_eq!(pkey.to_string().parse(), Ok(pkey));
            prop_assert_eq!(Pkey::from_number(&pkey.number().to_string()), Ok(pkey));
            let child: NetdevName = pkey.full().child_name(&"ib0".parse().unwrap());
            prop_assert_eq!(Pkey::from_name_suffix(child.split_child().unwrap().1), Ok(pkey.full()));
        }
        let address = HardwareAddress::Infiniband(bytes);
        prop_assert_eq!(address.to_string().parse(), Ok(address));
    }

    #[test]
    fn addresses_come_back(ip in any::<std::net::IpAddr>(), prefix in 0_u8..=32) {
        let address = InterfaceAddress { ip, prefix: Some(prefix) };
        prop_assert_eq!(address.to_string().parse(), Ok(address));
    }

    #[test]
    fn a_text_matches_itself(text in "[a-z0-9.*?-]{0,15}") {
        prop_assert!(glob::matches(&text, &text));
        prop_assert!(glob::matches("*", &text));
    }
}
