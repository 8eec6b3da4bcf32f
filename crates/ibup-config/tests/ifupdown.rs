//! interfaces(5): stanzas, includes, and what its commands mean.

use ibup_config::ifupdown::{self, Interfaces};
use ibup_config::interface::ChildForm;
use ibup_config::selector::Fit;
use ibup_config::{InterfaceConfig, MemoryTree, Netdev, NetdevName, OnBoot, Pkey, TransportMode};

const MAIN: &str = "/etc/network/interfaces";

fn name(text: &str) -> NetdevName {
    text.parse().unwrap()
}

fn read(text: &str) -> Interfaces {
    ifupdown::read(&MemoryTree::new().with(MAIN, text), MAIN)
}

fn interfaces(text: &str) -> (Vec<InterfaceConfig>, Vec<String>) {
    let read = read(text);
    assert_eq!(read.errors, [], "{text}");
    let (interfaces, warnings) = read.interfaces();
    (interfaces, read.warnings.iter().chain(&warnings).map(ToString::to_string).collect())
}

fn one(text: &str) -> InterfaceConfig {
    let (mut interfaces, warnings) = interfaces(text);
    assert_eq!(warnings, Vec::<String>::new(), "{text}");
    assert_eq!(interfaces.len(), 1, "{text}");
    interfaces.remove(0)
}

#[test]
fn a_usual_file_is_read_whole() {
    let (interfaces, warnings) = interfaces(
        "# loopback\nauto lo\niface lo inet loopback\n\nauto ib0 ib1\nallow-hotplug ib2\n\
         iface ib0 inet static\n\taddress 10.0.0.9\n\tnetmask 255.255.255.0\n\tmtu 65520\n\
         \tpre-up modprobe ib_ipoib\n\tpre-up echo connected > /sys/class/net/$IFACE/mode\n\
         iface ib0 inet6 static\n\taddress fd00::9/64\niface ib1 inet manual\n\tbond-master bond0\n\
         iface ib2 inet dhcp\niface ib3 inet \\\n  manual\n\
         iface bond0 inet static\n\taddress 10.1.0.9/16\n\tbond-slaves none\n\tbond_slaves ib1 ib2\n",
    );
    assert_eq!(warnings, Vec::<String>::new());
    let shown: Vec<_> = interfaces
        .iter()
        .map(|i| {
            let addresses: Vec<String> = i.addresses.iter().map(ToString::to_string).collect();
            (i.label.as_str(), i.origin.line, i.on_boot, i.dhcp, i.mtu, addresses.join(" "))
        })
        .collect();
    assert_eq!(
        shown,
        [
            ("lo", 3, OnBoot::Yes, false, None, String::new()),
            ("ib0", 7, OnBoot::Yes, false, Some(65520), "10.0.0.9/24 fd00::9/64".to_owned()),
            ("ib1", 15, OnBoot::Yes, false, None, String::new()),
            ("ib2", 17, OnBoot::Hotplug, true, None, String::new()),
            ("ib3", 18, OnBoot::No, false, None, String::new()),
            ("bond0", 20, OnBoot::No, false, None, "10.1.0.9/16".to_owned()),
        ]
    );
    assert_eq!(interfaces[1].mode, Some(TransportMode::Connected));
    assert_eq!(interfaces[2].bond_master, Some(name("bond0")));
    assert_eq!(interfaces[5].bond_ports, [name("ib1"), name("ib2")]);
}

