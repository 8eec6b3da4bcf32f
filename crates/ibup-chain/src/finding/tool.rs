//! The network services' tools: how each of them is told things.
//!
//! Checks and remedies of all diagnoses ask here, so that they fit the machine as far as the log shows which service it
//! has. Where it does not, files are named where the vendor's scripts look for them, and a directory among all there are.
//!
//! Sources: ifup(8) and /usr/share/doc/initscripts/sysconfig.txt, interfaces(5), nmcli(1), systemd.network(5),
//! networkctl(1), netplan(5), ifcfg(5) of wicked, wicked(8).

use super::Finding;
use crate::event::NetworkStack;
use crate::port::Port;

/// The tool of the network service of a machine.
#[derive(Debug, Clone, Copy)]
pub struct Tool {
    stack: Option<NetworkStack>,
    has_netplan: bool,
}

/// What the configuration of an interface may have to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// Raise it at boot.
    AtBoot,
    /// Datagram mode, with the MTU that comes with it.
    Datagram,
    /// Whatever hardware address it has.
    AnyAddress,
    /// The bond has the mode and the way of failing over that IPoIB can have.
    ActiveBackup,
}

/// Returns the file in which network-scripts, and NetworkManager of the distributions that had them, look for an interface.
pub fn ifcfg(netdev: &str) -> String {
    format!("/etc/sysconfig/network-scripts/ifcfg-{netdev}")
}

impl Tool {
    /// Returns the tool of the service that has the port's interface or, where none speaks of it, that of the machine.
    pub fn of(port: &Port<'_>) -> Self {
        Self { stack: port.network_stack(), has_netplan: port.boot.has_netplan }
    }

    /// Returns netplan, which tells either of two services.
    pub fn netplan() -> Self {
        Self { stack: Some(NetworkStack::Networkd), has_netplan: true }
    }

