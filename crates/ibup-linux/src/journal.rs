//! The log: the journal in its own protocol, else syslog, else standard error.
//!
//! An entry is one datagram of fields (<https://systemd.io/JOURNAL_NATIVE_PROTOCOL>). A log that takes nothing must not
//! hold up a boot, so a full socket is waited for a little and then left alone.

use std::io::{self, Write};
use std::os::unix::net::UnixDatagram;
use std::time::Duration;

use ibup_chain::bringup::{ActionError, Message};
use ibup_chain::notice::Notice;

use crate::error::{number, refused};
use crate::root::Root;

/// How long a log may take to accept an entry.
const PATIENCE: Duration = Duration::from_secs(1);
/// What one entry may say; a datagram has to fit into a socket's buffer (`net.core.wmem_default`).
const TEXT_BYTES_MAX: usize = 64 << 10;
/// The facility of system daemons (syslog(3)).
const FACILITY: u8 = 3;
/// The message identifiers of ibup begin so and end in the four digits of a code.
const MESSAGE_ID_PREFIX: &str = "6f1d0c2b9a4e4f6b8d37c5e2a91b";

/// Returns the `MESSAGE_ID` of a code, by which journalctl finds the catalog's entry: `IB0301` has
/// `6f1d0c2b9a4e4f6b8d37c5e2a91b0301`.
pub fn message_id(code: &str) -> Option<String> {
    let digits = code.strip_prefix("IB")?;
    let is_serial = digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_serial.then(|| format!("{MESSAGE_ID_PREFIX}{digits}"))
}

/// Returns the `MESSAGE_ID` of a notice.
pub fn notice_id(notice: &Notice) -> String {
    format!("{MESSAGE_ID_PREFIX}{}", notice.digits)
}

/// Says something in the first log that takes it.
pub(crate) fn log(root: &Root, message: &Message) -> Result<(), ActionError> {
    let to_journal = || send(root, "/run/systemd/journal/socket", &[entry(message)]);
    let to_syslog = || send(root, "/dev/log", &syslog(message, std::process::id()));
    let to_standard_error = || io::stderr().lock().write_all(&plain(message));
    to_journal()
        .or_else(|_| to_syslog())
        .or_else(|_| to_standard_error())
        .map_err(|error| refused(number(&error)))
}

fn send(root: &Root, path: &str, datagrams: &[Vec<u8>]) -> io::Result<()> {
    let location = root.locate(path)?;
    let socket = UnixDatagram::unbound()?;
    socket.set_write_timeout(Some(PATIENCE))?;
    socket.connect(location.real)?;
    datagrams.iter().try_for_each(|datagram| socket.send(datagram).map(drop))
}

/// Returns a journal entry.
fn entry(message: &Message) -> Vec<u8> {
    let mut entry = Vec::new();
    let priority = (message.priority as u8).to_string();
    let announced = message.notice.as_ref();
    let id = message.code.and_then(message_id).or_else(|| Some(notice_id(announced?.notice)));
    let interface = message.interface.as_ref().map(|netdev| netdev.as_str().to_owned());
    let fields = [
        ("MESSAGE", Some(bounded(&message.text).to_owned())),
        ("PRIORITY", Some(priority)),
        ("SYSLOG_FACILITY", Some(FACILITY.to_string())),
        ("SYSLOG_IDENTIFIER", Some(message.tag.to_owned())),
        ("MESSAGE_ID", id),
        ("INTERFACE", interface),
        ("IBUP_CODE", message.code.map(str::to_owned)),
    ];
    for (name, value) in fields {
        if let Some(value) = value {
            push(&mut entry, name, value.as_bytes());
        }
    }
    for (name, value) in announced.map(|announced| &announced.fields[..]).unwrap_or_default() {
        push(&mut entry, name, bounded(value).as_bytes());
    }
    entry
}

/// Appends a field. A value of several lines is preceded by its length and may hold anything.
fn push(entry: &mut Vec<u8>, name: &str, value: &[u8]) {
    entry.extend_from_slice(name.as_bytes());
    if value.contains(&b'\n') {
        entry.push(b'\n');
        entry.extend_from_slice(&(value.len() as u64).to_le_bytes());
    } else {
        entry.push(b'=');
    }
    entry.extend_from_slice(value);
    entry.push(b'\n');
}

/// Returns the datagrams for syslog, one a line; the receiver adds the time.
fn syslog(message: &Message, process: u32) -> Vec<Vec<u8>> {
    let number = FACILITY * 8 + message.priority as u8;
    let line = |line: &str| format!("<{number}>{}[{process}]: {line}", message.tag).into_bytes();
    lines(message).map(line).collect()
}

/// Returns what a person reads.
fn plain(message: &Message) -> Vec<u8> {
    lines(message).map(|line| format!("{}: {line}\n", message.tag)).collect::<String>().into_bytes()
}

fn lines(message: &Message) -> impl Iterator<Item = &str> {
    bounded(&message.text).lines().filter(|line| !line.is_empty())
}

fn bounded(text: &str) -> &str {
    &text[..text.floor_char_boundary(TEXT_BYTES_MAX)]
}

