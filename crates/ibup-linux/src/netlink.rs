//! Links: a netdev set up, down or to an MTU through rtnetlink, with the kernel's own words when it refuses.
//!
//! The kernel acts while the request is sent and its answer is there when sending returns, so nothing here takes turns
//! with anybody. A tree of files has no links; where it shows one as plain attributes, those are changed instead.

pub(crate) mod message;

use std::io;
use std::time::Duration;

use ibup_chain::bringup::{ActionError, LinkChange};
use ibup_config::NetdevName;
use ibup_config::tree::Content;
use netlink_sys::protocols::NETLINK_ROUTE;
use netlink_sys::{Socket, SocketAddr};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use crate::clock::monotonic;
use crate::error::{number, refused, refused_because, words};
use crate::root::Root;
use crate::{state, tree};
use message::{Reply, UP};

/// How long the answer may take once the request is sent.
const PATIENCE: Duration = Duration::from_secs(10);

/// Changes a link.
pub(crate) fn set_link(root: &Root, netdev: &NetdevName, change: LinkChange) -> Result<(), ActionError> {
    if !root.is_this_machine() {
        return set_attribute(root, netdev, change);
    }
    match ask(netdev, change) {
        Ok(Some(Reply::Done)) => Ok(()),
        Ok(Some(Reply::Refused { errno, text })) => {
            let text = text.unwrap_or_else(|| words(Errno::from_raw_os_error(errno)));
            Err(ActionError::System { errno, text })
        }
        Ok(None) => Err(ActionError::TimedOut),
        Err(error) => Err(refused(number(&error))),
    }
}

/// Sends the request and returns the answer, if there is one in time.
fn ask(netdev: &NetdevName, change: LinkChange) -> io::Result<Option<Reply>> {
    const SEQUENCE: u32 = 1;
    let kernel = SocketAddr::new(0, 0);
    let mut socket = Socket::new(NETLINK_ROUTE)?;
    socket.bind_auto()?;
    // Kernels before 4.12 have no words to give.
    let _ = socket.set_ext_ack(true);
    socket.set_non_blocking(true)?;
    socket.send_to(&message::request(SEQUENCE, netdev.as_str(), change), &kernel, 0)?;
    let start = monotonic();
    loop {
        let mut datagram = Vec::with_capacity(1 << 15);
        match socket.recv_from(&mut datagram, 0) {
            Ok((_, from)) if from.port_number() == 0 => {
                if let Some(reply) = message::reply(&datagram, SEQUENCE) {
                    return Ok(Some(reply));
                }
            }
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
        let left = PATIENCE.saturating_sub(monotonic().saturating_sub(start));
        if left.is_zero() {
            return Ok(None);
        }
        let _ = poll(&mut [PollFd::new(&socket, PollFlags::IN)], Timespec::try_from(left).ok().as_ref());
    }
}

/// Changes the attribute by which a tree of files shows a link.
fn set_attribute(root: &Root, netdev: &NetdevName, change: LinkChange) -> Result<(), ActionError> {
    let directory = format!("/sys/class/net/{netdev}");
    if !root.locate(&directory).is_ok_and(|location| location.real.is_dir()) {
        return Err(refused(Errno::NODEV));
    }
    let no_link = |name: &str| {
        refused_because(
            Errno::OPNOTSUPP,
            format!("a tree of files has no links, and {directory}/{name} is not there"),
        )
    };
    let name = if matches!(change, LinkChange::Mtu(_)) { "mtu" } else { "flags" };
    let path = format!("{directory}/{name}");
    let Some(Content::Text(text)) = tree::read(root, &path) else { return Err(no_link(name)) };
    let value = match change {
        LinkChange::Mtu(mtu) => mtu.to_string(),
        LinkChange::Up => format!("{:#x}", flags(&text).ok_or_else(|| no_link(name))? | UP),
        LinkChange::Down => format!("{:#x}", flags(&text).ok_or_else(|| no_link(name))? & !UP),
    };
    state::write_attribute(root, &path, &format!("{value}\n"))
}

/// Reads an interface's flags: `0x1003`.
fn flags(text: &str) -> Option<u32> {
    u32::from_str_radix(text.trim().strip_prefix("0x")?, 16).ok()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn check(flags: &str, change: LinkChange, expected: &str) {
        let directory = tempfile::tempdir().unwrap();
        let ib0 = directory.path().join("sys/class/net/ib0");
        fs::create_dir_all(&ib0).unwrap();
        fs::write(ib0.join("flags"), flags).unwrap();
        fs::write(ib0.join("mtu"), "2044\n").unwrap();
        let root = Root::new(directory.path().to_owned());
        set_link(&root, &"ib0".parse().unwrap(), change).unwrap();
        let shown = ["flags", "mtu"].map(|name| fs::read_to_string(ib0.join(name)).unwrap());
        assert_eq!(shown.concat(), expected);
    }

    #[test]
    fn a_link_of_plain_files_is_changed_in_them() {
        check("0x1002\n", LinkChange::Up, "0x1003\n2044\n");
        check("0x1003\n", LinkChange::Up, "0x1003\n2044\n");
        check("0x1003\n", LinkChange::Down, "0x1002\n2044\n");
        check("0x1003\n", LinkChange::Mtu(65520), "0x1003\n65520\n");
    }

    #[test]
    fn a_tree_without_the_attribute_has_no_link() {
        let directory = tempfile::tempdir().unwrap();
        let root = Root::new(directory.path().to_owned());
        let ib0 = "ib0".parse().unwrap();
        assert_eq!(set_link(&root, &ib0, LinkChange::Up), Err(refused(Errno::NODEV)));
        fs::create_dir_all(directory.path().join("sys/class/net/ib0")).unwrap();
        let error = set_link(&root, &ib0, LinkChange::Up).unwrap_err();
        let expected = "a tree of files has no links, and /sys/class/net/ib0/flags is not there";
        assert_eq!(error, refused_because(Errno::OPNOTSUPP, expected));
    }
}
