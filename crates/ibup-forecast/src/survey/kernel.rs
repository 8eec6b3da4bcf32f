//! The kernel that boots next.

use ibup_chain::bringup::modules::text;
use ibup_config::Tree;

/// Where the boot loader keeps its choice (grub2-editenv(1)).
const CHOICES: &[&str] = &["/boot/grub2/grubenv", "/boot/grub/grubenv"];

/// Returns the release of the kernel that boots next: the one that the boot loader has chosen; else the newest of those
/// that are installed; else the one that runs.
pub fn next(tree: &dyn Tree) -> Option<String> {
    let running = text(tree, "/proc/sys/kernel/osrelease").map(|text| text.trim().to_owned());
    let mut installed = tree.list("/lib/modules");
    installed.retain(|release| index(tree, release).is_some_and(|index| !index.is_empty()));
    installed.sort_by_cached_key(|release| natural_order(release));
    let chosen = CHOICES.iter().find_map(|path| saved_entry(&text(tree, path)?, &installed));
    chosen.or_else(|| installed.pop()).or(running).filter(|release| !release.contains('/'))
}

/// Returns depmod's index for a kernel.
pub fn index(tree: &dyn Tree, release: &str) -> Option<String> {
    text(tree, &format!("/lib/modules/{release}/modules.dep"))
}

/// Reads `saved_entry=ID-RELEASE`.
fn saved_entry(text: &str, installed: &[String]) -> Option<String> {
    let entry = text.lines().find_map(|line| line.strip_prefix("saved_entry="))?;
    installed
        .iter()
        .filter(|release| entry.contains(release.as_str()))
        .max_by_key(|release| release.len())
        .cloned()
}

/// Returns a key by which `5.14.0-70` comes after `5.14.0-9`.
fn natural_order(release: &str) -> Vec<(String, u64)> {
    let mut key = Vec::new();
    let mut rest = release;
    while !rest.is_empty() {
        let word = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        let digits = rest[word..].find(|c: char| !c.is_ascii_digit()).map_or(rest.len(), |end| word + end);
        key.push((rest[..word].to_owned(), rest[word..digits].parse().unwrap_or(u64::MAX)));
        rest = &rest[digits..];
    }
    key
}

#[cfg(test)]
mod tests {
    use ibup_config::MemoryTree;

    use super::*;

    fn with(releases: &[&str]) -> MemoryTree {
        releases.iter().fold(MemoryTree::new(), |tree, release| {
            tree.with(&format!("/lib/modules/{release}/modules.dep"), "kernel/a.ko:\n")
        })
    }

    #[test]
    fn the_newest_kernel_boots_unless_another_is_chosen() {
        let tree = with(&["5.14.0-9.el9.x86_64", "5.14.0-70.el9.x86_64"])
            .with("/proc/sys/kernel/osrelease", "5.14.0-9.el9.x86_64\n");
        assert_eq!(next(&tree).as_deref(), Some("5.14.0-70.el9.x86_64"));
        let tree = tree.with("/boot/grub2/grubenv", "# GRUB\nsaved_entry=0f3c-5.14.0-9.el9.x86_64\n");
        assert_eq!(next(&tree).as_deref(), Some("5.14.0-9.el9.x86_64"));
    }

    #[test]
    fn where_nothing_is_installed_the_running_kernel_counts() {
        let tree = MemoryTree::new().with("/proc/sys/kernel/osrelease", "6.1.0\n");
        assert_eq!(next(&tree).as_deref(), Some("6.1.0"));
        assert_eq!(next(&MemoryTree::new()), None);
    }
}
