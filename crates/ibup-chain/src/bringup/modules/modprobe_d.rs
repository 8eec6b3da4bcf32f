//! modprobe.d(5): who keeps a module out. Only for a word of explanation, modprobe itself obeys these files.

use ibup_config::Tree;

use super::text;
use crate::bringup::Action;

/// Where the files are, the strongest first.
const DIRECTORIES: &[&str] = &[
    "/etc/modprobe.d",
    "/run/modprobe.d",
    "/usr/local/lib/modprobe.d",
    "/usr/lib/modprobe.d",
    "/lib/modprobe.d",
];
/// Where modprobe may be.
const MODPROBE: &[&str] = &["/sbin/modprobe", "/usr/sbin/modprobe"];
/// Programs that an `install` line runs in order to load nothing.
const IDLE: &[&str] = &["true", "false", ":", "nologin"];

/// Returns where a module is kept out, such as `/etc/modprobe.d/x.conf:3: install ib_umad /bin/false`.
pub fn kept_out(tree: &dyn Tree, module: &str) -> Option<String> {
    kept_out_by_kernel(tree, module).or_else(|| kept_out_by_file(tree, module))
}

/// Returns the action that loads modules by one call.
///
/// SUSE's modprobe is told by a line of these files to refuse modules that SUSE does not support, the vendor's among
/// them, unless it is asked to take them all the same.
pub fn load(tree: &dyn Tree, modules: Vec<String>) -> Action {
    let refuses = |line: &str| line.split_whitespace().eq(["allow_unsupported_modules", "0"]);
    if !files(tree).iter().any(|(_, lines)| lines.lines().any(refuses)) {
        return Action::LoadModules(modules);
    }
    let program = MODPROBE.iter().find(|path| tree.read(path).is_some()).unwrap_or(&MODPROBE[0]);
    let options = ["--allow-unsupported-modules".to_owned(), "-a".to_owned()];
    let arguments = options.into_iter().chain(modules).collect();
    Action::Run { program: (*program).to_owned(), arguments }
}

/// Looks for `module_blacklist=` on the kernel's command line, which holds even against modprobe.
fn kept_out_by_kernel(tree: &dyn Tree, module: &str) -> Option<String> {
    let line = text(tree, "/proc/cmdline")?;
    let lists = line.split_whitespace().filter(|word| word.starts_with("module_blacklist="));
    let names = |list: &str| list.split(['=', ',']).skip(1).any(|name| name.replace('-', "_") == module);
    lists.into_iter().find(|list| names(list)).map(|list| format!("/proc/cmdline: {list}"))
}

fn kept_out_by_file(tree: &dyn Tree, module: &str) -> Option<String> {
    files(tree).into_iter().find_map(|(path, lines)| {
        let (index, line) = lines.lines().enumerate().find(|(_, line)| keeps_out(line, module))?;
        Some(format!("{path}:{}: {}", index + 1, line.trim()))
    })
}

/// Returns the files modprobe reads, with their text; a file of a stronger directory hides those of its name.
fn files(tree: &dyn Tree) -> Vec<(String, String)> {
    let mut seen = Vec::new();
    let mut files = Vec::new();
    for directory in DIRECTORIES {
        let mut names = tree.list(directory);
        names.sort();
        names.retain(|name| is_read(name) && !seen.contains(name));
        for name in names {
            let path = format!("{directory}/{name}");
            let text = text(tree, &path).unwrap_or_default();
            files.push((path, text));
            seen.push(name);
        }
    }
    files
}

/// Returns whether modprobe reads a file of this name.
fn is_read(name: &str) -> bool {
    name.strip_suffix(".conf").is_some()
}

/// Returns whether a line keeps a module from being loaded by its name. `blacklist` does not: it only hides aliases.
fn keeps_out(line: &str, module: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    let [command, name, program, ..] = words.as_slice() else { return false };
    let program = program.rsplit('/').next().unwrap_or(program);
    *command == "install" && name.replace('-', "_") == module && IDLE.contains(&program)
}

#[cfg(test)]
mod tests {
    use ibup_config::MemoryTree;

    use super::*;

    #[test]
    fn an_idle_install_line_keeps_a_module_out() {
        let tree = MemoryTree::new()
            .with("/etc/modprobe.d/a.conf", "# ib\nblacklist ib_ipoib\ninstall ib-umad /bin/false # site\n")
            .with("/etc/modprobe.d/notes.txt", "install ib_ipoib /bin/false\n")
            .with("/usr/lib/modprobe.d/a.conf", "install rdma_cm /bin/true\n")
            .with("/usr/lib/modprobe.d/b.conf", "install ib_cm /sbin/modprobe --ignore-install ib_cm\n");
        let found = kept_out(&tree, "ib_umad").unwrap();
        assert_eq!(found, "/etc/modprobe.d/a.conf:3: install ib-umad /bin/false # site");
        for module in ["ib_ipoib", "rdma_cm", "ib_cm"] {
            assert_eq!(kept_out(&tree, module), None, "{module}");
        }
    }

    #[test]
    fn the_kernel_can_be_told_to_refuse_a_module() {
        let tree = MemoryTree::new()
            .with("/proc/cmdline", "root=/dev/sda1 module_blacklist=nouveau,ib-ipoib quiet\n");
        assert_eq!(kept_out(&tree, "ib_ipoib").unwrap(), "/proc/cmdline: module_blacklist=nouveau,ib-ipoib");
        assert_eq!(kept_out(&tree, "module_blacklist"), None);
    }

    #[test]
    fn suses_modprobe_is_asked_to_take_unsupported_modules() {
        let modules = || vec!["mlx5_ib".to_owned(), "ib_umad".to_owned()];
        let said = |tree: &MemoryTree| load(tree, modules()).to_string();
        let file = "/lib/modprobe.d/10-unsupported-modules.conf";
        let refusing = MemoryTree::new().with(file, "# SUSE\nallow_unsupported_modules 0\n");
        assert_eq!(said(&refusing), "/sbin/modprobe --allow-unsupported-modules -a mlx5_ib ib_umad");
        let hidden =
            refusing.with("/etc/modprobe.d/10-unsupported-modules.conf", "allow_unsupported_modules 1\n");
        assert_eq!(said(&hidden), "modprobe -a mlx5_ib ib_umad");
    }
}