#[cfg(test)]
mod tests {
    use ibup_chain::bringup::Priority;
    use ibup_chain::notice::Announced;
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    fn message(text: &str) -> Message {
        Message {
            tag: "ibup",
            priority: Priority::Warning,
            text: text.to_owned(),
            interface: Some("ib0".parse().unwrap()),
            code: Some("IB0301"),
            notice: None,
        }
    }

    /// A machine with a socket at a path.
    fn listening(path: &str) -> (tempfile::TempDir, Root, UnixDatagram) {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let socket = UnixDatagram::bind(path).unwrap();
        socket.set_nonblocking(true).unwrap();
        let root = Root::new(directory.path().to_owned());
        (directory, root, socket)
    }

    fn received(socket: &UnixDatagram) -> Vec<u8> {
        let mut buffer = vec![0; 1 << 18];
        let count = socket.recv(&mut buffer).expect("something was sent");
        buffer.truncate(count);
        buffer
    }

    #[test]
    fn the_journal_gets_every_field() {
        let (_directory, root, socket) = listening("run/systemd/journal/socket");
        log(&root, &message("ib0: raised late")).unwrap();
        let expected = "MESSAGE=ib0: raised late\nPRIORITY=4\nSYSLOG_FACILITY=3\nSYSLOG_IDENTIFIER=ibup\n\
            MESSAGE_ID=6f1d0c2b9a4e4f6b8d37c5e2a91b0301\nINTERFACE=ib0\nIBUP_CODE=IB0301\n";
        assert_eq!(String::from_utf8(received(&socket)).unwrap(), expected);
    }

    #[test]
    fn a_notice_has_its_own_identifier_and_fields() {
        let (_directory, root, socket) = listening("run/systemd/journal/socket");
        let fields = vec![("MODULE", "ib_ipoib".to_owned()), ("IBUP_BY_COMM", "a\nPRIORITY=0".to_owned())];
        let notice = Some(Announced { notice: &ibup_chain::notice::MODULE_LOADED, fields });
        log(&root, &Message { interface: None, code: None, notice, ..message("loaded") }).unwrap();
        let expected = b"MESSAGE=loaded\nPRIORITY=4\nSYSLOG_FACILITY=3\nSYSLOG_IDENTIFIER=ibup\n\
            MESSAGE_ID=6f1d0c2b9a4e4f6b8d37c5e2a91b0001\nMODULE=ib_ipoib\n\
            IBUP_BY_COMM\n\x0c\0\0\0\0\0\0\0a\nPRIORITY=0\n";
        assert_eq!(received(&socket), expected);
    }

    #[test]
    fn several_lines_cannot_forge_a_field() {
        let (_directory, root, socket) = listening("run/systemd/journal/socket");
        let message = Message { interface: None, code: None, ..message("one\nPRIORITY=0") };
        log(&root, &message).unwrap();
        let expected = b"MESSAGE\n\x0e\0\0\0\0\0\0\0one\nPRIORITY=0\nPRIORITY=4\nSYSLOG_FACILITY=3\n\
            SYSLOG_IDENTIFIER=ibup\n";
        assert_eq!(received(&socket), expected);
    }

    #[test]
    fn a_very_long_message_is_cut_at_a_character() {
        let (_directory, root, socket) = listening("run/systemd/journal/socket");
        let text = format!("x{}", "é".repeat(TEXT_BYTES_MAX));
        log(&root, &Message { interface: None, code: None, ..message(&text) }).unwrap();
        let kept = format!("x{}", "é".repeat((TEXT_BYTES_MAX - 1) / 2));
        let expected = format!("MESSAGE={kept}\nPRIORITY=4\nSYSLOG_FACILITY=3\nSYSLOG_IDENTIFIER=ibup\n");
        assert_eq!(String::from_utf8(received(&socket)).unwrap(), expected);
    }

    #[test]
    fn without_a_journal_syslog_gets_one_datagram_a_line() {
        let (_directory, root, socket) = listening("run/syslog");
        fs::create_dir(root.path().join("dev")).unwrap();
        symlink("/run/syslog", root.path().join("dev/log")).unwrap();
        log(&root, &message("one\n\ntwo\n")).unwrap();
        let process = std::process::id();
        assert_eq!(received(&socket), format!("<28>ibup[{process}]: one").into_bytes());
        assert_eq!(received(&socket), format!("<28>ibup[{process}]: two").into_bytes());
        assert_eq!(socket.recv(&mut [0]).unwrap_err().kind(), io::ErrorKind::WouldBlock);
    }

    #[test]
    fn standard_error_gets_the_tag_and_the_text() {
        assert_eq!(plain(&message("one\ntwo")), b"ibup: one\nibup: two\n");
    }

    #[test]
    fn a_code_has_one_identifier() {
        assert_eq!(message_id("IB0301").as_deref(), Some("6f1d0c2b9a4e4f6b8d37c5e2a91b0301"));
        for code in ["", "IB", "IB30", "IB03011", "IB03x1", "XX0301"] {
            assert_eq!(message_id(code), None, "{code}");
        }
    }
}
