//! The clock on the wall of a simulated machine.

use jiff::SignedDuration;
use jiff::civil::DateTime;

/// Reads a time such as `2024-03-18 10:29:41`.
pub fn parse(text: &str) -> Option<DateTime> {
    text.parse().ok()
}

/// Returns the stamp that journalctl prints in its short form, so many milliseconds after a time.
pub fn stamp(begins: DateTime, after_ms: u64) -> String {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let now = after(begins, after_ms);
    let month = MONTHS[usize::from(now.month().unsigned_abs()).saturating_sub(1).min(11)];
    format!("{month} {:02} {:02}:{:02}:{:02}", now.day(), now.hour(), now.minute(), now.second())
}

/// Returns the seconds since 1970, so many milliseconds after a time.
pub fn seconds(begins: DateTime, after_ms: u64) -> i64 {
    let epoch = jiff::civil::date(1970, 1, 1).at(0, 0, 0, 0);
    after(begins, after_ms).duration_since(epoch).as_secs()
}

fn after(begins: DateTime, after_ms: u64) -> DateTime {
    let passed = SignedDuration::from_millis(i64::try_from(after_ms).unwrap_or(i64::MAX));
    begins.checked_add(passed).unwrap_or(begins)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_is_what_journalctl_prints() {
        let begins = parse("2024-03-18 10:29:41").unwrap();
        assert_eq!(stamp(begins, 0), "Mar 18 10:29:41");
        assert_eq!(stamp(begins, 369_217_500), "Mar 22 17:03:18");
        assert_eq!(seconds(begins, 1000) - seconds(begins, 0), 1);
    }
}