#[test]
fn children_are_read_from_names_options_and_commands() {
    let child = one("iface ib0.8001 inet manual\n").child.unwrap();
    assert_eq!(
        (child.parent, child.pkey, child.form),
        (Some(name("ib0")), Pkey::new(0x8001), ChildForm::Named)
    );
    let text = "iface ib0.8001 inet manual\n pre-up echo 0x8001 > /sys/class/net/ib0/create_child\n";
    let child = one(text).child.unwrap();
    assert_eq!(
        (child.parent, child.pkey, child.form),
        (Some(name("ib0")), Pkey::new(0x8001), ChildForm::Stated)
    );
    let parent = one("iface ib0 inet manual\n up echo 0x8002 > /sys/class/net/ib0/create_child\n");
    assert_eq!((parent.child, parent.creates), (None, vec![name("ib0.8002")]));
    let child = one("iface ib0.8003 inet manual\n ipoib-pkey 0x8003\n").child.unwrap();
    assert_eq!((child.parent, child.pkey), (Some(name("ib0")), Pkey::new(0x8003)));
}

#[test]
fn templates_are_inherited() {
    let text = "iface fast inet static\n mtu 65520\n mode connected\n\
                iface ib0 inet static inherits fast\n address 10.0.0.9/24\n mtu 2044\n";
    let (interfaces, warnings) = interfaces(text);
    assert_eq!(warnings, Vec::<String>::new());
    assert_eq!((interfaces[1].mtu, interfaces[1].mode), (Some(2044), Some(TransportMode::Connected)));
    let (_, warnings) = self::interfaces("iface ib0 inet manual inherits nobody\n");
    assert_eq!(warnings, ["/etc/network/interfaces:1: `nobody` is referred to and does not exist"]);
}

#[test]
fn templates_that_inherit_each_other_end() {
    let (found, _) = interfaces(&format!(
        "iface a inet manual{}
 mtu 1
iface b inet manual{}
",
        " inherits b".repeat(50),
        " inherits a".repeat(50)
    ));
    assert_eq!(found.len(), 2);
}

#[test]
fn netdevs_are_selected_by_pattern() {
    let (interfaces, _) = interfaces("auto /ib*\niface ib0 inet manual\niface eth0 inet manual\n");
    assert_eq!((interfaces[0].on_boot, interfaces[1].on_boot), (OnBoot::Yes, OnBoot::No));
    let (interfaces, _) =
        self::interfaces("auto /ib*=fabric\nallow-hotplug mac/0:1:2:3:4:5=fabric\niface fabric inet dhcp\n");
    let ib7 = Netdev::named(&name("ib7"));
    let fits: Vec<_> = interfaces.iter().map(|i| (i.selector.fit(&ib7), i.on_boot)).collect();
    assert_eq!(
        fits,
        [(Fit::Selected, OnBoot::Yes), (Fit::CannotTell, OnBoot::Hotplug), (Fit::No, OnBoot::No)]
    );
    let (interfaces, _) = self::interfaces("auto ib0=work\niface work inet dhcp\n");
    assert_eq!((interfaces[0].name.as_ref(), interfaces[0].on_boot), (Some(&name("ib0")), OnBoot::Yes));
}

#[test]
fn what_would_have_to_run_is_noted() {
    let (_, warnings) = interfaces(
        "mapping ib*\n script /usr/local/sbin/map\n map HOME ib0-home\nrename eth7=ib7\nsource $DIR/x\n\
         iface ib0 inet manual\n mtu 2044 # default\n bond-master bond0#x\n",
    );
    assert_eq!(
        warnings,
        [
            "/etc/network/interfaces:1: `mapping ib*` is not evaluated: names are taken as they stand",
            "/etc/network/interfaces:4: `rename eth7=ib7` is not evaluated: names are taken as they stand",
            "/etc/network/interfaces:5: `$DIR/x` is not evaluated: write the path itself",
            "/etc/network/interfaces:7: `#` behind a value starts no comment here: mtu `2044 # default`",
            "/etc/network/interfaces:8: `#` behind a value starts no comment here: bond-master `bond0#x`",
        ]
    );
}

