//! Waiting until an interface has come so far: whoever starts what needs it is told, or told that it did not come.

use std::time::Duration;

use ibup_config::{Configuration, NetdevName};

use super::{Level, Present, State};
use crate::host::Host;

/// A look is taken at least so often: of a port whose netdev does not change with it, the kernel announces nothing.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// Waits until an interface has come to a level or, where none is named, is up as configured. Returns how it is then, or when
/// the time is over, and whether that is what was waited for.
pub fn wait(
    host: &mut dyn Host,
    configuration: &Configuration,
    name: &NetdevName,
    until: Option<Level>,
    at_most: Duration,
) -> (Present, bool) {
    let end = host.now().saturating_add(at_most);
    loop {
        let present = Present::of(host, configuration, name);
        let is_there = match until {
            Some(level) => present.reached >= Some(level),
            None => present.state() == State::Up,
        };
        let left = end.saturating_sub(host.now());
        if is_there || left.is_zero() {
            return (present, is_there);
        }
        host.wait(left.min(LOOK_AGAIN));
    }
}

#[cfg(test)]
mod tests {
    use ibup_config::{MemoryTree, Paths};

    use super::*;
    use crate::bringup::stack::testing::{MemoryHost, with_netdev, with_port};

    #[test]
    fn what_comes_in_time_is_waited_for_and_no_longer() {
        let name = "ib0".parse().unwrap();
        let before = MemoryTree::new().with("/etc/sysconfig/network-scripts/ifcfg-ib0", "DEVICE=ib0\n");
        let configuration = Configuration::read(&before, &Paths::default());
        let after = with_port(before.clone(), "mlx5_0", 1, "InfiniBand\n");
        let after = with_netdev(after, "ib0", "mlx5_0", 0).with("/sys/class/net/ib0/carrier", "1\n");
        let waited = |until, seconds| {
            let mut host = MemoryHost::new(before.clone());
            host.late = Some((3, after.clone()));
            let (present, is_there) =
                wait(&mut host, &configuration, &name, until, Duration::from_secs(seconds));
            (present.reached, is_there, host.now.as_secs())
        };
        assert_eq!(waited(Some(Level::Netdev), 60), (Some(Level::Active), true, 3));
        assert_eq!(waited(None, 60), (Some(Level::Active), true, 3));
        assert_eq!(waited(Some(Level::Addressed), 60), (Some(Level::Active), false, 60));
        assert_eq!(waited(Some(Level::Netdev), 2), (None, false, 2));
    }
}
