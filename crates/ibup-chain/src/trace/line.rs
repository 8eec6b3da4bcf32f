//! One line of `trace_pipe`.
//!
//! ```text
//!         modprobe-310     [001] .....     7.113943: module_load: ib_ipoib OE
//!    (udev-worker)-287     [000] d..1.     2.004711: module_request: fs-ext4 wait=1 call_site=get_fs_type
//! CPU:1 [LOST 12 EVENTS]
//! ```
//!
//! Source: Linux, `kernel/trace/trace_output.c`, `trace_print_context` (`%16s-%-7d `, before 5.10 `%-5d`; then `[%03d] `,
//! the interrupt column where `options/irq-info` is set, and ` %5lu.%06lu: `), and `print_trace_line` of trace.c.
//!
//! A name may hold anything, blanks and dashes included, but it is never longer than fifteen bytes (`TASK_COMM_LEN`
//! less the NUL), so it is found by its column and not by what stands around it. And a process without rights can have
//! the kernel ask for a module of nearly any name, a line feed included; the columns take more room than such a name
//! has (`MODULE_NAME_LEN`, 56), so that no line can be forged in it.

/// How wide the column of the name is.
const NAME_WIDTH: usize = 16;
/// The longest name of a module (include/linux/moduleparam.h, `MODULE_NAME_LEN`, on 64 bits: 56).
const MODULE_LENGTH_MAX: usize = 56;

/// What a line of the trace says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TraceLine<'l> {
    /// A process has the kernel load a module.
    Load {
        /// The process.
        pid: u32,
        /// Its name; the trace does not know every one.
        comm: Option<&'l str>,
        /// The module.
        module: &'l str,
    },
    /// The kernel needs a module on behalf of a process, and is about to run modprobe for it.
    Request {
        /// The process.
        pid: u32,
        /// Its name; the trace does not know every one.
        comm: Option<&'l str>,
        /// What it asks for: a module or an alias.
        name: &'l str,
    },
    /// The buffer was full: events were lost.
    Lost {
        /// How many, where the kernel counted.
        count: Option<u64>,
    },
}

impl<'l> TraceLine<'l> {
    /// Reads a line; nothing if it is none of these.
    pub fn parse(line: &'l str) -> Option<Self> {
        if let Some(lost) = line.strip_prefix("CPU:") {
            return lost_events(lost);
        }
        let comm = line.get(..NAME_WIDTH)?.trim_start();
        let comm = Some(comm).filter(|comm| !comm.is_empty() && *comm != "<...>");
        let rest = line.get(NAME_WIDTH..)?.strip_prefix('-')?;
        let (pid, rest) = rest.split_once(' ')?;
        let pid = pid.parse().ok()?;
        let (before_cpu, rest) = rest.split_once('[')?;
        // The thread group, where `options/record-tgid` is set.
        if before_cpu.len() > 24 || before_cpu.contains(':') {
            return None;
        }
        let (_, rest) = number_before(rest, "]")?;
        let (context, event) = rest.split_once(": ")?;
        // The interrupt column is one word, if it is there; the time is the last.
        let time = context.rsplit(' ').next()?;
        if context.split_whitespace().count() > 2 || !is_time(time) {
            return None;
        }
        let (event, words) = event.split_once(": ")?;
        match event {
            "module_load" => {
                let module = words.split(' ').next()?;
                is_module(module).then_some(Self::Load { pid, comm, module })
            }
            "module_request" => {
                let (name, _) = words.rsplit_once(" wait=")?;
                (!name.is_empty()).then_some(Self::Request { pid, comm, name })
            }
            _ => None,
        }
    }
}

/// Reads ` [LOST 12 EVENTS]` or ` [LOST EVENTS]` after the number of a processor.
fn lost_events(text: &str) -> Option<TraceLine<'_>> {
    let (_, text) = number_before(text, " [LOST ")?;
    let count = text.strip_suffix("EVENTS]")?.trim_end();
    if count.is_empty() {
        return Some(TraceLine::Lost { count: None });
    }
    Some(TraceLine::Lost { count: Some(count.parse().ok()?) })
}

/// Takes a decimal number and what has to follow off a text.
fn number_before<'t>(text: &'t str, end: &str) -> Option<(u32, &'t str)> {
    let (number, rest) = text.split_once(end)?;
    Some((number.parse().ok()?, rest))
}

/// Returns whether this is a time as the trace writes it: seconds, and six digits.
fn is_time(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.split_once('.').is_some_and(|(seconds, part)| digits(seconds) && digits(part) && part.len() == 6)
}

