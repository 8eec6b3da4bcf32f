//! rtnetlink messages as bytes: one request, one reply.
//!
//! Source: `include/uapi/linux/{netlink,rtnetlink,if_link}.h`. Numbers are in the byte order of the machine; messages
//! and attributes begin at multiples of four bytes.

use ibup_chain::bringup::LinkChange;

/// `RTM_NEWLINK`: changes a link that exists, unless a flag says to make one.
const NEW_LINK: u16 = 16;
/// `NLMSG_ERROR`: a refusal, or with the number 0 an acknowledgement.
const ERROR: u16 = 2;
/// `NLM_F_REQUEST | NLM_F_ACK`.
const REQUEST_WITH_REPLY: u16 = 0x1 | 0x4;
/// `NLM_F_CAPPED`: of the request, only the header is quoted in the reply.
const CAPPED: u16 = 0x100;
/// `NLM_F_ACK_TLVS`: attributes follow the quoted request.
const HAS_ATTRIBUTES: u16 = 0x200;
/// `IFLA_IFNAME`.
const LINK_NAME: u16 = 3;
/// `IFLA_MTU`.
const LINK_MTU: u16 = 4;
/// `NLMSGERR_ATTR_MSG`: why, in words.
const ERROR_TEXT: u16 = 1;
/// The bits of an attribute's type that are not its type (`NLA_TYPE_MASK`).
const ATTRIBUTE_FLAGS: u16 = 0xc000;
/// `IFF_UP`.
pub(crate) const UP: u32 = 0x1;

const HEADER_BYTES: usize = 16;

/// Returns the request to change a link. The kernel finds it by its name, so no number can belong to another by now.
pub(crate) fn request(sequence: u32, netdev: &str, change: LinkChange) -> Vec<u8> {
    let (flags, mask, mtu) = match change {
        LinkChange::Up => (UP, UP, None),
        LinkChange::Down => (0, UP, None),
        LinkChange::Mtu(mtu) => (0, 0, Some(mtu)),
    };
    let mut message = Vec::new();
    message.extend_from_slice(&0_u32.to_ne_bytes()); // The length, once it is known.
    message.extend_from_slice(&NEW_LINK.to_ne_bytes());
    message.extend_from_slice(&REQUEST_WITH_REPLY.to_ne_bytes());
    message.extend_from_slice(&sequence.to_ne_bytes());
    message.extend_from_slice(&0_u32.to_ne_bytes()); // To the kernel.
    message.extend_from_slice(&[0; 8]); // Any family, any type, no number.
    message.extend_from_slice(&flags.to_ne_bytes());
    message.extend_from_slice(&mask.to_ne_bytes());
    push_attribute(&mut message, LINK_NAME, format!("{netdev}\0").as_bytes());
    if let Some(mtu) = mtu {
        push_attribute(&mut message, LINK_MTU, &mtu.to_ne_bytes());
    }
    let length = u32::try_from(message.len()).expect("a request is short");
    message[..4].copy_from_slice(&length.to_ne_bytes());
    message
}

fn push_attribute(message: &mut Vec<u8>, kind: u16, value: &[u8]) {
    let length = u16::try_from(4 + value.len()).expect("an attribute is short");
    message.extend_from_slice(&length.to_ne_bytes());
    message.extend_from_slice(&kind.to_ne_bytes());
    message.extend_from_slice(value);
    message.resize(aligned(message.len()), 0);
}

/// What the kernel answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reply {
    /// It is done.
    Done,
    /// It is refused.
    Refused {
        /// The error number.
        errno: i32,
        /// Why, in the kernel's own words, which not every refusal has.
        text: Option<String>,
    },
}

/// Finds the reply to a request among the messages of a datagram.
pub(crate) fn reply(mut datagram: &[u8], sequence: u32) -> Option<Reply> {
    loop {
        let length = usize::try_from(u32_at(datagram, 0)?).ok()?;
        let message = datagram.get(..length).filter(|message| message.len() >= HEADER_BYTES)?;
        if u16_at(message, 4)? == ERROR && u32_at(message, 8)? == sequence {
            return read_error(message);
        }
        datagram = datagram.get(aligned(length)..)?;
    }
}

fn read_error(message: &[u8]) -> Option<Reply> {
    let errno = u32_at(message, HEADER_BYTES)?.cast_signed().checked_neg()?;
    if errno == 0 {
        return Some(Reply::Done);
    }
    Some(Reply::Refused { errno, text: error_text(message) })
}

