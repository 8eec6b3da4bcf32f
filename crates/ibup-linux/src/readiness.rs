//! Readiness: tells systemd that a service is at work (`sd_notify(3)`), by one datagram.

use std::ffi::OsStr;
use std::io;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::time::Duration;

/// How long systemd may take to accept it. It does when it is not busy; a service that is not told of is stopped by its
/// own time limit.
const PATIENCE: Duration = Duration::from_secs(1);

/// Says so on the socket that `NOTIFY_SOCKET` names: a path, or a name in the abstract namespace behind an `@`.
pub fn ready(socket: &OsStr) -> io::Result<()> {
    let address = match socket.as_bytes() {
        [b'@', name @ ..] => SocketAddr::from_abstract_name(name)?,
        path => SocketAddr::from_pathname(OsStr::from_bytes(path))?,
    };
    let sender = UnixDatagram::unbound()?;
    sender.set_write_timeout(Some(PATIENCE))?;
    sender.connect_addr(&address)?;
    sender.send(b"READY=1").map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(socket: &UnixDatagram) -> Vec<u8> {
        let mut buffer = [0; 64];
        let count = socket.recv(&mut buffer).unwrap();
        buffer[..count].to_owned()
    }

    #[test]
    fn systemd_hears_it_by_path_and_by_name() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("notify");
        let socket = UnixDatagram::bind(&path).unwrap();
        ready(path.as_os_str()).unwrap();
        assert_eq!(heard(&socket), b"READY=1");

        let name = format!("ibup-test-{}", std::process::id());
        let socket = UnixDatagram::bind_addr(&SocketAddr::from_abstract_name(&name).unwrap()).unwrap();
        ready(OsStr::new(&format!("@{name}"))).unwrap();
        assert_eq!(heard(&socket), b"READY=1");
    }

    #[test]
    fn a_socket_that_is_gone_is_an_error() {
        let directory = tempfile::tempdir().unwrap();
        let error = ready(directory.path().join("gone").as_os_str()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
    }
}