    /// Returns the unit of the service.
    pub fn unit(self) -> &'static str {
        match self.stack {
            Some(NetworkStack::NetworkManager) => "NetworkManager",
            Some(NetworkStack::Networkd) => "systemd-networkd",
            Some(NetworkStack::Wicked) => "wicked",
            Some(NetworkStack::Ifupdown) => "networking",
            Some(NetworkStack::NetworkScripts) | None => "network",
        }
    }

    /// Returns where interfaces are configured, for a search through all of it.
    pub fn places(self) -> &'static str {
        match self.stack {
            Some(NetworkStack::NetworkScripts) => "/etc/sysconfig/network-scripts",
            Some(NetworkStack::Wicked) => "/etc/sysconfig/network",
            Some(NetworkStack::Ifupdown) => "/etc/network",
            Some(NetworkStack::Networkd) if self.has_netplan => "/etc/netplan",
            Some(NetworkStack::Networkd) => "/etc/systemd/network",
            Some(NetworkStack::NetworkManager) if self.has_netplan => {
                "/etc/netplan /etc/NetworkManager/system-connections"
            }
            Some(NetworkStack::NetworkManager) => {
                "/etc/NetworkManager/system-connections /etc/sysconfig/network-scripts"
            }
            None => {
                "/etc/sysconfig/network-scripts /etc/sysconfig/network /etc/network /etc/NetworkManager /etc/systemd/network /etc/netplan"
            }
        }
    }

    /// Returns the command that raises the interface.
    pub fn raise(self, netdev: &str) -> String {
        match self.stack {
            Some(NetworkStack::NetworkScripts | NetworkStack::Ifupdown) => format!("ifup {netdev}"),
            Some(NetworkStack::NetworkManager) => format!("nmcli device connect {netdev}"),
            Some(NetworkStack::Networkd) => format!("networkctl up {netdev}"),
            Some(NetworkStack::Wicked) => format!("wicked ifup {netdev}"),
            None => format!("ip link set {netdev} up"),
        }
    }

    /// Returns the command that takes the interface down.
    pub fn lower(self, netdev: &str) -> String {
        match self.stack {
            Some(NetworkStack::NetworkScripts | NetworkStack::Ifupdown) => format!("ifdown {netdev}"),
            Some(NetworkStack::NetworkManager) => format!("nmcli device disconnect {netdev}"),
            Some(NetworkStack::Networkd) => format!("networkctl down {netdev}"),
            Some(NetworkStack::Wicked) => format!("wicked ifdown {netdev}"),
            None => format!("ip link set {netdev} down"),
        }
    }

    /// Returns the command that gives an interface a configuration that has none.
    pub fn configure(self, netdev: &str) -> String {
        match self.stack {
            Some(NetworkStack::NetworkManager) | None => {
                format!("nmcli connection add type infiniband ifname {netdev} con-name {netdev}")
            }
            Some(NetworkStack::Ifupdown) => format!("vi /etc/network/interfaces.d/{netdev}"),
            _ => self.edit(netdev),
        }
    }

    /// Returns the command that opens the configuration of an interface to be changed.
    pub fn edit(self, netdev: &str) -> String {
        let file = match self.stack {
            Some(NetworkStack::NetworkManager) => return format!("nmcli connection edit {netdev}"),
            Some(NetworkStack::Ifupdown) => "/etc/network/interfaces".into(),
            Some(NetworkStack::Networkd) if self.has_netplan => format!("/etc/netplan/60-{netdev}.yaml"),
            Some(NetworkStack::Networkd) => format!("/etc/systemd/network/50-{netdev}.network"),
            Some(NetworkStack::NetworkScripts | NetworkStack::Wicked) | None => self.file(netdev),
        };
        format!("vi {file}")
    }

    /// Returns the command that shows what the configuration of an interface says, by a word that it says it with.
    pub fn look_up(self, netdev: &str, word: &str) -> String {
        match self.stack {
            Some(NetworkStack::NetworkScripts | NetworkStack::Wicked) | None => {
                format!("grep -nE '{word}' {}", self.file(netdev))
            }
            Some(NetworkStack::NetworkManager) => {
                format!("nmcli connection show {netdev} | grep -iE '{word}'")
            }
            Some(NetworkStack::Ifupdown | NetworkStack::Networkd) => {
                format!("grep -rnw {netdev} {}", self.places())
            }
        }
    }

    /// Returns the commands that have the configuration of an interface say something.
    pub fn set(self, netdev: &str, setting: Setting) -> Vec<String> {
        match self.stack {
            Some(NetworkStack::NetworkManager) => {
                vec![format!("nmcli connection modify {netdev} {}", property(setting))]
            }
            Some(NetworkStack::Ifupdown) if setting == Setting::AtBoot => {
                vec![format!("echo 'auto {netdev}' >> /etc/network/interfaces")]
            }
            Some(NetworkStack::NetworkScripts) | None => self.rewrite(netdev, variable(setting)),
            Some(NetworkStack::Wicked) => self.rewrite(netdev, wicked_variable(setting)),
            Some(NetworkStack::Ifupdown | NetworkStack::Networkd) => self.change(netdev),
        }
    }

    /// Returns the commands that give the configuration of one name to another.
    pub fn rename(self, old: &str, new: &str) -> Vec<String> {
        match self.stack {
            Some(NetworkStack::NetworkScripts | NetworkStack::Wicked) | None => {
                let (from, to) = (self.file(old), self.file(new));
                let names = format!("sed -i 's/^DEVICE=.*/DEVICE={new}/; s/^NAME=.*/NAME={new}/' {to}");
                let is_in_file = self.stack != Some(NetworkStack::Wicked);
                [format!("mv {from} {to}")].into_iter().chain(is_in_file.then_some(names)).collect()
            }
            Some(NetworkStack::Ifupdown) => {
                vec![format!("sed -i 's/\\b{old}\\b/{new}/g' /etc/network/interfaces")]
            }
            Some(NetworkStack::NetworkManager) => {
                vec![format!("nmcli connection modify {old} connection.interface-name {new}")]
            }
            Some(NetworkStack::Networkd) => self.change(old),
        }
    }

    /// Returns the commands that open the configuration of an interface and have the service take up what was changed,
    /// where raising the interface does not.
    pub fn change(self, netdev: &str) -> Vec<String> {
        let take_up = match self.stack {
            Some(NetworkStack::Networkd) if self.has_netplan => Some("netplan apply".into()),
            Some(NetworkStack::Networkd) => Some("networkctl reload".into()),
            Some(NetworkStack::Wicked) => Some(format!("wicked ifreload {netdev}")),
            _ => None,
        };
        [self.edit(netdev)].into_iter().chain(take_up).collect()
    }

    /// Returns the file of an interface, where there is one for each.
    fn file(self, netdev: &str) -> String {
        match self.stack {
            Some(NetworkStack::Wicked) => format!("/etc/sysconfig/network/ifcfg-{netdev}"),
            _ => ifcfg(netdev),
        }
    }

    fn rewrite(self, netdev: &str, script: Option<&str>) -> Vec<String> {
        match script {
            Some(script) => vec![format!("sed -i '{script}' {}", self.file(netdev))],
            None => vec![self.edit(netdev)],
        }
    }
}