/// Returns whether this can be the name of a module.
fn is_module(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    !text.is_empty() && text.len() <= MODULE_LENGTH_MAX && text.bytes().all(is_plain)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn load(line: &str, expected: (u32, Option<&str>, &str)) {
        let (pid, comm, module) = expected;
        assert_eq!(TraceLine::parse(line), Some(TraceLine::Load { pid, comm, module }), "{line}");
    }

    #[test]
    fn a_load_names_process_and_module_with_and_without_the_interrupt_column() {
        let modprobe = |module| (310, Some("modprobe"), module);
        load(
            "        modprobe-310     [001] .....     7.113943: module_load: ib_ipoib OE",
            modprobe("ib_ipoib"),
        );
        load("        modprobe-310     [001]     7.113943: module_load: ib_ipoib OE", modprobe("ib_ipoib"));
        // Linux 4.18, where the column of the number is narrower; without a taint a blank is left at the end.
        load("        modprobe-310   [001] ....     7.113943: module_load: ib_core ", modprobe("ib_core"));
        // With options/record-tgid.
        load(
            "        modprobe-310     (    310) [001] d..1. 12007.113943: module_load: ib_cm ",
            modprobe("ib_cm"),
        );
    }

    #[test]
    fn a_process_may_be_called_anything() {
        load(
            "   (udev-worker)-287     [000] .....     2.100000: module_load: mlx5_core ",
            (287, Some("(udev-worker)"), "mlx5_core"),
        );
        load(
            "    tmux: server-41      [000] .....     2.100000: module_load: ib_cm ",
            (41, Some("tmux: server"), "ib_cm"),
        );
        load(
            "         a-7 [0]-4194303 [255] .....     2.100000: module_load: ib_cm ",
            (4_194_303, Some("a-7 [0]"), "ib_cm"),
        );
        load(
            " fifteen-bytes-x-9       [000] .....     2.100000: module_load: ib_cm ",
            (9, Some("fifteen-bytes-x"), "ib_cm"),
        );
        load("           <...>-9       [000] .....     2.100000: module_load: ib_cm ", (9, None, "ib_cm"));
    }

    #[test]
    fn a_request_names_what_is_asked_for() {
        let line = "              ip-812     [003] .....    90.000001: module_request: rtnl-link-ipoib wait=1 call_site=__rtnl_newlink";
        let expected = TraceLine::Request { pid: 812, comm: Some("ip"), name: "rtnl-link-ipoib" };
        assert_eq!(TraceLine::parse(line), Some(expected));
    }

    #[test]
    fn lost_events_are_noticed() {
        assert_eq!(TraceLine::parse("CPU:1 [LOST 12 EVENTS]"), Some(TraceLine::Lost { count: Some(12) }));
        assert_eq!(TraceLine::parse("CPU:0 [LOST EVENTS]"), Some(TraceLine::Lost { count: None }));
        assert_eq!(TraceLine::parse("CPU:0 [LOST many EVENTS]"), None);
    }

    #[test]
    fn whatever_is_no_such_event_is_passed_over() {
        for line in [
            "",
            "# tracer: nop",
            "        modprobe-310     [001] .....     7.113943: module_free: ib_ipoib",
            "        modprobe-310     [001] .....     7.113943: module_load: ",
            "        modprobe-310     [001] .....     7.113943: module_load: ib_ipoib;id",
            "        modprobe-x       [001] .....     7.113943: module_load: ib_ipoib ",
            "        modprobe-310     [001] .....     7.1: module_load: ib_ipoib ",
            "            sh-1 [000]: module_load: ib_ipoib",
        ] {
            assert_eq!(TraceLine::parse(line), None, "{line}");
        }
    }

    #[test]
    fn no_line_can_be_forged_in_the_name_of_a_module_that_is_asked_for() {
        // An unprivileged process names an algorithm (AF_ALG), and the kernel asks for `crypto-` and that name.
        let room = MODULE_LENGTH_MAX - "crypto-\n".len() - 1;
        let shortest = format!("{:>16}-{:<5} [000] {:>5}.000000: module_load: ib_cm", "a", 1, 1);
        assert!(TraceLine::parse(&shortest).is_some());
        assert!(shortest.len() > room, "{} bytes fit into {room}", shortest.len());
    }

    proptest! {
        #[test]
        fn no_line_stops_the_reader(line in "(?s).{0,120}", cut in any::<prop::sample::Index>()) {
            TraceLine::parse(&line);
            let real = "        modprobe-310     [001] .....     7.113943: module_load: ib_ipoib OE";
            TraceLine::parse(&real[..cut.index(real.len())]);
            TraceLine::parse(&format!("{real}{line}"));
            TraceLine::parse(&format!("{line}{real}"));
        }

        #[test]
        fn every_name_is_found_by_its_column(comm in "[ -~]{1,15}", pid in 1_u32..4_194_304) {
            let line = format!("{comm:>16}-{pid:<7} [001] .....     7.113943: module_load: ib_ipoib OE");
            let trimmed = Some(comm.trim_start()).filter(|comm| !comm.is_empty() && *comm != "<...>");
            prop_assert_eq!(
                TraceLine::parse(&line),
                Some(TraceLine::Load { pid, comm: trimmed, module: "ib_ipoib" })
            );
        }
    }
}
