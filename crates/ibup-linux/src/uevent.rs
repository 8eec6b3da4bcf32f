//! Announcements: the kernel says that a netdev or an RDMA device came, went or changed.
//!
//! Two sockets are listened to: rtnetlink for all that happens to links (names, flags, carrier) and addresses, and uevents for
//! RDMA devices, which exist before their netdevs. An announcement is only a reason to look: what it says is not believed,
//! so it does not matter who sent it, nor whether some were lost.

use std::io::{self, ErrorKind};
use std::thread;
use std::time::Duration;

use netlink_sys::protocols::{NETLINK_KOBJECT_UEVENT, NETLINK_ROUTE};
use netlink_sys::{Socket, SocketAddr};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::clock::monotonic;

/// `RTMGRP_LINK`, `RTMGRP_IPV4_IFADDR` and `RTMGRP_IPV6_IFADDR`.
const LINKS_AND_ADDRESSES: u32 = 0x1 | 0x10 | 0x100;
/// The kernel's own announcements rather than udev's.
const DEVICES: u32 = 1;
/// Announcements taken in one go.
const BATCH_MAX: usize = 1024;
/// The longest wait asked of the kernel at once.
const WAIT_MAX: Duration = Duration::from_hours(1);

/// Hears what the kernel announces from the moment it is opened, so that nothing is missed between a look and a wait.
#[derive(Debug, Default)]
pub(crate) struct Announcements {
    links: Option<Listener>,
    devices: Option<Listener>,
}

impl Announcements {
    /// Begins to listen. Where the kernel does not allow it, waiting is sleeping.
    pub(crate) fn open() -> Self {
        Self {
            links: Listener::open(NETLINK_ROUTE, LINKS_AND_ADDRESSES, |_| true),
            devices: Listener::open(NETLINK_KOBJECT_UEVENT, DEVICES, is_device),
        }
    }

    /// Sleeps until something is announced, at most so long.
    pub(crate) fn wait(&mut self, at_most: Duration) {
        let start = monotonic();
        loop {
            let left = at_most.saturating_sub(monotonic().saturating_sub(start));
            if left.is_zero() {
                return;
            }
            let left = left.min(WAIT_MAX);
            let open = [self.links.as_ref(), self.devices.as_ref()];
            let mut fds: Vec<_> = open
                .into_iter()
                .flatten()
                .map(|listener| PollFd::new(&listener.socket, PollFlags::IN))
                .collect();
            if fds.is_empty() {
                thread::sleep(left);
                continue;
            }
            let _ = poll(&mut fds, Timespec::try_from(left).ok().as_ref());
            if take(&mut self.links) | take(&mut self.devices) {
                return;
            }
        }
    }
}

/// One socket, and what on it is worth waking for.
#[derive(Debug)]
struct Listener {
    socket: Socket,
    is_of_interest: fn(&[u8]) -> bool,
}

impl Listener {
    fn open(protocol: isize, groups: u32, is_of_interest: fn(&[u8]) -> bool) -> Option<Self> {
        let open = || -> io::Result<Socket> {
            let mut socket = Socket::new(protocol)?;
            socket.bind(&SocketAddr::new(0, groups))?;
            socket.set_non_blocking(true)?;
            Ok(socket)
        };
        Some(Self { socket: open().ok()?, is_of_interest })
    }
}

/// Takes what has been announced; returns whether it is worth a look. A socket that fails is given up.
fn take(listener: &mut Option<Listener>) -> bool {
    let mut is_of_interest = false;
    for _ in 0..BATCH_MAX {
        let Some(open) = listener else { break };
        let mut datagram = Vec::with_capacity(8192);
        match open.socket.recv_from(&mut datagram, 0) {
            Ok(_) => is_of_interest |= (open.is_of_interest)(&datagram),
            Err(error) if error.kind() == ErrorKind::WouldBlock => break,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            // There was more than the socket could hold: something has changed.
            Err(error) if error.raw_os_error() == Some(rustix::io::Errno::NOBUFS.raw_os_error()) => {
                is_of_interest = true;
            }
            Err(_) => *listener = None,
        }
    }
    is_of_interest
}

/// Returns whether a uevent is about an RDMA device. Netdevs are heard of through rtnetlink.
fn is_device(uevent: &[u8]) -> bool {
    uevent.split(|byte| *byte == 0).any(|field| field == b"SUBSYSTEM=infiniband")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_rdma_devices_are_worth_waking_for() {
        let device =
            b"add@/devices/pci0000:4b/0000:4b:00.0/infiniband/mlx5_0\0ACTION=add\0SUBSYSTEM=infiniband\0";
        assert!(is_device(device));
        let disk = b"add@/devices/virtual/block/loop0\0ACTION=add\0SUBSYSTEM=block\0";
        assert!(!is_device(disk));
        assert!(!is_device(b"add@/x\0NAME=SUBSYSTEM=infiniband\0SUBSYSTEM=infiniband_mad\0"));
        assert!(!is_device(b""));
    }
}
