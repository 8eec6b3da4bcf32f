//! What a machine and its ports are made of, for a fleet to see what the sick have in common.

use crate::boot::Boot;
use crate::event::EventKind;
use crate::port::Port;
use crate::verdict::Factors;

pub(super) fn of_machine(boot: &Boot) -> Factors {
    let service = boot.network_stack().map(|stack| stack.name().to_owned());
    gather([("kernel", boot.kernel_release().map(str::to_owned)), ("network-service", service)])
}

pub(super) fn of_port(port: &Port<'_>) -> Factors {
    let events = || port.boot.events().filter(|event| port.pci.is_some() && event.subject.pci == port.pci);
    let card = events().find_map(|event| match event.kind {
        EventKind::FunctionFound(identity) => {
            Some(format!("{:04x}:{:04x}", identity.vendor, identity.device))
        }
        _ => None,
    });
    // Only the driver's first word on a function has it.
    let mut bound = events().filter(|event| event.kind == EventKind::DriverBound);
    let firmware = bound.find_map(|event| event.evidence.text.split("firmware version: ").nth(1));
    let firmware = firmware.and_then(|rest| rest.split_whitespace().next()).map(str::to_owned);
    gather([("card", card), ("firmware", firmware)])
}

fn gather<const N: usize>(factors: [(&str, Option<String>); N]) -> Factors {
    factors.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

#[cfg(test)]
mod tests {
    use crate::Diagnoser;

    #[test]
    fn a_boot_tells_its_kernel_its_network_service_its_cards_and_their_firmware() {
        let log = "\
Mar 18 10:29:01 n kernel: Linux version 5.14.0-70.el9.x86_64 (mockbuild@host) #1 SMP
Mar 18 10:29:02 n kernel: pci 0000:4b:00.0: [15b3:101b] type 00 class 0x020700
Mar 18 10:29:03 n kernel: mlx5_core 0000:4b:00.0: firmware version: 20.36.1010
Mar 18 10:29:53 n network[2914]: Bringing up interface ib0:  ERROR    : [/etc/sysconfig/network-scripts/ifup-eth] Device ib0 does not seem to be present, delaying initialization.
";
        let mut diagnoser = Diagnoser::new();
        diagnoser.observe_text("log", log).unwrap();
        let verdict = diagnoser.verdict();
        let boot = &verdict.boots[0];
        let pairs = |factors: &super::Factors| -> Vec<_> {
            factors.iter().map(|(name, value)| format!("{name} {value}")).collect()
        };
        assert_eq!(pairs(&boot.factors), ["kernel 5.14.0-70.el9.x86_64", "network-service network-scripts"]);
        assert_eq!(pairs(&boot.ports[0].factors), ["card 15b3:101b", "firmware 20.36.1010"]);
    }
}
