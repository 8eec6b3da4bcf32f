//! Logs of a fleet: the two boots of the samples, under as many names as there are nodes.

use std::fs;
use std::path::Path;

const FAILED: &str = include_str!("../../../../samples/node-9-failed.log");
const HEALTHY: &str = include_str!("../../../../samples/node-9-healthy.log");

/// Whether the stack was not started on the node.
pub(crate) fn is_sick(number: usize) -> bool {
    number % 7 == 3
}

/// The log of a node.
pub(crate) fn log(number: usize) -> String {
    let (log, day, release) = if is_sick(number) {
        (FAILED, "Mar 18 10:29:40", "5.14.0-70.el9")
    } else {
        (HEALTHY, "Apr 02 11:09:26", "5.14.0-427.el9")
    };
    let begins = format!("{day} node-9.domain.tld kernel: Linux version {release} (builder@site) #1 SMP\n");
    (begins + log).replace("node-9.domain.tld", &format!("node-{number:05}"))
}

/// Writes the logs of so many nodes, each as a file.
pub(crate) fn write(folder: &Path, nodes: usize) {
    fs::create_dir_all(folder).expect("a folder can be made");
    for number in 0..nodes {
        fs::write(folder.join(format!("node-{number:05}.log")), log(number)).expect("a log can be written");
    }
}
