//! Commands of a stanza that write to sysfs what ifupdown has no option for: the transport mode, a child.

use crate::interface::TransportMode;
use crate::name::NetdevName;
use crate::pkey::{Pkey, PkeyError};

/// What a command does to an interface.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// Sets the transport mode of the interface itself.
    Mode(TransportMode),
    /// Creates a child.
    Child { parent: NetdevName, pkey: Result<Pkey, PkeyError> },
}

/// Returns what a command does, if it is `echo VALUE > /sys/class/net/NETDEV/ATTRIBUTE` or the like.
///
/// `own_name` is what `$IFACE` stands for.
pub(super) fn effect(command: &str, own_name: &NetdevName) -> Option<Effect> {
    let (left, right) = command.split_once('>')?;
    let value = left.split_ascii_whitespace().last()?.trim_matches(['"', '\'']);
    let path = right.trim_start_matches('>').split_ascii_whitespace().next()?;
    let path = path.trim_matches(['"', '\'', ';', '|', '&', ')']);
    let path = path.replace("${IFACE}", own_name.as_str()).replace("$IFACE", own_name.as_str());
    let (netdev, attribute) = path.strip_prefix("/sys/class/net/")?.split_once('/')?;
    let netdev: NetdevName = netdev.parse().ok()?;
    match attribute {
        "mode" if netdev == *own_name => Some(Effect::Mode(value.parse().ok()?)),
        "create_child" => {
            let pkey = Pkey::from_number(value).map(Pkey::full);
            Some(Effect::Child { parent: netdev, pkey })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_to_sysfs_are_recognized() {
        let ib0: NetdevName = "ib0".parse().unwrap();
        let child = Effect::Child { parent: ib0.clone(), pkey: Pkey::new(0x8001) };
        for (command, expected) in [
            ("echo connected > /sys/class/net/ib0/mode", Some(Effect::Mode(TransportMode::Connected))),
            (
                "echo \"datagram\" >/sys/class/net/$IFACE/mode || true",
                Some(Effect::Mode(TransportMode::Datagram)),
            ),
            (
                "sh -c 'echo connected > /sys/class/net/${IFACE}/mode'",
                Some(Effect::Mode(TransportMode::Connected)),
            ),
            ("echo connected > /sys/class/net/ib1/mode", None),
            ("echo fast > /sys/class/net/ib0/mode", None),
            ("echo 0x8001 > /sys/class/net/ib0/create_child", Some(child)),
            ("modprobe ib_ipoib", None),
            ("echo > ", None),
            (">", None),
        ] {
            assert_eq!(effect(command, &ib0), expected, "{command}");
        }
    }
}