#[test]
fn files_are_included_by_path_pattern_and_directory() {
    let tree = MemoryTree::new()
        .with(MAIN, "source interfaces.d/*.cfg /etc/other\nsource-directory interfaces.d\nsource /nowhere\n")
        .with("/etc/network/interfaces.d/b.cfg", "iface b inet manual\n")
        .with("/etc/network/interfaces.d/a.cfg", "iface a inet manual\n mtu 1\n")
        .with("/etc/network/interfaces.d/.hidden.cfg", "iface hidden inet manual\n")
        .with("/etc/network/interfaces.d/plain-1", "iface plain inet manual\nsource sub/deep\n")
        .with("/etc/network/interfaces.d/sub/deep", "iface deep inet manual\n")
        .with("/etc/network/interfaces.d/x.dpkg-old", "iface old inet manual\n")
        .with("/etc/other", "iface other inet manual\n");
    let read = ifupdown::read(&tree, MAIN);
    assert_eq!(read.errors, []);
    let names: Vec<_> = read.stanzas.iter().map(|s| (s.name.as_str(), s.place.to_string())).collect();
    assert_eq!(
        names,
        [
            ("a", "/etc/network/interfaces.d/a.cfg:1".to_owned()),
            ("b", "/etc/network/interfaces.d/b.cfg:1".to_owned()),
            ("other", "/etc/other:1".to_owned()),
            ("plain", "/etc/network/interfaces.d/plain-1:1".to_owned()),
            ("deep", "/etc/network/interfaces.d/sub/deep:1".to_owned()),
        ]
    );
    let warnings: Vec<String> = read.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(warnings, ["/etc/network/interfaces:3: `/nowhere` is referred to and does not exist"]);
}

#[test]
fn includes_end() {
    let errors = |tree: &MemoryTree| -> Vec<String> {
        ifupdown::read(tree, MAIN).errors.iter().map(ToString::to_string).collect()
    };
    let tree = MemoryTree::new().with(MAIN, "source x\n").with("/etc/network/x", "\nsource interfaces\n");
    assert_eq!(errors(&tree), ["/etc/network/x:2: `/etc/network/interfaces` is already being read here"]);

    let mut tree = MemoryTree::new().with(MAIN, "source 0\n");
    for level in 0..40 {
        tree = tree.with(&format!("/etc/network/{level}"), &format!("source {}\n", level + 1));
    }
    assert_eq!(errors(&tree), ["/etc/network/14:1: `/etc/network/15` is included too deep"]);

    let mut tree = MemoryTree::new().with(MAIN, "source 0 0\n");
    for level in 0..15 {
        let next = level + 1;
        tree = tree.with(&format!("/etc/network/{level}"), &format!("source {next} {next}\n"));
    }
    let found = errors(&tree);
    assert!(
        found.contains(&"/etc/network/13:1: too many files are included".to_owned()),
        "{:?}",
        found.first()
    );

    let tree =
        MemoryTree::new().with(MAIN, "source x\n").with_unreadable("/etc/network/x", "permission denied");
    assert_eq!(errors(&tree), ["/etc/network/x: cannot be read: permission denied"]);
}

#[test]
fn a_file_is_read_up_to_its_first_error() {
    for (text, expected) in [
        ("mtu 9\n", "/etc/network/interfaces:1: `mtu 9` belongs to no stanza"),
        ("auto ib0\nmtu 9\n", "/etc/network/interfaces:2: `mtu 9` belongs to no stanza"),
        ("iface\n", "/etc/network/interfaces:1: `iface` lacks the name of an interface"),
        ("iface ib0 inet\n", "/etc/network/interfaces:1: `iface` lacks a method"),
        (
            "iface ib0 inet static x\n",
            "/etc/network/interfaces:1: `iface` lacks `inherits` before a further word",
        ),
        (
            "iface ib0 inet static inherits\n",
            "/etc/network/interfaces:1: `iface` lacks the name of what is inherited",
        ),
    ] {
        let read = read(&format!("{text}iface later inet manual\n"));
        let errors: Vec<String> = read.errors.iter().map(ToString::to_string).collect();
        assert_eq!(errors, [expected], "{text}");
        assert_eq!(read.stanzas, [], "{text}");
    }
    assert_eq!(read("iface ib0\n mtu 9\n").errors, []);
}