fn error_text(message: &[u8]) -> Option<String> {
    let flags = u16_at(message, 6)?;
    if flags & HAS_ATTRIBUTES == 0 {
        return None;
    }
    let quoted_at = HEADER_BYTES + 4;
    let quoted =
        if flags & CAPPED == 0 { usize::try_from(u32_at(message, quoted_at)?).ok()? } else { HEADER_BYTES };
    let mut attributes = message.get(quoted_at.checked_add(aligned(quoted))?..)?;
    loop {
        let length = usize::from(u16_at(attributes, 0)?);
        let value = attributes.get(4..length)?;
        if u16_at(attributes, 2)? & !ATTRIBUTE_FLAGS == ERROR_TEXT {
            let text = value.split(|byte| *byte == 0).next().unwrap_or_default();
            return Some(String::from_utf8_lossy(text).into_owned()).filter(|text| !text.is_empty());
        }
        attributes = attributes.get(aligned(length)..)?;
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_ne_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_ne_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// Returns the next multiple of four.
fn aligned(length: usize) -> usize {
    length.saturating_add(3) & !3
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes as a little-endian machine has them.
    #[cfg(target_endian = "little")]
    #[test]
    fn raising_is_a_flag_and_its_mask() {
        #[rustfmt::skip]
        let expected = [
            40, 0, 0, 0,  16, 0,  5, 0,  7, 0, 0, 0,  0, 0, 0, 0,
            0, 0, 0, 0,  0, 0, 0, 0,  1, 0, 0, 0,  1, 0, 0, 0,
            8, 0,  3, 0,  b'i', b'b', b'0', 0,
        ];
        assert_eq!(request(7, "ib0", LinkChange::Up), expected);
    }

    #[cfg(target_endian = "little")]
    #[test]
    fn lowering_clears_the_flag_under_its_mask() {
        #[rustfmt::skip]
        let expected = [
            44, 0, 0, 0,  16, 0,  5, 0,  0, 1, 0, 0,  0, 0, 0, 0,
            0, 0, 0, 0,  0, 0, 0, 0,  0, 0, 0, 0,  1, 0, 0, 0,
            9, 0,  3, 0,  b'i', b'b', b'1', b'6', 0, 0, 0, 0,
        ];
        assert_eq!(request(256, "ib16", LinkChange::Down), expected);
    }

    #[cfg(target_endian = "little")]
    #[test]
    fn an_mtu_touches_no_flag() {
        #[rustfmt::skip]
        let expected = [
            48, 0, 0, 0,  16, 0,  5, 0,  1, 0, 0, 0,  0, 0, 0, 0,
            0, 0, 0, 0,  0, 0, 0, 0,  0, 0, 0, 0,  0, 0, 0, 0,
            8, 0,  3, 0,  b'i', b'b', b'0', 0,
            8, 0,  4, 0,  0xec, 0xff, 0, 0,
        ];
        assert_eq!(request(1, "ib0", LinkChange::Mtu(65516)), expected);
    }

    /// A reply as the kernel makes it (`net/netlink/af_netlink.c`, `netlink_ack`).
    fn error(sequence: u32, errno: i32, flags: u16, quoted: &[u8], attributes: &[(u16, &[u8])]) -> Vec<u8> {
        let mut message = Vec::new();
        message.extend_from_slice(&[0; 4]);
        message.extend_from_slice(&ERROR.to_ne_bytes());
        message.extend_from_slice(&flags.to_ne_bytes());
        message.extend_from_slice(&sequence.to_ne_bytes());
        message.extend_from_slice(&[0; 4]);
        message.extend_from_slice(&(-errno).to_ne_bytes());
        message.extend_from_slice(quoted);
        for (kind, value) in attributes {
            push_attribute(&mut message, *kind, value);
        }
        let length = u32::try_from(message.len()).unwrap();
        message[..4].copy_from_slice(&length.to_ne_bytes());
        message
    }

    fn refused(errno: i32, text: Option<&str>) -> Option<Reply> {
        Some(Reply::Refused { errno, text: text.map(str::to_owned) })
    }

    #[test]
    fn an_acknowledgement_is_the_error_zero() {
        let request = request(5, "ib0", LinkChange::Up);
        assert_eq!(reply(&error(5, 0, CAPPED, &request[..16], &[]), 5), Some(Reply::Done));
    }

    #[test]
    fn a_refusal_brings_the_kernels_words() {
        let request = request(5, "ib0", LinkChange::Mtu(1));
        let attributes: &[(u16, &[u8])] = &[(2, &[1, 2, 3, 4]), (1, b"mtu less than device minimum\0")];
        let whole = error(5, 22, HAS_ATTRIBUTES, &request, attributes);
        assert_eq!(reply(&whole, 5), refused(22, Some("mtu less than device minimum")));
        let capped = error(5, 22, HAS_ATTRIBUTES | CAPPED, &request[..16], attributes);
        assert_eq!(reply(&capped, 5), refused(22, Some("mtu less than device minimum")));
        assert_eq!(reply(&error(5, 19, 0, &request, &[]), 5), refused(19, None));
    }

    #[test]
    fn what_answers_another_request_is_passed_over() {
        let request = request(5, "ib0", LinkChange::Up);
        let mut datagram = error(4, 1, 0, &request, &[]);
        assert_eq!(reply(&datagram, 5), None);
        datagram.extend(error(5, 0, CAPPED, &request[..16], &[]));
        assert_eq!(reply(&datagram, 5), Some(Reply::Done));
    }

    #[test]
    fn a_reply_cut_short_anywhere_harms_nobody() {
        let request = request(5, "ib0", LinkChange::Mtu(1));
        let whole = error(5, 22, HAS_ATTRIBUTES, &request, &[(1, b"words\0")]);
        for length in 0..whole.len() {
            assert_eq!(reply(&whole[..length], 5), None, "{length}");
            let mut shorter = whole[..length].to_vec();
            if let Some(bytes) = shorter.get_mut(..4) {
                bytes.copy_from_slice(&u32::try_from(length).unwrap().to_ne_bytes());
                // The last two bytes only pad the attribute.
                let text = (length >= whole.len() - 2).then_some("words");
                let expected = refused(22, text).filter(|_| length >= 20);
                assert_eq!(reply(&shorter, 5), expected, "{length}");
            }
        }
        let endless = error(5, 22, HAS_ATTRIBUTES | CAPPED, &request[..16], &[(2, &[]), (2, &[])]);
        assert_eq!(reply(&endless, 5), refused(22, None));
        assert_eq!(reply(&[0; 64], 5), None);
        assert_eq!(reply(&[0xff; 64], 5), None);
    }
}
