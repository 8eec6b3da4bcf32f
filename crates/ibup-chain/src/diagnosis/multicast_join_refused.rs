//! IB0706: the subnet manager refuses the port the broadcast group of its partition, without which IPoIB has no carrier.

use super::{Diagnosis, Nature};
use crate::event::{Event, EventKind};
use crate::finding::{Confidence, Finding, device, interface};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};
use crate::template::Captures;

const CODE: &str = "IB0706";
/// Another group than the broadcast group: only that one matters to carrier, and it is joined first.
const GROUP: &str = "IB0706 group";
/// Statuses (`EAGAIN`, `ETIMEDOUT`) by which nobody answered; they are told only where debugging is on.
const NO_ANSWER: &[&str] = &["-11", "-110"];

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "multicast-join-refused",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("multicast_join_refused.md"),
};

/// Reads a refusal: the broadcast group is that whose last 32 bits are all ones.
fn refused(captures: &Captures<'_>) -> Option<EventKind> {
    let group = captures.get("group")?.trim_end_matches(',');
    let is_broadcast = group.starts_with("ff1") && group.ends_with(":ffff:ffff");
    EventKind::sign(if is_broadcast { CODE } else { GROUP }, captures.get("status").unwrap_or_default())
}

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Kernel,
        says: "{netdev}: multicast join failed for {group=word} status {status=number}",
        means: refused,
        source: "Linux, drivers/infiniband/ulp/ipoib/ipoib_multicast.c, ipoib_mcast_join_complete; -110 and -11 only where \
                 debugging is on",
        samples: &[
            "kernel: ib0: multicast join failed for ff12:401b:ffff:0000:0000:0000:ffff:ffff, status -22",
            "kernel: ib0: multicast join failed for ff12:601b:ffff:0000:0000:0000:0000:0001, status -22",
        ],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{netdev}: sendonly multicast join failed for {group=word} status {status=number}",
        means: |_| EventKind::sign(GROUP, ""),
        source: "Linux, drivers/infiniband/ulp/ipoib/ipoib_multicast.c, ipoib_mcast_join_complete; -22 only where debugging \
                 is on",
        samples: &["kernel: ib0: sendonly multicast join failed for ff12:401b:ffff:0000:0000:0000:0000:0016, status -5"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{netdev}: ib_sa_join_multicast failed, status {status=number}",
        means: |captures| EventKind::sign(CODE, captures.get("status")?),
        source: "Linux, drivers/infiniband/ulp/ipoib/ipoib_multicast.c, ipoib_mcast_join",
        samples: &["kernel: ib0: ib_sa_join_multicast failed, status -22"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{netdev}: couldn't attach QP to multicast group {group=word}",
        means: refused,
        source: "Linux, drivers/infiniband/ulp/ipoib/ipoib_multicast.c, ipoib_mcast_join_finish",
        samples: &["kernel: ib0: couldn't attach QP to multicast group ff12:401b:ffff:0000:0000:0000:ffff:ffff"],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let (shown, confidence) = refusals(port).or_else(|| no_answer(port))?;
    let (device, name) = (device(port), interface(port));
    let mut finding = Finding::new(confidence)
        .shown_by(shown)
        .check("saquery -g")
        .check(format!("cat /sys/class/net/{name}/pkey"))
        .check(format!("ibstat {device}"));
    if confidence > Confidence::Possible {
        finding =
            finding
        .remedy_reopen(port);
    }
    Some(finding)
}

/// Returns the refusals after which there is no carrier.
fn refusals<'b>(port: &Port<'b>) -> Option<(Vec<&'b Event>, Confidence)> {
    let trouble = port.link_trouble().filter(|trouble| is_refusal(trouble))?;
    let refused: Vec<_> = port.signs(CODE).into_iter().filter(|sign| sign.order <= trouble.order).collect();
    // What a subnet manager that has just started refuses it may grant the next time: the kernel asks again and again.
    let is_settled = refused.len() > 1 || port.has_waited_long(trouble) || port.chance_shown_after(trouble);
    let is_refusal = matches!(&trouble.kind, EventKind::Sign { detail, .. } if !NO_ANSWER.contains(&&**detail));
    let is_shown = is_settled && is_refusal && port.logical_state().is_none();
    let confidence = if is_shown { Confidence::Certain } else { Confidence::Likely };
    Some((refused, confidence))
}

/// Returns what shows that the port is active and its interface has no carrier for long: of a request that nobody answers
/// the kernel says nothing.
fn no_answer<'b>(port: &Port<'b>) -> Option<(Vec<&'b Event>, Confidence)> {
    let active = port.is_active()?;
    let since = port.awaits_carrier().filter(|since| since.order > active.order && port.has_waited_long(since))?;
    port.link_trouble().is_none().then(|| (vec![active, since], Confidence::Possible))
}

fn is_refusal(event: &Event) -> bool {
    matches!(event.kind, EventKind::Sign { code: CODE, .. })
}
