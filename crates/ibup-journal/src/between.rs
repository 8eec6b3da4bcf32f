//! The lines that journalctl writes between entries.

use crate::entry::Marker;

/// Tells whether journalctl wrote the line between entries, and takes the mark of a new boot from it.
///
/// Such lines are `-- Reboot --`, `-- Boot 0123... --`, `-- Logs begin at ...`, and the explanations that `-x` adds,
/// after `-- ` or, since systemd 246, `░░ `.
pub(crate) fn is_between(line: &str, marker: &mut Option<Marker>) -> bool {
    if line.starts_with('░') {
        return true;
    }
    let Some(inner) = line.strip_prefix("--") else {
        return false;
    };
    if !inner.is_empty() && !inner.starts_with(' ') {
        return false;
    }
    let words = inner.trim_matches(' ').trim_end_matches('-').trim_end_matches(' ');
    if words == "Reboot" {
        *marker = Some(Marker::Reboot);
    } else if let Some(id) = words.strip_prefix("Boot ")
        && let Ok(id) = id.parse()
    {
        *marker = Some(Marker::Boot(id));
    }
    true
}