/// Returns what sed(1) does to a file of network-scripts.
fn variable(setting: Setting) -> Option<&'static str> {
    match setting {
        Setting::AtBoot => Some("s/^ONBOOT=.*/ONBOOT=yes/"),
        Setting::Datagram => Some("s/^CONNECTED_MODE=.*/CONNECTED_MODE=no/; /^MTU=/d"),
        Setting::AnyAddress => Some("/^HWADDR=/d"),
        Setting::ActiveBackup => None,
    }
}

/// Returns what sed(1) does to a file of wicked.
fn wicked_variable(setting: Setting) -> Option<&'static str> {
    match setting {
        Setting::AtBoot => Some("s/^STARTMODE=.*/STARTMODE=auto/"),
        Setting::Datagram => Some("s/^IPOIB_MODE=.*/IPOIB_MODE=datagram/; /^MTU=/d"),
        Setting::AnyAddress | Setting::ActiveBackup => None,
    }
}

/// Returns the property of a connection of NetworkManager, with the value that it is to have.
fn property(setting: Setting) -> &'static str {
    match setting {
        Setting::AtBoot => "connection.autoconnect yes",
        Setting::Datagram => "infiniband.transport-mode datagram infiniband.mtu 2044",
        Setting::AnyAddress => "infiniband.mac-address ''",
        Setting::ActiveBackup => "bond.options mode=active-backup,fail_over_mac=active,miimon=100",
    }
}

impl Finding<'_> {
    /// Adds the commands that have the configuration of the port's interface say something.
    #[must_use]
    pub fn remedy_set(self, port: &Port<'_>, setting: Setting) -> Self {
        self.remedies(Tool::of(port).set(&super::interface(port), setting))
    }

    /// Adds the commands that have somebody change the configuration of the port's interface.
    #[must_use]
    pub fn remedy_edit(self, port: &Port<'_>) -> Self {
        self.remedies(Tool::of(port).change(&super::interface(port)))
    }

    /// Adds the commands that close the interface and open it anew.
    #[must_use]
    pub fn remedy_reopen(self, port: &Port<'_>) -> Self {
        let (tool, netdev) = (Tool::of(port), super::interface(port));
        self.remedy(tool.lower(&netdev)).remedy(tool.raise(&netdev))
    }

    /// Adds the command that raises the interface now, if it is still down.
    #[must_use]
    pub fn remedy_raise(self, port: &Port<'_>) -> Self {
        if port.raised().is_some() {
            self
        } else {
            self.remedy(Tool::of(port).raise(&super::interface(port)))
        }
    }
}
