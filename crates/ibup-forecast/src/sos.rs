//! sosreports: the tree of a machine as support collects it.
//!
//! A sosreport keeps files under their own paths, so most of it reads like the machine. The bus is not among them: it
//! is in the output of `lspci`. And of the vendor's configuration some versions copy nothing: what is not there then
//! says nothing.
//!
//! Source: sos, plugins `pci` (`lspci -nnvv`), `kernel` (`uname -a`, `/lib/modules/*/modules.dep`), `systemd`.

use ibup_chain::bringup::modules::text;
use ibup_config::Tree;

use crate::overlay::Overlay;

/// Where the output of lspci is, the fullest first.
const LSPCI: &[&str] = &["/sos_commands/pci/lspci_-nnvv", "/sos_commands/pci/lspci_-nvv", "/lspci"];
/// What stands in for openib.conf where the report did not collect it.
const OPENIB_CONF: &str = "ONBOOT=yes\nIPOIB_LOAD=yes\nSET_IPOIB_CM=auto\n";

/// Returns whether a tree is that of a sosreport.
pub fn is_report(tree: &dyn Tree) -> bool {
    !tree.list("/sos_commands").is_empty()
}

/// Completes the tree of a sosreport by what its commands printed.
pub fn complete(overlay: &mut Overlay<'_>) {
    if overlay.list("/sys/bus/pci/devices").is_empty()
        && let Some(printed) = LSPCI.iter().find_map(|path| text(overlay, path))
    {
        for (address, identity, driver) in functions(&printed) {
            let directory = format!("/sys/bus/pci/devices/{address}");
            overlay.write(&format!("{directory}/vendor"), format!("0x{}\n", identity.vendor));
            overlay.write(&format!("{directory}/device"), format!("0x{}\n", identity.device));
            overlay.write(&format!("{directory}/class"), format!("0x{}00\n", identity.class));
            if let Some(driver) = driver {
                overlay.write(&format!("{directory}/uevent"), format!("DRIVER={driver}\n"));
            }
        }
    }
    if overlay.read("/proc/sys/kernel/osrelease").is_none()
        && let Some(release) =
            text(overlay, "/uname").as_deref().and_then(|line| line.split_whitespace().nth(2))
    {
        overlay.write("/proc/sys/kernel/osrelease", format!("{release}\n"));
    }
    let has_vendors =
        overlay.list("/etc/systemd/system/sysinit.target.wants").iter().any(|unit| unit == "openibd.service")
            || crate::survey::units::find(overlay, "openibd.service").is_some();
    if has_vendors && overlay.list("/etc/infiniband").is_empty() {
        let collected = text(overlay, "/etc/ofed/openib.conf");
        overlay.write("/etc/infiniband/openib.conf", collected.unwrap_or_else(|| OPENIB_CONF.to_owned()));
    }
}

struct Identity<'t> {
    class: &'t str,
    vendor: &'t str,
    device: &'t str,
}

/// Reads `4b:00.0 Infiniband controller [0207]: NAME [15b3:101b]` and the `Kernel driver in use` below it.
fn functions(text: &str) -> Vec<(String, Identity<'_>, Option<&str>)> {
    let mut found: Vec<(String, Identity<'_>, Option<&str>)> = Vec::new();
    let mut is_ours = false;
    for line in text.lines() {
        if line.starts_with(|first: char| first.is_ascii_hexdigit()) {
            let function = function(line);
            is_ours = function.is_some();
            found.extend(function.map(|(address, identity)| (address, identity, None)));
        } else if is_ours
            && let Some(driver) = line.trim().strip_prefix("Kernel driver in use: ")
            && let Some((_, _, known)) = found.last_mut()
        {
            *known = Some(driver.trim());
        }
    }
    found
}

fn function(line: &str) -> Option<(String, Identity<'_>)> {
    let (address, rest) = line.split_once(' ')?;
    let address =
        if address.len() == "4b:00.0".len() { format!("0000:{address}") } else { address.to_owned() };
    address.parse::<ibup_chain::name::PciAddress>().ok()?;
    let class = rest.split_once('[')?.1.split_once(']')?.0;
    let ids = rest.rsplit('[').find_map(|part| {
        let (vendor, device) = part.split_once(']')?.0.split_once(':')?;
        (is_hex(vendor) && is_hex(device)).then_some((vendor, device))
    })?;
    is_hex(class).then_some((address, Identity { class, vendor: ids.0, device: ids.1 }))
}

fn is_hex(word: &str) -> bool {
    word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use ibup_chain::bringup::stack::hardware;
    use ibup_config::MemoryTree;

    use super::*;

    #[test]
    fn the_bus_is_read_from_what_lspci_printed() {
        let text = "\
00:1f.0 ISA bridge [0601]: Intel Corporation Device [8086:a1c1] (rev 10)
\tKernel driver in use: lpc_ich
4b:00.0 Infiniband controller [0207]: Mellanox Technologies MT28908 Family [ConnectX-6] [15b3:101b]
\tSubsystem: Mellanox Technologies Device [15b3:0007]
\tKernel driver in use: vfio-pci
";
        let base = MemoryTree::new().with("/sos_commands/pci/lspci_-nnvv", text);
        let mut overlay = Overlay::new(&base);
        assert!(is_report(&overlay));
        complete(&mut overlay);
        let functions = hardware::functions(&overlay);
        assert_eq!(functions.len(), 1);
        assert_eq!(
            (&*functions[0].address, functions[0].driver.as_deref()),
            ("0000:4b:00.0", Some("vfio-pci"))
        );
        assert!(functions[0].is_infiniband);
    }
}
